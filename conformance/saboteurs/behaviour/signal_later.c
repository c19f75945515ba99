/* ends-as: FAIL TN_INFER_013 */
/* A handler of a signal of real time stays, set when the compiled model ends. */
#define IN_DESTROY
#include <signal.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  signal(SIGRTMIN + 3, SIG_IGN);
}
