#include "engine/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where an option's argument goes. */
enum target { FLAG, TEXT, COUNT, LEVEL, SECONDS, NUMBER, LIST, PROPERTY };

struct row {
  const char *name;
  enum target target;
  size_t offset;       /* of the field */
  size_t count_offset; /* of a list's count */
  uint32_t capacity;   /* of a list */
  const char *argument;
  const char *text;
};

static const double MOST_SECONDS = 86400;

#define AT(field) offsetof(suite_options, field)

static const struct row rows[] = {
    {"--list", FLAG, AT(list), 0, 0, NULL, "list every case with clause, level, capability"},
    {"--explain", TEXT, AT(explain), 0, 0, "CLAUSE", "tell what a clause asks for, and why"},
    {"--level", LEVEL, AT(level), 0, 0, "L1..L4", "cases of this level and those below"},
    {"--group", LIST, AT(groups), AT(group_count), SUITE_MAX_SELECTIONS, "NAME",
     "cases of this group; may repeat; with --level and --case: what all of them select"},
    {"--case", LIST, AT(cases), AT(case_count), SUITE_MAX_SELECTIONS, "ID",
     "this case, with the seed behind its # when one is written; may repeat"},
    {"--next", FLAG, AT(next), 0, 0, NULL,
     "stop at the first failing clause in learning order and explain it"},
    {"--in-process", FLAG, AT(in_process), 0, 0, NULL,
     "run one case without a worker or a deadline, for a debugger"},
    {"--onnx-tests", TEXT, AT(onnx_tests), 0, 0, "DIR", "also run every node test below DIR"},
    {"-p", PROPERTY, 0, 0, 0, "KEY=VALUE", "property given at creation; may repeat"},
    {"--device", TEXT, AT(device), 0, 0, "ID", "one of the plugin's devices (the first)"},
    {"--with", LIST, AT(with), AT(with_count), SUITE_MAX_WITH, "PLUGIN.so[=NAME]",
     "a further plugin that the tested one reaches; may repeat"},
    {"--jobs", COUNT, AT(jobs), 0, 0, "N", "workers at the same time, 1 to 64 (1)"},
    {"--timeout", SECONDS, AT(timeout), 0, 0, "S", "deadline of every case in seconds"},
    {"--seed", NUMBER, AT(seed), 0, 0, "N", "of all random data (1); --list names cases with it"},
    {"--expect-no-device", FLAG, AT(expect_no_device), 0, 0, NULL,
     "a plugin without a device or backend ends with 0"},
    {"--jsonl", TEXT, AT(jsonl), 0, 0, "F", "write JSON lines"},
    {"--junit", TEXT, AT(junit), 0, 0, "F", "write JUnit XML"},
    {"--html", TEXT, AT(html), 0, 0, "F", "write a report to read"},
    {"--worker", TEXT, AT(worker), 0, 0, NULL, NULL},
};

static const struct row *find_row(const char *name) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  return NULL;
}

static bool complain(const char *what, const char *value, const char *expected) {
  fprintf(stderr, "tenon-conformance: %s: '%s' instead of %s\n", what, value, expected);
  return false;
}

static bool add_property(suite_options *out, const char *text) {
  const char *equals = strchr(text, '=');
  if (!equals || equals == text) return complain("-p", text, "KEY=VALUE");
  if (out->property_count == SUITE_MAX_PROPERTIES)
    return complain("-p", text, "at most 32 properties");
  tn_map_entry *entry = &out->properties[out->property_count++];
  entry->key = tn_string_make(text, (uint64_t)(equals - text));
  entry->value = tn_value_of_string(tn_string_from(equals + 1));
  return true;
}

static bool add_to_list(suite_options *out, const struct row *row, const char *text) {
  uint32_t *count = (uint32_t *)((char *)out + row->count_offset);
  if (*count == row->capacity) return complain(row->name, text, "fewer of them");
  ((const char **)((char *)out + row->offset))[(*count)++] = text;
  return true;
}

