/* caught-by: life.leak_refused_start */
/* A start that is refused for its options leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  const tn_status status = honest_request->start(request, options, error);
  if (status == TN_UNSUPPORTED) lose_block();
  return status;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
}

const saboteur_hooks saboteur = {.request = change};
