/* Checks of compile: ports, failures, models at the edge, progress. */
#define TN_GROUP "compile"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/altered.h"
#include "engine/computed.h"
#include "engine/observe.h"

TN_CHECK_WITH(compile_carrier, COMPILE, 1, 0, "a model that query accepts whole compiles",
              .revision = 2) {
  tn_model *view = test_model(t, "carrier");
  tn_compiled_model *model = NULL;
  NEED(view);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
}

static bool supports_named(test *t, const char *name) {
  return computed_supports(t, test_model(t, name));
}

/* --- ports ---------------------------------------------------------------------------------------
 */

static void expect_port(test *t, const tn_value_info *port, const tn_value_info *value,
                        const char *model) {
  EXPECT_THAT(tn_string_equal(port->name, value->name), "port %.*s of %s has its name; it has %.*s",
              TNI_TEXT(value->name), model, TNI_TEXT(port->name));
  EXPECT_THAT(port->type == value->type, "port %.*s of %s has the type %u; it has %u",
              TNI_TEXT(value->name), model, value->type, port->type);
  bool ranked = value->flags & TN_VALUE_HAS_RANK;
  EXPECT_THAT(!ranked || (port->flags & TN_VALUE_HAS_RANK && port->rank == value->rank),
              "port %.*s of %s has the rank %u", TNI_TEXT(value->name), model, value->rank);
  for (uint32_t i = 0; ranked && i < value->rank && i < port->rank; i++)
    EXPECT_THAT(port->dimensions[i].min == value->dimensions[i].min &&
                    port->dimensions[i].max == value->dimensions[i].max,
                "dimension %u of port %.*s of %s is the model's", i, TNI_TEXT(value->name), model);
}

static void expect_ports(test *t, const char *name) {
  tn_model *view = test_model(t, name);
  tn_compiled_model *model = test_compile(t, name);
  if (!view || !model) return;
  const tn_graph *graph = view->graph;
  const tn_port_list *ports = tn_compiled_model_ports(model);
  REQUIRE(ports != NULL);
  EXPECT(ports == tn_compiled_model_ports(model));
  REQUIRE(ports->input_count == graph->input_count && ports->output_count == graph->output_count);
  for (uint32_t i = 0; i < graph->input_count; i++)
    expect_port(t, ports->inputs[i], graph->inputs[i], name);
  for (uint32_t i = 0; i < graph->output_count; i++)
    expect_port(t, ports->outputs[i], graph->outputs[i], name);
}

/* Models whose ports are looked at, as far as query supports them. */
static void find_models_with_ports(test *t, test_parameters *found) {
  static const char *const models[] = {
      "carrier",           "relu_dynamic", "two_inputs_two_outputs",
      "output_read_again", "network_f32",  "concat_dynamic",
      "add_dynamic",       "relu_f16",     "relu_i32"};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    computed_find(t, found, models[i]);
}

TN_CHECK_WITH(
    compile_ports, COMPILE, 2, 0,
    "a compiled model reports the model's inputs and outputs with names, types, dimensions",
    .found = find_models_with_ports) {
  expect_ports(t, t->parameter);
}

/* --- failures ------------------------------------------------------------------------------------
 */

TN_CHECK(compile_failed_leaves_out, COMPILE, 3, 0, "a failed compile leaves *out untouched") {
  tn_compiled_model *out = test_poison();
  tn_model *model = test_model(t, "unknown_operator");
  NEED(model);
  EXPECT_FAILURE(tn_plugin_compile(t->plugin, t->device, model, NULL, &out, &t->error));
  EXPECT(out == test_poison());
}

TN_CHECK(compile_names_node_and_operator, COMPILE, 4, 0,
         "the message of a refused model names the node and the operator") {
  tn_compiled_model *out = NULL;
  tn_model *model = test_model(t, "unknown_operator");
  tn_error error;
  memset(&error, 0, sizeof error);
  NEED(model);
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, NULL, &out, &error), TN_UNSUPPORTED);
  bool known = supports_named(t, "relu_f32"); /* else the first node may be named as well */
  EXPECT_THAT(strstr(error.message, "unknown_node") || (!known && strstr(error.message, "known")),
              "the message names the node unknown_node: %.300s", error.message);
  EXPECT_THAT(strstr(error.message, "NobodyHasThis") || !known,
              "the message names the operator NobodyHasThis: %.300s", error.message);
}

