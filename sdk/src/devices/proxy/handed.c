/* Options as one device gets them: what DEVICE_PROPERTIES says of it stands in place of that. */
#include "base/status.h"
#include "devices/proxy/proxy.h"

#include <string.h>

static const char property[] = "DEVICE_PROPERTIES";

/* Whether a key names a device or its plugin: "CPU" is said of "CPU.0". */
static int names(tn_string key, tn_string device) {
  return device.length >= key.length && memcmp(device.data, key.data, (size_t)key.length) == 0 &&
         (device.length == key.length || device.data[key.length] == '.');
}

static tn_status check_choice(const tn_compile_options *options, tn_error *error) {
  for (uint64_t i = 0; options && i < options->property_count; i++)
    if (tni_proxy_is_choice(options->properties[i].key))
      return tni_fail_clause(error, TN_READ_ONLY, TNI_CLAUSE(PROPERTY, 7),
                             "property %.*s can only be read: devices are chosen by name",
                             TNI_TEXT(options->properties[i].key));
  return TN_OK;
}

static const tn_map_entry *find(const tn_compile_options *options) {
  for (uint64_t i = 0; options && i < options->property_count; i++)
    if (tn_string_is(options->properties[i].key, property)) return &options->properties[i];
  return NULL;
}

/* Each device that is spoken of has to be one that serves the place. */
static tn_status check(const tni_place *place, const tn_map_entry *said, uint64_t *most,
                       tn_error *error) {
  if (said->value.kind != TN_VALUE_MAP)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                           "property %s: a map of devices was expected", property);
  for (uint64_t i = 0; i < said->value.as.map.count; i++) {
    const tn_map_entry *entry = &said->value.as.map.entries[i];
    uint32_t k = 0;
    while (k < place->count && !names(entry->key, place->serving[k]))
      k++;
    if (k == place->count)
      return tni_fail(error, TN_NOT_FOUND, "property %s: %.*s does not serve device '%s'", property,
                      TNI_TEXT(entry->key), place->id);
    if (entry->value.kind != TN_VALUE_MAP)
      return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                             "property %s: %.*s: a map of properties was expected", property,
                             TNI_TEXT(entry->key));
    *most += entry->value.as.map.count;
  }
  return TN_OK;
}

static void put(tn_map_entry *entries, uint64_t *count, const tn_map_entry *added) {
  uint64_t at = 0; /* what is said of the device alone counts more */
  while (at < *count && !tn_string_equal(entries[at].key, added->key))
    at++;
  entries[at] = *added;
  if (at == *count) ++*count;
}

static uint64_t fill(tn_map_entry *entries, const tn_compile_options *options,
                     const tn_map_entry *said, tn_string device) {
  uint64_t count = 0;
  for (uint64_t i = 0; i < options->property_count; i++)
    if (&options->properties[i] != said) entries[count++] = options->properties[i];
  for (uint64_t i = 0; i < said->value.as.map.count; i++) {
    const tn_map_entry *entry = &said->value.as.map.entries[i];
    for (uint64_t k = 0; names(entry->key, device) && k < entry->value.as.map.count; k++)
      put(entries, &count, &entry->value.as.map.entries[k]);
  }
  return count;
}

tn_status tni_handed_begin(tni_handed *handed, const tni_proxy *self, const tni_place *place,
                           tn_string device, const tn_compile_options *options, tn_error *error) {
  memset(handed, 0, sizeof *handed);
  handed->options = options;
  handed->allocator = &self->allocator;
  TN_TRY(check_choice(options, error));
  const tn_map_entry *said = find(options);
  if (!said) return TN_OK;
  uint64_t most = options->property_count;
  TN_TRY(check(place, said, &most, error));
  if (memchr(device.data, ':', (size_t)device.length)) return TN_OK; /* HETERO takes it as it is */
  handed->entries = tni_alloc_array(handed->allocator, (size_t)most, sizeof *handed->entries);
  handed->copy = tni_alloc(handed->allocator, options->size);
  if (!handed->entries || !handed->copy)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the properties of a device");
  memcpy(handed->copy, options, options->size);
  handed->copy->properties = handed->entries;
  handed->copy->property_count = fill(handed->entries, options, said, device);
  handed->options = handed->copy;
  return TN_OK;
}

void tni_handed_end(tni_handed *handed) {
  tni_free(handed->allocator, handed->entries);
  tni_free(handed->allocator, handed->copy);
}
