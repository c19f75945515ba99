/* caught-by: infer.computes_the_carrier as CRASH */
/* The first inference reads address 8. */
#include "saboteur.h"

static tn_status infer(tn_infer_request *request, tn_error *error) {
  volatile uintptr_t address = 8;
  (void)request, (void)error;
  return *(const tn_status *)address;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
