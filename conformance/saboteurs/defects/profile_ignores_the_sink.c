/* caught-by: profiling.sink_fails */
/* What the receiver of a profile says is not passed on. */
#include "saboteur.h"

static tn_status get(tn_infer_request *request, tn_profile_sink sink, void *user, tn_error *error) {
  tn_status status = honest_profiling->get(request, sink, user, error);
  return status == TN_CANCELLED ? TN_OK : status;
}

static void change(tn_profiling_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.profiling = change};
