/* caught-by: profiling.off_by_default */
/* A profile that is not there is told as success. */
#include "saboteur.h"

static tn_status get(tn_infer_request *request, tn_profile_sink sink, void *user, tn_error *error) {
  tn_status status = honest_profiling->get(request, sink, user, error);
  return status == TN_WRONG_STATE ? TN_OK : status;
}

static void change(tn_profiling_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.profiling = change};
