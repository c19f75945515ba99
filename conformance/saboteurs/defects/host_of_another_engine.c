/* caught-by: host.own_table */
/* Inferences take memory from the host of the engine that was made before the last one. */
#include "saboteur.h"

static const tn_host *other_host;

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  other_host = saboteur_host;
  return saboteur_create(options, out, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (other_host) other_host->release(other_host, other_host->allocate(other_host, 16, 8));
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.create = create, .request = change};
