/** @file
 *  The smallest virtual device: it hands on every object of one other device as it is, so that
 * using it costs nothing. The other device is named by the property FORWARD_TO.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tenon/abi.h"

enum { NAME_CAPACITY = 256 };

struct forward_plugin {
  tn_plugin base;
  tn_maker maker;
  const tn_host *host;
  char target[NAME_CAPACITY];
  tn_string target_name;
};

static tn_status fail(tn_error *error, tn_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes away a character of several bytes that the field's end has cut. */
static void cut_at_character(char *text) {
  size_t end = strlen(text), lead = end;
  while (lead > 0 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
    lead--;
  unsigned char first = lead ? (unsigned char)text[lead - 1] : 0;
  size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (lead && end - (lead - 1) < bytes) text[lead - 1] = 0;
}

static tn_status fail(tn_error *error, tn_status status, const char *format, ...) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  cut_at_character(error->message);
  return status;
}

static tn_status check_argument(const void *argument, const char *name, tn_error *error) {
  return argument ? TN_OK : fail(error, TN_INVALID_ARGUMENT, "%s is NULL", name);
}

/* The status of a receiver of the host, with a record of it where it failed. */
static tn_status pass_on(tn_status received, tn_error *error) {
  return received == TN_OK ? TN_OK : fail(error, received, "the receiver of the answer failed");
}

static const tn_core_api *core_of(const struct forward_plugin *self) {
  return self->host->get_extension(self->host, TN_STRING(TN_EXTENSION_CORE));
}

static tn_status check_device(tn_string device, tn_error *error) {
  if (device.length == 0 || tn_string_equal(device, TN_STRING("0"))) return TN_OK;
  return fail(error, TN_NOT_FOUND, "device '%.*s': FORWARD has only '0'", (int)device.length,
              device.data);
}

/* --- devices: the target's, under our id */

struct device_search {
  tn_string target;
  tn_device_sink sink;
  void *user;
};

/* The target is named with or without the id of its device ("BARE", "BARE.0"). */
static int is_target(tn_string name, tn_string target) {
  return name.length >= target.length &&
         memcmp(name.data, target.data, (size_t)target.length) == 0 &&
         (name.length == target.length || name.data[target.length] == '.');
}

static tn_status give_device(const struct device_search *search, const tn_device *target,
                             uint64_t generation) {
  tn_device device = tn_device_init();
  device.type = TN_DEVICE_TYPE_VIRTUAL;
  device.id = TN_STRING("0");
  device.name = TN_STRING("Tenon forwarding device");
  /* Its own are neither a physical device nor the calls that need none. */
  const uint64_t not_handed_on =
      TN_DEVICE_HAS_UUID | TN_DEVICE_COMPILES_ABSENT | TN_DEVICE_IMPORTS_ALONE;
  if (target) device.capabilities = target->capabilities & ~not_handed_on;
  if (target) device.memory_bytes = target->memory_bytes;
  const tn_device *const all[] = {&device};
  tn_device_list list = tn_device_list_init();
  list.count = target ? 1 : 0;
  list.generation = generation;
  list.devices = all;
  return search->sink(search->user, &list);
}

static tn_status find_device(void *user, const tn_device_list *list) {
  const struct device_search *search = user;
  for (uint32_t i = 0; i < list->count; i++)
    if (is_target(list->devices[i]->id, search->target))
      return give_device(search, list->devices[i], list->generation);
  return give_device(search, NULL, list->generation);
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  if (!sink) return check_argument(NULL, "sink", error);
  struct device_search search = {self->target_name, sink, user};
  const tn_core_api *core = core_of(self);
  return core ? core->devices(self->host, find_device, &search, error)
              : pass_on(give_device(&search, NULL, 1), error);
}

/* --- properties: which device, and a name */

#define TARGET_PROPERTY "FORWARD_TO"
#define NAME_PROPERTY   "FULL_DEVICE_NAME"
#define DEFAULT_TARGET  "BARE"

