#include "bare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Takes away a character of several bytes that the field's end has cut. */
static void cut_at_character(char *text) {
  size_t end = strlen(text), lead = end;
  while (lead > 0 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
    lead--;
  unsigned char first = lead ? (unsigned char)text[lead - 1] : 0;
  size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (lead && end - (lead - 1) < bytes) text[lead - 1] = 0;
}

tn_status bare_fail(tn_error *error, tn_status status, const char *format, ...) {
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

tn_status bare_pass_on(tn_status received, tn_error *error) {
  return received == TN_OK ? TN_OK
                           : bare_fail(error, received, "the receiver of the answer failed");
}

tn_status bare_check_argument(const void *argument, const char *name, tn_error *error) {
  return argument ? TN_OK : bare_fail(error, TN_INVALID_ARGUMENT, "%s is NULL", name);
}

void *bare_allocate(const tn_host *host, uint64_t size) {
  void *memory = host->allocate(host, size, _Alignof(max_align_t));
  if (memory) memset(memory, 0, (size_t)size);
  return memory;
}

static tn_status check_entry(const tn_option *entry, tn_error *error) {
  if (!entry) return bare_check_argument(NULL, "an option", error);
  int length = (int)entry->id.length;
  if (entry->size < TN_SIZE(tn_option) || entry->flags & ~(uint32_t)TN_OPTION_CRITICAL)
    return bare_fail(error, TN_INVALID_ARGUMENT, "option %.*s: size %u, flags %#x", length,
                     entry->id.data, entry->size, entry->flags);
  if (entry->flags & TN_OPTION_CRITICAL)
    return bare_fail(error, TN_UNSUPPORTED, "option %.*s is critical and not known", length,
                     entry->id.data);
  return TN_OK;
}

/* What a call with progress does between begin and end: it tells that it is done. */
static tn_status tell_progress(const tn_option *entry, tn_error *error) {
  const tn_progress_option *progress = (const tn_progress_option *)entry;
  if (entry->size < TN_PROGRESS_OPTION_FIRST_SIZE ||
      (entry->flags & ~(uint32_t)TN_OPTION_CRITICAL) || !progress->report)
    return bare_fail(error, TN_INVALID_ARGUMENT,
                     "option " TN_OPTION_PROGRESS ": size %u, flags %#x, or no function",
                     entry->size, entry->flags);
  if (progress->report(progress->user, 1.0))
    return bare_fail(error, TN_CANCELLED, "cancelled by progress");
  return TN_OK;
}

tn_status bare_check_options(const void *options, uint32_t first_size, tn_error *error) {
  const tn_options *self = options;
  tn_status status = TN_OK;
  if (!self) return TN_OK;
  if (self->size < first_size || self->size > TN_OPTIONS_MAX_SIZE || self->flags != 0 ||
      self->reserved != 0)
    return bare_fail(error, TN_INVALID_ARGUMENT, "options: size %u, flags %u, reserved %u",
                     self->size, self->flags, self->reserved);
  if (self->entry_count) status = bare_check_argument(self->entries, "the list of options", error);
  for (uint32_t i = 0; status == TN_OK && i < self->entry_count; i++) {
    const tn_option *entry = self->entries[i];
    status = entry && tn_string_equal(entry->id, TN_STRING(TN_OPTION_PROGRESS))
                 ? tell_progress(entry, error)
                 : check_entry(entry, error);
  }
  return status;
}

tn_status bare_check_device(tn_string device, tn_error *error) {
  if (device.length == 0 || tn_string_equal(device, TN_STRING("0"))) return TN_OK;
  return bare_fail(error, TN_NOT_FOUND, "device '%.*s': BARE has only '0'", (int)device.length,
                   device.data);
}

static const void *get_extension(tn_plugin *plugin, tn_string id) {
  (void)plugin, (void)id;
  return NULL;
}

static void destroy(tn_plugin *plugin, uint32_t reason) {
  if (reason == TN_DESTROY_PROCESS_EXIT) return;
  struct bare_plugin *self = (struct bare_plugin *)plugin;
  const tn_host *host = self->host;
  host->destroy_executor(host, self->executor);
  if (self->base.host) host->forget(host, self->base.host);
  host->release(host, self);
  host->end(host);
}

static const tn_operator_set onnx_set = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set *const operator_sets[] = {&onnx_set};
static const tn_plugin_info plugin_info = {TN_SIZE(tn_plugin_info),
                                           0,
                                           TN_STRING_INIT("BARE"),
                                           TN_STRING_INIT("1.0.0"),
                                           TN_STRING_INIT("Tenon"),
                                           operator_sets,
                                           1};

static const tn_plugin_info *info(tn_plugin *plugin) {
  (void)plugin;
  return &plugin_info;
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  (void)plugin;
  if (!sink) return bare_check_argument(NULL, "sink", error);
  tn_device device = tn_device_init();
  device.type = TN_DEVICE_TYPE_CPU;
  device.capabilities = TN_DEVICE_HAS_DYNAMIC;
  device.id = TN_STRING("0");
  device.name = TN_STRING("Tenon bare reference device");
  const tn_device *const all[] = {&device};
  tn_device_list list = tn_device_list_init();
  list.count = 1;
  list.generation = 1;
  list.devices = all;
  return bare_pass_on(sink(user, &list), error);
}

#define NAME_PROPERTY "FULL_DEVICE_NAME"

static tn_status properties(tn_plugin *plugin, tn_property_sink sink, void *user, tn_error *error) {
  (void)plugin;
  if (!sink) return bare_check_argument(NULL, "sink", error);
  tn_property name = tn_property_init();
  name.kind = TN_VALUE_STRING;
  name.levels = TN_LEVEL_DEVICE;
  name.name = TN_STRING(NAME_PROPERTY);
  name.doc = TN_STRING("Name of the device for people.");
  const tn_property *const all[] = {&name};
  return bare_pass_on(sink(user, all, 1), error);
}

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  (void)plugin;
  tn_status status = bare_check_device(device, error);
  if (status == TN_OK && !sink) status = bare_check_argument(NULL, "sink", error);
  if (status != TN_OK) return status;
  if (device.length == 0 || !tn_string_equal(name, TN_STRING(NAME_PROPERTY)))
    return bare_fail(error, TN_NOT_FOUND,
                     "property '%.*s': only " NAME_PROPERTY " of device '0' is there",
                     (int)name.length, name.data);
  tn_value value = tn_value_of_string(TN_STRING("Tenon bare reference device"));
  return bare_pass_on(sink(user, &value), error);
}

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)plugin;
  tn_status status = bare_check_device(device, error);
  if (status == TN_OK && count) status = bare_check_argument(entries, "entries", error);
  if (status != TN_OK || count == 0) return status;
  tn_string name = entries[0].key;
  if (device.length && tn_string_equal(name, TN_STRING(NAME_PROPERTY)))
    return bare_fail(error, TN_READ_ONLY, "property " NAME_PROPERTY " cannot be set");
  return bare_fail(error, TN_NOT_FOUND, "property '%.*s' is not known", (int)name.length,
                   name.data);
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
    .query = bare_query,
    .compile = bare_compile,
};

