/* caught-by: thread.values_of_requests */
/* All requests of all models keep what is computed in one place: the bytes of the last inference
 * are what every request that infers at that time gives. */
#include <unistd.h>

#include "saboteur.h"

enum { ROOM = 4096 };

static _Alignas(64) unsigned char shared[ROOM];

/* The first output of a request, when it is small host memory. */
static tn_tensor *output_of(tn_infer_request *request) {
  tn_tensor *output = NULL;
  for (uint32_t port = 0; honest_request->get_tensor(request, port, &output, NULL) == TN_OK;
       port++) {
  }
  return output;
}

static uint64_t bytes_of(const tn_tensor *tensor) {
  uint64_t bytes = 4;
  for (uint32_t i = 0; i < tensor->rank; i++)
    bytes *= (uint64_t)tensor->shape[i];
  return bytes < ROOM ? bytes : ROOM;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  if (status != TN_OK) return status;
  const tn_tensor *output = output_of(request);
  if (!output || output->flags & TN_TENSOR_DEVICE) return TN_OK;
  memcpy(shared, output->data, bytes_of(output));
  usleep(100);
  memcpy(output->data, shared, bytes_of(output));
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
