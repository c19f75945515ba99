/* caught-by: async.wait_after_callback */
/* wait returns at once. */
#include "saboteur.h"

static tn_status wait_not(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  (void)request, (void)timeout_ns, (void)error;
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait_not;
}

const saboteur_hooks saboteur = {.request = change};
