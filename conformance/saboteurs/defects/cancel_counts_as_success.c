/* caught-by: async.cancel_in_flight */
/* A generation that was cancelled ends with OK, although its outputs were not computed. */
#include "callback.h"

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  if (status == TN_CANCELLED) status = TN_OK, error = NULL;
  call_application(request, status, error);
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_error own;
  tn_status status = honest_request->wait(request, timeout_ns, &own);
  if (status == TN_CANCELLED) return TN_OK;
  if (status != TN_OK && error) *error = own;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
