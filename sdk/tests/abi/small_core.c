#include <string.h>

#include "small_host.h"

/* "NAME" or "NAME.ID" of the one other plugin; gives its engine and the id. */
static tn_status resolve(const tn_host *host, tn_string name, tn_plugin **plugin, tn_string *id,
                         tn_error *error) {
  const struct small_host *self = (const struct small_host *)host;
  uint64_t length = self->other_name.length;
  if (!self->core_open) return small_fail(error, TN_WRONG_STATE, "the engine is being created");
  if (name.length < length || memcmp(name.data, self->other_name.data, length) != 0 ||
      (name.length > length && name.data[length] != '.'))
    return small_fail(error, TN_NOT_FOUND, "no such device");
  *plugin = self->other;
  *id = name.length > length ? tn_string_make(name.data + length + 1, name.length - length - 1)
                             : TN_STRING("");
  return TN_OK;
}

struct device_relay {
  const struct small_host *host;
  tn_device_sink sink;
  void *user;
};

/* Gives the first device under its whole name. */
static tn_status relay_devices(void *user, const tn_device_list *list) {
  const struct device_relay *relay = user;
  char name[64];
  tn_device device = *list->devices[0];
  int length = snprintf(name, sizeof name, "%.*s.%.*s", (int)relay->host->other_name.length,
                        relay->host->other_name.data, (int)device.id.length, device.id.data);
  device.id = tn_string_make(name, (uint64_t)length);
  const tn_device *const all[] = {&device};
  tn_device_list one = tn_device_list_init();
  one.count = 1;
  one.generation = list->generation;
  one.devices = all;
  return relay->sink(relay->user, &one);
}

static tn_status devices(const tn_host *host, tn_device_sink sink, void *user, tn_error *error) {
  struct device_relay relay = {(const struct small_host *)host, sink, user};
  tn_plugin *other = relay.host->other;
  return other->api->devices(other, relay_devices, &relay, error);
}

static tn_status query(const tn_host *host, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  tn_plugin *plugin = NULL;
  tn_string id;
  tn_status status = resolve(host, device, &plugin, &id, error);
  return status == TN_OK ? tn_plugin_query(plugin, id, model, options, sink, user, error) : status;
}

static tn_status compile(const tn_host *host, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_plugin *plugin = NULL;
  tn_string id;
  tn_status status = resolve(host, device, &plugin, &id, error);
  return status == TN_OK ? tn_plugin_compile(plugin, id, model, options, out, error) : status;
}

static tn_status check_blob(const tn_host *host, tn_string device, const void *head,
                            uint64_t head_size, const tn_import_options *options, tn_error *error) {
  (void)host, (void)device, (void)head, (void)head_size, (void)options;
  return small_fail(error, TN_UNSUPPORTED, "the device cannot import");
}

static tn_status import_model(const tn_host *host, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  (void)host, (void)device, (void)source, (void)options, (void)out;
  return small_fail(error, TN_UNSUPPORTED, "the device cannot import");
}

static tn_status create_context(const tn_host *host, tn_string device,
                                const tn_create_context_options *options, tn_remote_context **out,
                                tn_error *error) {
  (void)host, (void)device, (void)options, (void)out;
  return small_fail(error, TN_UNSUPPORTED, "the device has no contexts");
}

static tn_status default_context(const tn_host *host, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  (void)host, (void)device, (void)out;
  return small_fail(error, TN_UNSUPPORTED, "the device has no contexts");
}

static tn_status get_property(const tn_host *host, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  tn_plugin *plugin = NULL;
  tn_string id;
  tn_status status = resolve(host, device, &plugin, &id, error);
  return status == TN_OK ? plugin->api->get_property(plugin, id, name, sink, user, error) : status;
}

static tn_status set_properties(const tn_host *host, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  tn_plugin *plugin = NULL;
  tn_string id;
  tn_status status = resolve(host, device, &plugin, &id, error);
  return status == TN_OK ? plugin->api->set_properties(plugin, id, entries, count, error) : status;
}

static const tn_core_api core_api = {
    .size = TN_SIZE(tn_core_api),
    .devices = devices,
    .query = query,
    .compile = compile,
    .check_blob = check_blob,
    .import_model = import_model,
    .create_context = create_context,
    .default_context = default_context,
    .get_property = get_property,
    .set_properties = set_properties,
};

const tn_core_api *small_core(void) {
  return &core_api;
}
