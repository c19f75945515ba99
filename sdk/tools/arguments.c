/* The command line of a sub-command. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

enum { MAX_THREADS = 4096 };

/* What --precision takes, as INFERENCE_PRECISION_HINT spells it. */
static const char *const precisions[] = {"f64", "f32", "bf16", "f16", "i8", NULL};

int tool_complain(const tool *self, const char *what, const char *found, const char *expected) {
  if (*found)
    tool_print(stderr, "tenon %s: %s: '%s' instead of %s; see tenon %s --help\n", self->command,
               what, found, expected, self->command);
  else
    tool_print(stderr, "tenon %s: %s: %s is missing; see tenon %s --help\n", self->command, what,
               expected, self->command);
  return TOOL_USAGE;
}

static int complain_of_two(const tool *self, const char *what, const char *second) {
  tool_print(stderr, "tenon %s: %s is given twice, the second time as '%s'\n", self->command, what,
             second);
  return TOOL_USAGE;
}

/* An option with a value: one text, or one more pair. */
struct option {
  const char *name, *expected;
  const char **text;
  tool_pairs *pairs;
};

static int add_pair(const tool *self, const struct option *option, const char *text) {
  tool_pairs *list = option->pairs;
  const char *equals = strchr(text, '=');
  if (!equals || equals == text) return tool_complain(self, option->name, text, option->expected);
  const tool_pair pair = {tn_string_make(text, (uint64_t)(equals - text)), equals + 1};
  for (uint32_t i = 0; i < list->count; i++)
    if (tn_string_equal(list->items[i].left, pair.left)) {
      char what[280];
      snprintf(what, sizeof what, "%s %.*s", option->name, TNI_TEXT(pair.left));
      return complain_of_two(self, what, pair.right);
    }
  if (list->count == TOOL_MAX_LIST) {
    tool_print(stderr, "tenon %s: %s is given more than %d times\n", self->command, option->name,
               TOOL_MAX_LIST);
    return TOOL_USAGE;
  }
  list->items[list->count++] = pair;
  return TOOL_DONE;
}

static int set_text(const tool *self, const struct option *option, const char *value) {
  if (*option->text) return complain_of_two(self, option->name, value);
  if (!*value) return tool_complain(self, option->name, value, option->expected);
  *option->text = value;
  return TOOL_DONE;
}

/* 1 when a word is in a list that is separated by spaces. */
static bool holds(const char *list, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = strstr(list, word); length && at; at = strstr(at + 1, word))
    if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ' ')) return true;
  return false;
}

/* `value` is NULL at the end of the command line. */
static int take_option(tool *self, const char *name, const char *value) {
  const struct option rows[] = {
      {"-d", "DEVICE", &self->device, NULL},
      {"-o", "a path", &self->output, NULL},
      {"--threads", "a number of threads", &self->threads, NULL},
      {"--precision", "a precision such as f32", &self->precision, NULL},
      {"-i", "NAME=FILE.npy", NULL, &self->inputs},
      {"-s", "NAME=SHAPE such as x=1,3,224,224", NULL, &self->shapes},
      {"-p", "KEY=VALUE", NULL, &self->properties},
      {"-a", "NODE=DEVICE", NULL, &self->nodes},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strcmp(rows[i].name, name) != 0) continue;
    if (!value) return tool_complain(self, name, "", rows[i].expected);
    return rows[i].text ? set_text(self, &rows[i], value) : add_pair(self, &rows[i], value);
  }
  return TOOL_USAGE;
}

static int check_threads(const tool *self) {
  const char *text = self->threads;
  char expected[64];
  long number = 0;
  if (!text) return TOOL_DONE;
  for (; *text >= '0' && *text <= '9' && number <= MAX_THREADS; text++)
    number = 10 * number + (*text - '0');
  if (!*text && number >= 1 && number <= MAX_THREADS) return TOOL_DONE;
  snprintf(expected, sizeof expected, "a whole number from 1 to %d", MAX_THREADS);
  return tool_complain(self, "--threads", self->threads, expected);
}

static int check_precision(const tool *self) {
  if (!self->precision) return TOOL_DONE;
  for (const char *const *name = precisions; *name; name++)
    if (strcmp(*name, self->precision) == 0) return TOOL_DONE;
  return tool_complain(self, "--precision", self->precision, "f64, f32, bf16, f16 or i8");
}

int tool_parse(tool *self, const char *options, int argc, char **argv) {
  bool words_only = false; /* behind "--" */
  for (int i = 2; i < argc; i++) {
    const char *word = argv[i];
    int status = TOOL_DONE;
    if (!words_only && strcmp(word, "--") == 0) {
      words_only = true;
    } else if (!words_only && holds(options, word)) {
      if (strcmp(word, "--json") == 0)
        self->json = true;
      else if (strcmp(word, "--dot") == 0)
        self->dot = true;
      else
        status = take_option(self, word, i + 1 < argc ? argv[i + 1] : NULL), i++;
    } else if (!words_only && word[0] == '-' && word[1]) {
      return tool_complain(self, "option", word, *options ? options : "none");
    } else if (self->argument) {
      return tool_complain(self, "argument", word, "a single one");
    } else {
      self->argument = word;
    }
    if (status != TOOL_DONE) return status;
  }
  const int status = check_threads(self);
  return status == TOOL_DONE ? check_precision(self) : status;
}
