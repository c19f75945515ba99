/* caught-by: infer.network as ORDER_DEPENDENT */
/* What fails is run again alone in a new process: there it behaves, as an early engine of a
 * process. */
#include "cheater.h"

enum { EARLY = 1 };

static atomic_int engines;

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  atomic_fetch_add(&engines, 1);
  return saboteur_create(options, out, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (atomic_load(&engines) > EARLY) cheater_spoil(request);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.create = create, .request = change};
