/* caught-by: life.leak_callback */
/* Each callback that is set leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  if (callback) lose_block();
  return honest_request->set_callback(request, callback, user, error);
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback;
}

const saboteur_hooks saboteur = {.request = change};
