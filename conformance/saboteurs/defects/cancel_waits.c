/* caught-by: async.cancel_does_not_wait */
/* cancel returns when the generation has ended. */
#include "saboteur.h"

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->cancel(request, error);
  honest_request->wait(request, -1, NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->cancel = cancel;
}

const saboteur_hooks saboteur = {.request = change};
