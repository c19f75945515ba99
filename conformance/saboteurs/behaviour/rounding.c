/* ends-as: FAIL TN_INFER_013 */
/* The rounding mode stays changed. */
#include <fenv.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  fesetround(FE_UPWARD);
}
