/* caught-by: async.cancel_when_idle */
/* cancel with nothing in flight cancels the next start. */
#include "saboteur.h"

static atomic_int kept;

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  kept = 1;
  return honest_request->cancel(request, error);
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_OK && atomic_exchange(&kept, 0)) honest_request->cancel(request, NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->cancel = cancel;
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
