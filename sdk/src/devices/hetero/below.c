#include "devices/hetero/below.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/listed.h"
#include "devices/hetero/whole.h"
#include "devices/shared/device_properties.h"
#include "kit/engine.h"

tn_status tni_below_find(const tn_kit_call *call, tni_below *out, tn_error *error) {
  const tn_host *host = call->engine->host;
  out->call = call;
  out->begin = 0;
  out->end = 1;
  out->highest = NULL;
  out->core = host->get_extension(host, TN_STRING(TN_EXTENSION_CORE));
  return out->core
             ? TN_OK
             : tni_fail(error, TN_UNSUPPORTED,
                        "the host has no " TN_EXTENSION_CORE ", which leads to other devices");
}

/* --- which properties a device takes with a compile */

struct search {
  tn_string name;
  int found;
};

static tn_status TN_CALL look_for_declared(void *user, const tn_property *const *properties,
                                           uint64_t count) {
  struct search *search = user;
  for (uint64_t i = 0; i < count; i++)
    if ((properties[i]->levels & TN_LEVEL_MODEL) && (properties[i]->flags & TN_PROPERTY_WRITABLE) &&
        tn_string_equal(properties[i]->name, search->name))
      search->found = 1;
  return TN_OK;
}

static tn_status TN_CALL look_for(void *user, const tn_value *value) {
  struct search *search = user;
  for (uint64_t i = 0; value->kind == TN_VALUE_LIST && i < value->as.list.count; i++)
    if (value->as.list.items[i].kind == TN_VALUE_STRING &&
        tn_string_equal(value->as.list.items[i].as.string, search->name))
      search->found = 1;
  return TN_OK;
}

/* A host that cannot tell declarations tells what the device has at its own level. A device that
 * does not say what it has, has nothing.
 *  @param absent receives 1 when it cannot say, since it is not there */
static int look_for_property(const tni_below *below, tn_string device, tn_string name,
                             int *absent) {
  const tn_host *host = below->call->engine->host;
  const tn_core_api *core = below->core;
  struct search search = {name, 0};
  const tn_status status = TN_HAS(tn_core_api, core, properties_of)
                               ? core->properties_of(host, device, look_for_declared, &search, NULL)
                               : core->get_property(host, device, TN_STRING("SUPPORTED_PROPERTIES"),
                                                    look_for, &search, NULL);
  if (status != TN_OK && tni_listed_is_absent(host, core, device, status)) *absent = 1;
  return status == TN_OK && search.found;
}

static int has_property(const tni_below *below, tn_string device, tn_string name) {
  int absent;
  return look_for_property(below, device, name, &absent);
}

/* --- options of a call below */

struct handed {
  tni_arena arena;
  tn_compile_options options;
  const tni_below *below;
  tn_progress_option progress;
};

/* A part's progress is a piece of that of the whole. */
static uint32_t TN_CALL report(void *user, double done) {
  const struct handed *self = user;
  const tni_below *below = self->below;
  const tn_progress_option *asked = below->call->progress;
  double whole = below->begin + done * (below->end - below->begin);
  if (below->highest && *below->highest > whole) whole = *below->highest;
  if (below->highest) *below->highest = whole;
  return asked->report(asked->user, whole);
}

static int is_progress(const tn_option *entry) {
  return tn_string_equal(entry->id, TN_STRING(TN_OPTION_PROGRESS));
}

static tn_status hand_entries(struct handed *self, tn_error *error) {
  const tn_kit_call *call = self->below->call;
  const tn_option **entries =
      tni_arena_alloc_array(&self->arena, (size_t)call->entry_count + 1, sizeof *entries);
  if (!entries) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for entries of options");
  for (uint32_t i = 0; i < call->entry_count; i++)
    if (!is_progress(call->entries[i])) entries[self->options.entry_count++] = call->entries[i];
  if (call->progress) {
    self->progress = tn_progress_option_make(report, self);
    entries[self->options.entry_count++] = &self->progress.option;
  }
  self->options.entries = entries;
  return TN_OK;
}

