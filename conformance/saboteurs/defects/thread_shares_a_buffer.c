/* caught-by: thread.requests_of_one_model */
/* All requests compute the end of their results in one buffer, without a pause in which they would
 * be sure to meet. */
#include "saboteur.h"

enum { ROOM = 1 << 20 };

static volatile unsigned char buffer[ROOM];

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL, *next = NULL;
  const tn_status status = honest_request->infer(request, error);
  for (uint32_t port = 0;
       status == TN_OK && honest_request->get_tensor(request, port, &next, NULL) == TN_OK; port++)
    output = next;
  if (!output || output->flags & TN_TENSOR_DEVICE || output->strides) return status;
  const uint64_t bytes = tn_dense_bytes(output->type, tn_tensor_element_count(output));
  if (bytes > ROOM) return status;
  unsigned char *result = output->data;
  for (uint64_t i = 0; i < bytes; i++)
    buffer[i] = result[i];
  for (uint64_t i = 0; i < bytes; i++)
    result[i] = buffer[i];
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
