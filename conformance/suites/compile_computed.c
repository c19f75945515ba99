/* Checks of compiled models that are computed to see what they are: at the edge, and every model of
 * the suite. They come behind the plainest inferences. */
#define TN_GROUP "compile"
#include <string.h>

#include "engine/computed.h"

/* Compiles a model that may be refused as UNSUPPORTED; what compiles must be right. */
static bool compile_or_refuse(test *t, const char *name) {
  tn_model *view = test_model(t, name);
  tn_compiled_model *model = NULL;
  if (!view) return false;
  tn_status status = tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error);
  EXPECT_THAT(status == TN_OK || status == TN_UNSUPPORTED,
              "%s compiles or is refused with UNSUPPORTED; it gave %s", name,
              tni_status_name(status));
  EXPECT_THAT(status != TN_UNSUPPORTED || t->error.message[0], "the refusal of %s says why", name);
  if (!model) return false;
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, name);
  return true;
}

TN_CHECK(compile_no_nodes, COMPILE, 5, 0,
         "a model without nodes compiles to right outputs or is refused cleanly") {
  compile_or_refuse(t, "no_nodes");
}

TN_CHECK(compile_constant_output, COMPILE, 5, 0,
         "a model whose output is a constant compiles to right outputs or is refused cleanly") {
  compile_or_refuse(t, "constant_output");
}

TN_CHECK(compile_order_of_ports, COMPILE, 6, 0,
         "models with several inputs and outputs keep their order") {
  if (!compile_or_refuse(t, "two_inputs_two_outputs"))
    NOT_APPLICABLE("Relu in f32 is not supported");
}

TN_CHECK(compile_output_read_again, COMPILE, 6, 0,
         "an output that another node reads as well is given and computed right") {
  if (!compile_or_refuse(t, "output_read_again")) NOT_APPLICABLE("Relu in f32 is not supported");
}

/* Every model of the suite that query supports whole. */
static void find_networks(test *t, test_parameters *found) {
  for (uint32_t i = 0; i < suite_model_count; i++) {
    const char *name = suite_models[i].name;
    /* no reference runs one inference of a model with variables, or versions that nobody knows */
    if (strcmp(name, "accumulator") == 0 || strcmp(name, "newer_version") == 0) continue;
    if (suite_models[i].carrier == SUITE_MODEL_APART) continue;
    const tn_model *view = test_model(t, name);
    if (view && view->graph->node_count) computed_find(t, found, name);
  }
}

/* What a model breaks that does not compile although query supports it: what its place on the
 * ladder of carriers promises, or that all supported nodes compile together. An operator that
 * nobody has is unsupported. */
static uint32_t clause_of_compile(const char *name) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < suite_model_count; i++)
    if (strcmp(name, suite_models[i].name) == 0) place = suite_models[i].carrier;
  if (place == SUITE_MODEL_UNKNOWN) return TNI_CLAUSE(OPERATOR, 1);
  return place == 1 ? TNI_CLAUSE(COMPILE, 1) : TNI_CLAUSE(QUERY, 12);
}

TN_CHECK_WITH(compile_networks, COMPILE, 1, TEST_SLOW,
              "a model of the suite that query accepts compiles and gives right outputs",
              .found = find_networks) {
  tn_model *view = test_model(t, t->parameter);
  tn_compiled_model *model = NULL;
  NEED(view);
  test_about(t, clause_of_compile(t->parameter));
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  test_about(t, TNI_CLAUSE(INFER, 1)); /* it has compiled */
  computed_expect(t, model, t->parameter);
  test_about(t, 0);
}
