/* Checks of query: its answers, and that they hold for compile. */
#define TN_GROUP "query"
#include <math.h>
#include <string.h>

#include "base/value.h"
#include "engine/altered.h"
#include "engine/check.h"
#include "engine/computed.h"
#include "engine/observe.h"

/* Every model that query is asked about. */
static const char *const models[] = {"carrier",
                                     "relu_f32",
                                     "conv_f32",
                                     "relu_f16",
                                     "relu_i32",
                                     "add_f32",
                                     "network_f32",
                                     "relu_dynamic",
                                     "chain",
                                     "two_inputs_two_outputs",
                                     "output_read_again",
                                     "multiply_add",
                                     "convolution_activation",
                                     "unknown_operator",
                                     "newer_version",
                                     "no_nodes",
                                     "constant_output",
                                     "accumulator",
                                     "concat_dynamic",
                                     NULL};

enum { MODELS = sizeof models / sizeof *models - 1 };

/* Asks about a model of the list; NULL after recording why not. */
static tn_model *ask(test *t, const char *name, seen_answers *answers) {
  tn_model *model = test_model(t, name);
  EXPECT_THAT(model != NULL, "the suite has the model %s", name);
  if (!model) return NULL;
  tn_status status = see_query(t, t->plugin, model, NULL, answers, &t->error);
  EXPECT_THAT(status == TN_OK, "query of %s succeeds; it gave %s", name, tni_status_name(status));
  return status == TN_OK ? model : NULL;
}

static uint32_t count_supported(const seen_answers *answers) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < answers->count; i++)
    count += answers->items[i]->supported ? 1 : 0;
  return count;
}

/* --- for which models a check is run */

static void find_model(test *t, test_parameters *found, const char *name,
                       bool (*wanted)(const seen_answers *answers)) {
  seen_answers answers;
  tn_model *model = test_model(t, name);
  if (!model) return;
  const tn_status status = see_query(t, t->plugin, model, NULL, &answers, NULL);
  if (status != TN_OK)
    computed_miss(found, name, status);
  else if (wanted(&answers))
    test_add_parameter(found, tn_string_from(name));
}

static void find_models(test *t, test_parameters *found,
                        bool (*wanted)(const seen_answers *answers)) {
  for (uint32_t m = 0; m < MODELS; m++)
    find_model(t, found, models[m], wanted);
}

static bool supports_some(const seen_answers *answers) {
  return count_supported(answers) > 0;
}

static bool refuses_some(const seen_answers *answers) {
  return count_supported(answers) < answers->count;
}

static void find_supported(test *t, test_parameters *found) {
  find_models(t, found, supports_some);
}

/* With one of more nodes than have all their subsets tried. */
static void find_divisible(test *t, test_parameters *found) {
  find_supported(t, found);
  find_model(t, found, "long_running", supports_some);
}

static void find_refused(test *t, test_parameters *found) {
  find_models(t, found, refuses_some);
}

TN_CHECK_WITH(query_every_node_once, QUERY, 1, 0, "query answers for every node exactly once",
              .names = models) {
  seen_answers answers;
  tn_model *model = ask(t, t->parameter, &answers);
  if (!model) return;
  EXPECT_THAT(answers.calls == 1, "query of %s calls its sink once", t->parameter);
  EXPECT_THAT(answers.count == model->graph->node_count,
              "query of %s answers for %u nodes; it answers %u times", t->parameter,
              model->graph->node_count, answers.count);
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    uint32_t found = 0;
    for (uint32_t j = 0; j < answers.count; j++)
      found += tn_string_equal(answers.items[j]->name, model->graph->nodes[i]->name) ? 1 : 0;
    EXPECT_THAT(found == 1, "query of %s answers once for the node %.*s; it does %u times",
                t->parameter, TNI_TEXT(model->graph->nodes[i]->name), found);
  }
}

