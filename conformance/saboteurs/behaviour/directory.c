/* ends-as: FAIL TN_INFER_013 */
/* The working directory is another one. */
#include <unistd.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  if (chdir("/") != 0) abort();
}
