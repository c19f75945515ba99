/* ends-as: CRASH TN_INFER_001 */
/* Kills its process, which the kernel and others do as well: but it does so again. */
#include <signal.h>

#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  raise(SIGKILL);
}
