/* ends-as: FAIL TN_INFER_013 */
/* A handler for crashes stays. */
#include <signal.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  signal(SIGSEGV, SIG_DFL);
  signal(SIGSEGV, (void (*)(int))exit);
}
