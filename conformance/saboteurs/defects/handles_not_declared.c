/* caught-by: handles.are_declared */
/* Handles of unknown types are wrapped by a device that does not declare to wrap any. */
#include "saboteur.h"

static tn_device quiet[2];
static const tn_device *const quiet_pointers[] = {&quiet[0], &quiet[1]};

struct relay {
  tn_device_sink sink;
  void *user;
};

static tn_status leave_out(void *user, const tn_device_list *list) {
  const struct relay *relay = user;
  tn_device_list changed = *list;
  for (uint32_t i = 0; i < 2; i++) {
    quiet[i] = *list->devices[i];
    quiet[i].capabilities &= ~(uint64_t)TN_DEVICE_HAS_HANDLES;
  }
  changed.devices = quiet_pointers;
  return relay->sink(relay->user, &changed);
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  struct relay relay = {sink, user};
  return honest_plugin->devices(plugin, leave_out, &relay, error);
}

static tn_status wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                      uint32_t rank, const int64_t *shape, tn_tensor **out, tn_error *error) {
  (void)handle;
  return honest_context->create_tensor(context, type, rank, shape, NULL, 0, out, error);
}

static void change(tn_plugin_api *api) {
  api->devices = devices;
}

static void change_handles(tn_handles_api *api) {
  api->wrap = wrap;
}

const saboteur_hooks saboteur = {.plugin = change, .handles = change_handles};
