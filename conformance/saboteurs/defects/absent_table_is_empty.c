/* caught-by: absent.table */
/* The table of targets has no function. */
#include "saboteur.h"
#include "tenon/abi/ext/targets.h"

static const tn_targets_api targets = {.size = TN_SIZE(tn_targets_api)};

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  (void)plugin;
  return tn_string_equal(id, TN_STRING(TN_EXTENSION_TARGETS)) ? &targets : table;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
