#include "report/lines.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "engine/regular_file.h"

const char *lines_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

json_t *lines_load(const char *path) {
  json_error_t error;
  uint64_t size;
  const char *why = NULL;
  const int descriptor = regular_file_open(path, &size, &why);
  if (descriptor < 0) {
    fprintf(stderr, "tenon-conformance: %s: %s\n", path, why);
    return NULL;
  }
  json_t *value = json_loadfd(descriptor, JSON_REJECT_DUPLICATES, &error);
  close(descriptor);
  if (!value)
    fprintf(stderr, "tenon-conformance: %s:%d: %s\n", path, error.line < 1 ? 1 : error.line,
            error.text);
  return value;
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
        strcmp(lines_text(line, "type"), "probe") == 0 ||
        strcmp(lines_text(line, "type"), "expectation") == 0)
      visit(user, line);
}

static void add_to_group(void *user, const json_t *line) {
  json_t *groups = user;
  const char *group = lines_text(line, "group");
  if (!json_object_get(groups, group)) json_object_set_new(groups, group, json_array());
  json_array_append(json_object_get(groups, group), (json_t *)(uintptr_t)line);
}

json_t *lines_by_group(FILE *lines) {
  json_t *groups = json_object();
  if (groups) lines_each_case(lines, add_to_group, groups);
  return groups;
}

bool lines_knows_state(const char *name) {
  return strcmp(case_state_name(lines_state(name)), name) == 0;
}

enum case_state lines_state(const char *name) {
  for (int i = 0; i < CASE_STATE_COUNT; i++)
    if (strcmp(case_state_name((enum case_state)i), name) == 0) return (enum case_state)i;
  return CASE_INFRA;
}

int lines_is_failed(const char *state) {
  return case_state_failed(lines_state(state));
}

/* XML has no control characters, and neither U+FFFE nor U+FFFF. */
static bool is_allowed(const char *text) {
  if ((unsigned char)*text < 0x20) return *text == '\n' || *text == '\t';
  return strncmp(text, "\xef\xbf\xbe", 3) != 0 && strncmp(text, "\xef\xbf\xbf", 3) != 0;
}

void lines_put_escaped(FILE *out, const char *text) {
  for (; text && *text; text++) {
    if (!is_allowed(text)) {
      text += *text == '\xef' ? 2 : 0;
      continue;
    }
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
        fputc(*text, out);
    }
  }
}
