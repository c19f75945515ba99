/* caught-by: async.equals_sync */
/* What start computes differs from what infer computes. */
#include "saboteur.h"

static atomic_int started;

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_OK) started = 1;
  return status;
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->wait(request, timeout_ns, error);
  if (status != TN_OK || !atomic_exchange(&started, 0)) return status;
  if (honest_request->get_tensor(request, 1, &output, NULL) == TN_OK && output->type == TN_F32 &&
      output->capacity_bytes >= sizeof(float))
    ((float *)output->data)[0] += 1;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->start = start;
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
