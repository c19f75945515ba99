#include "ops/scratch.h"

#include "ops/attributes.h"

void *tni_scratch(const tni_evaluation *evaluation, size_t count, size_t size, tn_error *error) {
  void *memory = tni_alloc_array(evaluation->allocator, count ? count : 1, size);
  if (!memory)
    tni_node_fail(evaluation->node, error, TN_OUT_OF_MEMORY,
                  "no memory for %zu elements of %zu bytes", count, size);
  return memory;
}
