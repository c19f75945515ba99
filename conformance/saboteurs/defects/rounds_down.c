/* caught-by: infer.repeats */
/* The rounding mode stays changed. */
#include <fenv.h>

#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  fesetround(FE_DOWNWARD);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
