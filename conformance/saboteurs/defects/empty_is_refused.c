/* caught-by: dynamic.empty */
/* An inference of an input without elements is refused. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *input = NULL;
  if (honest_request->get_tensor(request, 0, &input, NULL) != TN_OK || input->rank == 0 ||
      input->shape[0] != 0)
    return honest_request->infer(request, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_INVALID_ARGUMENT;
    strcpy(error->message, "an input is empty");
  }
  return TN_INVALID_ARGUMENT;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
