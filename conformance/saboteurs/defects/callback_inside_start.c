/* caught-by: async.callback_not_inside_start */
/* start runs the inference and calls the callback itself. */
#include "saboteur.h"

static tn_infer_callback real;
static void *real_user;

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  (void)options;
  tn_status status = honest_request->infer(request, error);
  if (status == TN_OK && real) real(real_user, request, status, NULL);
  return status;
}

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  (void)request, (void)error;
  real = callback;
  real_user = user;
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
  api->set_callback = set_callback;
}

const saboteur_hooks saboteur = {.request = change};
