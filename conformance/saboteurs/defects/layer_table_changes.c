/* caught-by: layer.tables_are_constant */
/* Each inference puts another function into the table. */
#include "saboteur.h"

static tn_infer_request_api *table;

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  return honest_request->cancel(request, error);
}

static tn_status cancel_too(tn_infer_request *request, tn_error *error) {
  return honest_request->cancel(request, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  table->cancel = table->cancel == cancel ? cancel_too : cancel;
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  table = api;
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