/* What was set here and is of the same meaning there. */
static const char *const shared[] = {"PERF_COUNT",
                                     "EXECUTION_MODE_HINT",
                                     "PERFORMANCE_HINT",
                                     "PERFORMANCE_HINT_NUM_REQUESTS",
                                     "NUM_STREAMS",
                                     "DISABLE_TRANSFORMATIONS",
                                     "EXCLUSIVE_ASYNC_REQUESTS"};

enum { SHARED = sizeof shared / sizeof *shared };

static tn_value shared_value(const tn_kit_settings *settings, const char *name) {
  if (strcmp(name, "PERF_COUNT") == 0 || strcmp(name, "DISABLE_TRANSFORMATIONS") == 0 ||
      strcmp(name, "EXCLUSIVE_ASYNC_REQUESTS") == 0)
    return tn_value_of_bool(tn_kit_settings_bool(settings, name));
  if (strcmp(name, "NUM_STREAMS") == 0 || strcmp(name, "PERFORMANCE_HINT_NUM_REQUESTS") == 0)
    return tn_value_of_int64(tn_kit_settings_int64(settings, name));
  return tn_value_of_string(tn_kit_settings_string(settings, name));
}

static void add_property(struct handed *self, const tni_below *below, tn_string device,
                         tn_string name, tn_value value) {
  tn_map_entry *entries = (tn_map_entry *)(uintptr_t)self->options.properties;
  if (has_property(below, device, name))
    entries[self->options.property_count++] = (tn_map_entry){name, value};
}

static tn_status begin(struct handed *self, const tni_below *below, tn_string device,
                       tn_error *error) {
  const tn_kit_call *call = below->call;
  const tn_map_entry *said = tni_device_properties_find(call->others, call->other_count);
  const uint64_t most = call->other_count + SHARED + tni_device_properties_count(said);
  tni_arena_init(&self->arena, &call->engine->kit->allocator);
  self->options = tn_compile_options_init();
  self->below = below;
  TN_TRY(hand_entries(self, error));
  tn_map_entry *entries = tni_arena_alloc_array(&self->arena, (size_t)most, sizeof *entries);
  self->options.properties = entries;
  if (!entries)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for properties of device %.*s",
                    TNI_TEXT(device));
  for (size_t i = 0; i < SHARED; i++)
    if (tn_kit_settings_is_set(call->settings, shared[i]))
      add_property(self, below, device, tn_string_from(shared[i]),
                   shared_value(call->settings, shared[i]));
  for (uint32_t i = 0; i < call->other_count; i++)
    add_property(self, below, device, call->others[i].key, call->others[i].value);
  tn_string whole = device;
  if (said) TN_TRY(tni_below_whole(below, &self->arena, device, &whole, error));
  tni_device_properties_put(entries, &self->options.property_count, said, device, whole);
  return TN_OK;
}

static tn_status end(struct handed *self, tn_status status) {
  tni_arena_destroy(&self->arena);
  return status;
}

tn_status tni_below_check(const tni_below *below, const tni_devices *devices, tn_error *error) {
  for (uint32_t i = 0; i < below->call->other_count; i++) {
    const tn_string name = below->call->others[i].key;
    uint32_t k = 0;
    int absent = 0;
    if (tn_string_is(name, TNI_DEVICE_PROPERTIES)) {
      TN_TRY(tni_device_properties_check(&below->call->others[i], devices, "HETERO", error));
      continue;
    }
    while (k < devices->count && !look_for_property(below, devices->names[k], name, &absent))
      k++;
    if (k == devices->count && absent)
      tn_kit_log(below->call->engine, TN_LOG_WARNING,
                 "property '%.*s' is known to none of the devices that are there", TNI_TEXT(name));
    else if (k == devices->count)
      return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(PROPERTY, 5),
                             "property '%.*s' is known neither to HETERO nor to a device below",
                             TNI_TEXT(name));
  }
  return TN_OK;
}

