#include <stdio.h>

#include "tool.h"

int tool_fail(const tool *self, const char *what) {
  fprintf(stderr, "tenon %s: %s: %s (%s)\n", self->command, what, self->error.message,
          tni_status_name(self->error.status));
  return TOOL_FAILED;
}

const char *tool_type_name(uint32_t type) {
  switch (type) {
#define TYPE_NAME(name, number, bits, onnx) \
  case number:                              \
    return onnx;
    TN_ELEMENT_TYPE_MAP(TYPE_NAME)
#undef TYPE_NAME
    default:
      return "unknown";
  }
}

json_t *tool_text(tn_string text) {
  json_t *string = json_stringn(text.data ? text.data : "", (size_t)text.length);
  return string ? string : json_string("(no UTF-8)");
}

int tool_print_json(json_t *object) {
  if (!object) {
    fprintf(stderr, "tenon: no memory for the output\n");
    return TOOL_FAILED;
  }
  /* main tells what could not be written. */
  const bool written = json_dumpf(object, stdout, JSON_COMPACT) == 0 && putchar('\n') == '\n';
  json_decref(object);
  return written ? TOOL_DONE : TOOL_FAILED;
}
