#include "report/verdict.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "report/lines.h"

/* A verdict on cases that are told as {level, capability, clause, state}, ended by level 0. */
struct row {
  int level;
  const char *capability, *clause, *state;
};

static json_t *judge(const char *run, const struct row *rows) {
  verdict came;
  json_t *run_line = json_loads(run, 0, NULL);
  cr_assert(ne(ptr, run_line, NULL));
  verdict_begin(&came, run_line);
  for (; rows->level; rows++) {
    json_t *line = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "type", "case", "group", "g",
                             "level", rows->level, "capability", rows->capability, "clause",
                             rows->clause, "state", rows->state);
    verdict_add(&came, line);
    json_decref(line);
  }
  json_t *line = verdict_line(&came);
  verdict_end(&came);
  json_decref(run_line);
  return line;
}

#define WHOLE "{\"selection\": [], \"shard\": null, \"device\": {\"capabilities\": [\"STATES\"]}}"

static size_t levels(const char *run, const struct row *rows) {
  json_t *line = judge(run, rows);
  const size_t count = json_array_size(json_object_get(line, "levels"));
  json_decref(line);
  return count;
}

static const struct row good[] = {{1, "CORE", "TN_A_001", "PASS"},
                                  {2, "CORE", "TN_A_002", "PASS"},
                                  {2, "STATES", "TN_S_001", "UNSUPPORTED"},
                                  {0, NULL, NULL, NULL}};

Test(verdict_levels, names_levels_of_whole_runs) {
  cr_assert(eq(sz, levels(WHOLE, good), 2));
  cr_assert(eq(sz, levels("{\"selection\": [\"--level L2\"], \"shard\": null}", good), 2));
  cr_assert(eq(sz, levels("{\"selection\": [\"--group g\"], \"shard\": null}", good), 0));
  cr_assert(
      eq(sz, levels("{\"selection\": [], \"shard\": {\"index\": 1, \"count\": 2}}", good), 0));
  cr_assert(eq(sz, levels("{}", good), 0), "a run that does not say what was selected");
}

Test(verdict_levels, of_a_level_needs_all_below_it) {
  static const char *const states[] = {"FAIL",        "CRASH",  "EXPECTED",
                                       "UNSUPPORTED", "nobody", "NOT_RUN"};
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    const struct row rows[] = {{1, "CORE", "TN_A_001", "PASS"},
                               {1, "CORE", "TN_A_003", states[i]},
                               {2, "CORE", "TN_A_002", "PASS"},
                               {0, NULL, NULL, NULL}};
    cr_assert(eq(sz, levels(WHOLE, rows), 0), "%s", states[i]);
  }
}

Test(verdict_levels, takes_what_others_have_signed) {
  static const char *const states[] = {"WAIVED", "WITHDRAWN", "NOT_APPLICABLE"};
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    const struct row rows[] = {
        {1, "CORE", "TN_A_001", "PASS"}, {1, "CORE", "TN_A_003", states[i]}, {0, NULL, NULL, NULL}};
    cr_assert(eq(sz, levels(WHOLE, rows), 1), "%s", states[i]);
  }
}

Test(verdict_levels, need_every_mandatory_clause) {
  struct row rows[] = {{1, "CORE", "TN_A_001", "PASS"},
                       {2, "CORE", "TN_A_002", "UNSUPPORTED"},
                       {2, "CORE", "TN_A_003", "PASS"},
                       {0, NULL, NULL, NULL}};
  cr_assert(eq(sz, levels(WHOLE, rows), 1));
  rows[2].clause = "TN_A_002"; /* another case of the clause passes */
  cr_assert(eq(sz, levels(WHOLE, rows), 2));
  rows[1].level = rows[2].level = 1;
  cr_assert(eq(sz, levels(WHOLE, rows), 1));
  rows[2].clause = "TN_A_003";
  cr_assert(eq(sz, levels(WHOLE, rows), 0));
}

