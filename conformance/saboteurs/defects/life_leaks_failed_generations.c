/* caught-by: life.leak_failing_start */
/* A generation that fails within its work leaves memory behind, once it is waited for. */
#include "leak.h"
#include "saboteur.h"

static tn_status wait(tn_infer_request *request, int64_t limit, tn_error *error) {
  const tn_status status = honest_request->wait(request, limit, error);
  if (status == TN_WRONG_SHAPE) lose_block();
  return status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
