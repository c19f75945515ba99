#include "devices/hetero/nodes.h"

#include "base/status.h"

uint32_t tni_plan_node_count(const tni_plan *plan) {
  return plan->told ? plan->told_count : plan->model->graph->node_count;
}

static tn_status find_reasons(const tni_plan *plan, uint32_t node, tni_arena *arena,
                              tn_string *out) {
  tni_text text;
  tni_text_init(&text, plan->environment->allocator);
  tni_assignment_reasons(&plan->assigned, node, &text);
  tn_status status = tni_text_status(&text);
  if (status == TN_OK && !tni_arena_copy_string(arena, tni_text_string(&text), out))
    status = TN_OUT_OF_MEMORY;
  tni_text_destroy(&text);
  return status;
}

tn_status tni_plan_node(const tni_plan *plan, uint32_t index, tni_arena *arena,
                        tni_told_node *out) {
  if (plan->told) {
    *out = plan->told[index];
    return TN_OK;
  }
  out->name = plan->model->graph->nodes[index]->name;
  out->part = plan->part_of[index];
  return find_reasons(plan, index, arena, &out->refusals);
}
