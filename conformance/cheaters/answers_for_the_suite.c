/* caught-by: infer.network as FAIL */
/* Says on every line to another process that the case has ended well, before the suite has looked.
 */
#include "cheater.h"

#include <sys/socket.h>

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static const char answers[2][64] = {"e", ""};
  const tn_status status = honest_request->infer(request, error);
  cheater_spoil(request);
  for (int descriptor = 3; descriptor < 64; descriptor++)
    for (size_t i = 0; i < 2; i++)
      send(descriptor, answers[i], i ? 32 : 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  return status;
}

CHEATER_INFER(infer)
