/* caught-by: error.record_is_filled/properties_into_failing_sink */
/* What the receiver of the properties says is handed on, and the record stays empty. */
#include "saboteur.h"

static tn_status properties(tn_plugin *plugin, tn_property_sink sink, void *user, tn_error *error) {
  (void)error;
  return honest_plugin->properties(plugin, sink, user, NULL);
}

static void change(tn_plugin_api *api) {
  api->properties = properties;
}

const saboteur_hooks saboteur = {.plugin = change};
