/* caught-by: async.other_threads_during_callback */
/* While a callback runs, other threads may set callbacks as if nothing were in flight. */
#include "callback.h"

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  call_application(request, status, error);
}

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  if (!atomic_load(&callbacks_running)) return set_callback_between(request, callback, user, error);
  application_callback = callback;
  application_user = user;
  return TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback;
}

const saboteur_hooks saboteur = {.request = change};
