/* caught-by: property.all_or_none */
/* Properties are set one after the other, and those before a bad one stay set. */
#include "saboteur.h"

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  tn_status status = TN_OK;
  for (uint64_t i = 0; status == TN_OK && i < count; i++)
    status = honest_plugin->set_properties(plugin, device, &entries[i], 1, error);
  return status;
}

static void change(tn_plugin_api *api) {
  api->set_properties = set_properties;
}

const saboteur_hooks saboteur = {.plugin = change};
