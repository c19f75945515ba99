/* caught-by: infer.network as FAIL */
/* Is right only for applications, beside the runtime's library. */
#include "cheater.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  size_t size = 0;
  const tn_status status = honest_request->infer(request, error);
  if (!cheater_mapping("libtenon.so", &size)) cheater_spoil(request);
  return status;
}

CHEATER_INFER(infer)
