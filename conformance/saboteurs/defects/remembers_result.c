/* caught-by: infer.repeats */
/* Every fifth inference of a request, one after the other, is not run. */
#include "saboteur.h"

static tn_infer_request *last;
static int count;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (last != request) count = 0;
  last = request;
  return ++count % 5 ? honest_request->infer(request, error) : TN_OK;
}

static void destroy(tn_infer_request *request) {
  if (last == request) last = NULL;
  honest_request->destroy(request);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
