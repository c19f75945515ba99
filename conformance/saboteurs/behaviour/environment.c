/* ends-as: FAIL TN_INFER_013 */
/* A variable of the environment is set. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  setenv("SABOTEUR_WAS_HERE", "1", 1);
}
