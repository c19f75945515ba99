/* caught-by: remote.default_context */
/* The default context is another one at each call. */
#include "saboteur.h"

static tn_status default_context(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  return honest_remote->create_context(plugin, device, NULL, out, error);
}

static void change(tn_remote_api *api) {
  api->default_context = default_context;
}

const saboteur_hooks saboteur = {.remote = change};