TN_CHECK(compile_after_failure, COMPILE, 7, 0,
         "after a failed compile the same and other models compile as before") {
  tn_model *refused = test_model(t, "unknown_operator");
  tn_compiled_model *none = NULL;
  NEED(refused);
  computed_expect(t, test_compile(t, "carrier"), "carrier");
  for (int i = 0; i < 3; i++)
    EXPECT_FAILURE(tn_plugin_compile(t->plugin, t->device, refused, NULL, &none, &t->error));
  computed_expect(t, test_compile(t, "carrier"), "carrier");
}

TN_CHECK(compile_twice, COMPILE, 7, 0,
         "the same model compiles twice to two models that are independent") {
  tn_model *view = test_model(t, "carrier");
  tn_compiled_model *models[2] = {NULL, NULL};
  NEED(view);
  for (int i = 0; i < 2; i++) {
    REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &models[i], &t->error));
    test_adopt_compiled_model(t, models[i]);
  }
  test_about(t, TNI_CLAUSE(LAYER, 5));
  EXPECT(models[0] != models[1]);
  test_about(t, 0);
  computed_expect(t, models[0], "carrier");
  computed_expect(t, models[1], "carrier");
  tn_infer_request *request = test_request(t, models[1]);
  REQUIRE(request && test_set_inputs(t, request, "carrier", 77, 4));
  tn_compiled_model *third = NULL;
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &third, &t->error));
  tn_compiled_model_destroy(third); /* takes nothing from the others */
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", 77, 4);
}

/* --- models at the edge --------------------------------------------------------------------------
 */

TN_CHECK(compile_captured_values, MODEL, 7, 0,
         "graphs within a node read values of the graph around right, or the node is unsupported") {
  tn_model *view = test_model(t, "branches");
  tn_compiled_model *model = NULL;
  NEED(view);
  const bool supported = computed_supports(t, view);
  tn_status status = tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error);
  EXPECT_THAT(status == TN_OK || (!supported && status == TN_UNSUPPORTED),
              "a model with graphs within a node, which query %s, gives %s",
              supported ? "supports" : "refuses", tni_status_name(status));
  if (!model) return;
  test_adopt_compiled_model(t, model);
  for (int i = 0; i < 6; i++) /* both branches */
    computed_expect(t, model, "branches");
}

/* --- operator sets */

/* Sets that models are written in: long ago, of late, and in years to come. */
static const char *const operator_sets[] = {"1",  "6",  "7",  "9",  "11", "13",  "14",
                                            "15", "17", "18", "19", "21", "999", NULL};

TN_CHECK_WITH(compile_operator_set, OPERATOR, 1, 0,
              "a node of another version is computed as that version says, or is unsupported",
              .names = operator_sets) {
  uint32_t version = (uint32_t)strtoul(t->parameter, NULL, 10);
  tn_model *altered = altered_model(t, "relu_f32", alter_versions, &version);
  tn_compiled_model *model = test_poison();
  REQUIRE(altered != NULL);
  const bool supported = computed_supports(t, altered);
  tn_status status = tn_plugin_compile(t->plugin, t->device, altered, NULL, &model, &t->error);
  EXPECT_THAT(status == TN_OK || (!supported && status == TN_UNSUPPORTED),
              "Relu of version %u, which query %s, gives %s", version,
              supported ? "supports" : "refuses", tni_status_name(status));
  EXPECT_THAT(version < 999 || status == TN_UNSUPPORTED,
              "nobody knows Relu of version 999, and compile gave %s", tni_status_name(status));
  if (status != TN_OK) EXPECT(model == test_poison());
  if (status != TN_OK) return;
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, "relu_f32"); /* every version of Relu computes the same */
}

/* A model may state an operator set that is newer than all of its nodes. */
static tn_status newer_set(tni_model *model, void *user, tn_error *error) {
  (void)user;
  return tni_model_set_operator_set(model, TN_STRING(""), 999, error);
}

TN_CHECK(compile_newer_operator_set, OPERATOR, 1, 0,
         "a node is known by its own version, whatever operator set the model states") {
  tn_model *altered = altered_model(t, t->setup->carrier, newer_set, NULL);
  tn_compiled_model *model = NULL;
  REQUIRE(altered != NULL);
  EXPECT(computed_supports(t, altered));
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, altered, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, "carrier");
}

