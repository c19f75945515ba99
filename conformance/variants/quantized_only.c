/* A device that multiplies bytes: it takes Conv and MatMul between QuantizeLinear and
 * DequantizeLinear, all nodes of such a group together, and nothing else. */
/* options: --profile QUANTIZED */
/* levels: L1 L2 L3 L4 */
#include "variant.h"

#include "quantized_groups.h"

static const bool group_has_reals_at_ports = true;

static bool runs_apart(const tn_node *node) {
  (void)node;
  return false;
}

static int variant_supports(const tn_node *node) {
  return may_be_in_group(node);
}

#include "quantized_device.h"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "QUANTIZED"
#include "properties.c"
