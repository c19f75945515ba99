#include "ops/types.h"

const char *tni_type_name(uint32_t type) {
  switch (type) {
    case TN_ANY_TYPE:
      return "any type";
#define NAME(name, number, bits, onnx) \
  case number:                         \
    return onnx;
      TN_ELEMENT_TYPE_MAP(NAME)
#undef NAME
    default:
      return "an unknown type";
  }
}