TN_CHECK(query_fused_by_plugin, QUERY, 2, 0,
         "nodes that the plugin fuses are answered by their own names") {
  static const char *const fusible[] = {"multiply_add", "convolution_activation"};
  uint32_t tried = 0;
  for (size_t m = 0; m < 2; m++) {
    seen_answers answers;
    tn_model *model = ask(t, fusible[m], &answers);
    if (!model || count_supported(&answers) != model->graph->node_count) continue;
    tried++;
    for (uint32_t i = 0; i < model->graph->node_count; i++)
      EXPECT_THAT(answer_for(&answers, model->graph->nodes[i]->name) != NULL,
                  "query of %s answers for the node %.*s", fusible[m],
                  TNI_TEXT(model->graph->nodes[i]->name));
    tn_infer_request *request = test_request(t, test_compile(t, fusible[m]));
    uint64_t seed = test_random(t);
    if (!request || !test_set_inputs(t, request, fusible[m], seed, 4)) continue;
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, fusible[m], seed, 4);
  }
  if (!tried) NOT_APPLICABLE("no model with nodes that are likely to be fused is supported");
}

TN_CHECK_WITH(query_costs, QUERY, 13, 0,
              "a node's cost is a finite number of seconds, or negative without an estimate",
              .names = models) {
  seen_answers answers;
  if (!ask(t, t->parameter, &answers)) return;
  for (uint32_t i = 0; i < answers.count; i++) {
    const double cost = answers.items[i]->cost;
    EXPECT_THAT(isfinite(cost), "the cost of the node %.*s is a number, not %g",
                TNI_TEXT(answers.items[i]->name), cost);
  }
}

static bool names_device(const seen_devices *devices, tn_string id) {
  for (uint32_t i = 0; i < devices->count; i++)
    if (tn_string_equal(devices->items[i]->id, id)) return true;
  return false;
}

TN_CHECK_WITH(query_answers, QUERY, 7, 0,
              "an unsupported node has a reason and a text; a supported one has none",
              .names = models) {
  uint32_t refused = 0;
  seen_answers answers;
  if (!ask(t, t->parameter, &answers)) return;
  for (uint32_t i = 0; i < answers.count; i++) {
    const tn_node_support *a = answers.items[i];
    EXPECT_THAT(a->supported <= 1, "supported is 0 or 1 for %.*s", TNI_TEXT(a->name));
    EXPECT_THAT(is_utf8(a->reason_text), "the reason for %.*s is UTF-8", TNI_TEXT(a->name));
    refused += a->supported ? 0 : 1;
    if (a->supported)
      EXPECT_THAT(a->reason == TN_REASON_NONE && a->reason_text.length == 0,
                  "the supported node %.*s has no reason against it", TNI_TEXT(a->name));
    else
      EXPECT_THAT(a->reason != TN_REASON_NONE && a->reason_text.length > 0,
                  "the unsupported node %.*s of %s has a reason and a text", TNI_TEXT(a->name),
                  t->parameter);
  }
  test_about(t, TNI_CLAUSE(OPERATOR, 1));
  if (strcmp(t->parameter, "unknown_operator") == 0)
    EXPECT(refused > 0); /* it holds a node that nobody has */
}

TN_CHECK_WITH(query_names_device, QUERY, 8, 0,
              "a supported node names a device of the enumeration, an unsupported one none",
              .names = models) {
  seen_devices devices;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  seen_answers answers;
  if (!ask(t, t->parameter, &answers)) return;
  for (uint32_t i = 0; i < answers.count; i++) {
    const tn_node_support *a = answers.items[i];
    EXPECT_THAT(a->supported ? names_device(&devices, a->device) : a->device.length == 0,
                "the node %.*s of %s names %s", TNI_TEXT(a->name), t->parameter,
                a->supported ? "a device that is enumerated" : "no device");
    EXPECT_THAT(!a->supported || tn_string_equal(a->device, t->device) || !(t->device.length),
                "asked about device %.*s, query answers for it", TNI_TEXT(t->device));
  }
}

static bool same_answers(const seen_answers *a, const seen_answers *b, bool with_names) {
  if (a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    const tn_node_support *x = a->items[i], *y = b->items[i];
    if (with_names) y = answer_for(b, x->name);
    if (!y || x->supported != y->supported || x->group != y->group || x->reason != y->reason ||
        !tn_string_equal(x->device, y->device))
      return false;
  }
  return true;
}

