/* The plugin: one name for the devices of several, whose objects are handed on as they are. */
#include "devices/proxy/proxy.h"

#include "base/built_in.h"
#include "base/status.h"
#include "kit/creation.h"

#include <string.h>

/* --- devices */

static tn_status TN_CALL devices(tn_plugin *plugin, tn_device_sink sink, void *user,
                                 tn_error *error) {
  tni_proxy *self = tni_proxy_of(plugin);
  tni_places places;
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  tn_device_list list = tn_device_list_init();
  TN_TRY(tni_places_find(self, &places, error));
  const tn_device **pointers =
      tni_arena_alloc_array(&places.arena, (size_t)places.count + 1, sizeof *pointers);
  for (uint32_t i = 0; pointers && i < places.count; i++)
    if (places.items[i].count) pointers[list.count++] = &places.items[i].device;
  list.generation = places.generation;
  list.devices = pointers;
  const tn_status status = pointers
                               ? tni_received(sink(user, &list), "the devices", error)
                               : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the devices");
  tni_places_destroy(&places);
  return status;
}

/* --- the plugin */

static const void *TN_CALL get_extension(tn_plugin *plugin, tn_string id) {
  (void)plugin;
  if (tn_string_is(id, TN_EXTENSION_IMPORT)) return &tni_proxy_import;
  if (tn_string_is(id, TN_EXTENSION_REMOTE)) return &tni_proxy_remote;
  if (tn_string_is(id, TNI_EXTENSION_BY_DEVICE)) return &tni_proxy_by_device;
  return NULL;
}

static void free_engine(tni_proxy *self) {
  tni_proxy_forget_settings(self);
  tni_vector_destroy(&self->keys);
  if (self->has_mutex) tni_mutex_destroy(&self->mutex);
  tni_arena_destroy(&self->arena);
  self->host->release(self->host, self);
}

static void TN_CALL destroy(tn_plugin *plugin, uint32_t reason) {
  if (reason == TN_DESTROY_PROCESS_EXIT) return;
  tni_proxy *self = tni_proxy_of(plugin);
  const tn_host *host = self->host;
  if (self->base.host) host->forget(host, self->base.host);
  free_engine(self);
  host->end(host);
}

/* Nodes are taken as they are: the host upgrades them for each device. */
static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), 0, {"", 0}};
static const tn_operator_set *const operator_sets[] = {&onnx};

static const tn_plugin_info plugin_info = {
    .size = TN_SIZE(tn_plugin_info),
    .name = TN_STRING_INIT("PROXY"),
    .version = TN_STRING_INIT(TENON_VERSION),
    .vendor = TN_STRING_INIT("Tenon"),
    .operator_sets = operator_sets,
    .operator_set_count = 1,
};

static const tn_plugin_info *TN_CALL info(tn_plugin *plugin) {
  (void)plugin;
  return &plugin_info;
}

static const tn_plugin_api api = {
    .size = TN_SIZE(tn_plugin_api),
    .major = TN_MAJOR,
    .get_extension = get_extension,
    .destroy = destroy,
    .info = info,
    .devices = devices,
    .properties = tni_proxy_properties,
    .get_property = tni_proxy_get_property,
    .set_properties = tni_proxy_set_properties,
    .query = tni_proxy_query,
    .compile = tni_proxy_compile,
};

tn_status tni_proxy_check(const tn_plugin *plugin, tn_error *error) {
  if (plugin->maker->library == &api) return TN_OK;
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 10),
                         "the plugin is not PROXY");
}

/* --- creation */

enum { USUAL_DEVICES = 64 /* seeing so many takes no memory that a query would have to keep */ };

static tn_status fill(tni_proxy *self, const tn_create_options *options, tn_error *error) {
  self->allocator = tni_kit_host_allocator(self->host);
  tni_arena_init(&self->arena, &self->allocator);
  tni_vector_init(&self->settings, &self->allocator, sizeof(tni_proxy_setting));
  tni_vector_init(&self->keys, &self->allocator, sizeof(tni_proxy_key));
  self->plugin_text = self->fallback_text = TN_STRING("");
  self->maker.size = TN_SIZE(tn_maker);
  self->maker.library = &api;
  self->maker.name = plugin_info.name;
  self->base.api = &api;
  self->base.maker = &self->maker;
  if (tni_vector_reserve(&self->keys, USUAL_DEVICES) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an engine");
  if (tni_mutex_init(&self->mutex) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no room for the mutex of an engine");
  self->has_mutex = 1;
  return tni_proxy_configure(self, options, error);
}

tn_status tni_proxy_create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  TN_TRY(tni_kit_check_create_options(plugin_info.name, options, error));
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "out is NULL");
  const tn_host *host = tn_create_options_host(options);
  tni_proxy *self = host->allocate(host, sizeof *self, _Alignof(max_align_t));
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an engine");
  memset(self, 0, sizeof *self);
  self->host = host;
  const tn_status status = fill(self, options, error);
  if (status != TN_OK) {
    free_engine(self);
    return status;
  }
  *out = &self->base;
  return TN_OK;
}

TNI_BUILT_IN(proxy) = {"PROXY", "One name for the devices of several plugins.", tni_proxy_create};
