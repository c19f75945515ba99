#include <stdio.h>
#include <string.h>

#include "tool.h"

static const struct {
  const char *name, *argument, *usage;
  bool needs_device;
  int (*run)(tool *self);
} commands[] = {
    {"devices", NULL, "devices [--json]", false, tool_devices},
    {"inspect", "MODEL", "inspect MODEL [--json]", false, tool_inspect},
    {"query", "MODEL", "query MODEL -d DEVICE [-p KEY=VALUE]... [--json]", true, tool_query},
    {"run", "MODEL",
     "run MODEL -d DEVICE [-i NAME=FILE.npy]... [-s NAME=1,3,224,224]... [-p KEY=VALUE]... [-o "
     "DIR]",
     true, tool_run},
    {"compile", "MODEL", "compile MODEL -d DEVICE [-p KEY=VALUE]... -o FILE", true, tool_compile},
    {"benchmark", "MODEL",
     "benchmark MODEL -d DEVICE [--threads N] [--precision f32] [-s NAME=...]... [-p KEY=VALUE]... "
     "[--json]",
     true, tool_benchmark},
    {"properties", "DEVICE", "properties DEVICE [--json]", false, tool_properties},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int usage(FILE *stream) {
  fprintf(stream, "usage:\n");
  for (int i = 0; i < COMMAND_COUNT; i++)
    fprintf(stream, "  tenon %s\n", commands[i].usage);
  fprintf(stream,
          "\nMODEL is an .onnx file, or one that `tenon compile` wrote. NAME is the name or the "
          "number of an input.\n"
          "Exit status: 0 done, 1 the work failed, 2 wrong usage.\n");
  return TOOL_USAGE;
}

static int complain(const char *what, const char *found, const char *expected) {
  fprintf(stderr, "tenon: %s: '%s' instead of %s; see tenon --help\n", what, found, expected);
  return TOOL_USAGE;
}

static bool add_pair(tool_pairs *list, const char *text) {
  const char *equals = strchr(text, '=');
  if (!equals || equals == text || list->count == TOOL_MAX_LIST) return false;
  list->items[list->count++] =
      (tool_pair){tn_string_make(text, (uint64_t)(equals - text)), equals + 1};
  return true;
}

/* Takes one option with its value; 0 when it is none, -1 when the value is wrong. */
static int take_option(tool *self, const char *option, const char *value) {
  const struct {
    const char *name;
    const char **text;
    tool_pairs *pairs;
  } rows[] = {
      {"-d", &self->device, NULL},         {"-o", &self->output, NULL},
      {"--threads", &self->threads, NULL}, {"--precision", &self->precision, NULL},
      {"-i", NULL, &self->inputs},         {"-s", NULL, &self->shapes},
      {"-p", NULL, &self->properties},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strcmp(rows[i].name, option) != 0) continue;
    if (!value) return -1;
    if (rows[i].text) *rows[i].text = value;
    return !rows[i].pairs || add_pair(rows[i].pairs, value) ? 1 : -1;
  }
  return 0;
}

static int parse(tool *self, int argc, char **argv) {
  for (int i = 2; i < argc; i++) {
    int taken = strcmp(argv[i], "--json") == 0
                    ? 0
                    : take_option(self, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
    if (strcmp(argv[i], "--json") == 0)
      self->json = true;
    else if (taken < 0)
      return complain(argv[i], i + 1 < argc ? argv[i + 1] : "", "a value");
    else if (taken > 0)
      i++;
    else if (argv[i][0] == '-' && argv[i][1])
      return complain("option", argv[i], "one of this command");
    else if (self->argument)
      return complain("argument", argv[i], "a single one");
    else
      self->argument = argv[i];
  }
  return TOOL_DONE;
}

static int run_command(tool *self, int index) {
  if (commands[index].argument && !self->argument)
    return complain(self->command, "", commands[index].argument);
  if (!commands[index].argument && self->argument)
    return complain(self->command, self->argument, "no argument");
  if (commands[index].needs_device && !self->device)
    return complain(self->command, "", "-d DEVICE");
  if (tn_core_create(NULL, &self->core, &self->error) != TN_OK)
    return tool_fail(self, "the runtime");
  int status = commands[index].run(self);
  tn_core_destroy(self->core);
  return status;
}

int main(int argc, char **argv) {
  static tool self;
  if (argc == 2 && strcmp(argv[1], "--version") == 0)
    return printf("tenon %s\n", tn_library_version()) < 0;
  if (argc == 2 && strcmp(argv[1], "--help") == 0) return usage(stdout) - TOOL_USAGE;
  if (argc < 2) return usage(stderr);
  self.command = argv[1];
  for (int i = 0; i < COMMAND_COUNT; i++) {
    if (strcmp(commands[i].name, argv[1]) != 0) continue;
    int status = parse(&self, argc, argv);
    return status == TOOL_DONE ? run_command(&self, i) : status;
  }
  complain("command", argv[1], "one of those below");
  return usage(stderr);
}
