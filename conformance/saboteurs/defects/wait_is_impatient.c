/* caught-by: async.wait_times_out */
/* wait gives up after a tenth of its limit. */
#include "saboteur.h"

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  return honest_request->wait(request, timeout_ns > 0 ? timeout_ns / 10 : timeout_ns, error);
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
