/* DepthToSpace and SpaceToDepth: blocks of pixels become channels and back. */
#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

enum { BATCH, CHANNELS, HEIGHT, WIDTH };

static tn_status read(const tn_node *node, int64_t *block, int *depth_first, tn_error *error) {
  const tn_string mode = tni_attribute_string(node, "mode", TN_STRING("DCR"));
  *block = tni_attribute_int(node, "blocksize", 0);
  *depth_first = tn_string_equal(mode, TN_STRING("DCR"));
  if (*block < 1 || *block > INT32_MAX)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                         "blocksize must be at least 1, but is %lld", (long long)*block);
  if (*depth_first || tn_string_equal(mode, TN_STRING("CRD"))) return TN_OK;
  return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "mode must be DCR or CRD, but is \"%.*s\"",
                       TNI_TEXT(mode));
}

static tn_status divide(tni_inference *inference, uint32_t axis, int64_t divisor, tn_dimension *out,
                        tn_error *error) {
  const tn_dimension from = inference->inputs[0]->dimensions[axis];
  if (tni_dimension_is_static(from) && from.min % divisor != 0)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "axis %u has %lld elements, no multiple of %lld", axis,
                         (long long)from.min, (long long)divisor);
  *out = divisor == 1
             ? from
             : tni_dimension_between(inference, from.min / divisor,
                                     from.max == TN_UNBOUNDED ? TN_UNBOUNDED : from.max / divisor);
  return TN_OK;
}

static tn_dimension multiply(tni_inference *inference, uint32_t axis, int64_t factor) {
  const tn_dimension factors[] = {inference->inputs[0]->dimensions[axis], tni_dimension_of(factor)};
  return tni_dimension_product(inference, factors, 2);
}

static tn_status infer_to_space(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  tni_facts *y = &inference->outputs[0];
  int64_t block;
  int depth_first;
  y->type = x->type;
  TN_TRY(read(inference->node, &block, &depth_first, error));
  TN_TRY(tni_expect_rank(inference, 0, 4, error));
  if (!x->has_rank) return TN_OK;
  y->dimensions[BATCH] = x->dimensions[BATCH];
  TN_TRY(divide(inference, CHANNELS, block * block, &y->dimensions[CHANNELS], error));
  y->dimensions[HEIGHT] = multiply(inference, HEIGHT, block);
  y->dimensions[WIDTH] = multiply(inference, WIDTH, block);
  tni_facts_set_shape(y, 4, y->dimensions);
  return TN_OK;
}

static tn_status infer_to_depth(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[0];
  tni_facts *y = &inference->outputs[0];
  int64_t block;
  int depth_first;
  y->type = x->type;
  TN_TRY(read(inference->node, &block, &depth_first, error));
  TN_TRY(tni_expect_rank(inference, 0, 4, error));
  if (!x->has_rank) return TN_OK;
  y->dimensions[BATCH] = x->dimensions[BATCH];
  y->dimensions[CHANNELS] = multiply(inference, CHANNELS, block * block);
  TN_TRY(divide(inference, HEIGHT, block, &y->dimensions[HEIGHT], error));
  TN_TRY(divide(inference, WIDTH, block, &y->dimensions[WIDTH], error));
  tni_facts_set_shape(y, 4, y->dimensions);
  return TN_OK;
}

/* The walk over batch, channel, row, row within the block, column, column within the block: steps
 * of the tensor with many channels (`deep`) and of the one with many pixels (`wide`). */
static void find_steps(const tn_tensor *deep, int64_t block, int depth_first, int64_t *shape,
                       int64_t *deep_steps, int64_t *wide_steps) {
  const int64_t channels = deep->shape[CHANNELS] / (block * block);
  const int64_t height = deep->shape[HEIGHT];
  const int64_t width = deep->shape[WIDTH];
  const int64_t plane = height * width;
  const int64_t channel_step = depth_first ? plane : block * block * plane;
  const int64_t block_step = depth_first ? channels * plane : plane;
  const int64_t extents[] = {deep->shape[BATCH], channels, height, block, width, block};
  const int64_t in_deep[] = {
      deep->shape[CHANNELS] * plane, channel_step, width, block * block_step, 1, block_step};
  const int64_t in_wide[] = {deep->shape[CHANNELS] * plane,
                             block * block * plane,
                             block * block * width,
                             block * width,
                             block,
                             1};
  for (int i = 0; i < 6; i++) {
    shape[i] = extents[i];
    deep_steps[i] = in_deep[i];
    wide_steps[i] = in_wide[i];
  }
}

static tn_status evaluate_to_space(tni_evaluation *evaluation, tn_error *error) {
  tni_move move = {.rank = 6};
  int64_t block;
  int depth_first;
  if (tn_tensor_element_count(evaluation->outputs[0]) == 0) return TN_OK;
  TN_TRY(read(evaluation->node, &block, &depth_first, error));
  find_steps(evaluation->inputs[0], block, depth_first, move.shape, move.from_strides,
             move.to_strides);
  return tni_move_box(evaluation->outputs[0], evaluation->inputs[0], &move, error);
}

static tn_status evaluate_to_depth(tni_evaluation *evaluation, tn_error *error) {
  tni_move move = {.rank = 6};
  int64_t block;
  int depth_first;
  if (tn_tensor_element_count(evaluation->outputs[0]) == 0) return TN_OK;
  TN_TRY(read(evaluation->node, &block, &depth_first, error));
  find_steps(evaluation->outputs[0], block, depth_first, move.shape, move.to_strides,
             move.from_strides);
  return tni_move_box(evaluation->outputs[0], evaluation->inputs[0], &move, error);
}

static const tni_formal_attribute attributes[] = {
    {"blocksize", TN_ATTRIBUTE_INT, 1}, {"mode", TN_ATTRIBUTE_STRING, 0}, {NULL, 0, 0}};

TNI_OPERATOR(DepthToSpace) = {
    .name = "DepthToSpace",
    .since = 28,
    .inputs = {{"input", TNI_PLAIN_TYPES, "T", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = attributes,
    .infer = infer_to_space,
    .evaluate = evaluate_to_space,
};

TNI_OPERATOR(SpaceToDepth) = {
    .name = "SpaceToDepth",
    .since = 28,
    .inputs = {{"input", TNI_PLAIN_TYPES, "T", 0}},
    .outputs = {{"output", TNI_PLAIN_TYPES, "T", 0}},
    .attributes = attributes,
    .infer = infer_to_depth,
    .evaluate = evaluate_to_depth,
};
