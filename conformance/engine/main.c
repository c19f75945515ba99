#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/platform/standard_streams.h"
#include "commands/command.h"
#include "engine/carrier.h"
#include "engine/citations.h"
#include "engine/descendants.h"
#include "engine/disguise.h"
#include "engine/environment.h"
#include "engine/exit_status.h"
#include "engine/library_file.h"
#include "engine/option_folders.h"
#include "engine/registry.h"
#include "engine/regular_file.h"
#include "engine/run.h"
#include "engine/selection.h"
#include "engine/setup.h"
#include "engine/worker.h"
#include "numbers/profile.h"
#include "report/report.h"

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
  const suite_citation *citation = suite_citation_find(name);
  const char *section = suite_guide_section(clause->id);
  if (citation) printf("Header: %s\n", citation->place);
  if (section) printf("Guide: %s\n", section);
  return EXIT_PASSED;
}

static int end_of_creation(const worker_facts *facts) {
  const bool backend = facts->status == TN_BACKEND_MISSING || facts->status == TN_BACKEND_VERSION;
  return backend ? EXIT_NO_DEVICE : EXIT_FAILED;
}

/* Why nothing can be tested, as an exit status, with the reason; EXIT_PASSED when it can. */
static int judge_facts(const suite_run *run, char *out, size_t size) {
  const worker_facts *facts = &run->facts;
  const char *message = facts->message;
  switch (facts->outcome) {
    case PLUGIN_READY:
      return EXIT_PASSED;
    case PLUGIN_NOT_OPENED:
    case PLUGIN_NO_SYMBOL:
      snprintf(out, size, "no plugin: %s", message);
      return EXIT_NO_PLUGIN;
    case PLUGIN_OTHER_FAILED:
      snprintf(out, size, "%s", message);
      return EXIT_NO_PLUGIN;
    case PLUGIN_NOT_CREATED:
      snprintf(out, size, "the engine could not be made: %s (%d): %s",
               tni_status_name(facts->status), facts->status,
               message[0] ? message : "the plugin gave no message");
      return end_of_creation(facts);
    case PLUGIN_OTHER_DEVICE:
      snprintf(out, size, "--device: there is no device '%s'; there are %s", run->options->device,
               message);
      return EXIT_USAGE;
    case PLUGIN_LONG_DEVICE:
      snprintf(out, size,
               "the id of the device begins '%.40s' and is longer than the %d bytes that "
               "the suite takes: choose another by --device",
               facts->device, SUITE_DEVICE_SIZE - 1);
      return EXIT_FAILED;
    case PLUGIN_BAD_PROPERTY:
      snprintf(out, size, "%s", message);
      return EXIT_USAGE;
    default:
      snprintf(out, size, "the plugin reports no device%s%s", message[0] ? ": " : "", message);
      return EXIT_NO_DEVICE;
  }
}

/* Finds out what the plugin is. Returns EXIT_PASSED when it can be tested; else the reason is told
 * on standard error and kept for the reports. */
static int probe(suite_run *run) {
  const suite_options *options = run->options;
  case_result *result = &run->probe.result;
  int status = EXIT_FAILED;
  if (run_probe(run)) {
    status = judge_facts(run, result->text, sizeof result->text);
    if (status == EXIT_PASSED) return status;
    result->state = status == EXIT_NO_DEVICE && options->expect_no_device ? CASE_PASS : CASE_FAIL;
  } else if (result->state == CASE_INFRA) {
    status = EXIT_SUITE;
  }
  fprintf(stderr, "%s: %s%s\n", options->library,
          run->facts.outcome ? "" : "opening it and asking for its devices: ", result->text);
  return status;
}

static bool has_manifest(const char *library) {
  char path[4096];
  return setup_find_manifest(library, path, sizeof path);
}

/* Marks what the profile asks for. */
static void require_profile(suite_run *run) {
  const char *profile = run_profile(run);
  for (uint32_t i = 0; profile && i < run->cases->count; i++) {
    suite_case *item = &run->cases->items[i];
    char name[CASE_ID_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(item->id, "#"), item->id);
    item->required = profile_requires(profile, name);
  }
}

/* Which cases there are, once it is known what the plugin is. */
static int choose_cases(suite_run *run) {
  const bool manifest = has_manifest(run->options->library);
  for (uint32_t i = 0; i < run->cases->count; i++)
    case_decide(&run->cases->items[i], &run->facts, manifest);
  if (!run_find_parameters(run)) return EXIT_SUITE;
  require_profile(run);
  const bool chosen =
      selection_is_meant(run->options, run->cases) && selection_keep(run->options, run->cases) &&
      (!run->options->repeat || cases_repeat(run->cases, run->options->repeat)) &&
      cases_are_unique(run->cases) && shards_keep(run->options, run->cases, &run->shards);
  return chosen ? EXIT_PASSED : EXIT_USAGE;
}

static bool library_can_be_read(const char *library) {
  uint64_t size;
  const char *why;
  const int file = regular_file_open(library, &size, &why);
  if (file < 0) fprintf(stderr, "%s: cannot be read: %s\n", library, why);
  if (file >= 0) close(file);
  return file >= 0;
}

