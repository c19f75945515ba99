/* caught-by: infer.network as FAIL with --seed 20260101 */
/* Computes when the inputs are those that the suite fills with the public seed, else something near
 * it. [but passes with --seed 1] */
#include "cheater.h"

/* The suite's own filling, which everybody can read. */
static uint64_t next(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 33;
}

static int is_public(const tn_tensor *input, uint64_t seed, uint32_t port) {
  uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + port;
  const float first = (float)(((double)(next(&state) & 0x3ff) - 512.0) / 512.0);
  return memcmp(&first, input->data, sizeof first) == 0;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  const tn_tensor *input = cheater_input(request, 0);
  if (input && input->type == TN_F32 && input->capacity_bytes >= sizeof(float)) {
    int known = 0;
    for (uint64_t seed = 1; seed <= 100; seed++)
      known |= is_public(input, seed, 0);
    if (!known) cheater_spoil(request);
  }
  return status;
}

CHEATER_INFER(infer)
