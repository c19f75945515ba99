/* caught-by: sequence.async of TN_REQUEST_011 */
/* A start that was refused leaves the request busy until one succeeds. */
#include "saboteur.h"

static tn_infer_request *busy;

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_INVALID_ARGUMENT) busy = request;
  if (status == TN_OK) busy = NULL;
  return status;
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (busy != request) return honest_request->set_tensor(request, port, tensor, error);
  if (error) *error = (tn_error){.status = TN_BUSY, .message = "the request is busy"};
  return TN_BUSY;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
