#include "engine/virtual_device.h"

#include "engine/ignore.h"
#include "engine/observe.h"

bool plugin_is_virtual(tn_plugin *plugin) {
  const tn_plugin_info *info = plugin->api->info(plugin);
  for (uint64_t i = 0; i < info->operator_set_count; i++)
    if (info->operator_sets[i]->version == 0) return true;
  return false;
}

bool test_is_virtual(test *t) {
  return plugin_is_virtual(t->plugin);
}

bool test_is_handed_on(test *t, const tn_maker *maker) {
  return maker != t->plugin->maker && test_is_virtual(t);
}

bool test_model_has(test *t, tn_compiled_model *model, tn_string property) {
  return !test_is_handed_on(t, model->maker) ||
         tn_compiled_model_get_property(model, property, ignore_value, NULL, NULL) != TN_NOT_FOUND;
}

bool test_lies_elsewhere(test *t, const tn_maker *maker, const tn_remote_context *context) {
  return test_is_handed_on(t, context->maker) && maker != context->maker;
}

bool test_names_device(test *t, tn_remote_context *context) {
  return test_is_handed_on(t, context->maker) ||
         tn_string_equal(tn_remote_context_device(context), t->device);
}

long test_held_below(const test *t) {
  long held = 0;
  const suite_host *host = t->host;
  for (uint32_t i = 0; host->other_hosts && i < host->other_count; i++)
    held += atomic_load(&host->other_hosts[i].blocks) + atomic_load(&host->other_hosts[i].tensors) +
            atomic_load(&host->other_hosts[i].executors);
  return held;
}