static tn_status properties(tn_plugin *plugin, tn_property_sink sink, void *user, tn_error *error) {
  (void)plugin;
  if (!sink) return check_argument(NULL, "sink", error);
  tn_property target = tn_property_init();
  target.kind = TN_VALUE_STRING;
  target.levels = TN_LEVEL_PLUGIN;
  target.flags = TN_PROPERTY_INITIAL | TN_PROPERTY_CACHING;
  target.name = TN_STRING(TARGET_PROPERTY);
  target.doc = TN_STRING("Device that everything is handed on to.");
  target.default_value = tn_value_of_string(TN_STRING(DEFAULT_TARGET));
  tn_property name = tn_property_init();
  name.kind = TN_VALUE_STRING;
  name.levels = TN_LEVEL_DEVICE;
  name.name = TN_STRING(NAME_PROPERTY);
  name.doc = TN_STRING("Name of the device for people.");
  const tn_property *const all[] = {&target, &name};
  return pass_on(sink(user, all, 2), error);
}

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  tn_status status = check_device(device, error);
  if (status == TN_OK && !sink) status = check_argument(NULL, "sink", error);
  if (status != TN_OK) return status;
  tn_value value;
  if (device.length == 0 && tn_string_equal(name, TN_STRING(TARGET_PROPERTY)))
    value = tn_value_of_string(self->target_name);
  else if (device.length && tn_string_equal(name, TN_STRING(NAME_PROPERTY)))
    value = tn_value_of_string(TN_STRING("Tenon forwarding device"));
  else
    return fail(error, TN_NOT_FOUND, "property '%.*s' of device '%.*s' is not known",
                (int)name.length, name.data, (int)device.length, device.data);
  return pass_on(sink(user, &value), error);
}

/* Nothing can be set once the plugin is made: the target's name is read by all threads. */
static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)plugin;
  tn_status status = check_device(device, error);
  if (status == TN_OK && count) status = check_argument(entries, "entries", error);
  if (status != TN_OK || count == 0) return status;
  tn_string name = entries[0].key;
  if (tn_string_equal(name, device.length ? TN_STRING(NAME_PROPERTY) : TN_STRING(TARGET_PROPERTY)))
    return fail(error, TN_READ_ONLY, "property '%.*s' cannot be set", (int)name.length, name.data);
  return fail(error, TN_NOT_FOUND, "property '%.*s' of device '%.*s' is not known",
              (int)name.length, name.data, (int)device.length, device.data);
}

static tn_status set_target(struct forward_plugin *self, const tn_value *value, tn_error *error) {
  if (value->kind != TN_VALUE_STRING)
    return fail(error, TN_WRONG_TYPE, "property " TARGET_PROPERTY ": a string instead of kind %u",
                value->kind);
  tn_string name = value->as.string;
  if (name.length == 0 || name.length >= NAME_CAPACITY)
    return fail(error, TN_OUT_OF_RANGE,
                "property " TARGET_PROPERTY ": 1 to %d bytes instead of %llu", NAME_CAPACITY - 1,
                (unsigned long long)name.length);
  memcpy(self->target, name.data, (size_t)name.length);
  self->target_name = tn_string_make(self->target, name.length);
  return TN_OK;
}

static tn_status configure(struct forward_plugin *self, const tn_create_options *options,
                           tn_error *error) {
  tn_value target = tn_value_of_string(TN_STRING(DEFAULT_TARGET));
  tn_status status = set_target(self, &target, error);
  if (status == TN_OK && options->property_count)
    status = check_argument(options->properties, "the list of properties", error);
  for (uint32_t i = 0; status == TN_OK && i < options->property_count; i++) {
    const tn_map_entry *entry = &options->properties[i];
    if (tn_string_equal(entry->key, TN_STRING(TARGET_PROPERTY)))
      status = set_target(self, &entry->value, error);
    else
      status = fail(error, TN_NOT_FOUND, "property '%.*s' is not known", (int)entry->key.length,
                    entry->key.data);
  }
  return status;
}

/* --- models: the target's objects */

struct query_relay {
  tn_query_sink sink;
  void *user;
  const tn_host *host;
  int no_memory; /* 1: the answers could not be relayed */
};