#define PROFILED                                                                           \
  "{\"selection\": [], \"shard\": null, \"device\": {\"capabilities\": []}, \"profile\": " \
  "{\"name\": \"FULL\"}}"

Test(verdict_levels, of_operators_needs_a_profile_and_stress_needs_operators) {
  const struct row rows[] = {{1, "CORE", "TN_A_001", "PASS"},
                             {2, "CORE", "TN_A_002", "PASS"},
                             {3, "CORE", "TN_A_003", "PASS"},
                             {4, "CORE", "TN_A_004", "PASS"},
                             {0, NULL, NULL, NULL}};
  cr_assert(eq(sz, levels(WHOLE, rows), 2));
  cr_assert(eq(sz, levels(PROFILED, rows), 4));
}

Test(verdict_levels, of_nothing_reaches_nothing) {
  const struct row none[] = {{0, NULL, NULL, NULL}};
  const struct row skipped[] = {{1, "CORE", "TN_A_001", "NOT_APPLICABLE"}, {0, NULL, NULL, NULL}};
  cr_assert(eq(sz, levels(WHOLE, none), 0));
  cr_assert(eq(sz, levels(WHOLE, skipped), 0));
}

Test(verdict_levels, counts_states_and_names_capabilities) {
  struct row rows[] = {{2, "STATES", "TN_S_001", "PASS"},
                       {2, "STATES", "TN_S_002", "UNSUPPORTED"},
                       {2, "REMOTE", "TN_R_001", "PASS"},
                       {2, "CORE", "TN_A_001", "TIMEOUT"},
                       {0, NULL, NULL, NULL}};
  json_t *line = judge(WHOLE, rows);
  cr_assert(eq(i64, json_integer_value(json_object_get(line, "passed")), 2));
  cr_assert(eq(i64, json_integer_value(json_object_get(line, "failed")), 1));
  cr_assert(eq(i64, json_integer_value(json_object_get(line, "skipped")), 1));
  cr_assert(
      eq(i64, json_integer_value(json_object_get(json_object_get(line, "states"), "TIMEOUT")), 1));
  cr_assert(eq(sz, json_array_size(json_object_get(line, "capabilities")), 1),
            "REMOTE is not declared");
  json_decref(line);
  rows[1].state = "EXPECTED";
  line = judge(WHOLE, rows);
  cr_assert(eq(sz, json_array_size(json_object_get(line, "capabilities")), 0));
  json_decref(line);
}

Test(verdict_levels, names_no_capability_where_cases_were_left_out) {
  static const struct row rows[] = {
      {1, "CORE", "TN_A_001", "PASS"}, {2, "STATES", "TN_S_001", "PASS"}, {0, NULL, NULL, NULL}};
  static const char device[] = "\"device\": {\"capabilities\": [\"STATES\"]}";
  static const struct {
    const char *cut;
    size_t named;
  } runs[] = {{"\"selection\": [], \"shard\": null", 1},
              {"\"selection\": [\"--next\"], \"shard\": null", 0},
              {"\"selection\": [\"--level L2\"], \"shard\": null", 0},
              {"\"selection\": [], \"shard\": {\"index\": 1, \"count\": 2}", 0}};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    char run[256];
    snprintf(run, sizeof run, "{%s, %s}", runs[i].cut, device);
    json_t *line = judge(run, rows);
    cr_assert(eq(sz, json_array_size(json_object_get(line, "capabilities")), runs[i].named), "%s",
              run);
    json_decref(line);
  }
}

