/* ends-as: FAIL TN_INFER_013 */
/* Denormal numbers count as zero from then on. */
#include "behaviour.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
enum { FLUSH_TO_ZERO = 1 << 15, DENORMALS_ARE_ZERO = 1 << 6 };
static void misbehave(tn_infer_request *request) {
  (void)request;
  _mm_setcsr(_mm_getcsr() | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
}
#elif defined(__aarch64__)
static void misbehave(tn_infer_request *request) {
  (void)request;
  uint64_t control = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | UINT64_C(1) << 24));
}
#else
#error "how this processor is told to flush to zero is not written here"
#endif
