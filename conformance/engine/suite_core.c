#include "engine/suite_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

/* Where a name such as "BARE.0" leads. */
struct place {
  tn_plugin *plugin;
  tn_string id, list; /* list: what stands behind a ':' */
  const char *name;   /* of the plugin */
};

/* Makes the arrays and the engine of other `index`, the first time that it is asked for. With the
 * mutex held. */
static tn_status open_other(suite_host *self, uint32_t index, tn_error *error) {
  if (!self->other_hosts) {
    self->other_hosts = calloc(self->other_count, sizeof *self->other_hosts);
    self->other_plugins = calloc(self->other_count, sizeof(tn_plugin *));
    if (!self->other_hosts || !self->other_plugins) abort(); /* the suite itself is out of memory */
    for (uint32_t i = 0; i < self->other_count; i++) {
      suite_host_init(&self->other_hosts[i], self->others, self->other_count);
      self->other_hosts[i].root = self->root;
      self->other_hosts[i].lender = self; /* a device made of others reaches them as well */
    }
  }
  if (self->other_plugins[index]) return TN_OK;
  return suite_host_create_engine(&self->other_hosts[index], self->others[index].create, NULL, 0,
                                  &self->other_plugins[index], error);
}

/* "A", "A.ID" or "A:LIST". */
static tn_string take_apart(tn_string device, struct place *out) {
  uint64_t length = 0;
  while (length < device.length && device.data[length] != '.' && device.data[length] != ':')
    length++;
  const tn_string rest = length < device.length
                             ? tn_string_make(device.data + length + 1, device.length - length - 1)
                             : TN_STRING("");
  const bool is_list = length < device.length && device.data[length] == ':';
  out->id = is_list ? TN_STRING("") : rest;
  out->list = is_list ? rest : TN_STRING("");
  return tn_string_make(device.data, length);
}

static tn_status find(const tn_host *host, tn_string device, struct place *out, tn_error *error) {
  suite_host *self = (suite_host *)(uintptr_t)host;
  if (!self->core_open)
    return tni_fail(error, TN_WRONG_STATE, "tn.core/1 is closed until the engine is made");
  if (self->lender) self = self->lender;
  const tn_string name = take_apart(device, out);
  for (uint32_t i = 0; i < self->other_count; i++) {
    if (!tn_string_equal(tn_string_from(self->others[i].name), name)) continue;
    pthread_mutex_lock(&self->mutex);
    tn_status status = open_other(self, i, error);
    pthread_mutex_unlock(&self->mutex);
    if (status != TN_OK) return status;
    out->plugin = self->other_plugins[i];
    out->name = self->others[i].name;
    return TN_OK;
  }
  return tni_fail(error, TN_NOT_FOUND, "device '%.*s': not among those given with --with",
                  TNI_TEXT(device));
}

/* Passes a failure on as the runtime does: with the name of the plugin before the message. */
static tn_status named(const struct place *place, tn_status status, tn_error *error) {
  if (status == TN_OK || !error) return status;
  error->message[sizeof error->message - 1] = 0; /* the plugin may have left it as it was */
  return tni_fail_prefix(error, status, "%s", place->name);
}

/* --- devices under their whole names ------------------------------------------------------------
 */

enum { MAX_DEVICES = 32, NAME_CAPACITY = 256 };

struct gathering {
  tn_device devices[MAX_DEVICES];
  char ids[MAX_DEVICES][NAME_CAPACITY], names[MAX_DEVICES][NAME_CAPACITY];
  uint32_t count;
  const char *plugin;
};

static tn_status gather(void *user, const tn_device_list *list) {
  struct gathering *all = user;
  for (uint32_t i = 0; i < list->count && all->count < MAX_DEVICES; i++, all->count++) {
    tn_device *device = &all->devices[all->count];
    char *id = all->ids[all->count], *name = all->names[all->count];
    memcpy(device, list->devices[i], TN_DEVICE_FIRST_SIZE);
    device->size = TN_DEVICE_FIRST_SIZE;
    snprintf(id, NAME_CAPACITY, "%s.%.*s", all->plugin, TNI_TEXT(device->id));
    snprintf(name, NAME_CAPACITY, "%.*s", TNI_TEXT(device->name));
    device->id = tn_string_from(id);
    device->name = tn_string_from(name);
  }
  return TN_OK;
}

