/* ends-as: FAIL TN_INFER_013 */
/* Another control bit of the floating-point unit that is neither rounding nor flushing: how precise
 * the x87 computes, or that results which are no number lose what came with them. */
#include "behaviour.h"

#if defined(__x86_64__)
static void misbehave(tn_infer_request *request) {
  uint16_t control = 0;
  (void)request;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  control &= (uint16_t)~UINT16_C(0x300);
  __asm__ volatile("fldcw %0" : : "m"(control));
}
#elif defined(__aarch64__)
static void misbehave(tn_infer_request *request) {
  uint64_t control = 0;
  (void)request;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | UINT64_C(1) << 25));
}
#else
#error "which bits control this processor's floating-point unit is not written here"
#endif
