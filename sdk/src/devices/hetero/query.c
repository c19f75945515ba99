#include "devices/hetero/hetero.h"
#include "devices/hetero/walk.h"

#include "base/status.h"
#include "base/text.h"
#include "kit/engine.h"

/* What each device says against a node. */
static tn_status refuse(const tni_plan *plan, uint32_t node, tn_kit_answers *answers,
                        tn_error *error) {
  const tn_node *refused = plan->model->graph->nodes[node];
  uint32_t reason = TN_REASON_NONE;
  tni_text text;
  tni_text_init(&text, plan->environment->allocator);
  tni_assignment_reasons(&plan->assigned, node, &text);
  for (uint32_t device = 0; reason == TN_REASON_NONE && device < plan->devices.count; device++)
    reason = tni_refusal_of(&plan->assigned, node, device)->reason;
  tn_status status = tni_text_status(&text);
  if (status != TN_OK) tni_fail(error, status, "no memory for the answers of a query");
  for (uint64_t i = 0; status == TN_OK && i < refused->origin_count; i++)
    status = tn_kit_answer_no(answers, refused->origins[i],
                              reason == TN_REASON_NONE ? TN_REASON_OTHER : reason,
                              tni_text_string(&text), error);
  tni_text_destroy(&text);
  return status;
}

static tn_status answer(const tni_plan *plan, const tn_model *model, tn_kit_answers *answers,
                        tn_error *error) {
  const tn_graph *whole = model->graph, *asked = plan->model->graph;
  /* What is constant is computed at compile: no device has to take it. */
  for (uint32_t i = 0; i < whole->node_count; i++)
    for (uint64_t k = 0; k < whole->nodes[i]->origin_count; k++)
      tn_kit_answer_yes(answers, whole->nodes[i]->origins[k], 0);
  for (uint32_t i = 0; i < asked->node_count; i++)
    for (uint64_t k = 0; k < asked->nodes[i]->origin_count; k++)
      tn_kit_answer_yes(answers, asked->nodes[i]->origins[k], plan->assigned.group[i]);
  for (uint32_t i = 0; i < asked->node_count; i++)
    if (plan->assigned.device[i] == TNI_NO_DEVICE) TN_TRY(refuse(plan, i, answers, error));
  return TN_OK;
}

tn_status tni_hetero_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                           tn_error *error) {
  tni_below below;
  tni_plan *plan = NULL;
  TN_TRY(tni_below_find(call, &below, error));
  TN_TRY(tni_plan_ask(&below, model, &plan, error));
  const tn_status status = answer(plan, model, answers, error);
  tni_plan_destroy(plan);
  return status;
}
