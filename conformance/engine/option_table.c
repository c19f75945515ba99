#include "engine/option_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/option_files.h"

static const double MOST_SECONDS = 86400;

bool option_complain(const char *what, const char *value, const char *expected) {
  fprintf(stderr, "tenon-conformance: %s: '%s' instead of %s\n", what, value, expected);
  return false;
}

bool option_take(const char **place, const char *argument, const char *expected) {
  if (*place) return option_complain("argument", argument, expected);
  *place = argument;
  return true;
}

const option_row *option_table_find(const option_table *table, const char *name) {
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->rows[i].name, name) == 0) return &table->rows[i];
  return NULL;
}

static bool add_to_list(void *out, const option_row *row, const char *text) {
  uint32_t *count = (uint32_t *)((char *)out + row->count_offset);
  if (*count == row->capacity) return option_complain(row->name, text, "fewer of them");
  ((const char **)((char *)out + row->offset))[(*count)++] = text;
  return true;
}

/* A whole number from `min` to `max`. */
static bool read_number(const option_row *row, const char *text, uint64_t min, uint64_t max,
                        uint64_t *out) {
  char *end, expected[80];
  errno = 0;
  unsigned long long number = strtoull(text, &end, 0);
  if (errno || end == text || *end || text[0] == '-' || number < min || number > max) {
    snprintf(expected, sizeof expected, "a whole number from %llu to %llu", (unsigned long long)min,
             (unsigned long long)max);
    return option_complain(row->name, text, expected);
  }
  *out = number;
  return true;
}

static bool read_count(const option_row *row, const char *text, uint64_t max, uint32_t *out) {
  uint64_t number = 0;
  if (!read_number(row, text, 1, max, &number)) return false;
  *out = (uint32_t)number;
  return true;
}

static bool read_shard(const option_row *row, const char *text, option_shard *out) {
  unsigned index = 0, count = 0;
  int length = 0;
  if (sscanf(text, "%6u/%6u%n", &index, &count, &length) != 2 || text[length] || index < 1 ||
      index > count)
    return option_complain(row->name, text, "I/N, the number of a shard from 1 to N");
  *out = (option_shard){index - 1, count};
  return true;
}

static bool read_seconds(const option_row *row, const char *text, double *out) {
  char *end;
  *out = strtod(text, &end);
  return (end != text && !*end && *out > 0 && *out <= MOST_SECONDS) ||
         option_complain(row->name, text, "a number of seconds, at most 86400");
}

static bool store(void *out, const option_row *row, const char *text) {
  void *field = (char *)out + row->offset;
  if (row->accept && !row->accept(row, text)) return false;
  switch (row->kind) {
    case OPTION_FLAG:
      *(bool *)field = true;
      return true;
    case OPTION_TEXT:
    case OPTION_INPUT:
    case OPTION_OUTPUT:
      if (!text[0]) return option_complain(row->name, text, "a text that is not empty");
      *(const char **)field = text;
      return true;
    case OPTION_LIST:
    case OPTION_INPUTS:
      return add_to_list(out, row, text);
    case OPTION_LEVEL:
      if (text[0] != 'L' || text[1] < '1' || text[1] > '4' || text[2])
        return option_complain(row->name, text, "L1, L2, L3 or L4");
      *(uint32_t *)field = (uint32_t)(text[1] - '0');
      return true;
    case OPTION_COUNT:
      return read_count(row, text, 64, field);
    case OPTION_TIMES:
      return read_count(row, text, 1000000, field);
    case OPTION_NUMBER:
      return read_number(row, text, 0, INT64_MAX, field);
    case OPTION_SECONDS:
      return read_seconds(row, text, field);
    case OPTION_SHARD:
      return read_shard(row, text, field);
  }
  return false;
}

bool option_table_parse(const option_table *table, int count, char **arguments, void *out,
                        bool (*take)(void *out, const char *argument)) {
  for (int i = 0; i < count; i++) {
    const option_row *row = option_table_find(table, arguments[i]);
    if (row) {
      bool has_argument = row->kind != OPTION_FLAG;
      if (has_argument && i + 1 == count)
        return option_complain(arguments[i], "nothing", row->argument ? row->argument : "a value");
      if (!store(out, row, has_argument ? arguments[++i] : NULL)) return false;
    } else if (arguments[i][0] == '-') {
      return option_complain("option", arguments[i], "one of those that --help lists");
    } else if (!take(out, arguments[i])) {
      return false;
    }
  }
  return option_outputs_are_apart(table, count, arguments);
}

void option_table_print(const option_table *table, FILE *stream) {
  for (size_t i = 0; i < table->count; i++) {
    const option_row *row = &table->rows[i];
    char left[64];
    if (row->role == OPTION_HIDDEN) continue;
    snprintf(left, sizeof left, "%s%s%s", row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    fprintf(stream, "  %-26s %s\n", left, row->text);
  }
}

/* The argument that a field stands for; false where the option was not given, or with what it is
 * without being given. */
static bool write_argument(const option_row *row, const void *field, char *out, size_t size) {
  const option_shard *shard = field;
  out[0] = 0;
  switch (row->kind) {
    case OPTION_FLAG:
      return *(const bool *)field;
    case OPTION_TEXT:
    case OPTION_INPUT:
    case OPTION_OUTPUT:
      snprintf(out, size, "%s", *(const char *const *)field ? *(const char *const *)field : "");
      return out[0] != 0;
    case OPTION_COUNT:
    case OPTION_TIMES:
      snprintf(out, size, "%u", *(const uint32_t *)field);
      return *(const uint32_t *)field != 0;
    case OPTION_LEVEL:
      snprintf(out, size, "L%u", *(const uint32_t *)field);
      return *(const uint32_t *)field != 0;
    case OPTION_SECONDS:
      snprintf(out, size, "%.17g", *(const double *)field);
      return *(const double *)field > 0;
    case OPTION_NUMBER:
      snprintf(out, size, "%llu", (unsigned long long)*(const uint64_t *)field);
      return true;
    case OPTION_SHARD:
      snprintf(out, size, "%u/%u", shard->index + 1, shard->count);
      return shard->count != 0;
    case OPTION_LIST:
    case OPTION_INPUTS:
      break;
  }
  return false;
}

void option_table_each(const option_table *table, enum option_role role, const void *options,
                       void (*visit)(void *user, const option_row *row, const char *argument),
                       void *user) {
  for (size_t i = 0; i < table->count; i++) {
    const option_row *row = &table->rows[i];
    const char *fields = options;
    char text[4096];
    if (row->role != role) continue;
    if (row->kind == OPTION_LIST || row->kind == OPTION_INPUTS) {
      const char *const *items = (const char *const *)(const void *)(fields + row->offset);
      const uint32_t count = *(const uint32_t *)(const void *)(fields + row->count_offset);
      for (uint32_t k = 0; k < count; k++)
        visit(user, row, items[k]);
    } else if (write_argument(row, fields + row->offset, text, sizeof text)) {
      visit(user, row, text);
    }
  }
}
