#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/platform/standard_streams.h"
#include "tool.h"

static const struct {
  const char *name, *argument, *usage, *options;
  bool needs_device;
  int (*run)(tool *self);
} commands[] = {
    {"devices", NULL, "devices [--json]", "--json", false, tool_devices},
    {"inspect", "MODEL", "inspect MODEL [--json]", "--json", false, tool_inspect},
    {"query", "MODEL", "query MODEL -d DEVICE [-p KEY=VALUE]... [--json]", "-d -p --json", true,
     tool_query},
    {"run", "MODEL",
     "run MODEL -d DEVICE [-i NAME=FILE.npy]... [-s NAME=1,3,224,224]... [-p KEY=VALUE]... [-o "
     "DIR]",
     "-d -i -s -p -o", true, tool_run},
    {"compile", "MODEL", "compile MODEL -d DEVICE [-p KEY=VALUE]... -o FILE", "-d -p -o", true,
     tool_compile},
    {"benchmark", "MODEL",
     "benchmark MODEL -d DEVICE [--threads N] [--precision f32] [-i NAME=FILE.npy]... [-s "
     "NAME=...]... [-p KEY=VALUE]... [--json]",
     "-d --threads --precision -i -s -p --json", true, tool_benchmark},
    {"properties", "DEVICE", "properties DEVICE [--json]", "--json", false, tool_properties},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static const char notes[] =
    "\nMODEL is an .onnx file; run, compile and benchmark also take one that `tenon compile` wrote "
    "for the same\ndevice. NAME is the name or the number of an input. Without -i and -s inputs "
    "are filled, unknown extents\ntake their least. -o FILE: a regular file is replaced when all "
    "is written; a link, device or pipe is\nwritten through.\n"
    "Exit status: 0 done, 1 the work failed, 2 wrong usage.\n";

/* Of all commands, or of one. */
static int usage(FILE *stream, int only) {
  fprintf(stream, "usage:\n");
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (only < 0 || only == i) fprintf(stream, "  tenon %s\n", commands[i].usage);
  if (only < 0) fprintf(stream, "  tenon [COMMAND] --help\n  tenon --version\n");
  fputs(notes, stream);
  return TOOL_USAGE;
}

/* --- the end of the process */

static bool ended; /* main has returned its status */

/* A plugin that calls exit() would end the command with a status of its own. */
static void refuse_early_exit(void) {
  if (ended) return;
  fflush(stdout);
  fprintf(stderr, "tenon: a library ended the process with exit() before the work was done\n");
  _exit(TOOL_FAILED);
}

/* What was printed has to arrive. */
static int finish(int status) {
  const bool failed = ferror(stdout) != 0;
  ended = true;
  if (fflush(stdout) == 0 && !failed) return status;
  fprintf(stderr, "tenon: standard output cannot be written: %s\n", strerror(errno));
  return status == TOOL_DONE ? TOOL_FAILED : status;
}

/* --- commands */

static int run_command(tool *self, int index) {
  if (commands[index].argument && !self->argument)
    return tool_complain(self, "argument", "", commands[index].argument);
  if (!commands[index].argument && self->argument)
    return tool_complain(self, "argument", self->argument, "none");
  if (commands[index].needs_device && !self->device) return tool_complain(self, "-d", "", "DEVICE");
  if (tn_core_create(NULL, &self->core, &self->error) != TN_OK)
    return tool_fail(self, "the runtime");
  int status = commands[index].run(self);
  tn_core_destroy(self->core);
  return status;
}

static int find_command(const char *name) {
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i].name, name) == 0) return i;
  return -1;
}

static bool asks_for_help(int argc, char **argv, int from) {
  for (int i = from; i < argc; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
  return false;
}

static int work(int argc, char **argv) {
  static tool self;
  if (argc < 2) return usage(stderr, -1);
  if (strcmp(argv[1], "--version") == 0) {
    printf("tenon %s\n", tn_library_version());
    return TOOL_DONE;
  }
  self.command = argv[1];
  const int index = find_command(argv[1]);
  if (asks_for_help(argc, argv, index < 0 ? 1 : 2)) {
    usage(stdout, index);
    return TOOL_DONE;
  }
  if (index < 0) {
    fprintf(stderr, "tenon: '%s' is no command; see tenon --help\n", argv[1]);
    return TOOL_USAGE;
  }
  const int status = tool_parse(&self, commands[index].options, argc, argv);
  return status == TOOL_DONE ? run_command(&self, index) : status;
}

int main(int argc, char **argv) {
  tni_standard_streams_reserve();
  atexit(refuse_early_exit);
  return finish(work(argc, argv));
}
