#include "devices/hetero/typed.h"

#include "base/status.h"
#include "graph/graph.h"
#include "passes/pass.h"
#include "passes/shape.h"
#include "passes/upgrade.h"

/* What cannot be upgraded is of a domain that devices know and HETERO does not. */
static void stays(void *user, const tn_node *node, const tn_error *why) {
  (void)user, (void)node, (void)why;
}

/* Makes constants of the values that the newest operators found to be constant. Shape rules know
 * both models' values by one name. */
static tn_status take_constants(const tni_model *newest, tni_model *own, tn_error *error) {
  for (tni_value *value = own->graph->first_value; value; value = value->next) {
    const tni_value *known = tni_graph_find_value(newest->graph, value->view.name);
    if (value->view.constant || !known || !known->view.constant || value->input_count) continue;
    TN_TRY(tni_value_set_constant(value, known->view.constant, error));
  }
  return TN_OK;
}

/* Folding keeps the node that gives an output. For HETERO an output may be a constant, which it
 * copies: no device has to run that node. */
static void forget_outputs(tni_graph *graph) {
  while (graph->view.output_count > 0)
    tni_graph_remove_output(graph, graph->view.output_count - 1);
}

static tn_status fill(tni_model *newest, tni_model *own, tn_error *error) {
  const tni_upgrade_refusal refusal = {stays, NULL};
  TN_TRY(tni_upgrade_and_infer(newest, &refusal, error));
  forget_outputs(newest->graph);
  TN_TRY(tni_fold_constants(newest, error));
  TN_TRY(tni_copy_shapes(newest, own, error));
  TN_TRY(take_constants(newest, own, error));
  return tni_remove_dead_code(own, error);
}

tn_status tni_typed_make(const tni_environment *environment, const tn_model *model, tn_model **out,
                         tn_error *error) {
  tni_model *newest = NULL, *own = NULL;
  tn_status status = tni_model_clone(model, environment, &newest, error);
  if (status == TN_OK) status = tni_model_clone(model, environment, &own, error);
  if (status == TN_OK) status = fill(newest, own, error);
  if (status == TN_OK) status = tni_model_freeze(own, out, error);
  if (status != TN_OK) tni_model_destroy(own);
  tni_model_destroy(newest);
  return status;
}
