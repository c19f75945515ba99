/* caught-by: tensor.layout_of_output/output0:every_second */
/* The bytes between the elements of an output are written as well. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (status == TN_OK && honest_request->get_tensor(request, 1, &output, NULL) == TN_OK &&
      output->strides && output->rank && output->strides[output->rank - 1] == 2 &&
      output->type == TN_F32)
    ((float *)output->data)[1] = ((float *)output->data)[0];
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
