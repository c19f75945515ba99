/* ends-as: EARLY_EXIT TN_INFER_001 */
/* The process is ended at once, without its handlers. */
#include <unistd.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  _exit(0);
}
