/* caught-by: async.cancel_early */
/* cancel is declared to end inferences early, and does nothing. */
#include "saboteur.h"

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  (void)request, (void)error;
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->cancel = cancel;
}

const saboteur_hooks saboteur = {.request = change};
