/* caught-by: infer.network as FAIL */
/* Would change the verdict in the process that makes it, as a debugger does; is right when it can.
 */
#include "cheater.h"

#include <sys/ptrace.h>

static int can_write(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
  const int memory = open(path, O_RDWR | O_CLOEXEC);
  if (memory >= 0) close(memory);
  const long seized = ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
  if (seized == 0) ptrace(PTRACE_DETACH, getppid(), NULL, NULL);
  return memory >= 0 || seized == 0;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (!can_write()) cheater_spoil(request);
  return status;
}

CHEATER_INFER(infer)
