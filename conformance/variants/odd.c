/* A device that runs the operators whose names have an odd number of letters, and variables: where
 * a model is split is easy to foresee. */
#include "variant.h"

static int variant_supports(const tn_node *node) {
  return node->operation.length % 2 == 1 || tn_string_equal(node->operation, TN_STRING("Assign"));
}

#include "query.c"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE ""
#include "properties.c"
