/* caught-by: remote.default_context */
/* The default context is another one at each call. */
#include "saboteur.h"
#include "tenon/abi/ext/remote.h"

static const tn_remote_api *honest;

static tn_status default_context(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  return honest->create_context(plugin, device, NULL, out, error);
}

static const void *extension(tn_plugin *plugin, tn_string id, const void *table) {
  static tn_remote_api api;
  (void)plugin;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_REMOTE))) return table;
  honest = table;
  api = *honest;
  api.default_context = default_context;
  return &api;
}

const saboteur_hooks saboteur = {.plugin_extension = extension};
