/* caught-by: async.start_returns_soon */
/* start runs the whole inference before it returns. */
#include "saboteur.h"

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  (void)options;
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
