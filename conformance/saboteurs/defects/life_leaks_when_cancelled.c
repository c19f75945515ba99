/* caught-by: life.leak_cancel */
/* Each cancel leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  lose_block();
  return honest_request->cancel(request, error);
}

static void change(tn_infer_request_api *api) {
  api->cancel = cancel;
}

const saboteur_hooks saboteur = {.request = change};
