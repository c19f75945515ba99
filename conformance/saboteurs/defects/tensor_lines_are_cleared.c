/* caught-by: tensor.layout_of_output/output0:region */
/* Memory is written by lines of 64 bytes: what lies before a strided output in its first line is
 * cleared. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (status != TN_OK || honest_request->get_tensor(request, 1, &output, NULL) != TN_OK ||
      !output->strides)
    return status;
  const uint64_t before = (uintptr_t)output->data % 64;
  memset((char *)output->data - before, 0, before);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
