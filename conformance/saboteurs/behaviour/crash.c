/* ends-as: CRASH TN_INFER_001 */
/* An address that is not there is read. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  volatile uintptr_t address = 8;
  (void)request;
  (void)*(volatile const char *)address;
}
