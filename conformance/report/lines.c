#include "report/lines.h"

#include <string.h>

#include "engine/judge.h"

const char *lines_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

json_t *lines_find(FILE *lines, const char *type) {
  rewind(lines);
  for (;;) {
    json_t *line = json_loadf(lines, JSON_DISABLE_EOF_CHECK, NULL);
    if (!line || strcmp(lines_text(line, "type"), type) == 0) return line;
    json_decref(line);
  }
}

void lines_each_case(FILE *lines, void (*visit)(void *user, const json_t *line), void *user) {
  rewind(lines);
  for (json_t *line; (line = json_loadf(lines, JSON_DISABLE_EOF_CHECK, NULL)) != NULL;
       json_decref(line))
    if (strcmp(lines_text(line, "type"), "case") == 0 ||
        strcmp(lines_text(line, "type"), "probe") == 0)
      visit(user, line);
}

int lines_is_failed(const char *state) {
  for (int i = 0; i < CASE_STATE_COUNT; i++)
    if (strcmp(case_state_name((enum case_state)i), state) == 0)
      return case_state_failed((enum case_state)i);
  return 1;
}

void lines_put_escaped(FILE *out, const char *text) {
  for (; text && *text; text++) {
    switch (*text) {
      case '&':
        fputs("&amp;", out);
        break;
      case '<':
        fputs("&lt;", out);
        break;
      case '>':
        fputs("&gt;", out);
        break;
      case '"':
        fputs("&quot;", out);
        break;
      default:
        if ((unsigned char)*text >= 0x20 || *text == '\n' || *text == '\t') fputc(*text, out);
    }
  }
}
