/* caught-by: property.kinds */
/* Truth values are read as numbers. */
#include "saboteur.h"

struct relay {
  tn_value_sink sink;
  void *user;
};

static tn_status as_number(void *user, const tn_value *value) {
  const struct relay *relay = user;
  tn_value number = tn_value_of_int64((int64_t)value->as.boolean);
  return relay->sink(relay->user, value->kind == TN_VALUE_BOOL ? &number : value);
}

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  struct relay relay = {sink, user};
  return honest_plugin->get_property(plugin, device, name, sink ? as_number : NULL, &relay, error);
}

static void change(tn_plugin_api *api) {
  api->get_property = get_property;
}

const saboteur_hooks saboteur = {.plugin = change};
