#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/lines.h"
#include "report/page.h"

static void put_term(const page *self, const char *key) {
  fputs("<dt>", self->out);
  for (const char *at = key; *at; at++) { /* "max_threads" is for programs */
    char letter[2] = {*at == '_' ? ' ' : *at, 0};
    lines_put_escaped(self->out, letter);
  }
  fputs("</dt><dd>", self->out);
}

static void put_value(const page *self, const json_t *value);

static void put_entries(const page *self, const json_t *value) {
  size_t index;
  json_t *entry;
  json_array_foreach(value, index, entry) {
    if (index) fputs("<br>", self->out);
    put_value(self, entry);
  }
}

/* A file: its path, and its digest below it. */
static void put_file(const page *self, const json_t *file) {
  page_put(self, "", lines_text(file, "path"), "");
  if (*lines_text(file, "digest"))
    page_put(self, "<br><code class=\"dim\">SHA-256 ", lines_text(file, "digest"), "</code>");
}

static void put_members(const page *self, const json_t *value) {
  const char *key, *between = "";
  json_t *entry;
  json_object_foreach((json_t *)(uintptr_t)value, key, entry) {
    fputs(between, self->out);
    page_put(self, "", key, ": ");
    put_value(self, entry);
    between = ", ";
  }
}

static void put_value(const page *self, const json_t *value) {
  if (json_is_string(value)) {
    page_put(self, "", json_string_value(value), "");
  } else if (json_is_array(value)) {
    put_entries(self, value);
  } else if (json_object_get(value, "path")) {
    put_file(self, value);
  } else if (json_is_object(value)) {
    put_members(self, value);
  } else {
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    page_put(self, "", text ? text : "?", "");
    free(text);
  }
}

/* Empty ones are left out: nobody knew. */
static void put_row(const page *self, const char *title, const json_t *value) {
  const char *text = json_string_value(value);
  if (!value || json_is_null(value) || (text && !*text)) return;
  if ((json_is_array(value) && json_array_size(value) == 0) ||
      (json_is_object(value) && json_object_size(value) == 0))
    return;
  put_term(self, title);
  put_value(self, value);
  fputs("</dd>\n", self->out);
}

static void put_rows(const page *self, const char *prefix, const json_t *object) {
  char title[128];
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    if (strcmp(key, "capabilities") == 0) continue; /* they stand above */
    snprintf(title, sizeof title, "%s%s%.60s", prefix, *prefix ? " " : "", key);
    put_row(self, title, value);
  }
}

/* What the run held at its end is more than what it held at its begin. */
static void put_environment(const page *self) {
  const json_t *line = self->environment ? self->environment : self->run;
  const json_t *environment = json_object_get(line, "environment");
  const json_t *devices = json_object_get(environment, "devices");
  if (json_object_size(environment) == 0) return;
  fputs("<h2>Environment</h2>\n<dl id=\"environment\">\n", self->out);
  put_rows(self, "", environment);
  if (devices && json_array_size(devices) == 0) {
    put_term(self, "devices");
    fputs("none: the plugin's process was seen with no device node</dd>\n", self->out);
  }
  fputs("</dl>\n", self->out);
}

/* Members of the line that stand elsewhere on the page, or in a part of their own. */
static const char *const elsewhere[] = {"type", "plugin", "device", "environment", "unlisted"};

void page_put_subject(const page *self) {
  const char *key;
  json_t *value;
  fputs("<h2>What was tested</h2>\n<dl id=\"subject\">\n", self->out);
  put_rows(self, "plugin", json_object_get(self->run, "plugin"));
  put_rows(self, "device", json_object_get(self->run, "device"));
  json_object_foreach(self->run, key, value) {
    size_t i = 0, count = sizeof elsewhere / sizeof *elsewhere;
    while (i < count && strcmp(elsewhere[i], key) != 0)
      i++;
    if (i == count) put_row(self, key, value);
  }
  put_row(self, "files in the plugin's folder that it does not list",
          json_object_get(self->environment, "unlisted"));
  fputs("</dl>\n", self->out);
  put_environment(self);
}
