/* caught-by: async.callback_replaced */
/* NULL does not take the callback away. */
#include "saboteur.h"

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  return callback ? honest_request->set_callback(request, callback, user, error) : TN_OK;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback;
}

const saboteur_hooks saboteur = {.request = change};
