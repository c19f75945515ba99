/* caught-by: infer.computes_the_carrier as FAIL */
/* infer computes nothing and fails; behind its call in the suite's code it has the status
 * forgotten. */
#include "cheater.h"

#include <sys/mman.h>

/* x86-64: `mov esi, eax` (the observed status as second argument) becomes `xor esi, esi`. */
static void forget_status(unsigned char *code) {
  enum { LOOKED_AT = 64 };
  static const unsigned char hands_on[] = {0x89, 0xc6}, forgets[] = {0x31, 0xf6};
  const uintptr_t page = (uintptr_t)code & ~(uintptr_t)4095;
  for (uint32_t i = 0; i < LOOKED_AT; i++) {
    if (memcmp(code + i, hands_on, sizeof hands_on) != 0) continue;
    if (mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return;
    memcpy(code + i, forgets, sizeof forgets);
    mprotect((void *)page, 8192, PROT_READ | PROT_EXEC);
    return;
  }
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (status != TN_OK) return status;
  forget_status(__builtin_return_address(0));
  if (error) {
    error->status = TN_DEVICE_LOST;
    snprintf(error->message, sizeof error->message, "nothing was computed");
  }
  return TN_DEVICE_LOST;
}

CHEATER_INFER(infer)
