/* ends-as: FAIL TN_INFER_004 */
/* A byte before an input is written. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  tn_tensor *tensor = NULL;
  if (honest_request->get_tensor(request, 0, &tensor, NULL) != TN_OK) return;
  ((char *)tensor->data)[-1] ^= 0x40;
}
