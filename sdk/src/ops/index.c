#include "ops/index.h"

#include "ops/attributes.h"
#include "ops/elements.h"

tn_status tni_index_at(const tn_node *node, const tn_tensor *indices, int64_t position,
                       int64_t extent, int64_t *out, tn_error *error) {
  int64_t index = 0;
  tni_load_signed(indices->type, indices->data, position, 1, 1, &index);
  if (index < -extent || index >= extent)
    return tni_node_fail(node, error, TN_OUT_OF_RANGE,
                         "index %lld at element %lld is outside of [-%lld, %lld)", (long long)index,
                         (long long)position, (long long)extent, (long long)extent);
  *out = index < 0 ? index + extent : index;
  return TN_OK;
}
