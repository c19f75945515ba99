#include "devices/shared/device_list.h"

#include <string.h>

#include "base/name_list.h"
#include "base/status.h"

int tni_device_is_meant(tn_string device, tn_string name) {
  return device.length >= name.length && memcmp(device.data, name.data, (size_t)name.length) == 0 &&
         (device.length == name.length || device.data[name.length] == '.');
}

int tni_devices_is_meant(const tni_devices *devices, uint32_t index, tn_string name) {
  return tni_device_is_meant(devices->names[index], name) ||
         tni_device_is_meant(devices->whole[index], name);
}

int tni_device_is_plugin(tn_string device) {
  for (uint64_t i = 0; i < device.length; i++)
    if (device.data[i] == '.' || device.data[i] == ':') return 0;
  return 1;
}

tn_status tni_devices_check(const tni_devices *devices, const char *property, tn_error *error) {
  for (uint32_t i = 0; i < devices->count; i++)
    for (uint32_t k = 0; k < i; k++)
      if (tn_string_equal(devices->whole[i], devices->whole[k]))
        return tni_fail(error, TN_INVALID_ARGUMENT, "%s: %.*s stands there twice, as %.*s and %.*s",
                        property, TNI_TEXT(devices->whole[i]), TNI_TEXT(devices->names[k]),
                        TNI_TEXT(devices->names[i]));
  return TN_OK;
}

tn_string tni_device_plugin(tn_string device) {
  const char *dot = memchr(device.data, '.', (size_t)device.length);
  return tn_string_make(device.data, dot ? (uint64_t)(dot - device.data) : device.length);
}

static tn_status add_device(tni_arena *arena, const char *property, tni_devices *out,
                            tn_string name, tn_error *error) {
  if (name.length == 0)
    return tni_fail(error, TN_INVALID_ARGUMENT, "%s: an empty name, expected A,B", property);
  for (uint32_t i = 0; i < out->count; i++)
    if (tn_string_equal(out->names[i], name))
      return tni_fail(error, TN_INVALID_ARGUMENT, "%s: %.*s stands there twice", property,
                      TNI_TEXT(name));
  if (!tni_arena_copy_string(arena, name, &out->names[out->count]))
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of devices");
  out->whole[out->count] = out->names[out->count];
  out->count++;
  return TN_OK;
}

tn_status tni_devices_parse(tni_arena *arena, const char *property, tn_string list,
                            tni_devices *out, tn_error *error) {
  size_t most = 1;
  tn_string name;
  for (uint64_t i = 0; i < list.length; i++)
    most += list.data[i] == ',';
  out->count = 0;
  out->names = tni_arena_alloc_array(arena, most, sizeof *out->names);
  out->whole = tni_arena_alloc_array(arena, most, sizeof *out->whole);
  if (!out->names || !out->whole)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of devices");
  if (list.length == 0)
    return tni_fail(error, TN_INVALID_ARGUMENT, "%s: no devices are named, expected A,B", property);
  for (tn_string left = list; tni_name_list_next(&left, &name);)
    TN_TRY(add_device(arena, property, out, name, error));
  return list.data[list.length - 1] == ',' ? add_device(arena, property, out, TN_STRING(""), error)
                                           : TN_OK;
}
