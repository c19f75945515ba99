/* caught-by: tensor.own_is_aligned */
/* The request's own tensors begin wherever there is room. */
#include "saboteur.h"

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  static tn_tensor copies[16];
  tn_status status = honest_request->get_tensor(request, port, out, error);
  if (status != TN_OK || port >= 16 || (*out)->capacity_bytes < 8) return status;
  copies[port] = **out;
  copies[port].data = (char *)(*out)->data + 4;
  copies[port].capacity_bytes -= 4;
  *out = &copies[port];
  return status;
}

static void change(tn_infer_request_api *api) {
  api->get_tensor = get_tensor;
}

const saboteur_hooks saboteur = {.request = change};
