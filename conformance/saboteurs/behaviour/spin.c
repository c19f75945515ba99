/* ends-as: TIMEOUT TN_INFER_001 */
/* A loop never ends, with signals blocked. */
#include <signal.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  sigset_t all;
  (void)request;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  for (volatile int turning = 1; turning;) {
  }
}
