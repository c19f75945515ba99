/* ends-as: EARLY_EXIT TN_INFER_001 */
/* The process is ended with success. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  exit(0);
}
