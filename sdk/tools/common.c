#include <stdio.h>

#include "tool.h"

int tool_fail(const tool *self, const char *what) {
  fprintf(stderr, "tenon %s: %s: %s (%s)\n", self->command, what, self->error.message,
          tni_status_name(self->error.status));
  return TOOL_FAILED;
}

json_t *tool_text(tn_string text) {
  json_t *string = json_stringn(text.data ? text.data : "", (size_t)text.length);
  return string ? string : json_string("(no UTF-8)");
}

int tool_print_json(json_t *object) {
  int status = object && json_dumpf(object, stdout, JSON_COMPACT) == 0 && putchar('\n') == '\n'
                   ? TOOL_DONE
                   : TOOL_FAILED;
  json_decref(object);
  return fflush(stdout) == 0 ? status : TOOL_FAILED;
}
