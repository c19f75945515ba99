/* Extensions of the plugin that serves a device: those of a plugin's own, which an alias does not
 * have. */
#include "base/text.h"
#include "runtime/alias_names.h"
#include "runtime/call.h"

/* A device on the way from the name that users see to the plugin that serves it. */
typedef struct served {
  tni_arena arena;
  tni_device_name device;
  tni_engine *engine; /* one user, or NULL */
} served;

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the name of a device");
}

/* --- what an alias says */

static tn_status TN_CALL take_choice(void *user, const tn_value *value) {
  served *self = user;
  return tni_arena_copy_string(&self->arena, value->as.string, &self->device.id) ? TN_OK
                                                                                 : TN_OUT_OF_MEMORY;
}

static tn_status fail_unknown(const served *self, const tni_alias_names *names, tn_error *error) {
  tni_text text;
  tni_text_init(&text, self->arena.allocator);
  for (uint64_t i = 0; i < names->count; i++) {
    if (i) tni_text_append_chars(&text, ", ");
    tni_text_append(&text, names->served[i].number);
  }
  const tn_status status =
      tni_text_status(&text) != TN_OK
          ? no_memory(error)
          : tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(DEVICE, 7),
                            "device '%.*s' is none of those that are there: %.*s",
                            TNI_TEXT(self->device.id),
                            TNI_TEXT(names->count ? tni_text_string(&text) : TN_STRING("none")));
  tni_text_destroy(&text);
  return status;
}

/* The name of the device that serves this one. */
static tn_status ask_alias(served *self, tn_error *error) {
  tn_plugin *alias = self->engine->plugin;
  tni_alias_names names;
  tn_string serving;
  if (!self->device.id.length)
    TN_TRY(alias->api->get_property(alias, TN_STRING(""), TN_STRING("DEVICE_ID"), take_choice, self,
                                    error));
  TN_TRY(tni_alias_names_read(self->engine, &names, error));
  const tn_string found = tni_alias_names_serving(&names, self->device.id);
  tn_status status = TN_OK;
  if (!found.length)
    status = fail_unknown(self, &names, error);
  else if (!tni_arena_copy_string(&self->arena, found, &serving))
    status = no_memory(error);
  tni_alias_names_destroy(&names);
  return status == TN_OK ? tni_device_name_parse(serving, &self->device, error) : status;
}

/* --- the plugin */

struct search {
  tn_string id;
  int found;
};

static tn_status TN_CALL look(void *user, const tn_device_list *list) {
  struct search *self = user;
  for (uint32_t i = 0; i < list->count; i++)
    self->found |= tn_string_equal(list->devices[i]->id, self->id);
  return TN_OK;
}

static tn_status check_device(const served *self, tn_error *error) {
  tn_plugin *plugin = self->engine->plugin;
  struct search search = {self->device.id, 0};
  if (!self->device.id.length) return TN_OK;
  TN_TRY(plugin->api->devices(plugin, look, &search, error));
  return search.found ? TN_OK
                      : tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(DEVICE, 7),
                                        "device '%.*s' is not there", TNI_TEXT(self->device.id));
}

static tn_status find_table(const served *self, const char *id, const void **out, tn_error *error) {
  tn_plugin *plugin = self->engine->plugin;
  TN_TRY(check_device(self, error));
  const void *table = plugin->api->get_extension(plugin, tn_string_from(id));
  if (!table) return tni_fail(error, TN_UNSUPPORTED, "the plugin has no extension %s", id);
  *out = table;
  return TN_OK;
}

/* An alias may be served by another one, as its fallback. */
static tn_status find_plugin(served *self, tn_core *core, tn_error *error) {
  TN_TRY(tni_core_engine(core, self->device.plugin, &self->engine, error));
  while (self->engine->is_alias) {
    tni_engine *alias = self->engine;
    tn_status status = ask_alias(self, error);
    self->engine = NULL;
    if (status == TN_OK) status = tni_core_engine(core, self->device.plugin, &self->engine, error);
    if (status != TN_OK) tni_engine_fail(alias, status, error);
    tni_engine_unuse(alias);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

static tn_status give_id(const served *self, tn_value_sink sink, void *user, tn_error *error) {
  const tn_value value = tn_value_of_string(self->device.id);
  return sink ? tni_received(sink(user, &value), "an id", error) : TN_OK;
}

static tn_status find(served *self, tn_core *core, const char *id, const void **table,
                      tn_error *error) {
  const tn_string asked = self->device.plugin;
  if (self->device.list.length)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "extensions are those of the plugin: leave out \":%.*s\"",
                    TNI_TEXT(self->device.list));
  TN_TRY(find_plugin(self, core, error));
  const tn_status status = find_table(self, id, table, error);
  if (status == TN_OK) return TN_OK;
  tni_engine_fail(self->engine, status, error);
  return tn_string_is(asked, self->engine->name)
             ? status
             : tni_fail_prefix(error, status, "%.*s", TNI_TEXT(asked));
}

tn_status tn_core_device_extension(tn_core *core, const char *device, const char *id,
                                   tn_plugin **plugin, const void **table, tn_value_sink sink,
                                   void *user, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!id || !plugin || !table)
    return tni_fail(error, TN_INVALID_ARGUMENT, "device_extension: %s is NULL",
                    !id      ? "the id"
                    : plugin ? "table"
                             : "plugin");
  served self = {.engine = NULL};
  const void *found = NULL;
  TN_TRY(tni_device_name_parse(tn_string_from(device), &self.device, error));
  tni_arena_init(&self.arena, &core->services->allocator);
  tn_status status = find(&self, core, id, &found, error);
  if (status == TN_OK) status = give_id(&self, sink, user, error);
  if (status == TN_OK) *plugin = tni_core_lend(core, self.engine);
  if (status == TN_OK) *table = found;
  tni_engine_unuse(self.engine);
  tni_arena_destroy(&self.arena);
  return status;
}
