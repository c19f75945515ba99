/* ends-as: FAIL TN_INFER_013 */
/* A signal stays blocked. */
#include <signal.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  sigset_t one;
  (void)request;
  sigemptyset(&one);
  sigaddset(&one, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &one, NULL);
}
