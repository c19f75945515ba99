/* caught-by: error.null_of_plugin */
/* A property of the plugin that is read for nobody is read with success. */
#include "saboteur.h"

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  return sink ? honest_plugin->get_property(plugin, device, name, sink, user, error) : TN_OK;
}

static void change(tn_plugin_api *api) {
  api->get_property = get_property;
}

const saboteur_hooks saboteur = {.plugin = change};
