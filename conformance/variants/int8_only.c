/* A device that computes in int8 alone; constants of other types (axes, shapes) are read by its
 * compiler. It multiplies int8 with the nodes that say what the numbers stand for as a group. */
/* options: --profile INT8 */
/* levels: L1 L2 L3 L4 */
#include "variant.h"

#include "quantized_groups.h"

static const bool group_has_reals_at_ports = false;

static bool is_int8(const tn_value_info *value) {
  return !value || value->type == TN_I8 || value->constant;
}

static bool runs_apart(const tn_node *node) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (!is_int8(node->inputs[i])) return false;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] && node->outputs[i]->type != TN_I8) return false;
  return true;
}

static int variant_supports(const tn_node *node) {
  return runs_apart(node) || may_be_in_group(node);
}

#include "quantized_device.h"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "INT8"
#include "properties.c"
