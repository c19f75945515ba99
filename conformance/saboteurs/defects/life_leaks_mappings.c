/* caught-by: life.leak_infer */
/* Each inference leaves a page behind that it has mapped itself, past the C library's heap. */
#include <sys/mman.h>

#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
