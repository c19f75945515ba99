#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/platform/standard_streams.h"
#include "tool.h"

/* What --help says below the usage, where a command has what it speaks of. */
static const struct {
  char sign; /* in `notes` of a command */
  const char *text;
} notes[] = {
    {'o', "MODEL is a file in the ONNX format.\n"},
    {'m',
     "MODEL: a file whose name ends in .onnx is read as an ONNX model; any other may also be one "
     "that\n"
     "`tenon compile` wrote for the same device.\n"},
    {'d',
     "DEVICE is NAME, NAME.ID, or, for devices made of others, NAME:LIST; see tenon devices.\n"},
    {'p',
     "-p KEY=VALUE: a property as `tenon properties` lists it, of the device or of one behind it; "
     "what\n"
     "cannot be given for one model is set on the device's plugin.\n"},
    {'a',
     "-a NODE=DEVICE: of the devices behind DEVICE, this one alone is offered the node; an error "
     "where DEVICE\n"
     "is not made of others.\n"},
    {'i',
     "NAME is the name or the number of an input. Inputs without -i and -s are filled: floats with "
     "a fixed\n"
     "sequence in [-1, 1), others with zeros; an unknown extent takes its least, or 1 where that "
     "is 0.\n"},
    {'r',
     "-o DIR: output NAME is written to DIR/NAME.npy, with '_' for '/'; outputs that would share a "
     "file get\n"
     "their number behind the name.\n"},
    {'c',
     "-o FILE: a regular file is replaced when all is written; a link, device or pipe is written "
     "through.\n"},
    {'b',
     "--threads and --precision (f64, f32, bf16, f16, i8) are hints to devices that have the "
     "properties\n"
     "INFERENCE_NUM_THREADS and INFERENCE_PRECISION_HINT; what was not set is listed under "
     "\"ignored\".\n"},
};

static const struct {
  const char *name, *argument, *usage, *options, *notes;
  bool needs_device;
  int (*run)(tool *self);
} commands[] = {
    {"devices", NULL, "devices [--json]", "--json", "", false, tool_devices},
    {"inspect", "MODEL", "inspect MODEL [--json]", "--json", "o", false, tool_inspect},
    {"query", "MODEL",
     "query MODEL -d DEVICE [-p KEY=VALUE]... [-a NODE=DEVICE]... [--json | --dot]",
     "-d -p -a --json --dot", "odpa", true, tool_query},
    {"run", "MODEL",
     "run MODEL -d DEVICE [-i NAME=FILE.npy]... [-s NAME=1,3,224,224]... [-p KEY=VALUE]... [-a "
     "NODE=DEVICE]... [-o DIR]",
     "-d -i -s -p -a -o", "mdpair", true, tool_run},
    {"compile", "MODEL", "compile MODEL -d DEVICE [-p KEY=VALUE]... [-a NODE=DEVICE]... -o FILE",
     "-d -p -a -o", "mdpac", true, tool_compile},
    {"benchmark", "MODEL",
     "benchmark MODEL -d DEVICE [--threads N] [--precision P] [-i NAME=FILE.npy]... [-s "
     "NAME=...]... [-p KEY=VALUE]... [-a NODE=DEVICE]... [--json]",
     "-d --threads --precision -i -s -p -a --json", "mdpaib", true, tool_benchmark},
    {"properties", "DEVICE", "properties DEVICE [--json]", "--json", "d", false, tool_properties},
};

enum {
  COMMAND_COUNT = sizeof commands / sizeof *commands,
  NOTE_COUNT = sizeof notes / sizeof *notes
};

static bool has_note(int command, char sign) {
  for (int i = 0; i < COMMAND_COUNT; i++)
    if ((command < 0 || command == i) && strchr(commands[i].notes, sign)) return true;
  return false;
}

/* Of all commands, or of one. */
static int usage(FILE *stream, int only) {
  fprintf(stream, "usage:\n");
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (only < 0 || only == i) fprintf(stream, "  tenon %s\n", commands[i].usage);
  if (only < 0) fprintf(stream, "  tenon [COMMAND] --help\n  tenon --version\n");
  fputs("\n", stream);
  for (int i = 0; i < NOTE_COUNT; i++)
    if (has_note(only, notes[i].sign)) fputs(notes[i].text, stream);
  fputs("Words behind -- are no options. Exit status: 0 done, 1 the work failed, 2 wrong usage.\n",
        stream);
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
  for (int i = from; i < argc && strcmp(argv[i], "--") != 0; i++)
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
    tool_print(stderr, "tenon: '%s' is no command; see tenon --help\n", argv[1]);
    return TOOL_USAGE;
  }
  const int status = tool_parse(&self, commands[index].options, argc, argv);
  return status == TOOL_DONE ? run_command(&self, index) : status;
}

int main(int argc, char **argv) {
  tni_standard_streams_reserve();
  atexit(refuse_early_exit);
  signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told of as a full disk is */
  return finish(work(argc, argv));
}
