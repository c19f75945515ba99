/* ends-as: FAIL TN_ERROR_009 */
/* Something is written to standard output. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  printf("done\n");
  fflush(stdout);
}