/* The same answers under the id of our device. */
static tn_status relay_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  struct query_relay *relay = user;
  const tn_host *host = relay->host;
  tn_node_support *records = host->allocate(host, (count + 1) * sizeof *records, 8);
  const tn_node_support **pointers = host->allocate(host, (count + 1) * sizeof *pointers, 8);
  tn_status status = records && pointers ? TN_OK : TN_OUT_OF_MEMORY;
  relay->no_memory = status != TN_OK;
  for (uint64_t i = 0; status == TN_OK && i < count; i++) {
    memcpy(&records[i], nodes[i], TN_NODE_SUPPORT_FIRST_SIZE);
    records[i].size = TN_NODE_SUPPORT_FIRST_SIZE;
    if (records[i].supported) records[i].device = TN_STRING("0");
    pointers[i] = &records[i];
  }
  if (status == TN_OK) status = relay->sink(relay->user, pointers, count);
  host->release(host, pointers);
  host->release(host, records);
  return status;
}

static const tn_plugin_api plugin_api;

/* The host's service, or why there is none. */
static tn_status find_core(const tn_plugin *plugin, tn_string device, const tn_core_api **out,
                           tn_error *error) {
  if (plugin->maker->library != &plugin_api)
    return fail(error, TN_INVALID_ARGUMENT, "the plugin is not FORWARD");
  tn_status status = check_device(device, error);
  if (status != TN_OK) return status;
  *out = core_of((const struct forward_plugin *)plugin);
  return *out ? TN_OK : fail(error, TN_UNSUPPORTED, "FORWARD: the host has no " TN_EXTENSION_CORE);
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  struct query_relay relay = {sink, user, self->host, 0};
  const tn_core_api *core = NULL;
  tn_status status = find_core(plugin, device, &core, error);
  if (status == TN_OK && !sink) status = check_argument(NULL, "sink", error);
  if (status != TN_OK) return status;
  status = core->query(self->host, self->target_name, model, options, relay_answers, &relay, error);
  return relay.no_memory ? fail(error, status, "FORWARD: no memory for answers") : status;
}

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  const tn_core_api *core = NULL;
  tn_status status = find_core(plugin, device, &core, error);
  return status == TN_OK ? core->compile(self->host, self->target_name, model, options, out, error)
                         : status;
}

static tn_status check(tn_plugin *plugin, tn_string device, const void *head, uint64_t head_size,
                       const tn_import_options *options, tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  const tn_core_api *core = NULL;
  tn_status status = find_core(plugin, device, &core, error);
  return status == TN_OK
             ? core->check_blob(self->host, self->target_name, head, head_size, options, error)
             : status;
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  const tn_core_api *core = NULL;
  tn_status status = find_core(plugin, device, &core, error);
  return status == TN_OK
             ? core->import_model(self->host, self->target_name, source, options, out, error)
             : status;
}

static tn_status create_context(tn_plugin *plugin, tn_string device,
                                const tn_create_context_options *options, tn_remote_context **out,
                                tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  const tn_core_api *core = NULL;
  tn_status status = find_core(plugin, device, &core, error);
  return status == TN_OK ? core->create_context(self->host, self->target_name, options, out, error)
                         : status;
}

static tn_status default_context(tn_plugin *plugin, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  const tn_core_api *core = NULL;
  tn_status status = find_core(plugin, device, &core, error);
  return status == TN_OK ? core->default_context(self->host, self->target_name, out, error)
                         : status;
}

static const tn_import_api import_api = {
    .size = TN_SIZE(tn_import_api), .check = check, .import_model = import_model};
static const tn_remote_api remote_api = {.size = TN_SIZE(tn_remote_api),
                                         .create_context = create_context,
                                         .default_context = default_context};

/* --- the plugin */

static const void *get_extension(tn_plugin *plugin, tn_string id) {
  (void)plugin;
  if (tn_string_equal(id, TN_STRING(TN_EXTENSION_IMPORT))) return &import_api;
  if (tn_string_equal(id, TN_STRING(TN_EXTENSION_REMOTE))) return &remote_api;
  return NULL;
}

