/* caught-by: abi.unknown_extension */
/* get_extension gives a table for every id. */
#include "saboteur.h"

static const uint32_t table_of_nothing[2] = {8, 0};

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  (void)plugin, (void)id;
  return table ? table : table_of_nothing;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