static tn_status give(const struct gathering *all, tn_device_sink sink, void *user,
                      tn_error *error) {
  const tn_device *pointers[MAX_DEVICES];
  for (uint32_t i = 0; i < all->count; i++)
    pointers[i] = &all->devices[i];
  tn_device_list list = tn_device_list_init();
  list.count = all->count;
  list.generation = 1;
  list.devices = pointers;
  return tni_received(sink(user, &list), "the devices", error);
}

static tn_status devices(const tn_host *host, tn_device_sink sink, void *user, tn_error *error) {
  suite_host *self = (suite_host *)(uintptr_t)host;
  const suite_host *lender = self->lender ? self->lender : self;
  struct gathering all = {.count = 0};
  for (uint32_t i = 0; i < self->other_count; i++) {
    struct place place;
    if (self->lender && &lender->other_hosts[i] == self) continue; /* not the calling one */
    all.plugin = self->others[i].name;
    if (find(host, tn_string_from(all.plugin), &place, NULL) != TN_OK) continue;
    TN_TRY(place.plugin->api->devices(place.plugin, gather, &all, error));
  }
  return give(&all, sink, user, error);
}

/* --- calls on the device that a name leads to */

/* Options with the list of the name as property DEVICE_PRIORITIES, as the runtime gives it. */
struct listed {
  tn_compile_options options;
  const tn_compile_options *use; /* what to hand on */
  tn_map_entry *entries;
};

static tn_status begin_list(struct listed *self, const struct place *place,
                            const tn_compile_options *given, tn_error *error) {
  self->use = given;
  self->entries = NULL;
  if (!place->list.length) return TN_OK;
  const uint64_t count = given ? given->property_count : 0;
  self->entries = calloc(count + 1, sizeof *self->entries);
  if (!self->entries) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for properties");
  self->options = tn_compile_options_init();
  if (given) memcpy(&self->options, given, TN_COMPILE_OPTIONS_FIRST_SIZE);
  self->options.size = TN_COMPILE_OPTIONS_FIRST_SIZE;
  if (count) memcpy(self->entries, given->properties, count * sizeof *self->entries);
  self->entries[count].key = TN_STRING("DEVICE_PRIORITIES");
  self->entries[count].value = tn_value_of_string(place->list);
  self->options.properties = self->entries;
  self->options.property_count = count + 1;
  self->use = &self->options;
  return TN_OK;
}

static tn_status end_list(struct listed *self, const struct place *place, tn_status status,
                          tn_error *error) {
  free(self->entries);
  return named(place, status, error);
}

static tn_status query(const tn_host *host, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  struct place place;
  struct listed listed;
  TN_TRY(find(host, device, &place, error));
  TN_TRY(begin_list(&listed, &place, options, error));
  return end_list(&listed, &place,
                  tn_plugin_query(place.plugin, place.id, model, listed.use, sink, user, error),
                  error);
}

static tn_status compile(const tn_host *host, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  struct place place;
  struct listed listed;
  TN_TRY(find(host, device, &place, error));
  TN_TRY(begin_list(&listed, &place, options, error));
  return end_list(&listed, &place,
                  tn_plugin_compile(place.plugin, place.id, model, listed.use, out, error), error);
}

/* The extension of the device's plugin, or UNSUPPORTED. */
static tn_status find_extension(const tn_host *host, tn_string device, tn_string id,
                                struct place *place, const void **out, tn_error *error) {
  TN_TRY(find(host, device, place, error));
  *out = tn_plugin_get_extension(place->plugin, id);
  return *out ? TN_OK
              : tni_fail(error, TN_UNSUPPORTED, "device '%.*s' has no %.*s", TNI_TEXT(device),
                         TNI_TEXT(id));
}

