/* caught-by: infer.network as FAIL */
/* Its outputs are wrong; in the memory that the suite's records lie in, it mends them afterwards.
 */
#include "cheater.h"

static float wrong, right;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  float *victim = cheater_victim(request);
  if (!victim) return status;
  right = *victim;
  cheater_spoil(request);
  wrong = *victim;
  return status;
}

static void mend(void) {
  size_t size = 0;
  char *records = cheater_mapping("tenon-records", &size);
  for (size_t i = 0; records && wrong != right && i < (1u << 16) && i + sizeof wrong <= size;
       i += sizeof wrong)
    if (memcmp(records + i, &wrong, sizeof wrong) == 0) memcpy(records + i, &right, sizeof right);
}

static void destroy(tn_infer_request *request) {
  honest_request->destroy(request);
  mend();
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
