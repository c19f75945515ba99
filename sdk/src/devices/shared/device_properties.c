#include "devices/shared/device_properties.h"

#include "base/status.h"

const tn_map_entry *tni_device_properties_find(const tn_map_entry *entries, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (tn_string_is(entries[i].key, TNI_DEVICE_PROPERTIES)) return &entries[i];
  return NULL;
}

/* What stands in the value for one device, or for all: a map, whose entries are there. */
static tn_status check_map(const tn_value *value, tn_string device, const char *of,
                           tn_error *error) {
  const char *parted = device.length ? ": " : "";
  if (value->kind != TN_VALUE_MAP)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                           "property " TNI_DEVICE_PROPERTIES "%s%.*s: a map of %s was expected",
                           parted, TNI_TEXT(device), of);
  if (value->as.map.count && !value->as.map.entries)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11),
                           "property " TNI_DEVICE_PROPERTIES
                           "%s%.*s: the entries of a map of %llu are NULL",
                           parted, TNI_TEXT(device), (unsigned long long)value->as.map.count);
  return TN_OK;
}

tn_status tni_device_properties_check(const tn_map_entry *said, const tni_devices *devices,
                                      const char *whose, tn_error *error) {
  TN_TRY(check_map(&said->value, TN_STRING(""), "devices", error));
  for (uint64_t i = 0; i < said->value.as.map.count; i++) {
    const tn_map_entry *entry = &said->value.as.map.entries[i];
    uint32_t k = 0;
    while (k < devices->count && !tni_devices_is_meant(devices, k, entry->key))
      k++;
    if (k == devices->count)
      return tni_fail(error, TN_NOT_FOUND,
                      "property " TNI_DEVICE_PROPERTIES ": %.*s is none of the devices of %s",
                      TNI_TEXT(entry->key), whose);
    TN_TRY(check_map(&entry->value, entry->key, "properties", error));
  }
  return TN_OK;
}

uint64_t tni_device_properties_count(const tn_map_entry *said) {
  uint64_t count = 0;
  for (uint64_t i = 0; said && i < said->value.as.map.count; i++)
    count += said->value.as.map.entries[i].value.as.map.count;
  return count;
}

void tni_entries_put(tn_map_entry *entries, uint64_t *count, const tn_map_entry *added) {
  uint64_t at = 0;
  while (at < *count && !tn_string_equal(entries[at].key, added->key))
    at++;
  entries[at] = *added;
  if (at == *count) ++*count;
}

void tni_device_properties_put(tn_map_entry *entries, uint64_t *count, const tn_map_entry *said,
                               tn_string device, tn_string whole) {
  for (uint64_t i = 0; said && i < said->value.as.map.count; i++) {
    const tn_map_entry *entry = &said->value.as.map.entries[i];
    if (!tni_device_is_meant(device, entry->key) && !tni_device_is_meant(whole, entry->key))
      continue;
    for (uint64_t k = 0; k < entry->value.as.map.count; k++)
      tni_entries_put(entries, count, &entry->value.as.map.entries[k]);
  }
}
