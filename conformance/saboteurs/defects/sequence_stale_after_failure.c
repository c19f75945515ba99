/* caught-by: sequence.dynamic of TN_INFER_014 */
/* The inference after one that could not be computed gives what its tensors held. */
#include "saboteur.h"

static tn_infer_request *failed;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const int stale = failed == request;
  failed = NULL;
  if (stale) return TN_OK;
  tn_status status = honest_request->infer(request, error);
  if (status == TN_WRONG_SHAPE || status == TN_INVALID_ARGUMENT) failed = request;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
