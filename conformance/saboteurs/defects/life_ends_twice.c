/* caught-by: life.end_is_last */
/* The engine calls end once more. */
#include "saboteur.h"

static void destroy(tn_plugin *plugin, uint32_t reason) {
  const tn_host *host = saboteur_host;
  honest_plugin->destroy(plugin, reason);
  host->end(host);
}

static void change(tn_plugin_api *api) {
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.plugin = change};
