/* caught-by: async.failed_start_calls_none */
/* A start that fails calls the callback with its failure. */
#include "callback.h"

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  call_application(request, status, error);
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_error own;
  tn_status status = honest_request->start(request, options, &own);
  if (status == TN_OK) return status;
  if (error) *error = own;
  if (status == TN_UNSUPPORTED) call_application(request, status, &own);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
