/* The list of plugins, for applications: a copy, so that no lock is held while they read it. */
#include "base/arena.h"
#include "runtime/core.h"

typedef struct listing {
  tni_arena arena;
  tn_plugin_entry *entries;
  const tn_plugin_entry **pointers;
  uint64_t count;
} listing;

static int copy(listing *self, tn_string text, tn_string *out) {
  return tni_arena_copy_string(&self->arena, text, out);
}

static int copy_error(listing *self, const tni_plugin *plugin, tn_plugin_entry *out) {
  if (plugin->state != TN_PLUGIN_BROKEN && plugin->state != TN_PLUGIN_DISABLED &&
      plugin->state != TN_PLUGIN_SHADOWED)
    return 1;
  tn_error *error = tni_arena_alloc(&self->arena, sizeof *error);
  if (!error) return 0;
  *error = plugin->error;
  out->error = error;
  return 1;
}

static int copy_plugin(listing *self, const tni_plugin *plugin, tn_plugin_entry *out) {
  const tni_registration *known = &plugin->registration;
  const tn_plugin_info *info = plugin->engine ? plugin->engine->info : NULL;
  out->size = TN_SIZE(tn_plugin_entry);
  out->state = plugin->state == TNI_PLUGIN_LOADING ? TN_PLUGIN_REGISTERED : plugin->state;
  return copy(self, known->name.length ? known->name : known->manifest, &out->name) &&
         copy(self, known->library, &out->library) && copy(self, known->manifest, &out->manifest) &&
         copy(self, info ? info->version : known->version, &out->version) &&
         copy(self, info ? info->vendor : tn_string_from(NULL), &out->vendor) &&
         copy(self, known->description, &out->description) && copy_error(self, plugin, out);
}

static tn_status fill(listing *self, const tn_core *core) {
  const size_t count = core->plugins.count;
  self->entries = tni_arena_alloc_array(&self->arena, count, sizeof *self->entries);
  self->pointers = tni_arena_alloc_array(&self->arena, count, sizeof *self->pointers);
  if (!self->entries || !self->pointers) return TN_OUT_OF_MEMORY;
  for (size_t i = 0; i < count; i++) {
    const tni_plugin *plugin = tni_core_plugin_at(core, i);
    tn_plugin_entry *entry = &self->entries[self->count];
    if (plugin->registration.is_hidden && !core->lists_hidden) continue;
    if (!copy_plugin(self, plugin, entry)) return TN_OUT_OF_MEMORY;
    self->pointers[self->count++] = entry;
  }
  return TN_OK;
}

tn_status tn_core_plugins(tn_core *core, tn_plugin_sink sink, void *user, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  listing self = {0};
  tni_arena_init(&self.arena, &core->services->allocator);
  tni_mutex_lock(&core->mutex);
  tn_status status = fill(&self, core);
  tni_mutex_unlock(&core->mutex);
  if (status == TN_OK)
    status = tni_received(sink(user, self.pointers, self.count), "the plugins", error);
  else
    tni_fail(error, status, "no memory for the list of plugins");
  tni_arena_destroy(&self.arena);
  return status;
}
