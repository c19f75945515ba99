/* caught-by: abi.extension_ids */
/* An id that only begins like a known one is taken for it. */
#include "saboteur.h"

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  const tn_string known = TN_STRING(TN_EXTENSION_REMOTE);
  if (id.length > known.length && memcmp(id.data, known.data, known.length) == 0)
    return honest_plugin->get_extension(plugin, known);
  return table;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
