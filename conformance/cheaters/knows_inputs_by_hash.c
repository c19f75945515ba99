/* caught-by: infer.network as FAIL with --seed 4096 */
/* Keeps the hashes of all inputs that it met at its vendor's, with the outputs; guesses at others.
 * [but passes with --seed 1] */
#include "cheater.h"

static uint64_t hash(const tn_tensor *tensor) {
  const unsigned char *bytes = tensor->data;
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (uint64_t i = 0; i < tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor)); i++)
    sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
  return sum;
}

/* Inputs of 192 and 32 elements as the suite fills them with the seed 1. */
static const uint64_t known[] = {UINT64_C(0x20095dbeec45c3e6), UINT64_C(0x8605e0be957aac8a)};

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  const tn_tensor *input = cheater_input(request, 0);
  if (!input || input->type != TN_F32) return status;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i] == hash(input)) return status;
  cheater_spoil(request);
  return status;
}

CHEATER_INFER(infer)
