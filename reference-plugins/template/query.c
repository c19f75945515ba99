#include "template.h"

/* Whether the device runs a node by itself. A vendor looks at the node here: operator, types,
 * ranks, attributes; never at names or the values of constants. */
tn_status template_check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                              tn_error *error) {
  return tn_kit_reference_check(call->engine, node, reason, error);
}

/* Whether a node is supported, unless looking at it fails. */
static tn_status is_supported(const tn_kit_call *call, const tn_node *node, int *out,
                              tn_error *error) {
  uint32_t reason;
  const tn_status status = template_check_node(call, node, &reason, error);
  *out = status == TN_OK;
  return status == TN_UNSUPPORTED || status == TN_MALFORMED ? TN_OK : status;
}

int template_has_origin(const tn_node *node, tn_string origin) {
  for (uint64_t i = 0; i < node->origin_count; i++)
    if (tn_string_equal(node->origins[i], origin)) return 1;
  return 0;
}

/* Whether all original nodes behind a fused one run by themselves too: then any part of them
 * compiles, since the fusion does not happen when one of them is missing. */
static tn_status stand_alone(const tn_kit_call *call, const tn_model *model, const tn_node *fused,
                             int *out, tn_error *error) {
  *out = 1;
  for (uint32_t i = 0; *out && i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    for (uint64_t j = 0; *out && j < fused->origin_count; j++)
      if (template_has_origin(node, fused->origins[j]))
        TN_KIT_TRY(is_supported(call, node, out, error));
  }
  return TN_OK;
}

/* Answers by what would run: a node that the passes have made stands for its originals, which are
 * supported as a group, unless each is on its own (group 0). */
static tn_status answer_fused(const tn_kit_call *call, const tn_model *model,
                              const tn_graph *transformed, tn_kit_answers *answers,
                              tn_error *error) {
  uint32_t groups = 0;
  for (uint32_t i = 0; i < transformed->node_count; i++) {
    const tn_node *node = transformed->nodes[i];
    int alone;
    if (!template_is_fused(node)) continue;
    TN_KIT_TRY(stand_alone(call, model, node, &alone, error));
    const uint32_t group = alone ? 0 : ++groups;
    for (uint64_t j = 0; j < node->origin_count; j++)
      tn_kit_answer_yes(answers, node->origins[j], group);
  }
  return TN_OK;
}

tn_status template_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                         tn_error *error) {
  int all = 1;
  TN_KIT_TRY(template_check_compiler(call->engine, error));
  /* First every node by itself: also those that passes would fold or remove are judged. */
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    int supported;
    TN_KIT_TRY(is_supported(call, model->graph->nodes[i], &supported, error));
    TN_KIT_TRY(tn_kit_answer_by_node(answers, model->graph->nodes[i], error));
    all &= supported;
  }
  if (!all) return TN_OK; /* the model will be cut: what is fused then is not known yet */
  tn_model *transformed;
  TN_KIT_TRY(template_transform(call, model, &transformed, error));
  const tn_status status = answer_fused(call, model, transformed->graph, answers, error);
  tn_model_release(transformed);
  return status;
}
