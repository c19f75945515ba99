#include "template.h"

/* Whether the device runs a node by itself. A vendor looks at the node here: operator, types,
 * ranks, attributes; never at names or the values of constants. */
tn_status template_check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                              tn_error *error) {
  return tn_kit_reference_check(call->engine, node, reason, error);
}

/* Whether all original nodes behind a fused one run by themselves too: then any part of them
 * compiles, since the fusion does not happen when one of them is missing. */
static int stands_alone(const tn_kit_call *call, const tn_model *model, const tn_node *fused) {
  for (uint64_t i = 0; i < fused->origin_count; i++)
    for (uint32_t j = 0; j < model->graph->node_count; j++) {
      const tn_node *node = model->graph->nodes[j];
      uint32_t reason;
      for (uint64_t k = 0; k < node->origin_count; k++)
        if (tn_string_equal(node->origins[k], fused->origins[i]) &&
            template_check_node(call, node, &reason, NULL) != TN_OK)
          return 0;
    }
  return 1;
}

/* The originals of a fused node are supported as a group, unless each is on its own (group 0). */
static void answer_fused(const tn_kit_call *call, const tn_model *model, const tn_node *fused,
                         uint32_t group, tn_kit_answers *answers) {
  if (stands_alone(call, model, fused)) group = 0;
  for (uint64_t i = 0; i < fused->origin_count; i++)
    tn_kit_answer_yes(answers, fused->origins[i], group);
}

/* Answers by what would run: the nodes after all passes, each for the original nodes that it stands
 * for. */
static tn_status answer_transformed(const tn_kit_call *call, const tn_model *model,
                                    const tn_graph *transformed, tn_kit_answers *answers,
                                    tn_error *error) {
  uint32_t group = 0;
  (void)error;
  for (uint32_t i = 0; i < transformed->node_count; i++)
    if (template_is_fused(transformed->nodes[i]))
      answer_fused(call, model, transformed->nodes[i], ++group, answers);
  return TN_OK;
}

tn_status template_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                         tn_error *error) {
  /* First every node by itself: also those that passes would fold or remove are judged. */
  int all = 1;
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    uint32_t reason;
    TN_KIT_TRY(tn_kit_answer_by_node(answers, model->graph->nodes[i], error));
    all &= template_check_node(call, model->graph->nodes[i], &reason, NULL) == TN_OK;
  }
  if (!all) return TN_OK; /* the model will be cut: nothing is fused across what is not known yet */
  tn_model *transformed;
  TN_KIT_TRY(template_transform(call, model, &transformed, error));
  const tn_status status = answer_transformed(call, model, transformed->graph, answers, error);
  tn_model_release(transformed);
  return status;
}
