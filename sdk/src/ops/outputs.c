#include "ops/outputs.h"

#include "graph/shape_text.h"
#include "ops/attributes.h"
#include "ops/move.h"
#include "ops/types.h"

#include <string.h>

tn_status tni_prepare_output(tni_evaluation *evaluation, uint32_t index, uint32_t type,
                             uint32_t rank, const int64_t *shape, tn_error *error) {
  const tn_tensor *output = evaluation->outputs[index];
  if (!output) return evaluation->allocate_output(evaluation, index, type, rank, shape, error);
  if (output->type != type)
    return tni_node_fail(evaluation->node, error, TN_WRONG_TYPE,
                         "output %u is %s, not %s as inferred", index, tni_type_name(type),
                         tni_type_name(output->type));
  if (output->rank == rank &&
      (rank == 0 || memcmp(output->shape, shape, rank * sizeof *shape) == 0))
    return TN_OK;
  char came[160], expected[160];
  return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE,
                       "output %u has shape %s, not %s as inferred", index,
                       tni_extents_text(rank, shape, came, sizeof came),
                       tni_extents_text(output->rank, output->shape, expected, sizeof expected));
}

tn_status tni_copy_output(tni_evaluation *evaluation, uint32_t index, tn_tensor *tensor,
                          tn_error *error) {
  TN_TRY(tni_prepare_output(evaluation, index, tensor->type, tensor->rank, tensor->shape, error));
  return tni_move_all(evaluation->outputs[index], tensor, error);
}
