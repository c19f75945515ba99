#include "commands/command.h"

#include <stdarg.h>
#include <string.h>

#define SUITE_COMMAND(identifier) extern const suite_command suite_command_##identifier;
#include "commands/commands.inc"
#undef SUITE_COMMAND

static const suite_command *const commands[] = {
#define SUITE_COMMAND(identifier) &suite_command_##identifier,
#include "commands/commands.inc"
#undef SUITE_COMMAND
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

const suite_command *command_find(const char *name) {
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i]->name, name) == 0) return commands[i];
  return NULL;
}

static void print_usage(const suite_command *self) {
  printf("usage: tenon-conformance %s %s\n\n%s %s.\n", self->name, self->arguments, self->name,
         self->text);
  if (self->options) {
    putchar('\n');
    option_table_print(self->options, stdout);
  }
  printf("\n%s", self->usage);
}

int command_run(const suite_command *self, int count, char **arguments) {
  for (int i = 0; i < count; i++)
    if (strcmp(arguments[i], "--help") == 0) {
      print_usage(self);
      return EXIT_PASSED;
    }
  return self->run(self, count, arguments);
}

int command_misused(const suite_command *self, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "tenon-conformance %s: ", self->name);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\ntenon-conformance %s --help tells how it is used\n", self->name);
  va_end(arguments);
  return EXIT_USAGE;
}

void command_list(FILE *stream) {
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    fprintf(stream, "  %-26s %s\n", commands[i]->name, commands[i]->text);
}
