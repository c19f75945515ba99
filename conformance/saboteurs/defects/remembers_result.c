/* caught-by: infer.repeats */
/* Every second inference of a request is not run. */
#include "saboteur.h"

static atomic_int count;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  return atomic_fetch_add(&count, 1) % 2 ? TN_OK : honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
