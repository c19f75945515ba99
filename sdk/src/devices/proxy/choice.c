/* Which device a call is for: its argument, DEVICE_ID of the call, the device of its context,
 * DEVICE_ID of the plugin, or else the first. DEVICE_ID is a number that users see, so it goes no
 * further. */
#include "base/status.h"
#include "devices/proxy/proxy.h"

#include <string.h>

int tni_proxy_is_choice(tn_string name) {
  return tn_string_is(name, "DEVICE_ID");
}

static tn_status check_text(const tn_map_entry *entry, tn_error *error) {
  const tn_value *value = &entry->value;
  if (value->kind != TN_VALUE_STRING)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                           "property %.*s: a text was expected", TNI_TEXT(entry->key));
  if (!value->reserved && (value->as.string.data || !value->as.string.length)) return TN_OK;
  return tni_fail_clause(
      error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 13), "property %.*s: %s", TNI_TEXT(entry->key),
      value->reserved ? "the value's reserved field is not 0" : "a text at NULL");
}

/* --- DEVICE_ID of the plugin */

tn_status tni_proxy_check_choice(const tni_proxy *self, const tni_places *places,
                                 const tn_map_entry *entry, tn_error *error) {
  const tni_place *place = NULL;
  TN_TRY(check_text(entry, error));
  return entry->value.as.string.length
             ? tni_places_choose(self, places, entry->value.as.string, &place, error)
             : TN_OK;
}

tn_status tni_proxy_set_choice(tni_proxy *self, const tn_map_entry *entry, tn_error *error) {
  TN_TRY(check_text(entry, error));
  const tn_string id = entry->value.as.string;
  if (id.length >= sizeof self->chosen)
    return tni_fail_clause(error, TN_NOT_FOUND, TNI_CLAUSE(DEVICE, 7),
                           "property %.*s: '%.*s' is no number of a device", TNI_TEXT(entry->key),
                           TNI_TEXT(id));
  tni_mutex_lock(&self->mutex);
  memset(self->chosen, 0, sizeof self->chosen);
  if (id.length) memcpy(self->chosen, id.data, (size_t)id.length);
  tni_mutex_unlock(&self->mutex);
  return TN_OK;
}

static void copy_choice(tni_proxy *self, char *out) {
  tni_mutex_lock(&self->mutex);
  memcpy(out, self->chosen, sizeof self->chosen);
  tni_mutex_unlock(&self->mutex);
}

tn_status tni_proxy_get_choice(tni_proxy *self, tn_value_sink sink, void *user, tn_error *error) {
  char chosen[sizeof self->chosen];
  copy_choice(self, chosen);
  const tn_value value = tn_value_of_string(tn_string_from(chosen));
  return tni_received(sink(user, &value), "a value", error);
}

/* --- of a call */

static tn_status find_given(const tn_compile_options *options, tn_string *out, tn_error *error) {
  *out = TN_STRING("");
  for (uint64_t i = 0; options->properties && i < options->property_count; i++) {
    const tn_map_entry *entry = &options->properties[i];
    if (!tni_proxy_is_choice(entry->key)) continue;
    TN_TRY(check_text(entry, error));
    *out = entry->value.as.string;
  }
  return TN_OK;
}

const tn_context_option *tni_proxy_context_of(const tn_compile_options *options) {
  for (uint32_t i = 0; options->entries && i < options->entry_count; i++) {
    const tn_option *entry = options->entries[i];
    if (entry && entry->size >= TN_CONTEXT_OPTION_FIRST_SIZE &&
        tn_string_is(entry->id, TN_OPTION_CONTEXT))
      return (const tn_context_option *)(const void *)entry;
  }
  return NULL;
}

/* Whether the context is one of what serves the place first. */
static int is_place_of(const tni_place *place, tn_remote_context *context) {
  const tn_string name = place->serving[0], plugin = tni_device_plugin(name);
  if (name.length == plugin.length || !tn_string_equal(plugin, context->maker->name)) return 0;
  const uint64_t start = plugin.length + 1;
  return tn_string_equal(tn_remote_context_device(context),
                         tn_string_make(name.data + start, name.length - start));
}

/* The number of the place of a context, or an empty text. */
static tn_string find_place_of(const tni_places *places, const tn_context_option *option) {
  if (!option || !option->context || !option->context->maker) return TN_STRING("");
  for (uint32_t i = 0; i < places->count; i++)
    if (places->items[i].count && is_place_of(&places->items[i], option->context))
      return places->items[i].device.id;
  return TN_STRING("");
}

tn_status tni_proxy_choose(tni_proxy *self, const tni_places *places, tn_string device,
                           const tn_compile_options *options, const tni_place **out,
                           tn_error *error) {
  const int readable = options && options->size >= TN_COMPILE_OPTIONS_FIRST_SIZE;
  tn_string given = TN_STRING("");
  char chosen[sizeof self->chosen];
  if (readable) TN_TRY(find_given(options, &given, error));
  if (device.length && given.length && !tn_string_equal(device, given))
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "the call is for device '%.*s', its property DEVICE_ID says '%.*s'",
                    TNI_TEXT(device), TNI_TEXT(given));
  if (!device.length) device = given;
  if (!device.length && readable) device = find_place_of(places, tni_proxy_context_of(options));
  copy_choice(self, chosen);
  if (!device.length) device = tn_string_from(chosen);
  return tni_places_choose(self, places, device, out, error);
}

tn_status TN_CALL tni_proxy_tell_choice(tn_plugin *plugin, tn_string device,
                                        const tn_compile_options *options, tn_value_sink sink,
                                        void *user, tn_error *error) {
  tni_proxy *self = tni_proxy_of(plugin);
  const tni_place *place = NULL;
  tni_places places;
  TN_TRY(tni_places_find(self, &places, error));
  tn_status status = tni_proxy_choose(self, &places, device, options, &place, error);
  if (status == TN_OK) {
    const tn_value value = tn_value_of_string(place->device.id);
    status = tni_received(sink(user, &value), "an id", error);
  }
  tni_places_destroy(&places);
  return status;
}
