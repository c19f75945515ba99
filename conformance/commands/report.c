/* tenon-conformance report: files to read, of JSON lines that are there already. */
#include <errno.h>
#include <string.h>

#include "commands/command.h"
#include "report/outputs.h"
#include "report/run_file.h"

struct arguments {
  const char *lines, *junit, *tap, *html;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, OUTPUT, junit, "--junit", HOW, "F", "write JUnit XML"),
    OPTION_ROW(struct arguments, OUTPUT, tap, "--tap", HOW, "F", "write TAP, version 14"),
    OPTION_ROW(struct arguments, OUTPUT, html, "--html", HOW, "F", "write a report to read"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->lines, argument, "one file of JSON lines");
}

static int write_all(const struct arguments *given, FILE *lines) {
  outputs made = {
      .paths = {
          [OUTPUT_JUNIT] = given->junit, [OUTPUT_TAP] = given->tap, [OUTPUT_HTML] = given->html}};
  const bool written = outputs_open(&made) && outputs_write(&made, lines);
  return outputs_close(&made) && written ? EXIT_PASSED : EXIT_SUITE;
}

TN_COMMAND(report, "RUN.jsonl [options]", "makes reports of a run that was written with --jsonl",
           "Exit status: 0 done; 2 wrong usage, no finished run in the file, or one whose\n"
           "verdict does not follow from its cases; 4 cannot write\n",
           &table) {
  struct arguments given = {.lines = NULL};
  run_file run;
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.lines) return command_misused(self, "no file of JSON lines");
  if (!given.junit && !given.tap && !given.html)
    return command_misused(self, "none of --junit, --tap and --html");
  if (!run_file_load(&run, given.lines)) return EXIT_USAGE;
  const bool finished = run.verdict != NULL, follows = run_file_verdict_follows(&run);
  run_file_close(&run);
  if (!finished) return command_misused(self, "%s: the run has no verdict", given.lines);
  if (!follows)
    return command_misused(self, "%s: the verdict is not the one that follows from the cases",
                           given.lines);
  FILE *lines = fopen(given.lines, "re");
  if (!lines) return command_misused(self, "%s: %s", given.lines, strerror(errno));
  int status = write_all(&given, lines);
  fclose(lines);
  return status;
}
