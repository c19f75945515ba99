/* A device that runs convolutions and nothing else. */
/* options: --profile CONVOLUTIONS_F32 */
/* levels: L1 L2 L3 L4 */
#include "variant.h"

static int variant_supports(const tn_node *node) {
  return tn_string_equal(node->operation, TN_STRING("Conv"));
}

#include "query.c"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "CONVOLUTIONS_F32"
#include "properties.c"
