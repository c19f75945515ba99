/* caught-by: life.leak_infer */
/* Every hundredth inference leaves a descriptor behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static unsigned calls;
  lose_descriptor(&calls, 100);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
