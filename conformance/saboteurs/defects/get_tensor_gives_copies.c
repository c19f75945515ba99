/* caught-by: tensor.stable_at/input0 */
/* Each get_tensor gives another object for the same memory. */
#include "saboteur.h"

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  static tn_tensor copies[4];
  static int next;
  tn_status status = honest_request->get_tensor(request, port, out, error);
  if (status != TN_OK) return status;
  copies[next % 4] = **out;
  *out = &copies[next++ % 4];
  return status;
}

static void change(tn_infer_request_api *api) {
  api->get_tensor = get_tensor;
}

const saboteur_hooks saboteur = {.request = change};
