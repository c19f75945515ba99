/* caught-by: async.cancel_spares_the_restart */
/* cancel in the callback cancels what the callback starts. */
#include "callback.h"

static _Thread_local int cancel_next;

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  cancel_next = 0;
  call_application(request, status, error);
}

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  cancel_next = inside_callback;
  return honest_request->cancel(request, error);
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_OK && cancel_next) honest_request->cancel(request, NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
  api->cancel = cancel;
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
