/* A device that runs the operators whose names have an odd number of letters: where a model is
 * split is easy to foresee. */
#include "variant.h"

static int variant_supports(const tn_node *node) {
  return node->operation.length % 2 == 1;
}

#include "query.c"
