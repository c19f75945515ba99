/* caught-by: infer.calls_no_callback */
/* infer calls the callback. */
#include "callback.h"

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  call_application(request, status, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  if (status == TN_OK) call_application(request, status, NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
