#include "graph/parts.h"

#include <string.h>

tni_use *tni_use_take(tni_model *model) {
  tni_use *use = model->free_uses;
  if (!use) return tni_arena_alloc(&model->arena, sizeof *use);
  model->free_uses = use->next;
  memset(use, 0, sizeof *use);
  return use;
}

static int is_own_output(const tni_use *use) {
  return !use->node && use->graph == use->value->graph;
}

void tni_use_link(tni_use *use, tni_value *value) {
  use->value = value;
  use->previous = NULL;
  use->next = value->first_use;
  if (use->next) use->next->previous = use;
  value->first_use = use;
  value->use_count++;
  if (is_own_output(use)) value->output_count++;
}

void tni_use_unlink(tni_use *use) {
  tni_value *value = use->value;
  if (is_own_output(use)) value->output_count--;
  if (use->previous)
    use->previous->next = use->next;
  else
    value->first_use = use->next;
  if (use->next) use->next->previous = use->previous;
  value->use_count--;
  use->value = NULL;
}

void tni_use_give_back(tni_model *model, tni_use *use) {
  if (!use) return;
  if (use->value) tni_use_unlink(use);
  use->next = model->free_uses;
  model->free_uses = use;
}

/* Lets a use, whose place in the arrays of its user is `slot`, take another value. */
static void redirect(tni_use *use, tni_value *replacement) {
  tni_use_unlink(use);
  tni_use_link(use, replacement);
  const tn_value_info **slot =
      use->node ? &use->node->inputs[use->index] : &use->graph->outputs[use->index];
  *slot = &replacement->view;
  tni_graph_order_changed(use->graph);
}

void tni_value_replace_uses(tni_value *value, tni_value *replacement) {
  TNI_ASSERT_MUTABLE(value->graph->model);
  if (value == replacement) return;
  tni_use *next;
  for (tni_use *use = value->first_use; use; use = next) {
    next = use->next;
    const int is_port = !use->node && !use->graph->parent;
    if (!is_port) redirect(use, replacement);
  }
}
