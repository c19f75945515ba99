/* caught-by: thread.calls_do_not_block */
/* get_tensor waits for work in flight before it answers BUSY. */
#include "saboteur.h"

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  tn_status status = honest_request->get_tensor(request, port, out, error);
  if (status == TN_BUSY) honest_request->wait(request, INT64_C(3000000000), NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->get_tensor = get_tensor;
}

const saboteur_hooks saboteur = {.request = change};
