/* caught-by: remote.context_of_the_device */
/* A context names another device. */
#include "saboteur.h"

static tn_string device(tn_remote_context *context) {
  (void)context;
  return TN_STRING("elsewhere");
}

static void change(tn_remote_context_api *api) {
  api->device = device;
}

const saboteur_hooks saboteur = {.context = change};
