#include "ops/pool.h"

#include "ops/attributes.h"
#include "ops/shape_rules.h"

tn_status tni_pool_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  tni_facts *y = &inference->outputs[0];
  tni_window window;
  y->type = x->type;
  if (inference->output_count > 1) inference->outputs[1].type = TN_I64;
  if (!x->has_rank) return TN_OK;
  if (x->rank < 3)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "X must have a rank of at least 3, but has %u", x->rank);
  TN_TRY(tni_window_read(inference->node, x->rank - 2, NULL, &window, error));
  y->dimensions[0] = x->dimensions[0];
  y->dimensions[1] = x->dimensions[1];
  for (uint32_t i = 0; i < window.rank; i++)
    TN_TRY(tni_window_dimension(&window, inference, i, x->dimensions[i + 2], &y->dimensions[i + 2],
                                error));
  tni_facts_set_shape(y, x->rank, y->dimensions);
  if (inference->output_count > 1) tni_facts_copy_shape(&inference->outputs[1], y);
  return TN_OK;
}

tn_status tni_pool_create(tni_evaluation *evaluation, tni_pool *out, tn_error *error) {
  tni_pool self = {.x = evaluation->inputs[0], .y = evaluation->outputs[0]};
  TN_TRY(tni_window_read(evaluation->node, self.x->rank - 2, NULL, &self.window, error));
  TN_TRY(tni_window_place(&self.window, evaluation->node, self.x->shape + 2, error));
  self.planes = self.x->shape[0] * self.x->shape[1];
  self.image = tni_window_image_count(&self.window);
  self.positions = tni_window_position_count(&self.window);
  *out = self;
  return TN_OK;
}

tn_status tni_global_pool_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  tni_facts *y = &inference->outputs[0];
  y->type = x->type;
  if (!x->has_rank) return TN_OK;
  if (x->rank < 3)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "X must have a rank of at least 3, but has %u", x->rank);
  tni_facts_copy_shape(y, x);
  for (uint32_t i = 2; i < x->rank; i++)
    y->dimensions[i] = tni_dimension_of(1);
  return TN_OK;
}