Test(verdict_levels, are_judged_up_to_the_one_asked_for) {
  static const struct {
    const char *cut, *last;
  } runs[] = {{"\"selection\": [], \"shard\": null", "L4"},
              {"\"selection\": [\"--level L2\"], \"shard\": null", "L2"},
              {"\"selection\": [\"--group infer\"], \"shard\": null", "L0"},
              {"\"selection\": [], \"shard\": {\"index\": 1, \"count\": 2}", "L0"}};
  static const char *const levels[] = {"L1", "L2", "L3", "L4"};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    char text[256];
    snprintf(text, sizeof text, "{%s}", runs[i].cut);
    json_t *run = json_loads(text, 0, NULL);
    for (size_t j = 0; j < sizeof levels / sizeof *levels; j++)
      cr_assert(eq(int, verdict_judges_level(run, levels[j]), strcmp(levels[j], runs[i].last) <= 0),
                "%s %s", text, levels[j]);
    json_decref(run);
  }
}

/* Whether the first level that is missing is that one for that clause, and whether the run is one
 * in which the device refused what was asked for. */
static void expect_missing(const char *run, const struct row *rows, const char *level,
                           const char *clause, bool refuses) {
  json_t *run_line = json_loads(run, 0, NULL), *line = judge(run, rows);
  const json_t *missing = json_object_get(line, "missing");
  cr_assert(eq(str, (char *)lines_text(missing, "level"), (char *)level));
  cr_assert(eq(str, (char *)lines_text(missing, "clause"), (char *)clause));
  cr_assert(eq(int, lines_text(missing, "why")[0] != 0, level[0] != 0));
  cr_assert(eq(int, verdict_refuses(run_line, line), refuses), "%s %s", run, clause);
  json_decref(run_line);
  json_decref(line);
}

Test(verdict_levels, tell_which_is_missing_and_why) {
  struct row rows[] = {{1, "CORE", "TN_A_001", "PASS"},
                       {2, "CORE", "TN_A_002", "PASS"},
                       {2, "CORE", "TN_A_003", "PASS"},
                       {0, NULL, NULL, NULL}};
  expect_missing(WHOLE, rows, "", "", false);
  rows[1].state = "UNSUPPORTED";
  expect_missing(WHOLE, rows, "L2", "TN_A_002", false);
  expect_missing("{\"selection\": [\"--level L2\"], \"shard\": null}", rows, "L2", "TN_A_002",
                 true);
  expect_missing("{\"selection\": [\"--group g\"], \"shard\": null}", rows, "", "", false);
  rows[1].state = "FAIL";
  expect_missing(WHOLE, rows, "L2", "", false);
  rows[1].state = "EXPECTED";
  expect_missing(WHOLE, rows, "L2", "", false);
  rows[0].state = "UNSUPPORTED";
  rows[1].state = "PASS";
  rows[1].level = rows[2].level = 1;
  expect_missing(WHOLE, rows, "L1", "TN_A_001", true);
}

Test(verdict_levels, of_operators_are_missing_without_a_profile) {
  const struct row rows[] = {{1, "CORE", "TN_A_001", "PASS"},
                             {2, "CORE", "TN_A_002", "PASS"},
                             {3, "CORE", "TN_A_003", "PASS"},
                             {0, NULL, NULL, NULL}};
  expect_missing(WHOLE, rows, "L3", "", false);
  expect_missing(PROFILED, rows, "", "", false);
}

Test(verdict_levels, count_what_a_device_takes_of_operators) {
  static const char *const groups[] = {"operator", "quantized", "onnx", "infer"};
  verdict came;
  json_t *run_line = json_loads(WHOLE, 0, NULL);
  verdict_begin(&came, run_line);
  for (size_t i = 0; i < 8; i++) {
    json_t *line = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "type", "case", "group",
                             groups[i % 4], "level", 3, "capability", "OPERATORS", "clause",
                             "TN_A_001", "state", i < 4 ? "PASS" : "UNSUPPORTED");
    verdict_add(&came, line);
    json_decref(line);
  }
  cr_assert(eq(u32, came.operators.cases, 4));
  cr_assert(eq(u32, came.operators.passed, 2));
  cr_assert(eq(u32, came.operators.refused, 2));
  cr_assert(eq(u32, came.nodes.cases, 2));
  cr_assert(eq(u32, came.nodes.refused, 1));
  verdict_end(&came);
  json_decref(run_line);
}
