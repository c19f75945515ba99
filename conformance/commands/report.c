/* tenon-conformance report: files to read, of JSON lines that are there already. */
#include <errno.h>
#include <string.h>

#include "commands/command.h"
#include "report/report.h"
#include "report/run_file.h"

struct arguments {
  const char *lines, *junit, *tap, *html;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, TEXT, junit, "--junit", HOW, "F", "write JUnit XML"),
    OPTION_ROW(struct arguments, TEXT, tap, "--tap", HOW, "F", "write TAP, version 14"),
    OPTION_ROW(struct arguments, TEXT, html, "--html", HOW, "F", "write a report to read"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->lines, argument, "one file of JSON lines");
}

static int complain(const char *path) {
  fprintf(stderr, "tenon-conformance: %s: cannot be written: %s\n", path, strerror(errno));
  return EXIT_SUITE;
}

static int write_one(FILE *lines, const char *path, void (*write)(FILE *lines, FILE *out)) {
  if (!path) return EXIT_PASSED;
  FILE *out = fopen(path, "we");
  if (!out) return complain(path);
  write(lines, out);
  bool failed = fflush(out) != 0 || ferror(out);
  failed = fclose(out) != 0 || failed;
  return failed ? complain(path) : EXIT_PASSED;
}

static int write_all(const struct arguments *given, FILE *lines) {
  int status = write_one(lines, given->junit, report_write_junit);
  if (status == EXIT_PASSED) status = write_one(lines, given->tap, report_write_tap);
  if (status == EXIT_PASSED) status = write_one(lines, given->html, report_write_html);
  return status;
}

TN_COMMAND(report, "RUN.jsonl [options]", "makes reports of a run that was written with --jsonl",
           "Exit status: 0 done; 2 wrong usage, or no finished run in the file; 4 cannot write\n",
           &table) {
  struct arguments given = {.lines = NULL};
  run_file run;
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.lines) return command_misused(self, "no file of JSON lines");
  if (!given.junit && !given.tap && !given.html)
    return command_misused(self, "none of --junit, --tap and --html");
  if (!run_file_load(&run, given.lines)) return EXIT_USAGE;
  const bool finished = run.verdict != NULL;
  run_file_close(&run);
  if (!finished) return command_misused(self, "%s: the run has no verdict", given.lines);
  FILE *lines = fopen(given.lines, "re");
  if (!lines) return command_misused(self, "%s: %s", given.lines, strerror(errno));
  int status = write_all(&given, lines);
  fclose(lines);
  return status;
}