TN_CHECK_WITH(query_is_deterministic, QUERY, 5, 0, "query repeated gives the same answers",
              .names = models) {
  seen_answers first, second;
  tn_model *model = ask(t, t->parameter, &first);
  if (!model) return;
  for (int i = 0; i < 3; i++) {
    EXPECT_OK(see_query(t, t->plugin, model, NULL, &second, &t->error));
    EXPECT_THAT(same_answers(&first, &second, true), "query of %s gives the same again",
                t->parameter);
  }
}

TN_CHECK(query_after_other_calls, QUERY, 5, 0,
         "query gives the same answers after compiles, inferences and failures") {
  seen_answers before[MODELS], after;
  for (uint32_t m = 0; m < MODELS; m++)
    if (!ask(t, models[m], &before[m])) return;
  tn_infer_request *request = test_carrier_request(t);
  tn_compiled_model *none = NULL;
  tn_model *refused = test_model(t, "unknown_operator");
  REQUIRE(request && refused);
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_FAILURE(tn_plugin_compile(t->plugin, t->device, refused, NULL, &none, &t->error));
  for (uint32_t m = 0; m < MODELS; m++)
    if (ask(t, models[m], &after))
      EXPECT_THAT(same_answers(&before[m], &after, true), "query of %s gives the same later",
                  models[m]);
}

/* What every property of the plugin and its device reads, in one line each. */
static uint32_t read_properties(test *t, const seen_properties *declared, const char **out) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < declared->count; i++)
    for (uint32_t device = 0; device < 2; device++) {
      const tn_property *p = declared->items[i];
      const uint32_t level = device ? TN_LEVEL_DEVICE : TN_LEVEL_PLUGIN;
      property_place place = {"", level, t->plugin, device ? t->device : TN_STRING(""), NULL};
      seen_value value;
      if (!(p->levels & level) || p->flags & TN_PROPERTY_VOLATILE) continue;
      if (see_property(t, &place, p->name, &value, NULL) != TN_OK) continue;
      char *line = test_alloc(t, 240);
      tni_value_print(&value.value, line, 240);
      out[count++] = line;
    }
  return count;
}

TN_CHECK(query_changes_nothing, QUERY, 6, 0,
         "query leaves host memory, properties and the model as they were") {
  seen_answers answers;
  seen_properties declared, again;
  counted_model *view = counted_model_create(t, t->setup->carrier);
  REQUIRE(view != NULL);
  long blocks = atomic_load(&t->host->blocks), tensors = atomic_load(&t->host->tensors);
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  const char **before = test_alloc(t, (2 * declared.count + 1) * sizeof *before);
  const char **after = test_alloc(t, (2 * declared.count + 1) * sizeof *after);
  const uint32_t read = read_properties(t, &declared, before);
  for (uint32_t m = 0; m < MODELS; m++)
    ask(t, models[m], &answers);
  EXPECT_OK(see_query(t, t->plugin, &view->base, NULL, &answers, &t->error));
  EXPECT(counted_model_references(view) == 1);
  EXPECT(atomic_load(&t->host->blocks) == blocks && atomic_load(&t->host->tensors) == tensors);
  REQUIRE_OK(see_properties(t, t->plugin, &again, &t->error));
  EXPECT(again.count == declared.count);
  EXPECT(read_properties(t, &declared, after) == read);
  for (uint32_t i = 0; i < read; i++)
    EXPECT_THAT(strcmp(before[i], after[i]) == 0, "a property reads %s as before query, not %s",
                before[i], after[i]);
}

/* --- answers and compile */

static bool node_is_supported(void *user, const tn_node *node) {
  const tn_node_support *answer = answer_for(user, node->name);
  return answer && answer->supported;
}

/* Compiles a model that was made of supported nodes. */
static void expect_compiles(test *t, tn_model *model, const char *what, const char *of) {
  tn_compiled_model *compiled = NULL;
  tn_error error;
  memset(&error, 0, sizeof error);
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &error);
  EXPECT_THAT(status == TN_OK, "%s of %s compiles; it gave %s: %.300s", what, of,
              tni_status_name(status), status == TN_OK ? "" : error.message);
  if (compiled) tn_compiled_model_destroy(compiled);
}

