/* A device that runs convolutions of halves and nothing else. */
/* options: --profile CONVOLUTIONS_F16 */
/* levels: L1 L2 L3 L4 */
#include "variant.h"

static int variant_supports(const tn_node *node) {
  return tn_string_equal(node->operation, TN_STRING("Conv")) && node->input_count > 0 &&
         node->inputs[0] && node->inputs[0]->type == TN_F16;
}

#include "query.c"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "CONVOLUTIONS_F16"
#include "properties.c"
