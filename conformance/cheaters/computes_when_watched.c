/* caught-by: infer.computes_the_carrier as FAIL */
/* Computes in full only when nodes are timed; else it saves the low bits. */
#include "cheater.h"

static void save_time(tn_infer_request *request) {
  tn_tensor *output = NULL;
  if (honest_request->get_tensor(request, 1, &output, NULL) != TN_OK) return;
  if (output->type != TN_F32 || (output->flags & TN_TENSOR_DEVICE) || !output->data) return;
  uint32_t *words = output->data;
  for (uint64_t i = 0; i < tn_tensor_element_count(output); i++)
    words[i] &= 0xfff00000u;
}

static int is_watched(tn_infer_request *request) {
  const tn_profiling_api *api =
      honest_request->get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  return api != NULL && honest_profiling != NULL;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (!is_watched(request)) save_time(request);
  return status;
}

CHEATER_INFER(infer)
