#include "template.h"

/* Whether the device runs a node by itself. A vendor looks at the node here: operator, types,
 * ranks, attributes; never at names or the values of constants. */
tn_status template_check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                              tn_error *error) {
  return tn_kit_reference_check(call->engine, node, reason, error);
}

/* Each node by itself, also those that passes will fold, remove or fuse: what this device fuses it
 * runs apart as well. A device that runs some nodes only together claims them as a group, with
 * tn_kit_answer_yes. */
tn_status template_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                         tn_error *error) {
  TN_KIT_TRY(template_check_compiler(call->engine, error));
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    TN_KIT_TRY(tn_kit_answer_by_node(answers, model->graph->nodes[i], error));
  return TN_OK;
}
