/* caught-by: life.leak_default_context */
/* The default context costs memory each time that it is asked for. */
#include "leak.h"
#include "saboteur.h"

static tn_status (*inner)(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                          tn_error *error);

static tn_status default_context(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  const tn_status status = inner(plugin, device, out, error);
  if (status == TN_OK) lose_block();
  return status;
}

static void change(tn_remote_api *api) {
  inner = api->default_context;
  api->default_context = default_context;
}

const saboteur_hooks saboteur = {.remote = change};
