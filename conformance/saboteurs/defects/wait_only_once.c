/* caught-by: async.wait_repeats */
/* A generation can be waited for once; then there is nothing to wait for. */
#include "saboteur.h"

enum { MOST = 64 };

/* Requests whose last generation was waited for. */
static _Atomic(tn_infer_request *) waited[MOST];

static _Atomic(tn_infer_request *) *place_of(const tn_infer_request *request) {
  return &waited[((uintptr_t)request >> 4) % MOST];
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  *place_of(request) = NULL;
  return honest_request->start(request, options, error);
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  if (status != TN_OK || atomic_exchange(place_of(request), request) != request) return status;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_WRONG_STATE;
    strcpy(error->message, "nothing was started");
  }
  return TN_WRONG_STATE;
}

static void destroy(tn_infer_request *request) {
  *place_of(request) = NULL;
  honest_request->destroy(request);
}

static void change(tn_infer_request_api *api) {
  api->start = start;
  api->wait = wait;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
