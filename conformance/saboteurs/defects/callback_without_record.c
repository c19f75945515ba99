/* caught-by: async.callback_is_told_the_status */
/* The callback of a failed inference is given no error record. */
#include "callback.h"

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user, (void)error;
  call_application(request, status, NULL);
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
}

const saboteur_hooks saboteur = {.request = change};
