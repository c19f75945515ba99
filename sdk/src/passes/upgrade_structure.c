#include "graph/tensor.h"
#include "ops/attributes.h"
#include "passes/upgrade_rules.h"

/* --- Softmax and its kin */

/* A value between two of the nodes that replace one. */
static tn_status add_value(tni_graph *graph, tni_node *producer, tni_value **out, tn_error *error) {
  TN_TRY(tni_graph_add_value_named_like(graph, producer->view.name, out, error));
  return tni_node_set_output(producer, 0, *out, error);
}

/* The old meaning at any axis: flattened to two dimensions, softmax over the second, and back. */
static tn_status wrap_softmax(tni_upgrade_step *step, int64_t axis, tn_error *error) {
  tni_node *node = step->node;
  tni_value *input = tni_node_input(node, 0);
  tni_value *output = tni_node_output(node, 0);
  tni_node *flatten = NULL;
  tni_node *shape = NULL;
  tni_node *reshape = NULL;
  tni_value *flat = NULL;
  tni_value *soft = NULL;
  tni_value *sizes = NULL;
  TN_TRY(tni_upgrade_add_node(step, "Flatten", 1, &flatten, error));
  TN_TRY(tni_upgrade_add_node(step, "Shape", 1, &shape, error));
  TN_TRY(tni_upgrade_add_node(step, "Reshape", 0, &reshape, error));
  TN_TRY(tni_node_set_int(flatten, TN_STRING("axis"), axis, error));
  TN_TRY(tni_node_set_input(flatten, 0, input, error));
  TN_TRY(add_value(node->graph, flatten, &flat, error));
  TN_TRY(tni_node_set_input(shape, 0, input, error));
  TN_TRY(add_value(node->graph, shape, &sizes, error));
  TN_TRY(tni_node_set_input(node, 0, flat, error));
  TN_TRY(tni_node_set_output(reshape, 0, output, error));
  TN_TRY(add_value(node->graph, node, &soft, error));
  TN_TRY(tni_node_set_input(reshape, 0, soft, error));
  return tni_node_set_input(reshape, 1, sizes, error);
}

tn_status tni_upgrade_softmax(tni_upgrade_step *step, tn_error *error) {
  const tni_value *input = tni_node_input(step->node, 0);
  if (!input || !tni_node_output(step->node, 0))
    return tni_fail(error, TN_MALFORMED, "its input or output is missing");
  const int64_t axis = tni_attribute_int(&step->node->view, "axis", 1);
  const int has_rank = (input->view.flags & TN_VALUE_HAS_RANK) != 0;
  const int last = axis == -1 || (has_rank && axis == (int64_t)input->view.rank - 1);
  if (!last) TN_TRY(wrap_softmax(step, axis, error));
  return tni_node_set_int(step->node, TN_STRING("axis"), -1, error);
}

/* --- Resize */

/* What nearest meant before it could be said: the element below when scaling up, above when scaling
 * down. */
static tn_status old_nearest(const tni_upgrade_step *step, const char **out, tn_error *error) {
  tn_tensor *scales = tni_upgrade_constant_input(step, 1);
  if (!scales || scales->type != TN_F32 || (scales->flags & TN_TENSOR_DEVICE) ||
      !tni_tensor_is_dense(scales))
    return TNI_UPGRADE_REFUSE(error, "its scales must be constant to tell what mode nearest meant");
  uint32_t up = 0;
  uint32_t down = 0;
  const uint64_t count = tn_tensor_element_count(scales);
  for (uint64_t i = 0; i < count; i++) {
    float scale;
    memcpy(&scale, (const char *)scales->data + i * sizeof scale, sizeof scale);
    up += scale > 1;
    down += scale < 1;
  }
  if (up > 0 && down > 0)
    return TNI_UPGRADE_REFUSE(
        error, "mode nearest with scales above and below 1 in one node is not supported");
  *out = down > 0 ? "ceil" : "floor";
  return TN_OK;
}

tn_status tni_upgrade_resize(tni_upgrade_step *step, tn_error *error) {
  tni_node *node = step->node;
  const tn_string mode = tni_attribute_string(&node->view, "mode", TN_STRING("nearest"));
  tni_value *scales = tni_node_input(node, 1);
  const char *nearest = NULL;
  if (tn_string_equal(mode, TN_STRING("nearest"))) TN_TRY(old_nearest(step, &nearest, error));
  TN_TRY(tni_node_set_string(node, TN_STRING("coordinate_transformation_mode"),
                             TN_STRING("asymmetric"), error));
  if (nearest)
    TN_TRY(tni_node_set_string(node, TN_STRING("nearest_mode"), tn_string_from(nearest), error));
  TN_TRY(tni_node_set_input(node, 2, scales, error));
  /* Version 11 demands the region of interest, and takes an empty one for none. */
  if (step->version < 13) return tni_upgrade_add_floats(step, 1, "roi", 1, 0, &(float){0}, error);
  return tni_node_set_input(node, 1, NULL, error);
}

/* --- BatchNormalization */

tn_status tni_upgrade_batch_spatial(tni_upgrade_step *step, tn_error *error) {
  if (tni_attribute_int(&step->node->view, "spatial", 1) != 1)
    return TNI_UPGRADE_REFUSE(error,
                              "statistics per activation (\"spatial\" of 0) are not supported");
  tni_node_remove_attribute(step->node, TN_STRING("spatial"));
  return TN_OK;
}

/* In training the node gave the running mean and variance, and the batch's own, which are gone. */
tn_status tni_upgrade_batch_training(tni_upgrade_step *step, tn_error *error) {
  tni_node *node = step->node;
  int training = 0;
  for (uint32_t i = 1; i < node->view.output_count; i++) {
    const tni_value *output = tni_node_output(node, i);
    if (output && i > 2 && output->use_count > 0)
      return TNI_UPGRADE_REFUSE(error, "its output %u, saved for training, is used", i);
    training |= output && i <= 2;
  }
  tni_value *outputs[3] = {tni_node_output(node, 0), tni_node_output(node, 1),
                           tni_node_output(node, 2)};
  if (node->view.output_count > 3) TN_TRY(tni_node_set_outputs(node, 3, outputs, error));
  return training ? tni_node_set_int(node, TN_STRING("training_mode"), 1, error) : TN_OK;
}
