/* caught-by: core.own_tables */
/* FORWARD's plugin object gives the table by which models of the device below are exported. */
#include "saboteur.h"

static const void *table_below;

static const void *model_extension(tn_compiled_model *model, tn_string id, const void *table) {
  (void)model;
  if (tn_string_equal(id, TN_STRING(TN_EXTENSION_RUNTIME_MODEL))) table_below = table;
  return table;
}

static const void *plugin_extension(tn_plugin *plugin, tn_string id, const void *table) {
  (void)plugin;
  return tn_string_equal(id, TN_STRING(TN_EXTENSION_RUNTIME_MODEL)) ? table_below : table;
}

const saboteur_hooks saboteur = {.model_extension = model_extension,
                                 .plugin_extension = plugin_extension};
