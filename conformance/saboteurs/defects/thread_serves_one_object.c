/* caught-by: thread.requests_of_many_models */
/* While one request infers all others are busy. */
#include "saboteur.h"

#include <unistd.h>

static atomic_int inferring;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (atomic_fetch_add(&inferring, 1) > 0) {
    atomic_fetch_sub(&inferring, 1);
    if (error) {
      memset(error, 0, sizeof *error);
      error->status = TN_BUSY;
      strcpy(error->message, "the device is busy");
    }
    return TN_BUSY;
  }
  usleep(100);
  tn_status status = honest_request->infer(request, error);
  atomic_fetch_sub(&inferring, 1);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