TN_CHECK(compile_dynamic, DEVICE, 5, 0,
         "a model of dynamic shape compiles where that is declared, else it is refused") {
  tn_model *view = test_model(t, "relu_dynamic");
  tn_compiled_model *model = NULL;
  NEED(view);
  bool declared = t->capabilities & TN_DEVICE_HAS_DYNAMIC;
  if (!supports_named(t, "relu_f32")) NOT_APPLICABLE("Relu in f32 is not supported");
  tn_status status = tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error);
  EXPECT_STATUS(status, declared ? TN_OK : TN_UNSUPPORTED);
  EXPECT(computed_supports(t, view) == declared);
  if (!model) return;
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, "relu_dynamic");
}

static const char *const with_constants[] = {"conv_f32", "network_f32", "convolution_activation",
                                             "constant_output", NULL};

TN_CHECK_WITH(compile_unaligned_constants, COMPILE, 14, 0,
              "constants at odd addresses are read right", .names = with_constants) {
  tn_model *altered = altered_model(t, t->parameter, alter_alignment, NULL);
  tn_compiled_model *model = NULL;
  REQUIRE(altered != NULL);
  if (altered->graph->constant_count == 0) NOT_APPLICABLE("the model has no constants");
  EXPECT(altered->graph->constants[0]->constant->flags & TN_TENSOR_UNALIGNED);
  bool supported = altered->graph->node_count && supports_named(t, t->parameter);
  tn_status status = tn_plugin_compile(t->plugin, t->device, altered, NULL, &model, &t->error);
  EXPECT_THAT(status == TN_OK || (!supported && status == TN_UNSUPPORTED),
              "%s with constants at odd addresses compiles; it gave %s", t->parameter,
              tni_status_name(status));
  if (!model) NOT_APPLICABLE("the model is not supported");
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, t->parameter);
}

TN_CHECK(compile_names_have_no_effect, COMPILE, 12, 0,
         "names of nodes, values and models have no effect on results") {
  tn_model *altered = altered_model(t, t->setup->carrier, alter_names, NULL);
  tn_compiled_model *model = NULL;
  REQUIRE(altered != NULL);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, altered, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  const tn_port_list *ports = tn_compiled_model_ports(model);
  EXPECT(tn_string_equal(ports->inputs[0]->name, altered->graph->inputs[0]->name));
  computed_expect(t, model, "carrier");
}

/* Names as exporters write them: long, with control characters, equal for a node and a value. */
static tn_status strange_names(tni_model *model, void *user, tn_error *error) {
  tni_node *node = model->graph->first_node;
  (void)user;
  for (tni_value *value = model->graph->first_value; value; value = value->next) {
    static char name[4096];
    static uint32_t number = 0;
    memset(name, 'n', sizeof name);
    name[0] = '\n', name[1] = '"', name[2] = (char)('a' + number++ % 26);
    memcpy(name + 100, "%s%n\xf0\x9f\x94\xa7", 8);
    TN_TRY(tni_value_rename(value, tn_string_make(name, 2000 + number % 2000), error));
  }
  node->view.name = node->outputs[0]->name;
  node->origins[0] = node->view.name;
  return TN_OK;
}

TN_CHECK(compile_strange_names, MODEL, 6, 0,
         "names of any content and length, equal between a node and a value, are accepted") {
  tn_model *altered = altered_model(t, t->setup->carrier, strange_names, NULL);
  tn_compiled_model *model = NULL;
  seen_answers answers;
  REQUIRE(altered != NULL);
  EXPECT_OK(see_query(t, t->plugin, altered, NULL, &answers, &t->error));
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, altered, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, "carrier");
}

/* Two nodes that read one constant. */
TN_CHECK(compile_shared_constants, COMPILE, 7, 0,
         "one constant that several compiled models read stays right when one of them goes") {
  static const char *const models[] = {"conv_f32", "network_f32"};
  uint32_t tried = 0;
  for (size_t i = 0; i < 2; i++) {
    tn_model *view = test_model(t, models[i]);
    tn_compiled_model *first = NULL, *second = NULL;
    if (!computed_supports(t, view)) continue;
    REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &first, &t->error));
    tn_status status = tn_plugin_compile(t->plugin, t->device, view, NULL, &second, &t->error);
    tn_compiled_model_destroy(first);
    REQUIRE_OK(status);
    test_adopt_compiled_model(t, second);
    computed_expect(t, second, models[i]);
    tried++;
  }
  if (!tried) NOT_APPLICABLE("no model with constants is supported");
}

