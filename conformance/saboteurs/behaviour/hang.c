/* ends-as: TIMEOUT TN_INFER_001 */
/* Nothing happens any more. */
#include <unistd.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  for (;;)
    pause();
}
