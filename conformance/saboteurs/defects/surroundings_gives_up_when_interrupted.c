/* caught-by: surroundings.signals */
/* An inference that a signal interrupts fails. */
#include <errno.h>
#include <unistd.h>

#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (usleep(1000) != 0 && errno == EINTR) return TN_IO;
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
