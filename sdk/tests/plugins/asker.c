/* A mock plugin that asks others: reading its property "SHARE OF DEVICE" reads the property NAME of
 * DEVICE, and the property "COUNT" gives the number of devices that it sees. */
#include "tenon/abi.h"

struct asker {
  tn_plugin base;
  tn_maker maker;
  const tn_host *host;
};

static const void *get_extension(tn_plugin *plugin, tn_string id) {
  (void)plugin, (void)id;
  return NULL;
}

static void destroy(tn_plugin *plugin, uint32_t reason) {
  if (reason == TN_DESTROY_PROCESS_EXIT) return;
  const tn_host *host = ((struct asker *)plugin)->host;
  host->release(host, plugin);
  host->end(host);
}

static const tn_operator_set as_they_are = {TN_SIZE(tn_operator_set), 0, {"", 0}};
static const tn_operator_set *const operator_sets[] = {&as_they_are};
static const tn_plugin_info plugin_info = {
    .size = TN_SIZE(tn_plugin_info),
    .name = TN_STRING_INIT("ASKER"),
    .version = TN_STRING_INIT("1"),
    .operator_sets = operator_sets,
    .operator_set_count = 1,
};

static const tn_plugin_info *info(tn_plugin *plugin) {
  (void)plugin;
  return &plugin_info;
}

static const tn_core_api *core_of(const struct asker *self) {
  return self->host->get_extension(self->host, TN_STRING(TN_EXTENSION_CORE));
}

static tn_status count_devices(void *user, const tn_device_list *list) {
  *(uint32_t *)user += list->count;
  return TN_OK;
}

/* One device, when the others can be listed. */
static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  const struct asker *self = (struct asker *)plugin;
  uint32_t count = 0;
  const tn_status status = core_of(self)->devices(self->host, count_devices, &count, error);
  if (status != TN_OK) return status;
  tn_device device = tn_device_init();
  device.type = TN_DEVICE_TYPE_VIRTUAL;
  device.id = TN_STRING("0");
  device.name = TN_STRING("Asker");
  const tn_device *const all[] = {&device};
  tn_device_list list = tn_device_list_init();
  list.count = 1;
  list.generation = 1;
  list.devices = all;
  return sink(user, &list);
}

static tn_status properties(tn_plugin *plugin, tn_property_sink sink, void *user, tn_error *error) {
  (void)plugin, (void)error;
  return sink(user, NULL, 0);
}

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  const struct asker *self = (struct asker *)plugin;
  const tn_core_api *core = core_of(self);
  (void)device;
  if (tn_string_equal(name, TN_STRING("COUNT"))) {
    uint32_t count = 0;
    const tn_status status = core->devices(self->host, count_devices, &count, error);
    if (status != TN_OK) return status;
    const tn_value value = tn_value_of_int64(count);
    return sink(user, &value);
  }
  for (uint64_t i = name.length; i-- > 0;)
    if (name.length - i > 4 && memcmp(name.data + i, " OF ", 4) == 0)
      return core->get_property(self->host, tn_string_make(name.data + i + 4, name.length - i - 4),
                                tn_string_make(name.data, i), sink, user, error);
  const tn_value value = tn_value_of_string(name);
  return sink(user, &value);
}

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)plugin, (void)device, (void)entries, (void)count, (void)error;
  return TN_OK;
}

static tn_status refuse(tn_error *error) {
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_UNSUPPORTED;
    strcpy(error->message, "this mock runs nothing");
  }
  return TN_UNSUPPORTED;
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  (void)plugin, (void)device, (void)model, (void)options, (void)sink, (void)user;
  return refuse(error);
}

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  (void)plugin, (void)device, (void)model, (void)options, (void)out;
  return refuse(error);
}

static const tn_plugin_api plugin_api = {
    .size = TN_SIZE(tn_plugin_api),
    .major = TN_MAJOR,
    .get_extension = get_extension,
    .destroy = destroy,
    .info = info,
    .devices = devices,
    .properties = properties,
    .get_property = get_property,
    .set_properties = set_properties,
    .query = query,
    .compile = compile,
};

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  const tn_host *host = tn_create_options_host(options);
  struct asker *self = host ? host->allocate(host, sizeof *self, 64) : NULL;
  if (!self) {
    if (error) memset(error, 0, sizeof *error);
    return TN_OUT_OF_MEMORY;
  }
  memset(self, 0, sizeof *self);
  self->host = host;
  self->maker.size = TN_SIZE(tn_maker);
  self->maker.library = &plugin_api;
  self->maker.name = plugin_info.name;
  self->base.api = &plugin_api;
  self->base.maker = &self->maker;
  *out = &self->base;
  return TN_OK;
}
