#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/registry.h"
#include "engine/run.h"
#include "engine/worker.h"
#include "report/report.h"

/* Exit statuses; see suite_options_usage. */
enum {
  EXIT_PASSED = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
  EXIT_NO_PLUGIN = 3,
  EXIT_SUITE = 4,
  EXIT_NO_DEVICE = 5
};

static int list_cases(const suite_options *options) {
  suite_cases cases;
  if (!cases_select(options, &cases)) return EXIT_USAGE;
  for (uint32_t i = 0; i < cases.count; i++) {
    char clause[SUITE_CLAUSE_NAME_SIZE];
    const suite_case *item = &cases.items[i];
    printf("%-58s %-22s L%u  %-14s %s\n", item->id, suite_clause_name(item->clause, clause),
           item->level, item->capability, item->text);
  }
  cases_free(&cases);
  return EXIT_PASSED;
}

static int explain(const char *name) {
  const suite_clause *clause = suite_clause_named(name);
  if (!clause) {
    fprintf(
        stderr,
        "tenon-conformance: --explain: '%s' is no clause; --list names those that are checked\n",
        name);
    return EXIT_USAGE;
  }
  printf("%s  level L%u, binds the %s, capability %s\n\n%s\n\nWhy: %s\n", name, clause->level,
         clause->binds, clause->capability, clause->text, clause->reason);
  for (uint32_t i = 0; i < suite_check_count(); i++)
    if (suite_check_at(i)->clause == clause->id)
      printf("Checked by %s: %s\n", suite_check_at(i)->name, suite_check_at(i)->text);
  return EXIT_PASSED;
}

/* Why nothing can be tested, as an exit status; EXIT_PASSED when it can. */
static int judge_probe(const suite_run *run, bool told) {
  const char *library = run->options->library;
  const worker_facts *facts = &run->facts;
  if (!told) {
    fprintf(stderr, "%s: %s\n", library, facts->message);
    return EXIT_FAILED;
  }
  switch (facts->outcome) {
    case PLUGIN_READY:
      return EXIT_PASSED;
    case PLUGIN_NOT_OPENED:
    case PLUGIN_NO_SYMBOL:
      fprintf(stderr, "%s: no plugin: %s\n", library, facts->message);
      return EXIT_NO_PLUGIN;
    case PLUGIN_NOT_CREATED:
      fprintf(stderr, "%s: the engine could not be made: %s\n", library, facts->message);
      return facts->status == TN_BACKEND_MISSING || facts->status == TN_BACKEND_VERSION
                 ? EXIT_NO_DEVICE
                 : EXIT_FAILED;
    case PLUGIN_OTHER_DEVICE:
      fprintf(stderr, "%s: --device: there is no device '%s'\n", library, run->options->device);
      return EXIT_USAGE;
    default:
      fprintf(stderr, "%s: the plugin reports no device\n", library);
      return EXIT_NO_DEVICE;
  }
}

static bool has_manifest(const char *library) {
  char path[4096];
  const char *dot = strrchr(library, '.'), *slash = strrchr(library, '/');
  const char *name = slash ? slash + 1 : library;
  if (!dot || strncmp(name, "lib", 3) != 0) return false;
  snprintf(path, sizeof path, "%.*s%.*s.json", (int)(name - library), library,
           (int)(dot - name - 3), name + 3);
  return access(path, R_OK) == 0;
}

static int run_all(suite_run *run) {
  const suite_options *options = run->options;
  report *reports = report_open(run);
  if (!reports) return EXIT_SUITE;
  run->listener = report_case;
  run->user = reports;
  for (uint32_t i = 0; i < run->cases->count; i++)
    case_decide(&run->cases->items[i], &run->facts, has_manifest(options->library));
  bool ran = options->in_process ? run_in_process(run) : run_cases(run);
  report_totals totals = report_close(reports);
  if (!ran || totals.broken) return EXIT_SUITE;
  return totals.failed || totals.passed == 0 ? EXIT_FAILED : EXIT_PASSED;
}

static int supervise(const suite_options *options, char **argv) {
  suite_cases cases;
  suite_run run = {.options = options, .argv = argv, .cases = &cases};
  if (access(options->library, R_OK) != 0) {
    fprintf(stderr, "%s: ", options->library);
    perror("cannot be read");
    return EXIT_NO_PLUGIN;
  }
  if (!cases_select(options, &cases)) return EXIT_USAGE;
  int status = judge_probe(&run, run_probe(&run));
  if (status == EXIT_NO_DEVICE && options->expect_no_device)
    status = EXIT_PASSED;
  else if (status == EXIT_PASSED)
    status = run_all(&run);
  cases_free(&cases);
  return status;
}

int main(int argc, char **argv) {
  suite_options options;
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    suite_options_usage(stdout);
    return EXIT_PASSED;
  }
  if (!suite_options_parse(argc, argv, &options)) {
    suite_options_usage(stderr);
    return EXIT_USAGE;
  }
  suite_registry_open();
  if (options.worker) return worker_main(&options);
  if (options.explain) return explain(options.explain);
  if (options.list) return list_cases(&options);
  return supervise(&options, argv);
}