TN_CHECK_WITH(query_supported_compile_together, QUERY, 12, TEST_SLOW,
              "all nodes of a model that query supports compile together",
              .found = find_supported) {
  seen_answers answers;
  tn_model *model = ask(t, t->parameter, &answers);
  uint32_t supported = model ? count_supported(&answers) : 0;
  if (!supported) return;
  tn_model *part = supported == model->graph->node_count
                       ? model
                       : altered_part(t, t->parameter, node_is_supported, &answers);
  REQUIRE(part != NULL);
  expect_compiles(t, part, "the supported part", t->parameter);
}

/* A choice of the supported nodes of group 0. */
struct subset {
  const tn_graph *graph;
  uint32_t count;    /* nodes of group 0 */
  uint32_t *members; /* their places in the graph */
  bool *chosen;      /* per node of the graph */
};

static bool node_is_chosen(void *user, const tn_node *node) {
  const struct subset *subset = user;
  for (uint32_t i = 0; i < subset->graph->node_count; i++)
    if (tn_string_equal(subset->graph->nodes[i]->name, node->name)) return subset->chosen[i];
  return false;
}

static void find_group_0(test *t, const tn_graph *graph, const seen_answers *answers,
                         struct subset *out) {
  *out = (struct subset){graph, 0, test_alloc(t, graph->node_count * sizeof *out->members),
                         test_alloc(t, graph->node_count * sizeof *out->chosen)};
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node_support *answer = answer_for(answers, graph->nodes[i]->name);
    if (answer && answer->supported && answer->group == 0) out->members[out->count++] = i;
  }
}

/* Those members whose bits are set; behind the 64th they are drawn. False: none is in. */
static bool choose(test *t, struct subset *self, uint64_t bits) {
  bool some = false;
  for (uint32_t i = 0; i < self->count; i++) {
    const bool is_in = i < 64 ? bits >> i & 1 : test_random(t) % 2;
    self->chosen[self->members[i]] = is_in;
    some = some || is_in;
  }
  return some;
}

static void expect_subset_compiles(test *t, struct subset *self) {
  tn_model *part = altered_part(t, t->parameter, node_is_chosen, self);
  REQUIRE(part != NULL);
  expect_compiles(t, part, "a subset of the supported nodes", t->parameter);
}

/* As many on every machine: what a case asks follows from its seed alone. */
static void expect_drawn_subsets(test *t, struct subset *self) {
  enum { DRAWN = 16 };
  for (int i = 0; i < DRAWN; i++)
    if (choose(t, self, test_random(t))) expect_subset_compiles(t, self);
}

TN_CHECK_WITH(query_subsets_of_group_0, QUERY, 4, TEST_SLOW,
              "every subset of the supported nodes of group 0 compiles; of more than 8 nodes some "
              "that are drawn",
              .found = find_divisible, .revision = 3) {
  enum { MOST_WHOLE = 8 };
  struct subset subset;
  seen_answers answers;
  tn_model *model = ask(t, t->parameter, &answers);
  if (!model || count_supported(&answers) == 0) return;
  find_group_0(t, model->graph, &answers, &subset);
  if (subset.count == 0) NOT_APPLICABLE("no supported node is of group 0");
  if (subset.count > MOST_WHOLE) {
    expect_drawn_subsets(t, &subset);
    return;
  }
  for (uint64_t bits = (UINT64_C(1) << subset.count) - 1; bits; bits--)
    if (choose(t, &subset, bits)) expect_subset_compiles(t, &subset);
}

