/* caught-by: life.leak_failing_infer */
/* An inference that fails within its work leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (status == TN_WRONG_SHAPE) lose_block();
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
