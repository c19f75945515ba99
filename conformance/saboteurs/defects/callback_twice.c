/* caught-by: async.callback_once */
/* The callback of each start is called twice. */
#include "saboteur.h"

static tn_infer_callback real;
static void *real_user;

static void twice(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  real(real_user, request, status, error);
  real(real_user, request, status, error);
}

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  real = callback;
  real_user = user;
  return honest_request->set_callback(request, callback ? twice : NULL, NULL, error);
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback;
}

const saboteur_hooks saboteur = {.request = change};
