/* A device whose kernels run on OpenMP's threads, which stay from one inference to the next. They
 * do not exist in a forked child, where the next parallel region waits for them for ever. */
/* flags: -fopenmp */
/* manifest: of TEMPLATE */
#define _GNU_SOURCE /* as plugin.c does */
#include "template.h"

#include <string.h>

enum { TEAM = 2 };

static void copy_part(const tn_tensor *source, tn_tensor *target, uint64_t size, uint64_t part) {
  const uint64_t from = size / TEAM * part, to = part + 1 == TEAM ? size : size / TEAM * (part + 1);
  memcpy((char *)target->data + from, (const char *)source->data + from, (size_t)(to - from));
}

static tn_status copy_in_parallel(const tn_tensor *source, tn_tensor *target, tn_error *error) {
  if (source->strides || target->strides || source->type != target->type ||
      source->type == TN_STRING_ELEMENT)
    return tn_kit_tensor_copy(source, target, error);
  const uint64_t size = tn_dense_bytes(source->type, tn_tensor_element_count(source));
#pragma omp parallel for num_threads(TEAM)
  for (int part = 0; part < TEAM; part++)
    copy_part(source, target, size, (uint64_t)part);
  return TN_OK;
}

#define tn_kit_tensor_copy copy_in_parallel
#include "infer.c"

/* OpenMP's threads outlive the engine. */
#define TN_PLUGIN_UNLOADABLE 0
#include "plugin.c"
