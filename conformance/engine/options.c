#include "engine/options.h"

#include <string.h>

#include "commands/command.h"
#include "engine/exit_status.h"

static bool suite_accepts_property(const option_row *row, const char *text) {
  const char *equals = strchr(text, '=');
  return (equals && equals != text) || option_complain(row->name, text, "KEY=VALUE");
}

/* PLUGIN.so[=NAME], where a name is one that devices may have. */
static bool suite_accepts_with(const option_row *row, const char *text) {
  static const char name_bytes[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  const char *name = suite_with_name(text);
  return (text[0] && text[0] != '=' && (!name || (name[0] && !name[strspn(name, name_bytes)]))) ||
         option_complain(row->name, text,
                         "PLUGIN.so or PLUGIN.so=NAME, NAME of letters, digits, _");
}

static const option_row rows[] = {
#define TN_OPTION(kind, field, name, role, argument, text) \
  OPTION_ROW(suite_options, kind, field, name, role, argument, text),
#define TN_OPTION_LIST(kind, field, count, capacity, name, role, argument, text, accept) \
  OPTION_LIST_ROW(suite_options, kind, field, count, capacity, name, role, argument, text, accept),
#include "engine/options.def"
#undef TN_OPTION
#undef TN_OPTION_LIST
};

const option_table suite_option_table = {rows, sizeof rows / sizeof *rows};

const char *suite_with_name(const char *argument) {
  const char *equals = strrchr(argument, '=');
  return equals && !strchr(equals, '/') ? equals + 1 : NULL;
}

void suite_options_usage(FILE *stream) {
  fprintf(stream,
          "usage: tenon-conformance PLUGIN.so [options]\n"
          "       tenon-conformance COMMAND [arguments]\n\n");
  option_table_print(&suite_option_table, stream);
  fputs("\nCommands; tenon-conformance COMMAND --help tells more:\n", stream);
  command_list(stream);
  fputs(
      "\nA case is named GROUP.NAME or GROUP.NAME#SEED, as --list and every failure print it. With "
      "another seed\nthan the run's it gets other random data.\n"
      "\nExit status:\n",
      stream);
  suite_exit_list(stream);
}

static bool take_library(void *out, const char *argument) {
  suite_options *options = out;
  if (options->library) return option_complain("argument", argument, "one library");
  options->library = argument;
  return true;
}

static void split_properties(suite_options *options) {
  for (uint32_t i = 0; i < options->given_count; i++) {
    const char *text = options->given[i], *equals = strchr(text, '=');
    tn_map_entry *entry = &options->properties[options->property_count++];
    entry->key = tn_string_make(text, (uint64_t)(equals - text));
    entry->value = tn_value_of_string(tn_string_from(equals + 1));
  }
}

bool suite_options_parse(int argc, char **argv, suite_options *out) {
  memset(out, 0, sizeof *out);
  out->arguments = argv;
  out->jobs = 1;
  out->seed = 1;
  if (!option_table_parse(&suite_option_table, argc - 1, argv + 1, out, take_library)) return false;
  split_properties(out);
  if (out->in_process && out->case_count != 1)
    return option_complain("--in-process", "no single case", "one --case ID");
  if (out->resume && !out->jsonl)
    return option_complain("--resume", "no file", "a file of --jsonl to go on with");
  return out->library || out->list || out->explain ||
         option_complain("arguments", "nothing", "the path of a plugin");
}
