/* A device that runs models of static shapes alone. It declares no dynamic shapes. */
/* options: --profile NETWORKS_F32 */
/* levels: L1 L2 L3 L4 */
#define _GNU_SOURCE /* as plugin.c does */

#include "variant.h"

static int is_static(const tn_value_info *value) {
  for (uint32_t i = 0; value && i < value->rank; i++)
    if (value->dimensions[i].min != value->dimensions[i].max) return 0;
  return 1;
}

static int variant_supports(const tn_node *node) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (!is_static(node->inputs[i])) return 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (!is_static(node->outputs[i])) return 0;
  return 1;
}

#include "query.c"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "NETWORKS_F32" /* all its outputs are of static shapes */
#include "properties.c"

#define TN_DEVICE_HAS_DYNAMIC 0
#include "plugin.c"
