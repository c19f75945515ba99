#include "runtime/context_names.h"

#include "runtime/alias_names.h"
#include "runtime/maker_name.h"
#include "runtime/operations.h"

/* --- what is kept */

typedef struct record {
  uint64_t length;
  char name[];
} record;

static tn_string name_of(const record *kept) {
  return tn_string_make(kept->name, kept->length);
}

static record *make_record(const tni_allocator *allocator, tn_string name) {
  record *made = tni_alloc(allocator, sizeof *made + (size_t)name.length);
  if (!made) return NULL;
  made->length = name.length;
  if (name.length) memcpy(made->name, name.data, (size_t)name.length);
  return made;
}

void tni_context_name_free(tni_services *services, void *kept) {
  tni_free(&services->allocator, kept);
}

/* A default context is one object for all that ask: the last word counts. */
static tn_status put_record(tn_core *core, tn_remote_context *context, tn_string name) {
  record *made = make_record(&core->services->allocator, name);
  if (!made) return TN_OUT_OF_MEMORY;
  tni_mutex_lock(&core->mutex);
  void *before = context->host;
  context->host = made;
  tni_mutex_unlock(&core->mutex);
  tni_context_name_free(core->services, before);
  return TN_OK;
}

/* --- names */

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the name of a device");
}

/* The device as its maker's plugin is registered, and that plugin. */
static tn_status name_by_maker(tn_core *core, tni_arena *arena, tn_remote_context *context,
                               tn_string *maker, tn_string *out, tn_error *error) {
  if (tni_maker_name(core, context->maker, arena, maker) != TN_OK ||
      tni_device_name_join(arena, *maker, tn_remote_context_device(context), out) != TN_OK)
    return no_memory(error);
  return TN_OK;
}

/* As the alias calls what `name` means at the interface. */
static tn_status name_by_alias(const tni_engine *alias, tni_arena *arena, tn_string maker,
                               tn_string *name, tn_error *error) {
  tni_alias_names names;
  TN_TRY(tni_alias_names_read(alias, &names, error));
  const tn_status status = tni_alias_names_translate(&names, arena, maker, *name, name);
  tni_alias_names_destroy(&names);
  return status == TN_OK ? TN_OK : no_memory(error);
}

static tn_status name_by_call(const tni_call *call, tni_arena *arena, tn_remote_context *context,
                              tn_string *out, tn_error *error) {
  const tni_engine *engine = call->engine;
  tn_string maker;
  TN_TRY(name_by_maker(engine->core, arena, context, &maker, out, error));
  return engine->is_alias ? name_by_alias(engine, arena, maker, out, error) : TN_OK;
}

tn_status tni_context_name_keep(const tni_call *call, tn_remote_context *context, tn_error *error) {
  tni_arena arena;
  tn_string name;
  tni_arena_init(&arena, &call->engine->services->allocator);
  tn_status status = name_by_call(call, &arena, context, &name, error);
  if (status == TN_OK && put_record(call->engine->core, context, name) != TN_OK)
    status = no_memory(error);
  tni_arena_destroy(&arena);
  return status;
}

/* The open alias behind which a hidden plugin stands, with one more user; or NULL. */
static tni_engine *find_alias(tn_core *core, tn_string plugin) {
  tni_engine *engine = NULL;
  tni_mutex_lock(&core->mutex);
  const tni_plugin *hidden = tni_core_find_plugin(core, plugin);
  const tni_plugin *alias = hidden && hidden->registration.is_hidden
                                ? tni_core_find_plugin(core, hidden->registration.alias)
                                : NULL;
  if (alias && alias->is_alias && alias->state == TN_PLUGIN_LOADED) engine = alias->engine;
  if (engine) tni_engine_use(engine);
  tni_mutex_unlock(&core->mutex);
  return engine;
}

/* Of a context that came with a tensor: as lists name its device. */
static tn_status name_by_list(tn_core *core, tni_arena *arena, tn_remote_context *context,
                              tn_string *out, tn_error *error) {
  tn_string maker;
  TN_TRY(name_by_maker(core, arena, context, &maker, out, error));
  tni_engine *alias = find_alias(core, maker);
  const tn_status status = alias ? name_by_alias(alias, arena, maker, out, error) : TN_OK;
  tni_engine_unuse(alias);
  return status;
}

static tn_status find_name(tn_core *core, tni_arena *arena, tn_remote_context *context,
                           tn_string *out, tn_error *error) {
  tni_mutex_lock(&core->mutex);
  const record *kept = context->host;
  const int copied = kept ? tni_arena_copy_string(arena, name_of(kept), out) : 1;
  tni_mutex_unlock(&core->mutex);
  if (!copied) return no_memory(error);
  return kept ? TN_OK : name_by_list(core, arena, context, out, error);
}

