/** @file
 *  What saboteurs do to results that are to be wrong.
 */
#ifndef TENON_CONFORMANCE_OTHER_OUTPUTS_H
#define TENON_CONFORMANCE_OTHER_OUTPUTS_H

#include "saboteur.h"

/** Infers, and changes the first element of the f32 tensors of ports 1 to `last` when `other`. */
static inline tn_status infer_other_outputs(tn_infer_request *request, int other, uint32_t last,
                                            tn_error *error) {
  tn_tensor *output = NULL;
  const tn_status status = honest_request->infer(request, error);
  for (uint32_t port = 1; other && port <= last; port++)
    if (honest_request->get_tensor(request, port, &output, NULL) == TN_OK && output->type == TN_F32)
      ((float *)output->data)[0] += 1;
  return status;
}

#endif
