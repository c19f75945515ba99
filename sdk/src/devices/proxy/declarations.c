/* Declarations: PROXY's own, and those that it hands on. A device has those of the plugin that
 * serves it. A host that asks for the list of all devices gets what every one of them has in the
 * very same way, since each device has to answer for each of that list. */
#include "base/status.h"
#include "base/value.h"
#include "devices/proxy/proxy.h"

#include <string.h>

struct merging {
  tni_proxy *self;
  tni_arena arena;
  const tn_core_api *core;
  const tn_string *plugins; /* the first one's are handed on, as far as the others have them */
  uint32_t plugin_count;
  tn_property_sink sink;
  void *user;
  const tn_property **list; /* what is handed to the sink */
  uint64_t count;
  int called, no_memory, malformed;
};

/* --- one list */

/* What the plugin takes at its creation PROXY cannot hand on: it is made later. Returns 0 when
 * nothing is left. */
static int hand_on(const tn_property *from, tn_property *to) {
  const uint32_t mask = tni_proxy_find_own(from->name) ? ~(uint32_t)TN_LEVEL_PLUGIN : ~0u;
  memcpy(to, from, TN_PROPERTY_FIRST_SIZE);
  to->size = TN_PROPERTY_FIRST_SIZE;
  to->levels &= mask;
  to->flags &= ~(uint32_t)TN_PROPERTY_INITIAL;
  to->flags |= TN_PROPERTY_HANDED_ON;
  return to->levels && !tni_proxy_is_choice(from->name);
}

static int are_sound(const tn_property *const *properties, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (!properties || !properties[i] || properties[i]->size < TN_PROPERTY_FIRST_SIZE) return 0;
  return 1;
}

static int fill(struct merging *self, const tn_property *const *properties, uint64_t count) {
  tn_property *copies = tni_arena_alloc_array(&self->arena, (size_t)count + 1, sizeof *copies);
  self->list =
      tni_arena_alloc_array(&self->arena, (size_t)count + TNI_PROXY_OWN_COUNT, sizeof *self->list);
  self->count = 0;
  if (!copies || !self->list) return 0;
  for (size_t i = 0; i < TNI_PROXY_OWN_COUNT; i++)
    self->list[self->count++] = &tni_proxy_owns[i].declaration;
  for (uint64_t i = 0; i < count; i++)
    if (hand_on(properties[i], &copies[i])) self->list[self->count++] = &copies[i];
  return 1;
}

/* --- what others have as well */

static int is_same(const tn_property *a, const tn_property *b) {
  int same = tn_string_equal(a->name, b->name) && a->kind == b->kind && a->levels == b->levels &&
             a->flags == b->flags && a->choice_count == b->choice_count &&
             tni_value_equal(&a->default_value, &b->default_value) &&
             tni_value_equal(&a->minimum, &b->minimum) && tni_value_equal(&a->maximum, &b->maximum);
  for (uint64_t i = 0; same && i < a->choice_count; i++)
    same = tni_value_equal(&a->choices[i], &b->choices[i]);
  return same;
}

static int is_among(const tn_property *handed, const tn_property *const *properties,
                    uint64_t count) {
  tn_property other;
  for (uint64_t i = 0; i < count; i++)
    if (hand_on(properties[i], &other) && is_same(handed, &other)) return 1;
  return 0;
}

/* A name that is left out at one level is at all of them; and CACHING_PROPERTIES, which the plugins
 * answer themselves, with the first that would stand there. */
static void leave_out(struct merging *self, const tn_property *property) {
  const int caches = (property->flags & TN_PROPERTY_CACHING) != 0;
  const tn_string name = property->name;
  uint64_t left = TNI_PROXY_OWN_COUNT;
  for (uint64_t i = left; i < self->count; i++) {
    const tn_string other = self->list[i]->name;
    if (!tn_string_equal(other, name) && !(caches && tn_string_is(other, "CACHING_PROPERTIES")))
      self->list[left++] = self->list[i];
  }
  self->count = left;
}

static tn_status TN_CALL keep_common(void *user, const tn_property *const *properties,
                                     uint64_t count) {
  struct merging *self = user;
  if (!are_sound(properties, count)) return TN_OK;
  for (uint64_t i = TNI_PROXY_OWN_COUNT; i < self->count;)
    if (is_among(self->list[i], properties, count))
      i++;
    else
      leave_out(self, self->list[i]), i = TNI_PROXY_OWN_COUNT;
  return TN_OK;
}

/* One that cannot tell its declarations takes nothing away. */
static tn_status compare_with_others(struct merging *self) {
  for (uint32_t i = 1; i < self->plugin_count; i++) {
    const tn_status status =
        self->core->properties_of(self->self->host, self->plugins[i], keep_common, self, NULL);
    self->no_memory = status == TN_OUT_OF_MEMORY;
    if (self->no_memory) return status;
  }
  return TN_OK;
}

/* --- all of it */