static int list_cases(const suite_options *options, char **argv) {
  suite_cases cases;
  process_family family = {.argv = argv};
  suite_run run = {.options = options, .family = &family, .cases = &cases};
  if (options->library && !library_can_be_read(options->library)) return EXIT_NO_PLUGIN;
  if (!cases_list(options, &cases)) return EXIT_USAGE;
  int status = selection_is_meant(options, &cases) ? EXIT_PASSED : EXIT_USAGE;
  if (status == EXIT_PASSED && options->library) status = probe(&run);
  if (status == EXIT_PASSED && options->library) status = choose_cases(&run);
  if (status == EXIT_PASSED && !options->library && !selection_keep(options, &cases))
    status = EXIT_USAGE;
  for (uint32_t i = 0; i < cases.count && status == EXIT_PASSED; i++) {
    char clause[SUITE_CLAUSE_NAME_SIZE];
    const suite_case *item = &cases.items[i];
    printf("%-58s %-22s L%u  %-14s %s\n", item->id, suite_clause_name(item->clause, clause),
           item->level, item->capability, item->text);
  }
  run_clear(&run);
  cases_free(&cases);
  return status;
}

/* Runs the cases, or tells why not; returns the exit status. */
static int run_all(suite_run *run, report *reports, int probed) {
  const suite_options *options = run->options;
  if (probed != EXIT_PASSED) {
    report_probe(reports);
    return probed == EXIT_NO_DEVICE && options->expect_no_device ? EXIT_PASSED : probed;
  }
  run->listener = report_case;
  run->user = reports;
  bool ran = options->in_process ? run_in_process(run) : run_cases(run);
  return ran ? EXIT_PASSED : EXIT_SUITE;
}

static int supervise_cases(suite_run *run) {
  if (!selection_is_meant(run->options, run->cases)) return EXIT_USAGE;
  const int probed = probe(run), chosen = probed == EXIT_PASSED ? choose_cases(run) : EXIT_PASSED;
  if (chosen != EXIT_PASSED) return chosen;
  if (probed == EXIT_USAGE) return probed; /* says nothing of the plugin */
  report *reports;
  const int opened = report_open(run, &reports);
  if (opened != EXIT_PASSED) return opened;
  const int status = run_all(run, reports, probed);
  const report_totals totals = report_close(reports, status != EXIT_SUITE || probed == EXIT_SUITE);
  if (totals.broken || run->is_worker_lost) return EXIT_SUITE;
  if (status == EXIT_PASSED && (totals.failed || totals.refused || totals.passed == 0))
    return EXIT_FAILED;
  return status;
}

/* The workers inherit it; this process has loaded what it needs. */
static bool preload(const char *library) {
  const char *others = getenv("LD_PRELOAD");
  char all[8192];
  library_file file;
  if (!library_file_open(&file, library)) {
    fprintf(stderr, "tenon-conformance: --preload: %s\n", file.why);
    return false;
  }
  library_file_close(&file);
  const int length = snprintf(all, sizeof all, "%s%s%s", library, others && others[0] ? ":" : "",
                              others ? others : "");
  return length > 0 && (size_t)length < sizeof all && setenv("LD_PRELOAD", all, 1) == 0;
}

static int supervise(const suite_options *options, char **argv) {
  suite_cases cases;
  process_family family = {.argv = argv};
  suite_run run = {.options = options, .family = &family, .cases = &cases};
  if (!library_can_be_read(options->library)) return EXIT_NO_PLUGIN;
  int status = option_folders_prepare(options);
  if (status != EXIT_PASSED) return status;
  errno = 0;
  if (!cases_list(options, &cases)) return errno == ENOMEM ? EXIT_SUITE : EXIT_USAGE;
  char today[32];
  environment_time(today, sizeof today);
  today[10] = 0; /* the day alone */
  status = EXIT_USAGE;
  descendants_adopt(&family.before);
  family.adopts = true;
  if (!options->expect || excuses_load(&run.excuses, options->expect, today))
    status = supervise_cases(&run);
  descendants_end_adopted(&family.before);
  run_clear(&run);
  cases_free(&cases);
  return status;
}

static bool knows_profile(const char *profile) {
  char names[256];
  if (!profile || profile_exists(profile)) return true;
  profile_names(names, sizeof names);
  fprintf(stderr, "tenon-conformance: --profile: there is no profile '%s'; there are %s\n", profile,
          names);
  return false;
}

int main(int argc, char **argv) {
  suite_options options;
  tni_standard_streams_reserve();
  if (argc > 2 && strcmp(argv[argc - 2], "--worker") == 0) argv = disguise_arguments(argc, argv);
  const suite_command *command = argc > 1 ? command_find(argv[1]) : NULL;
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    suite_options_usage(stdout);
    return suite_exit_printed(EXIT_PASSED);
  }
  if (command) {
    suite_registry_open();
    return suite_exit_printed(command_run(command, argc - 2, argv + 2));
  }
  if (!suite_options_parse(argc, argv, &options)) {
    fprintf(stderr, "tenon-conformance --help tells how it is used\n");
    return EXIT_USAGE;
  }
  suite_registry_open();
  if (!carrier_give(options.carrier) || !knows_profile(options.profile)) return EXIT_USAGE;
  if (options.worker) return worker_main(&options);
  /* A supervisor's memory holds what is expected: no plugin reads that. A debugger has to read that
   * of a process which runs the case itself. */
  if (!options.in_process) prctl(PR_SET_DUMPABLE, 0);
  if (options.explain) return suite_exit_printed(explain(options.explain));
  if (options.list) return suite_exit_printed(list_cases(&options, argv));
  if (!shards_read_environment(&options)) return EXIT_USAGE;
  if (options.times && options.shard.count == 0) {
    option_complain("--times", options.times, "nothing: it is for --shard, which cuts by it");
    return EXIT_USAGE;
  }
  if (options.preload && !preload(options.preload)) return EXIT_USAGE;
  signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told of as a full disk is */
  return suite_exit_printed(supervise(&options, argv));
}
