/* A device whose memory holds tensors of 16384 elements and no larger ones: models for long
 * inferences have to grow in nodes. */
/* options: --group async --group profiling --group property */
#include "variant.h"

enum { MOST_ELEMENTS = 16384 };

static int fits(const tn_value_info *value) {
  uint64_t count = 1;
  if (!value || !(value->flags & TN_VALUE_HAS_RANK)) return 1;
  for (uint32_t i = 0; i < value->rank; i++)
    count *= value->dimensions[i].max < 0 ? 1 : (uint64_t)value->dimensions[i].max;
  return count <= MOST_ELEMENTS;
}

static int variant_supports(const tn_node *node) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (!fits(node->inputs[i])) return 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (!fits(node->outputs[i])) return 0;
  return 1;
}

#include "query.c"

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE ""
#include "properties.c"
