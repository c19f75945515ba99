#include "base/capability.h"

#include <stddef.h>

#include "tenon/abi/device.h"

const char *tni_capability_name(uint64_t flag) {
  switch (flag) {
#define CAPABILITY_NAME(name, bit, text, meaning) \
  case TN_DEVICE_##name:                          \
    return text;
    TN_DEVICE_CAPABILITY_MAP(CAPABILITY_NAME)
#undef CAPABILITY_NAME
    default:
      return NULL;
  }
}
