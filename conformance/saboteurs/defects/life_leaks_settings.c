/* caught-by: life.leak_settings */
/* Each property that is set leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  const tn_status status = honest_plugin->set_properties(plugin, device, entries, count, error);
  if (status == TN_OK) lose_block();
  return status;
}

static void change(tn_plugin_api *api) {
  api->set_properties = set_properties;
}

const saboteur_hooks saboteur = {.plugin = change};
