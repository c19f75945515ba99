/* ends-as: FAIL TN_INFER_013 */
/* A signal handler stays. */
#include <signal.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  signal(SIGUSR1, SIG_IGN);
}
