/* A device that computes in int8 alone; constants of other types (axes, shapes) are read by its
 * compiler. */
#include "variant.h"

static int is_int8(const tn_value_info *value) {
  return !value || value->type == TN_I8 || value->constant;
}

static int variant_supports(const tn_node *node) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (!is_int8(node->inputs[i])) return 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] && node->outputs[i]->type != TN_I8) return 0;
  return 1;
}

#include "query.c"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "INT8"
#include "properties.c"
