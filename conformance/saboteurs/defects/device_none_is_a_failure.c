/* caught-by: device.none_where_absent */
/* Where no device is, enumeration fails. */
#include "saboteur.h"

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  const char *backend = getenv("TEMPLATE_BACKEND");
  if (!sink || !backend || strcmp(backend, "no-device") != 0)
    return honest_plugin->devices(plugin, sink, user, error);
  if (error) {
    error->status = TN_NOT_FOUND;
    snprintf(error->message, sizeof error->message, "TEMPLATE found no device");
  }
  return TN_NOT_FOUND;
}

static void change(tn_plugin_api *api) {
  api->devices = devices;
}

const saboteur_hooks saboteur = {.plugin = change};
