#include "report/report.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/registry.h"

/* A run with a case in every state, whose texts hold what a format could stumble over. Its files
 * are left in the build folder for scripts/check_reports, which reads them with other tools. */

#define FOLDER TENON_BUILD_DIR "/tests/reports"

static const char awkward[] = "asked <1> & \"2\", came ]]> '#' \\ # SKIP \xe2\x82\xac\x01\xff";

static void make_case(suite_case *item, enum case_state state) {
  const suite_clause *clause = suite_clause_named("TN_COMPILE_003");
  memset(item, 0, sizeof *item);
  item->group = state % 2 == 0 ? "compile" : "infer";
  snprintf(item->id, sizeof item->id, "%s.state_%d#1", item->group, (int)state);
  item->text = "what must <hold> # is & told";
  item->clause = clause->id;
  item->level = clause->level;
  item->capability = clause->capability;
  item->done = 1;
  item->revision = 1;
  item->result.state = state;
  item->result.clause = clause->id;
  item->result.seconds = 0.001 * (double)state;
  item->result.line = state == CASE_FAIL ? 12 : 0;
  if (state == CASE_PASS) return;
  snprintf(item->result.text, sizeof item->result.text, "%s", awkward);
  snprintf(item->result.notes, sizeof item->result.notes, "--- first\n...\n<second> & last");
}

static report_totals write_all(suite_run *run, suite_cases *cases) {
  report *reports = NULL;
  cr_assert(eq(int, report_open(run, &reports), 0));
  for (uint32_t i = 0; i < cases->count; i++)
    cr_assert(report_case(reports, &cases->items[i]));
  return report_close(reports, true);
}

Test(report, every_state_is_written) {
  suite_case items[CASE_STATE_COUNT];
  suite_cases cases = {.items = items, .count = CASE_STATE_COUNT};
  suite_options options = {.library = "folder/lib<odd> & 'quoted'.so",
                           .seed = 1,
                           .jsonl = FOLDER "/states.jsonl",
                           .junit = FOLDER "/states.xml",
                           .tap = FOLDER "/states.tap",
                           .html = FOLDER "/states.html"};
  suite_run run = {.options = &options, .cases = &cases};
  snprintf(run.facts.name, sizeof run.facts.name, "ODD <name> & \"more\"");
  snprintf(run.facts.version, sizeof run.facts.version, "1.0");
  snprintf(run.facts.device_name, sizeof run.facts.device_name, "A device");
  run.facts.capabilities = TN_DEVICE_HAS_STATES;
  suite_registry_open();
  mkdir(FOLDER, 0777);
  uint32_t failed = 0, skipped = 0;
  for (int i = 0; i < CASE_STATE_COUNT; i++) {
    make_case(&items[i], (enum case_state)i);
    failed += (uint32_t)case_state_failed((enum case_state)i);
    skipped += (uint32_t)case_state_skipped((enum case_state)i);
  }
  report_totals totals = write_all(&run, &cases);
  cr_assert(eq(u32, totals.passed, 1));
  cr_assert(eq(u32, totals.failed, failed));
  cr_assert(eq(u32, totals.skipped, skipped));
  cr_assert(eq(u32, totals.broken, 0));
}
