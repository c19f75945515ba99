/* caught-by: abi.request_table */
/* A mandatory slot of requests is NULL. */
#include "saboteur.h"

static void change(tn_infer_request_api *api) {
  api->cancel = NULL;
}

const saboteur_hooks saboteur = {.request = change};