static void destroy(tn_plugin *plugin, uint32_t reason) {
  if (reason == TN_DESTROY_PROCESS_EXIT) return;
  struct forward_plugin *self = (struct forward_plugin *)plugin;
  const tn_host *host = self->host;
  if (self->base.host) host->forget(host, self->base.host);
  host->release(host, self);
  host->end(host);
}

/* Version 0: nodes as they are, since the host upgrades them for the target. */
static const tn_operator_set as_they_are = {TN_SIZE(tn_operator_set), 0, {"", 0}};
static const tn_operator_set *const operator_sets[] = {&as_they_are};
static const tn_plugin_info plugin_info = {
    .size = TN_SIZE(tn_plugin_info),
    .name = TN_STRING_INIT("FORWARD"),
    .version = TN_STRING_INIT("1.0.0"),
    .vendor = TN_STRING_INIT("Tenon"),
    .operator_sets = operator_sets,
    .operator_set_count = 1,
};

static const tn_plugin_info *info(tn_plugin *plugin) {
  (void)plugin;
  return &plugin_info;
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

static tn_status check_entry(const tn_option *entry, tn_error *error) {
  if (!entry) return check_argument(NULL, "an option", error);
  int length = (int)entry->id.length;
  if (entry->size < TN_SIZE(tn_option) || entry->flags & ~(uint32_t)TN_OPTION_CRITICAL)
    return fail(error, TN_INVALID_ARGUMENT, "option %.*s: size %u, flags %#x", length,
                entry->id.data, entry->size, entry->flags);
  if (entry->flags & TN_OPTION_CRITICAL)
    return fail(error, TN_UNSUPPORTED, "option %.*s is critical and not known", length,
                entry->id.data);
  return TN_OK;
}

static tn_status check_create_options(const tn_create_options *options, tn_error *error) {
  if (!options) return check_argument(NULL, "the options", error);
  if (options->size < TN_CREATE_OPTIONS_FIRST_SIZE || options->flags != 0)
    return fail(error, TN_INVALID_ARGUMENT, "create options: size %u, flags %u", options->size,
                options->flags);
  if (!options->host_for) return check_argument(NULL, "host_for", error);
  const tn_host *host = tn_create_options_host(options);
  if (!host)
    return fail(error, TN_UNSUPPORTED, "FORWARD needs major version %u, the host speaks %u to %u",
                TN_MAJOR, options->oldest_major, options->newest_major);
  if (host->size < TN_HOST_FIRST_SIZE)
    return fail(error, TN_INVALID_ARGUMENT, "the host's table has %u bytes, expected %u",
                host->size, TN_HOST_FIRST_SIZE);
  if (!TN_HAS(tn_create_options, options, reserved)) return TN_OK;
  if (options->reserved)
    return fail(error, TN_INVALID_ARGUMENT, "create options: reserved %u", options->reserved);
  tn_status status = TN_OK;
  if (options->entry_count) status = check_argument(options->entries, "the list of options", error);
  for (uint32_t i = 0; status == TN_OK && i < options->entry_count; i++)
    status = check_entry(options->entries[i], error);
  return status;
}

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  tn_status status = check_create_options(options, error);
  if (status == TN_OK) status = check_argument(out, "out", error);
  if (status != TN_OK) return status;
  const tn_host *host = tn_create_options_host(options);
  struct forward_plugin *self = host->allocate(host, sizeof *self, _Alignof(max_align_t));
  if (!self) return fail(error, TN_OUT_OF_MEMORY, "FORWARD: no memory for the plugin");
  memset(self, 0, sizeof *self);
  self->host = host;
  self->maker.size = TN_SIZE(tn_maker);
  self->maker.library = &plugin_api;
  self->maker.name = plugin_info.name;
  self->base.api = &plugin_api;
  self->base.maker = &self->maker;
  status = configure(self, options, error);
  if (status != TN_OK) {
    host->release(host, self);
    return status;
  }
  *out = &self->base;
  return TN_OK;
}
