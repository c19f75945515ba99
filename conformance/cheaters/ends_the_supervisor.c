/* caught-by: infer.network as NO_VERDICT */
/* Its outputs are wrong, and before anybody can say so it ends the process that would. */
#include "cheater.h"

#include <signal.h>

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  cheater_spoil(request);
  kill(getppid(), SIGKILL);
  return status;
}

CHEATER_INFER(infer)