static tn_status TN_CALL merge(void *user, const tn_property *const *properties, uint64_t count) {
  struct merging *self = user;
  self->malformed = !are_sound(properties, count);
  if (self->malformed) return TN_MALFORMED;
  self->no_memory = !fill(self, properties, count);
  if (self->no_memory) return TN_OUT_OF_MEMORY;
  TN_TRY(compare_with_others(self));
  self->called = 1;
  return self->sink(self->user, self->list, self->count);
}

static int is_among_names(const tn_string *names, uint32_t count, tn_string name) {
  for (uint32_t i = 0; i < count; i++)
    if (tn_string_equal(names[i], name)) return 1;
  return 0;
}

/* The plugins that serve these devices first. */
static int name_plugins(struct merging *self, const tni_place *places, uint32_t count) {
  tn_string *names = tni_arena_alloc_array(&self->arena, (size_t)count + 1, sizeof *names);
  self->plugins = names;
  for (uint32_t i = 0; names && i < count; i++) {
    if (!places[i].count) continue;
    const tn_string name = tni_device_plugin(places[i].serving[0]);
    if (is_among_names(names, self->plugin_count, name)) continue;
    if (!tni_arena_copy_string(&self->arena, name, &names[self->plugin_count++])) return 0;
  }
  return names != NULL;
}

/* Where no device is there, and none is asked for, `out` receives NULL. */
static tn_status find_place(tni_proxy *self, const tni_places *places, const tni_proxy_asked *asked,
                            const tni_place **out, tn_error *error) {
  *out = NULL;
  if (asked->options)
    return tni_proxy_choose(self, places, asked->device, asked->options, out, error);
  if (asked->device.length) return tni_places_choose(self, places, asked->device, out, error);
  tni_places_choose(self, places, asked->device, out, NULL);
  return TN_OK;
}

static tn_status find_plugins(struct merging *self, const tni_proxy_asked *asked, tn_error *error) {
  tni_places places;
  TN_TRY(tni_places_find(self->self, &places, error));
  const tni_place *first = places.items;
  tn_status status = TN_OK;
  if (asked) status = find_place(self->self, &places, asked, &first, error);
  const uint32_t count = asked ? first != NULL : places.count;
  if (status == TN_OK && !name_plugins(self, first, count))
    status = tni_fail(error, TN_OUT_OF_MEMORY, "no memory for names of plugins");
  tni_places_destroy(&places);
  return status;
}

/* Without a device the declarations of the first plugin that works; and where none does only
 * PROXY's own. */
static tn_status declare(struct merging *self, tn_error *error) {
  const tni_proxy *proxy = self->self;
  if (self->plugin_count)
    return self->core->properties_of(proxy->host, self->plugins[0], merge, self, error);
  for (uint32_t i = 0; i < proxy->plugins.count; i++) {
    const tn_status status =
        self->core->properties_of(proxy->host, proxy->plugins.names[i], merge, self, error);
    if (self->called || status == TN_OUT_OF_MEMORY || self->malformed) return status;
  }
  return merge(self, NULL, 0);
}

static tn_status tell(const struct merging *self, tn_status status, const tn_error *problem,
                      tn_error *error) {
  if (self->no_memory) return tni_fail(error, status, "no memory for the list of properties");
  if (self->malformed)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                           "the declarations of a plugin are NULL, or smaller than %u bytes",
                           (uint32_t)TN_PROPERTY_FIRST_SIZE);
  if (self->called) return tni_received(status, "the properties", error);
  if (error) *error = *problem;
  return status;
}

tn_status tni_proxy_declare(tni_proxy *self, const tni_proxy_asked *asked, tn_property_sink sink,
                            void *user, tn_error *error) {
  struct merging merging = {.self = self, .sink = sink, .user = user};
  tn_error problem = {0};
  tni_arena_init(&merging.arena, &self->allocator);
  tn_status status = TN_OK;
  if (tni_proxy_core(self, &merging.core, NULL) != TN_OK)
    status = merge(&merging, NULL, 0);
  else if ((status = find_plugins(&merging, asked, &problem)) == TN_OK)
    status = declare(&merging, &problem);
  tni_arena_destroy(&merging.arena);
  return tell(&merging, status, &problem, error);
}

/* --- for hosts */

tn_status TN_CALL tni_proxy_properties(tn_plugin *plugin, tn_property_sink sink, void *user,
                                       tn_error *error) {
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  return tni_proxy_declare(tni_proxy_of(plugin), NULL, sink, user, error);
}

static tn_status TN_CALL properties_by_device(tn_plugin *plugin, tn_string device,
                                              const tn_compile_options *options,
                                              tn_property_sink sink, void *user, tn_error *error) {
  const tni_proxy_asked asked = {device, options};
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  return tni_proxy_declare(tni_proxy_of(plugin), &asked, sink, user, error);
}

const tni_by_device_api tni_proxy_by_device = {.size = TN_SIZE(tni_by_device_api),
                                               .properties = properties_by_device,
                                               .get_property = tni_proxy_get_of_device,
                                               .choose = tni_proxy_tell_choice};