static tn_status check_create_options(const tn_create_options *options, tn_error *error) {
  if (!options) return bare_check_argument(NULL, "the options", error);
  if (options->size < TN_CREATE_OPTIONS_FIRST_SIZE || options->flags != 0)
    return bare_fail(error, TN_INVALID_ARGUMENT, "create options: size %u, flags %u", options->size,
                     options->flags);
  if (!options->host_for) return bare_check_argument(NULL, "host_for", error);
  const tn_host *host = tn_create_options_host(options);
  if (!host)
    return bare_fail(error, TN_UNSUPPORTED, "BARE needs major version %u, the host speaks %u to %u",
                     TN_MAJOR, options->oldest_major, options->newest_major);
  if (host->size < TN_HOST_FIRST_SIZE)
    return bare_fail(error, TN_INVALID_ARGUMENT, "the host's table has %u bytes, expected %u",
                     host->size, TN_HOST_FIRST_SIZE);
  if (options->property_count && !options->properties)
    return bare_check_argument(NULL, "the list of properties", error);
  if (options->property_count)
    return bare_fail(error, TN_NOT_FOUND, "property '%.*s' is not known",
                     (int)options->properties[0].key.length, options->properties[0].key.data);
  if (!TN_HAS(tn_create_options, options, reserved)) return TN_OK;
  if (options->reserved)
    return bare_fail(error, TN_INVALID_ARGUMENT, "create options: reserved %u", options->reserved);
  tn_status status = TN_OK;
  if (options->entry_count)
    status = bare_check_argument(options->entries, "the list of options", error);
  for (uint32_t i = 0; status == TN_OK && i < options->entry_count; i++)
    status = check_entry(options->entries[i], error);
  return status;
}

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  tn_status status = check_create_options(options, error);
  if (status == TN_OK) status = bare_check_argument(out, "out", error);
  if (status != TN_OK) return status;
  const tn_host *host = tn_create_options_host(options);
  struct bare_plugin *self = bare_allocate(host, sizeof *self);
  if (!self) return bare_fail(error, TN_OUT_OF_MEMORY, "BARE: no memory for the plugin");
  self->host = host;
  self->maker.size = TN_SIZE(tn_maker);
  self->maker.library = &plugin_api;
  self->maker.name = plugin_info.name;
  self->base.api = &plugin_api;
  self->base.maker = &self->maker;
  tn_executor_options executor = tn_executor_options_init();
  executor.thread_count = 1;
  executor.name = plugin_info.name;
  status = host->create_executor(host, &executor, &self->executor, error);
  if (status != TN_OK) {
    host->release(host, self);
    return status;
  }
  *out = &self->base;
  return TN_OK;
}
