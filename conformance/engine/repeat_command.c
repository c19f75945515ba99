/* The command that repeats a case. */
#include <stdio.h>
#include <string.h>

#include "engine/run.h"

struct command_line {
  char *text;
  size_t size, used;
  bool with_nodes;
};

static void put(struct command_line *line, const char *text, size_t length) {
  const size_t room = line->size - line->used - 1;
  if (length > room) length = room;
  memcpy(line->text + line->used, text, length);
  line->used += length;
  line->text[line->used] = 0;
}

/* As a word that a shell takes as it is. */
static void put_quoted(struct command_line *line, const char *text) {
  put(line, "'", 1);
  for (; *text; text++)
    if (*text == '\'')
      put(line, "'\\''", 4);
    else
      put(line, text, 1);
  put(line, "'", 1);
}

static void put_option(void *user, const option_row *row, const char *argument) {
  struct command_line *line = user;
  if (row->offset == offsetof(suite_options, onnx_tests) && !line->with_nodes) return;
  put(line, " ", 1);
  put(line, row->name, strlen(row->name));
  if (row->kind == OPTION_FLAG) return;
  put(line, " ", 1);
  put_quoted(line, argument);
}

void run_repeat_command(const suite_run *run, const suite_case *item, char *out, size_t size) {
  struct command_line line = {.text = out, .size = size, .with_nodes = item->node != NULL};
  put(&line, "tenon-conformance ", 18);
  put_quoted(&line, run->options->library);
  if (item != &run->probe) {
    put(&line, " --case ", 8);
    put_quoted(&line, item->id);
  }
  option_table_each(&suite_option_table, OPTION_SUBJECT, run->options, put_option, &line);
}
