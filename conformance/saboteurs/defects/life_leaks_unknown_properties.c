/* caught-by: life.leak_unknown_property */
/* Each property that is not known leaves memory behind when it is read. */
#include "leak.h"
#include "saboteur.h"

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  const tn_status status = honest_plugin->get_property(plugin, device, name, sink, user, error);
  if (status == TN_NOT_FOUND) lose_block();
  return status;
}

static void change(tn_plugin_api *api) {
  api->get_property = get_property;
}

const saboteur_hooks saboteur = {.plugin = change};