/* --- for applications */

static tn_status give_name(tn_core *core, tn_remote_context *context, tn_value_sink sink,
                           void *user, tn_error *error) {
  tni_arena arena;
  tn_string name;
  tni_arena_init(&arena, &core->services->allocator);
  tn_status status = find_name(core, &arena, context, &name, error);
  if (status == TN_OK) {
    const tn_value value = tn_value_of_string(name);
    status = tni_received(sink(user, &value), "a name", error);
  }
  tni_arena_destroy(&arena);
  return status;
}

static tn_status check_context(const tn_core *core, const tn_remote_context *context,
                               const void *sink_given, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!context) return tni_fail(error, TN_INVALID_ARGUMENT, "the context is NULL");
  return sink_given ? TN_OK : tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
}

tn_status tn_core_context_device(tn_core *core, tn_remote_context *context, tn_value_sink sink,
                                 void *user, tn_error *error) {
  TN_TRY(check_context(core, context, (const void *)(uintptr_t)sink, error));
  return give_name(core, context, sink, user, error);
}

tn_status tn_core_tensor_device(tn_core *core, tn_tensor *tensor, tn_value_sink sink, void *user,
                                tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  if (!tensor) return tni_fail(error, TN_INVALID_ARGUMENT, "the tensor is NULL");
  if (tensor->context) return give_name(core, tensor->context, sink, user, error);
  const tn_value value = tn_value_of_string(TN_STRING(""));
  return tni_received(sink(user, &value), "a name", error);
}

/* --- properties of a context */

struct reading {
  const tni_alias_names *names;
  tn_string maker;
  tn_value_sink sink;
  void *user;
  tn_error *error;
};

static tn_status TN_CALL rename_devices(void *user, const tn_value *value) {
  const struct reading *self = user;
  if (value->kind != TN_VALUE_MAP) return self->sink(self->user, value);
  tni_arena arena;
  tni_arena_init(&arena, self->names->arena.allocator);
  tn_value named = *value;
  const uint64_t count = value->as.map.count;
  tn_map_entry *entries = tni_arena_alloc_array(&arena, (size_t)count + 1, sizeof *entries);
  tn_status status = entries ? TN_OK : TN_OUT_OF_MEMORY;
  for (uint64_t i = 0; status == TN_OK && i < count; i++) {
    const tn_map_entry *entry = &value->as.map.entries[i];
    entries[i] = *entry;
    if (tni_names_devices(entry->key))
      status =
          tni_alias_names_value(self->names, &arena, self->maker, &entry->value, &entries[i].value);
  }
  named.as.map.entries = entries;
  status = status == TN_OK ? self->sink(self->user, &named) : no_memory(self->error);
  tni_arena_destroy(&arena);
  return status;
}

/* The one device that a context's properties may name, as an alias that has no other. */
static tn_status name_one(tn_core *core, tn_remote_context *context, tni_alias_names *out,
                          tn_string *maker, tn_error *error) {
  tn_string name, device;
  tni_served *served = tni_arena_alloc(&out->arena, sizeof *served);
  if (!served) return no_memory(error);
  TN_TRY(name_by_maker(core, &out->arena, context, maker, &device, error));
  TN_TRY(find_name(core, &out->arena, context, &name, error));
  const char *dot = memchr(name.data, '.', (size_t)name.length);
  out->alias = tn_string_make(name.data, (uint64_t)(dot - name.data));
  *served = (tni_served){tn_string_make(dot + 1, name.length - out->alias.length - 1), device};
  out->served = served;
  out->count = out->all_count = 1;
  return TN_OK;
}

tn_status tn_core_context_properties(tn_core *core, tn_remote_context *context, tn_value_sink sink,
                                     void *user, tn_error *error) {
  TN_TRY(check_context(core, context, (const void *)(uintptr_t)sink, error));
  tni_alias_names names = {0};
  tni_arena_init(&names.arena, &core->services->allocator);
  struct reading reading = {&names, {NULL, 0}, sink, user, error};
  tn_status status = name_one(core, context, &names, &reading.maker, error);
  if (status == TN_OK) {
    status = context->api->properties(context, rename_devices, &reading, error);
    if (status != TN_OK) tni_fail_prefix(error, status, "%.*s", TNI_TEXT(names.alias));
  }
  tni_alias_names_destroy(&names);
  return status;
}
