/* caught-by: sequence.async */
/* The third wait after the end of a generation gives CANCELLED. */
#include "saboteur.h"

static tn_infer_request *waited_for;
static int waits;

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  waits = 0;
  return honest_request->start(request, options, error);
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  if (status != TN_OK) return status;
  if (request != waited_for) waits = 0;
  waited_for = request;
  if (++waits < 3) return TN_OK;
  if (error) *error = (tn_error){.status = TN_CANCELLED, .message = "waited for too often"};
  return TN_CANCELLED;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
