/* caught-by: property.changes_of_export/device.TEMPLATE_DELAY */
/* What is set on the device is written behind each blob, although it is not declared CACHING. */
#include "saboteur.h"

static double delay;

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  const tn_status status = honest_plugin->set_properties(plugin, device, entries, count, error);
  for (uint64_t i = 0; status == TN_OK && device.length && i < count; i++)
    if (tn_string_equal(entries[i].key, TN_STRING("TEMPLATE_DELAY")))
      delay = entries[i].value.as.float64;
  return status;
}

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  const tn_status status = honest_export->export_model(model, options, target, error);
  return status == TN_OK && delay > 0 ? target->write(target, &delay, sizeof delay, error) : status;
}

static void change(tn_plugin_api *api) {
  delay = 0;
  api->set_properties = set_properties;
}

static void change_export(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.plugin = change, .exporting = change_export};
