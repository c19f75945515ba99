/* caught-by: infer.writes_all_of/relu_f32 */
/* The last element of an output that the application has set stays as it was. */
#include "saboteur.h"

static tn_tensor *given;

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  tn_status status = honest_request->set_tensor(request, port, tensor, error);
  if (status == TN_OK && port == 1) given = tensor;
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  unsigned char kept[4];
  if (honest_request->get_tensor(request, 1, &output, NULL) != TN_OK || output != given ||
      output->capacity_bytes < sizeof kept || output->type != TN_F32 ||
      output->flags & TN_TENSOR_DEVICE)
    return honest_request->infer(request, error);
  unsigned char *last = (unsigned char *)output->data + output->capacity_bytes - sizeof kept;
  memcpy(kept, last, sizeof kept);
  tn_status status = honest_request->infer(request, error);
  if (status == TN_OK) memcpy(last, kept, sizeof kept);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->set_tensor = set_tensor;
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
