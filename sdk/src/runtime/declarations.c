#include "runtime/declarations.h"

#include "base/by_device.h"

/* An alias is PROXY's, which is built in, so that its table needs no check; NULL for others. */
static const tni_by_device_api *find_table(const tni_declarer *self) {
  tn_plugin *plugin = self->engine->plugin;
  return self->engine->is_alias
             ? plugin->api->get_extension(plugin, TN_STRING(TNI_EXTENSION_BY_DEVICE))
             : NULL;
}

tn_status tni_declarations(const tni_declarer *declarer, tn_property_sink sink, void *user,
                           tn_error *error) {
  tn_plugin *plugin = declarer->engine->plugin;
  const tni_by_device_api *table = find_table(declarer);
  return table ? table->properties(plugin, declarer->device, declarer->options, sink, user, error)
               : plugin->api->properties(plugin, sink, user, error);
}

tn_status tni_declarer_get_property(const tni_declarer *declarer, tn_string name,
                                    tn_value_sink sink, void *user, tn_error *error) {
  tn_plugin *plugin = declarer->engine->plugin;
  const tni_by_device_api *table = find_table(declarer);
  return table ? table->get_property(plugin, declarer->device, name, sink, user, error)
               : plugin->api->get_property(plugin, declarer->device, name, sink, user, error);
}
