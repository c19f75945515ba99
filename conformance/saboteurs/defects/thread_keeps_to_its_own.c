/* caught-by: thread.each_call_another */
/* A request works in the thread that it was first used in. */
#include "saboteur.h"

#include <pthread.h>

static tn_infer_request *latest;
static pthread_t owner;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (latest != request) {
    latest = request;
    owner = pthread_self();
  }
  if (pthread_equal(owner, pthread_self())) return honest_request->infer(request, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_WRONG_STATE;
    strcpy(error->message, "the request belongs to another thread");
  }
  return TN_WRONG_STATE;
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (latest != request) {
    latest = request;
    owner = pthread_self();
  }
  return honest_request->set_tensor(request, port, tensor, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
