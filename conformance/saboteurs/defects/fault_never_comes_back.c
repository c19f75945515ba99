/* caught-by: fault.words_that_change_nothing */
/* A device that was lost twice stays lost. */
#include "saboteur.h"

static const tn_fault_api *honest;
static atomic_int losses;

static tn_status lose(tn_plugin *plugin, tn_string device, tn_error *error) {
  atomic_fetch_add(&losses, 1);
  return honest->lose(plugin, device, error);
}

static tn_status restore(tn_plugin *plugin, tn_string device, tn_error *error) {
  if (atomic_load(&losses) > 2) return TN_OK; /* one of them was of an unknown device */
  return honest->restore(plugin, device, error);
}

static const tn_fault_api api = {.size = TN_SIZE(tn_fault_api), .lose = lose, .restore = restore};

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  (void)plugin;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_FAULT))) return table;
  honest = table;
  return &api;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
