/* caught-by: async.calls_in_callback */
/* set_tensor answers BUSY in the callback, too. */
#include "callback.h"

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  call_application(request, status, error);
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (!inside_callback) return honest_request->set_tensor(request, port, tensor, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_BUSY;
    strcpy(error->message, "an inference is in flight");
  }
  return TN_BUSY;
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.request = change};
