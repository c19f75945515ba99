/* caught-by: life.exit_after_destroy */
/* A destructor of the library aborts when an engine was used. */
#include "saboteur.h"

static atomic_int used;

__attribute__((destructor)) static void unload(void) {
  if (used) abort();
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  used = 1;
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
