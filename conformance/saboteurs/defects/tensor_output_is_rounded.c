/* caught-by: tensor.unaligned_at/output0 */
/* Outputs are written from the multiple of 4 bytes on that their address lies behind. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  if (honest_request->get_tensor(request, 1, &output, NULL) != TN_OK || !output->data)
    return honest_request->infer(request, error);
  char *data = output->data;
  const uint64_t before = (uintptr_t)data % 4;
  output->data = data - before;
  tn_status status = honest_request->infer(request, error);
  if (output->data == data - before) output->data = data;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
