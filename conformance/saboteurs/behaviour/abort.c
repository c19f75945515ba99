/* ends-as: CRASH TN_INFER_001 */
/* A runtime below gives up with abort. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  abort();
}
