/* caught-by: thread.plugin */
/* A property cannot be read while another thread reads one. */
#include "saboteur.h"

#include <unistd.h>

static atomic_int reading;

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  if (atomic_fetch_add(&reading, 1) > 0) {
    atomic_fetch_sub(&reading, 1);
    if (error) {
      memset(error, 0, sizeof *error);
      error->status = TN_BUSY;
      strcpy(error->message, "somebody else is reading");
    }
    return TN_BUSY;
  }
  usleep(50);
  tn_status status = honest_plugin->get_property(plugin, device, name, sink, user, error);
  atomic_fetch_sub(&reading, 1);
  return status;
}

static void change(tn_plugin_api *api) {
  api->get_property = get_property;
}

const saboteur_hooks saboteur = {.plugin = change};