TN_CHECK_WITH(query_unsupported_is_refused, QUERY, 3, TEST_SLOW,
              "a model with an unsupported node compiles to right numbers or is refused cleanly",
              .found = find_refused) {
  seen_answers answers;
  tn_model *model = ask(t, t->parameter, &answers);
  tn_compiled_model *compiled = NULL;
  if (!model || count_supported(&answers) == model->graph->node_count) return;
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error);
  EXPECT_THAT(status == TN_OK || status == TN_UNSUPPORTED,
              "compile of %s, which query does not support, gives UNSUPPORTED; it gave %s",
              t->parameter, tni_status_name(status));
  if (!compiled) return;
  test_adopt_compiled_model(t, compiled);
  if (strcmp(t->parameter, "newer_version") == 0) return; /* judged by a case of its own */
  tn_infer_request *request = test_request(t, compiled);
  if (!request || !test_set_inputs(t, request, t->parameter, t->seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, t->parameter, t->seed, 4);
}

/* --- what must have no effect */

static void expect_no_effect(test *t, const char *what,
                             tn_status (*alter)(tni_model *model, void *user, tn_error *error)) {
  seen_answers before, after;
  const char *name = strcmp(t->parameter, "carrier") == 0 ? t->setup->carrier : t->parameter;
  if (!ask(t, t->parameter, &before)) return;
  tn_model *altered = altered_model(t, name, alter, NULL);
  REQUIRE(altered != NULL);
  EXPECT_OK(see_query(t, t->plugin, altered, NULL, &after, &t->error));
  EXPECT_THAT(same_answers(&before, &after, false), "%s have no effect on query of %s", what,
              t->parameter);
}

static const char *const with_constants[] = {"conv_f32", "network_f32", "convolution_activation",
                                             "constant_output", NULL};

TN_CHECK_WITH(query_constants_have_no_effect, QUERY, 9, 0,
              "constant values have no effect on support", .names = with_constants) {
  expect_no_effect(t, "values of constants", alter_constants);
}

TN_CHECK_WITH(query_names_have_no_effect, COMPILE, 12, 0,
              "names of nodes, values and models have no effect on support", .names = models) {
  expect_no_effect(t, "names", alter_names);
}

TN_CHECK(query_newer_version, OPERATOR, 1, 0,
         "a node of a version that the plugin cannot know is unsupported") {
  seen_answers answers;
  tn_model *model = ask(t, "newer_version", &answers);
  tn_compiled_model *compiled = test_poison();
  REQUIRE(model != NULL);
  EXPECT(count_supported(&answers) == 0);
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error),
                TN_UNSUPPORTED);
  EXPECT(compiled == test_poison());
}

static tn_status other_domain(tni_model *model, void *user, tn_error *error) {
  (void)user;
  TN_TRY(tni_model_set_operator_set(model, TN_STRING("nobody.example"), 1000, error));
  for (tni_node *node = model->graph->first_node; node; node = node->next)
    TN_TRY(tni_node_set_operator(node, TN_STRING("nobody.example"), node->view.operation,
                                 node->view.since_version, error));
  return TN_OK;
}

static tn_status older_version(tni_model *model, void *user, tn_error *error) {
  (void)user;
  for (tni_node *node = model->graph->first_node; node; node = node->next)
    TN_TRY(tni_node_set_operator(node, node->view.domain, node->view.operation, 1, error));
  return TN_OK;
}

TN_CHECK(query_other_domain, OPERATOR, 1, 0,
         "a node of another domain is unsupported, whatever its operator is called") {
  seen_answers answers;
  tn_model *model = altered_model(t, t->setup->carrier, other_domain, NULL);
  REQUIRE(model != NULL);
  EXPECT_OK(see_query(t, t->plugin, model, NULL, &answers, &t->error));
  EXPECT(answers.count > 0 && count_supported(&answers) == 0);
}

TN_CHECK(query_other_version, OPERATOR, 1, 0,
         "an operator of a version that is not the one the plugin knows is unsupported") {
  seen_answers answers;
  tn_model *model = altered_model(t, t->setup->carrier, older_version, NULL);
  tn_compiled_model *compiled = test_poison();
  REQUIRE(model != NULL);
  EXPECT_OK(see_query(t, t->plugin, model, NULL, &answers, &t->error));
  EXPECT(answers.count > 0);
  if (count_supported(&answers) == answers.count)
    NOT_APPLICABLE("the plugin knows version 1 of the carrier's operators");
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error),
                TN_UNSUPPORTED);
}