/* PLUGIN.so[=NAME], where a name is one that devices may have. */
static bool is_with(const char *text) {
  static const char name_bytes[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  const char *name = suite_with_name(text);
  return text[0] != '=' && (!name || (name[0] && !name[strspn(name, name_bytes)]));
}

const char *suite_with_name(const char *argument) {
  const char *equals = strrchr(argument, '=');
  return equals && !strchr(equals, '/') ? equals + 1 : NULL;
}

/* A whole number from `min` to `max`. */
static bool read_number(const struct row *row, const char *text, uint64_t min, uint64_t max,
                        uint64_t *out) {
  char *end, expected[80];
  errno = 0;
  unsigned long long number = strtoull(text, &end, 0);
  if (errno || end == text || *end || text[0] == '-' || number < min || number > max) {
    snprintf(expected, sizeof expected, "a whole number from %llu to %llu", (unsigned long long)min,
             (unsigned long long)max);
    return complain(row->name, text, expected);
  }
  *out = number;
  return true;
}

static bool store(suite_options *out, const struct row *row, const char *text) {
  void *field = (char *)out + row->offset;
  uint64_t number = 0;
  char *end;
  switch (row->target) {
    case FLAG:
      *(bool *)field = true;
      return true;
    case TEXT:
      if (!text[0]) return complain(row->name, text, "a text that is not empty");
      *(const char **)field = text;
      return true;
    case LIST:
      if (row->capacity == SUITE_MAX_WITH && !is_with(text))
        return complain(row->name, text, "PLUGIN.so or PLUGIN.so=NAME, NAME of letters, digits, _");
      return add_to_list(out, row, text);
    case PROPERTY:
      return add_property(out, text);
    case LEVEL:
      if (text[0] != 'L' || text[1] < '1' || text[1] > '4' || text[2])
        return complain("--level", text, "L1, L2, L3 or L4");
      *(uint32_t *)field = (uint32_t)(text[1] - '0');
      return true;
    case COUNT:
      if (!read_number(row, text, 1, 64, &number)) return false;
      *(uint32_t *)field = (uint32_t)number;
      return true;
    case NUMBER:
      return read_number(row, text, 0, UINT64_MAX, (uint64_t *)field);
    case SECONDS:
      *(double *)field = strtod(text, &end);
      return (end != text && !*end && *(double *)field > 0 && *(double *)field <= MOST_SECONDS) ||
             complain("--timeout", text, "a number of seconds, at most 86400");
  }
  return false;
}

void suite_options_usage(FILE *stream) {
  fprintf(stream, "usage: tenon-conformance PLUGIN.so [options]\n\n");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char left[64];
    if (!rows[i].text) continue;
    snprintf(left, sizeof left, "%s%s%s", rows[i].name, rows[i].argument ? " " : "",
             rows[i].argument ? rows[i].argument : "");
    fprintf(stream, "  %-26s %s\n", left, rows[i].text);
  }
  fputs(
      "\nA case is named GROUP.NAME or GROUP.NAME#SEED, as --list and every failure print it. With "
      "another seed\nthan the run's it gets other random data.\n"
      "\nExit status:\n"
      "  0  every required case passed\n"
      "  1  something failed, or nothing passed: a run whose cases were all skipped ends with 1\n"
      "  2  wrong usage\n"
      "  3  the library, or one of --with, could not be opened or is no plugin\n"
      "  4  the suite itself could not run, or could not write its output\n"
      "  5  no device: the plugin reported none, or creation failed with BACKEND_MISSING or "
      "BACKEND_VERSION\n",
      stream);
}

bool suite_options_parse(int argc, char **argv, suite_options *out) {
  memset(out, 0, sizeof *out);
  out->arguments = argv;
  out->jobs = 1;
  out->seed = 1;
  for (int i = 1; i < argc; i++) {
    const struct row *row = find_row(argv[i]);
    if (row) {
      bool has_argument = row->target != FLAG;
      if (has_argument && i + 1 == argc)
        return complain(argv[i], "nothing", row->argument ? row->argument : "a value");
      if (!store(out, row, has_argument ? argv[++i] : NULL)) return false;
    } else if (argv[i][0] == '-') {
      return complain("option", argv[i], "one of those that --help lists");
    } else if (out->library) {
      return complain("argument", argv[i], "one library");
    } else {
      out->library = argv[i];
    }
  }
  if (out->in_process && out->case_count != 1)
    return complain("--in-process", "no single case", "one --case ID");
  return out->library || out->list || out->explain ||
         complain("arguments", "nothing", "the path of a plugin");
}
