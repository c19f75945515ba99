/* Options as one device gets them: what DEVICE_PROPERTIES says of it stands in place of that, and
 * DEVICE_ID, a number of the alias, is left out. */
#include "base/status.h"
#include "base/value.h"
#include "devices/proxy/proxy.h"
#include "devices/shared/device_properties.h"

#include <string.h>

static int has_choice(const tn_compile_options *options) {
  for (uint64_t i = 0; options && i < options->property_count; i++)
    if (tni_proxy_is_choice(options->properties[i].key)) return 1;
  return 0;
}

/* --- what was set on the plugin */

static tni_proxy_setting *find_setting(tni_proxy *self, tn_string plugin, tn_string device,
                                       tn_string key) {
  for (size_t i = 0; i < self->settings.count; i++) {
    tni_proxy_setting *kept = tni_vector_at(&self->settings, i);
    if (tn_string_equal(kept->entry.key, key) && tn_string_equal(kept->plugin, plugin) &&
        tn_string_equal(kept->device, device))
      return kept;
  }
  return NULL;
}

/* With the mutex held. */
static tn_status keep(tni_proxy *self, tn_string plugin, tn_string device,
                      const tn_map_entry *entry) {
  tni_proxy_setting *kept = find_setting(self, plugin, device, entry->key), made;
  tni_arena_init(&made.arena, &self->allocator);
  tn_status status = tni_value_copy(&made.arena, &entry->value, &made.entry.value, NULL);
  if (status == TN_OK && (!tni_arena_copy_string(&made.arena, plugin, &made.plugin) ||
                          !tni_arena_copy_string(&made.arena, device, &made.device) ||
                          !tni_arena_copy_string(&made.arena, entry->key, &made.entry.key)))
    status = TN_OUT_OF_MEMORY;
  if (status == TN_OK && !kept) status = tni_vector_append(&self->settings, &made);
  if (status == TN_OK && kept) {
    const tni_arena old = kept->arena;
    *kept = made;
    made.arena = old;
  }
  if (status != TN_OK || kept) tni_arena_destroy(&made.arena);
  return status;
}

tn_status tni_proxy_keep(tni_proxy *self, tn_string plugin, tn_string device,
                         const tn_map_entry *entry, tn_error *error) {
  tni_mutex_lock(&self->mutex);
  const tn_status status = keep(self, plugin, device, entry);
  tni_mutex_unlock(&self->mutex);
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory for a property's value");
}

void tni_proxy_forget_settings(tni_proxy *self) {
  for (size_t i = 0; i < self->settings.count; i++)
    tni_arena_destroy(&((tni_proxy_setting *)tni_vector_at(&self->settings, i))->arena);
  tni_vector_destroy(&self->settings);
}

/* --- options */

static int is_hetero(tn_string device) {
  return memchr(device.data, ':', (size_t)device.length) != NULL;
}

static int is_served_by(const tni_place *place, tn_string plugin) {
  for (uint32_t i = 0; i < place->count; i++)
    if (tn_string_equal(tni_device_plugin(place->serving[i]), plugin)) return 1;
  return 0;
}

/* Copies of what was set on a plugin of the place (no device) or on one device. */
static tn_status fill_settings(tni_handed *handed, const tni_proxy *self, const tni_place *place,
                               tn_string device, tn_map_entry *entries, uint64_t *count) {
  for (size_t i = 0; i < self->settings.count; i++) {
    const tni_proxy_setting *set = tni_vector_at(&self->settings, i);
    tn_map_entry copy;
    if (!tn_string_equal(set->device, device) || !is_served_by(place, set->plugin)) continue;
    if (!tni_arena_copy_string(&handed->arena, set->entry.key, &copy.key)) return TN_OUT_OF_MEMORY;
    TN_TRY(tni_value_copy(&handed->arena, &set->entry.value, &copy.value, NULL));
    tni_entries_put(entries, count, &copy);
  }
  return TN_OK;
}

/* What is given for the call counts more, and what is said of the device most. */
static void fill_given(const tn_compile_options *options, const tn_map_entry *said,
                       tn_string device, tn_map_entry *entries, uint64_t *count) {
  for (uint64_t i = 0; options && i < options->property_count; i++)
    if (&options->properties[i] != said && !tni_proxy_is_choice(options->properties[i].key))
      tni_entries_put(entries, count, &options->properties[i]);
  tni_device_properties_put(entries, count, said, device, device);
}

/* With the mutex held. HETERO takes what is said of devices as it is. */
static tn_status make(tni_handed *handed, const tni_proxy *self, const tni_place *place,
                      const tn_map_entry *said, tn_string device, uint64_t most) {
  const tn_compile_options *given = handed->options;
  const size_t size = given && given->size > sizeof *given ? given->size : sizeof *given;
  tn_compile_options *copy = tni_arena_alloc(&handed->arena, size);
  tn_map_entry *entries = tni_arena_alloc_array(
      &handed->arena, (size_t)most + self->settings.count + 1, sizeof *entries);
  uint64_t count = 0;
  if (!copy || !entries) return TN_OUT_OF_MEMORY;
  *copy = tn_compile_options_init();
  if (given) memcpy(copy, given, given->size);
  if (is_hetero(device)) {
    TN_TRY(fill_settings(handed, self, place, TN_STRING(""), entries, &count));
    TN_TRY(fill_settings(handed, self, place, place->device.id, entries, &count));
  }
  fill_given(given, is_hetero(device) ? NULL : said, device, entries, &count);
  copy->properties = entries;
  copy->property_count = count;
  handed->options = copy;
  return TN_OK;
}

tn_status tni_handed_begin(tni_handed *handed, tni_proxy *self, const tni_place *place,
                           tn_string device, const tn_compile_options *options, tn_error *error) {
  tni_arena_init(&handed->arena, &self->allocator);
  handed->options = options;
  if (options && options->size < TN_COMPILE_OPTIONS_FIRST_SIZE) return TN_OK; /* for the device */
  if (options && options->property_count && !options->properties)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11),
                           "the properties are NULL");
  const uint64_t given = options ? options->property_count : 0;
  const tn_map_entry *said = tni_device_properties_find(given ? options->properties : NULL, given);
  if (said)
    TN_TRY(tni_device_properties_check(
        said, &(tni_devices){place->serving, place->serving, place->count}, place->id, error));
  tni_mutex_lock(&self->mutex);
  const int as_it_is =
      !has_choice(options) && (is_hetero(device) ? self->settings.count == 0 : !said);
  const tn_status status =
      as_it_is ? TN_OK
               : make(handed, self, place, said, device, given + tni_device_properties_count(said));
  tni_mutex_unlock(&self->mutex);
  return status == TN_OK ? TN_OK
                         : tni_fail(error, status, "no memory for the properties of a device");
}

void tni_handed_end(tni_handed *handed) {
  tni_arena_destroy(&handed->arena);
}
