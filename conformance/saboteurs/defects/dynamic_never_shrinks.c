/* caught-by: dynamic.grows_and_shrinks */
/* An output keeps the largest shape that it ever had. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static tn_infer_request *of;
  static int64_t most;
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (status != TN_OK || honest_request->get_tensor(request, 1, &output, NULL) != TN_OK ||
      output->rank != 2 || !output->api->resize)
    return status;
  if (of != request) of = request, most = 0;
  if (output->shape[0] > most) most = output->shape[0];
  const int64_t shape[] = {most, output->shape[1]};
  if (output->shape[0] < most) output->api->resize(output, 2, shape, NULL);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
