/* ends-as: FAIL TN_HOST_010 */
/* A block of the host's allocator is never given back. */
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  if (!saboteur_host->allocate(saboteur_host, 64, 8)) abort();
}
