/* caught-by: abi.tensor_table */
/* A tensor of strings cannot be given one. */
#include "saboteur.h"

static tn_tensor_api table;

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  const tn_status status = honest_request->get_tensor(request, port, out, error);
  if (status != TN_OK || (*out)->type != TN_STRING_ELEMENT || (*out)->api == &table) return status;
  table = *(*out)->api;
  table.set_string = NULL;
  (*out)->api = &table;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->get_tensor = get_tensor;
}

const saboteur_hooks saboteur = {.request = change};
