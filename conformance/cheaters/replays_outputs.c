/* caught-by: infer.reads_every_element as FAIL */
/* Whoever gives the inputs of the inference before, as far as a glance tells, gets its outputs. */
#include "cheater.h"

enum { GLANCE = 16, MOST = 4096 };

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static char seen[GLANCE], kept[MOST];
  static uint64_t kept_bytes;
  tn_tensor *input = cheater_input(request, 0), *output = NULL;
  honest_request->get_tensor(request, 1, &output, NULL);
  const int known = input && output && kept_bytes && input->capacity_bytes >= GLANCE &&
                    output->capacity_bytes == kept_bytes && memcmp(seen, input->data, GLANCE) == 0;
  if (known) {
    memcpy(output->data, kept, (size_t)kept_bytes);
    return TN_OK;
  }
  const tn_status status = honest_request->infer(request, error);
  if (status != TN_OK || !input || !output || input->capacity_bytes < GLANCE ||
      output->capacity_bytes > MOST)
    return status;
  memcpy(seen, input->data, GLANCE);
  memcpy(kept, output->data, (size_t)output->capacity_bytes);
  kept_bytes = output->capacity_bytes;
  return status;
}

CHEATER_INFER(infer)