TN_CHECK(compile_states_refused, STATE, 9, 0,
         "a model with variables is refused by a plugin that declares no states") {
  tn_model *view = test_model(t, "accumulator");
  tn_compiled_model *model = NULL;
  NEED(view);
  if (t->capabilities & TN_DEVICE_HAS_STATES) NOT_APPLICABLE("the device declares states");
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error),
                TN_UNSUPPORTED);
  EXPECT(!computed_supports(t, view));
}

/* --- progress ------------------------------------------------------------------------------------
 */

struct progress {
  pthread_t caller;
  double first, last;
  uint32_t calls, wrong, elsewhere, cancel_at;
  bool over;
};

static uint32_t TN_CALL report(void *user, double done) {
  struct progress *self = user;
  if (self->calls++ == 0) self->first = done;
  if (self->over) self->elsewhere++;
  if (!pthread_equal(pthread_self(), self->caller)) self->elsewhere++;
  if (!(done >= 0 && done <= 1) || done < self->last) self->wrong++;
  self->last = done;
  return self->cancel_at && self->calls >= self->cancel_at;
}

static tn_status compile_with_progress(test *t, struct progress *progress,
                                       tn_compiled_model **out) {
  tn_progress_option entry = tn_progress_option_make(report, progress);
  const tn_option *const entries[] = {&entry.option};
  tn_compile_options options = tn_compile_options_init();
  tn_model *carrier = test_model(t, "carrier");
  options.entries = entries;
  options.entry_count = 1;
  progress->caller = pthread_self();
  if (!carrier) return TN_INTERNAL;
  tn_status status = tn_plugin_compile(t->plugin, t->device, carrier, &options, out, &t->error);
  progress->over = true;
  return status;
}

TN_CHECK(compile_progress_of_caller, COMPILE, 21, 0,
         "progress is told from the calling thread, from 0 to 1 and never falling") {
  struct progress progress = {.last = 0};
  tn_compiled_model *model = NULL;
  REQUIRE_OK(compile_with_progress(t, &progress, &model));
  test_adopt_compiled_model(t, model);
  if (!progress.calls) NOT_APPLICABLE("the plugin tells no progress");
  EXPECT(progress.wrong == 0 && progress.elsewhere == 0);
  EXPECT_THAT(progress.first >= 0 && progress.last <= 1, "progress runs from %g to %g",
              progress.first, progress.last);
}

TN_CHECK(compile_progress, COMPILE, 10, 0, "progress is not told after compile has returned") {
  struct progress progress = {.last = 0};
  tn_compiled_model *model = NULL;
  REQUIRE_OK(compile_with_progress(t, &progress, &model));
  test_adopt_compiled_model(t, model);
  if (!progress.calls) NOT_APPLICABLE("the plugin tells no progress");
  uint32_t calls = progress.calls;
  computed_expect(t, model, "carrier");
  EXPECT(progress.calls == calls);
}

TN_CHECK(compile_cancelled, COMPILE, 11, 0,
         "a nonzero answer to progress ends compile with CANCELLED and no object") {
  struct progress counting = {.last = 0};
  tn_compiled_model *model = NULL;
  REQUIRE_OK(compile_with_progress(t, &counting, &model));
  test_adopt_compiled_model(t, model);
  if (!counting.calls) NOT_APPLICABLE("the plugin tells no progress");
  for (uint32_t at = 1; at <= counting.calls && at <= 20; at++) {
    struct progress progress = {.cancel_at = at};
    tn_compiled_model *out = test_poison();
    long blocks = atomic_load(&t->host->blocks);
    EXPECT_STATUS(compile_with_progress(t, &progress, &out), TN_CANCELLED);
    EXPECT(out == test_poison());
    EXPECT(progress.calls == at); /* not asked again after it has said no */
    EXPECT(atomic_load(&t->host->blocks) == blocks);
  }
  computed_expect(t, test_compile(t, "carrier"), "carrier");
}
