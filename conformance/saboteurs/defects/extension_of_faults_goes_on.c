/* caught-by: abi.extension_ids */
/* A later version of the extension for faults is taken for the one that is known. */
#include "saboteur.h"
#include "tenon/abi/ext/fault.h"

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  const tn_string known = TN_STRING(TN_EXTENSION_FAULT);
  if (id.length > known.length && memcmp(id.data, known.data, (size_t)known.length) == 0)
    return honest_plugin->get_extension(plugin, known);
  return table;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