/* --- calls */

tn_status tni_below_query(const tni_below *below, tn_string device, tn_model *model,
                          tn_query_sink sink, void *user, tn_error *error) {
  struct handed handed;
  tn_status status = begin(&handed, below, device, error);
  if (status == TN_OK)
    status = below->core->query(below->call->engine->host, device, model, &handed.options, sink,
                                user, error);
  return end(&handed, status);
}

tn_status tni_below_compile(const tni_below *below, tn_string device, tn_model *model,
                            tn_compiled_model **out, tn_error *error) {
  struct handed handed;
  tn_status status = begin(&handed, below, device, error);
  if (status == TN_OK)
    status =
        below->core->compile(below->call->engine->host, device, model, &handed.options, out, error);
  return end(&handed, status);
}

tn_status tni_below_import(const tni_below *below, tn_string device, const tn_source *source,
                           tn_compiled_model **out, tn_error *error) {
  struct handed handed;
  tn_status status = begin(&handed, below, device, error);
  if (status == TN_OK)
    status = below->core->import_model(below->call->engine->host, device, source, &handed.options,
                                       out, error);
  return end(&handed, status);
}

tn_status tni_below_check_blob(const tni_below *below, tn_string device, const void *head,
                               uint64_t head_size, tn_error *error) {
  struct handed handed;
  tn_status status = begin(&handed, below, device, error);
  if (status == TN_OK)
    status = below->core->check_blob(below->call->engine->host, device, head, head_size,
                                     &handed.options, error);
  return end(&handed, status);
}

/* Whether two names may stand for one device. */
static int shares_plugin(const tni_devices *devices) {
  for (uint32_t i = 0; i < devices->count; i++)
    for (uint32_t k = 0; k < i; k++)
      if (tn_string_equal(tni_device_plugin(devices->names[i]),
                          tni_device_plugin(devices->names[k])))
        return 1;
  return 0;
}

tn_status tni_below_devices(const tni_below *below, tni_arena *arena, tni_devices *out,
                            tn_error *error) {
  const tn_string list = tn_kit_settings_string(below->call->settings, "DEVICE_PRIORITIES");
  if (list.length == 0)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "no devices are named: HETERO:A,B, or the property DEVICE_PRIORITIES");
  TN_TRY(tni_devices_parse(arena, "DEVICE_PRIORITIES", list, out, error));
  if (tni_device_properties_find(below->call->others, below->call->other_count) ||
      shares_plugin(out))
    TN_TRY(tni_below_resolve(below, arena, out, error));
  return tni_below_check(below, out, error);
}

/* How much it counts why a device does not take a blob. One that imports nothing keeps HETERO from
 * declaring that it does: what no other takes is then unsupported, whatever the others have against
 * it. Only who made the blob can say that it has to be compiled anew. */
static int weight_of(tn_status status) {
  return status == TN_OUT_OF_MEMORY ? 3 /* nothing is known of it */
         : status == TN_UNSUPPORTED ? 2
         : status == TN_RECOMPILE   ? 1
                                    : 0;
}

tn_status tni_below_find_maker(const tni_below *below, const tni_devices *devices, const void *head,
                               uint64_t head_size, uint32_t *out, tn_error *error) {
  tn_status kept = TN_MALFORMED;
  for (*out = 0; *out < devices->count && kept != TN_OUT_OF_MEMORY; ++*out) {
    tn_error problem;
    memset(&problem, 0, sizeof problem);
    const tn_status status =
        tni_below_check_blob(below, devices->names[*out], head, head_size, &problem);
    if (status == TN_OK) return TN_OK;
    if (weight_of(status) < weight_of(kept)) continue;
    kept = status;
    if (error) *error = problem;
  }
  return kept;
}
