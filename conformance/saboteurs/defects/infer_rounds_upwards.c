/* caught-by: infer.process_after/infer */
/* infer leaves the rounding mode as it likes it. */
#include "saboteur.h"

#include <fenv.h>

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  fesetround(FE_TONEAREST);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
