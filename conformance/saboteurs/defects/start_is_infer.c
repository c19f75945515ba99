/* caught-by: async.start_returns_soon */
/* start returns when the inference has ended, or after two seconds. */
#include "saboteur.h"

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_OK) honest_request->wait(request, 2000000000, NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
