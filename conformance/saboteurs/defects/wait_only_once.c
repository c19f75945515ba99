/* caught-by: async.wait_repeats */
/* A generation can be waited for once; then there is nothing to wait for. */
#include "saboteur.h"

static atomic_int waited;

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_OK) waited = 0;
  return status;
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  if (status != TN_OK || atomic_fetch_add(&waited, 1) == 0) return status;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_WRONG_STATE;
    strcpy(error->message, "nothing was started");
  }
  return TN_WRONG_STATE;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
