#include "engine/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name of a check without the group that it begins with. */
static const char *short_name(const test_check *check) {
  size_t length = strlen(check->group);
  if (strncmp(check->name, check->group, length) == 0 && check->name[length] == '_')
    return check->name + length + 1;
  return check->name;
}

static void make_check(suite_case *self, uint32_t index, uint64_t seed) {
  const test_check *check = suite_check_at(index);
  const suite_clause *clause = suite_clause_find(check->clause);
  memset(self, 0, sizeof *self);
  self->check = check;
  self->index = index;
  self->seed = seed;
  self->group = check->group;
  self->text = check->text;
  self->clause = check->clause;
  self->level = clause->level;
  self->capability = clause->capability;
  snprintf(self->id, sizeof self->id, "%s.%s#%llu", check->group, short_name(check),
           (unsigned long long)seed);
}

static void make_node(suite_case *self, uint32_t index) {
  memset(self, 0, sizeof *self);
  self->node = node_tests_at(index);
  self->index = index;
  self->group = "onnx";
  self->text = "the outputs are those of the ONNX project's node test";
  self->clause = TNI_CLAUSE(OPERATOR, 2);
  self->level = 3;
  self->capability = "OPERATORS";
  snprintf(self->id, sizeof self->id, "onnx.%.200s", self->node->name);
}

/* Whether two ids, with or without "#seed", name one case. */
static bool is_same_case(const char *a, const char *b) {
  size_t length = strcspn(a, "#");
  return strcspn(b, "#") == length && strncmp(a, b, length) == 0;
}

/* An id with or without "#seed". */
static bool is_named(const suite_case *self, const char *name) {
  return is_same_case(self->id, name) && (!strchr(name, '#') || strcmp(self->id, name) == 0);
}

static bool is_selected(const suite_case *self, const suite_options *options) {
  if (options->level && self->level > options->level) return false;
  bool in_group = options->group_count == 0, named = options->case_count == 0;
  for (uint32_t i = 0; i < options->group_count; i++)
    in_group = in_group || strcmp(options->groups[i], self->group) == 0;
  for (uint32_t i = 0; i < options->case_count; i++)
    named = named || is_named(self, options->cases[i]);
  return in_group && named;
}

/* The seed written behind the name of a selected case, so that a printed id repeats just that case.
 */
static uint64_t selected_seed(const suite_options *options, const char *id) {
  for (uint32_t i = 0; i < options->case_count; i++) {
    const char *hash = strchr(options->cases[i], '#');
    if (hash && is_same_case(options->cases[i], id)) return strtoull(hash + 1, NULL, 10);
  }
  return options->seed;
}

/* --- what was selected must mean something ------------------------------------------------------
 */

static bool group_exists(const char *name, const suite_cases *all) {
  for (uint32_t i = 0; i < all->count; i++)
    if (strcmp(all->items[i].group, name) == 0) return true;
  return false;
}

static const suite_case *find_case(const char *name, const suite_cases *all) {
  for (uint32_t i = 0; i < all->count; i++)
    if (is_named(&all->items[i], name)) return &all->items[i];
  return NULL;
}

static bool complain(const char *option, const char *name, const char *what) {
  fprintf(stderr, "tenon-conformance: %s: '%s' %s\n", option, name, what);
  return false;
}

/* Two seeds of one case cannot be run at once. */
static bool seeds_agree(const suite_options *options, uint32_t place) {
  for (uint32_t i = 0; i < place; i++)
    if (is_same_case(options->cases[i], options->cases[place]) &&
        strcmp(options->cases[i], options->cases[place]) != 0)
      return complain("--case", options->cases[place],
                      "is given with two seeds; run them one by one");
  return true;
}

static bool all_meant(const suite_options *options, const suite_cases *all) {
  for (uint32_t i = 0; i < options->group_count; i++)
    if (!group_exists(options->groups[i], all))
      return complain("--group", options->groups[i], "is no group; --list names them");
  for (uint32_t i = 0; i < options->case_count; i++) {
    if (!seeds_agree(options, i)) return false;
    const suite_case *item = find_case(options->cases[i], all);
    if (!item) return complain("--case", options->cases[i], "is no case; --list names them");
    if (!is_selected(item, options))
      return complain("--case", options->cases[i], "is left out by --group or --level");
  }
  return true;
}

/* Keeps those that are selected. */
static bool keep_selected(const suite_options *options, suite_cases *cases) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < cases->count; i++)
    if (is_selected(&cases->items[i], options)) cases->items[count++] = cases->items[i];
  cases->count = count;
  if (count == 0)
    fprintf(stderr,
            "tenon-conformance: --group and --level together select no case; --list names "
            "all\n");
  return count > 0;
}

bool cases_select(const suite_options *options, suite_cases *out) {
  uint32_t nodes = options->onnx_tests ? node_tests_open(options->onnx_tests) : 0;
  if (options->onnx_tests && nodes == 0)
    return complain("--onnx-tests", options->onnx_tests,
                    "has no folder with a model.onnx below it");
  out->count = 0;
  out->items = calloc((size_t)suite_check_count() + nodes, sizeof *out->items);
  if (!out->items) return complain("memory", "cases", "cannot be listed");
  for (uint32_t i = 0; i < suite_check_count(); i++) {
    suite_case *item = &out->items[out->count++];
    make_check(item, i, options->seed);
    make_check(item, i, selected_seed(options, item->id));
  }
  for (uint32_t i = 0; i < nodes; i++)
    make_node(&out->items[out->count++], i);
  if (all_meant(options, out) && keep_selected(options, out)) return true;
  cases_free(out);
  return false;
}

void cases_free(suite_cases *cases) {
  free(cases->items);
}

static int decide(suite_case *self, enum case_state state, const char *text) {
  self->result.state = state;
  self->result.clause = self->clause;
  snprintf(self->result.text, sizeof self->result.text, "%s", text);
  self->done = 1;
  return 1;
}

int case_decide(suite_case *self, const worker_facts *facts, bool has_manifest) {
  static const struct {
    uint32_t need;
    uint64_t capability;
    const char *text;
  } needs[] = {
      {TEST_NEEDS_IMPORT, TN_DEVICE_HAS_IMPORT, "the device does not declare import and export"},
      {TEST_NEEDS_REMOTE, TN_DEVICE_HAS_REMOTE, "the device does not declare remote contexts"},
      {TEST_NEEDS_STATES, TN_DEVICE_HAS_STATES, "the device does not declare states"},
      {TEST_NEEDS_DYNAMIC, TN_DEVICE_HAS_DYNAMIC, "the device does not declare dynamic shapes"},
      {TEST_NEEDS_PROFILING, TN_DEVICE_HAS_PROFILING, "the device does not declare profiling"},
  };
  if (!self->check) return 0;
  uint32_t need = self->check->needs;
  for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
    if ((need & needs[i].need) && !(facts->capabilities & needs[i].capability))
      return decide(self, CASE_UNSUPPORTED, needs[i].text);
  if ((need & TEST_NEEDS_UNLOADABLE) && !(facts->plugin_flags & TN_PLUGIN_UNLOADABLE))
    return decide(self, CASE_UNSUPPORTED, "the plugin does not declare that it can be unloaded");
  if ((need & TEST_NEEDS_MANIFEST) && !has_manifest)
    return decide(self, CASE_NOT_APPLICABLE, "there is no manifest beside the library");
  if ((need & TEST_NOT_VIRTUAL) && facts->device_type == TN_DEVICE_TYPE_VIRTUAL)
    return decide(self, CASE_NOT_APPLICABLE, "a device made of others hands on their objects");
  return 0;
}
