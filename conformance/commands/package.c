/* tenon-conformance package: puts a submission together. */
#include "certification/package.h"

#include "commands/command.h"

struct arguments {
  const char *library, *document, *lines, *out;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, INPUT, document, "--document", SUBJECT, "F",
               "the report or certificate"),
    OPTION_ROW(struct arguments, INPUT, lines, "--lines", SUBJECT, "F",
               "the JSON lines of its run"),
    OPTION_ROW(struct arguments, OUTPUT, out, "--out", HOW, "DIR", "the new folder"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->library, argument, "one plugin");
}

TN_COMMAND(
    package, "PLUGIN.so --document F --lines F --out DIR",
    "puts a report or certificate, its run and the plugin into a folder to submit",
    "The files that the plugin ships are those of the run: the library, its manifest beside it, "
    "and\n"
    "what the manifest lists. Each has to be what it was in the run.\n"
    "\n"
    "Exit status: 0 done, 2 wrong usage, 4 a file is not there, differs, or cannot be written\n",
    &table) {
  struct arguments given = {.library = NULL};
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.library || !given.document || !given.lines || !given.out)
    return command_misused(self, "a plugin, --document, --lines and --out are needed");
  return package_write(given.out, given.document, given.lines, given.library) ? EXIT_PASSED
                                                                              : EXIT_SUITE;
}
