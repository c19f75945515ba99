/* caught-by: async.busy_in_flight */
/* get_tensor does not answer BUSY while a generation is in flight. */
#include "saboteur.h"

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  tn_status status = honest_request->get_tensor(request, port, out, error);
  return status == TN_BUSY ? TN_OK : status;
}

static void change(tn_infer_request_api *api) {
  api->get_tensor = get_tensor;
}

const saboteur_hooks saboteur = {.request = change};