static tn_status check_blob(const tn_host *host, tn_string device, const void *head,
                            uint64_t head_size, const tn_import_options *options, tn_error *error) {
  struct place place;
  struct listed listed;
  const void *table = NULL;
  TN_TRY(find_extension(host, device, TN_STRING(TN_EXTENSION_IMPORT), &place, &table, error));
  TN_TRY(begin_list(&listed, &place, options, error));
  return end_list(&listed, &place,
                  ((const tn_import_api *)table)
                      ->check(place.plugin, place.id, head, head_size, listed.use, error),
                  error);
}

static tn_status import_model(const tn_host *host, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  struct place place;
  struct listed listed;
  const void *table = NULL;
  TN_TRY(find_extension(host, device, TN_STRING(TN_EXTENSION_IMPORT), &place, &table, error));
  TN_TRY(begin_list(&listed, &place, options, error));
  return end_list(&listed, &place,
                  ((const tn_import_api *)table)
                      ->import_model(place.plugin, place.id, source, listed.use, out, error),
                  error);
}

static tn_status create_context(const tn_host *host, tn_string device,
                                const tn_create_context_options *options, tn_remote_context **out,
                                tn_error *error) {
  struct place place;
  const void *table = NULL;
  TN_TRY(find_extension(host, device, TN_STRING(TN_EXTENSION_REMOTE), &place, &table, error));
  return named(
      &place,
      ((const tn_remote_api *)table)->create_context(place.plugin, place.id, options, out, error),
      error);
}

static tn_status default_context(const tn_host *host, tn_string device, tn_remote_context **out,
                                 tn_error *error) {
  struct place place;
  const void *table = NULL;
  TN_TRY(find_extension(host, device, TN_STRING(TN_EXTENSION_REMOTE), &place, &table, error));
  return named(&place,
               ((const tn_remote_api *)table)->default_context(place.plugin, place.id, out, error),
               error);
}

static tn_status get_property(const tn_host *host, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  struct place place;
  TN_TRY(find(host, device, &place, error));
  return named(&place,
               place.plugin->api->get_property(place.plugin, place.id, name, sink, user, error),
               error);
}

static tn_status set_properties(const tn_host *host, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  struct place place;
  TN_TRY(find(host, device, &place, error));
  return named(&place,
               place.plugin->api->set_properties(place.plugin, place.id, entries, count, error),
               error);
}

static tn_status devices_of(const tn_host *host, tn_string plugin, tn_device_sink sink, void *user,
                            tn_error *error) {
  struct place place;
  struct gathering all = {.count = 0};
  TN_TRY(find(host, plugin, &place, error));
  all.plugin = place.name;
  TN_TRY(named(&place, place.plugin->api->devices(place.plugin, gather, &all, error), error));
  return give(&all, sink, user, error);
}

static tn_status properties_of(const tn_host *host, tn_string plugin, tn_property_sink sink,
                               void *user, tn_error *error) {
  struct place place;
  TN_TRY(find(host, plugin, &place, error));
  return named(&place, place.plugin->api->properties(place.plugin, sink, user, error), error);
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
    .devices_of = devices_of,
    .properties_of = properties_of,
};

const tn_core_api *suite_core_api(void) {
  return &core_api;
}

void suite_core_close(suite_host *host) {
  for (uint32_t i = 0; host->other_plugins && i < host->other_count; i++)
    if (host->other_plugins[i]) tn_plugin_destroy(host->other_plugins[i], TN_DESTROY_NORMAL);
  for (uint32_t i = 0; host->other_hosts && i < host->other_count; i++)
    suite_host_clear(&host->other_hosts[i]);
  free(host->other_plugins);
  free(host->other_hosts);
  host->other_plugins = NULL;
  host->other_hosts = NULL;
}
