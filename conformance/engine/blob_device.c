#include "engine/blob_device.h"

#include <stdio.h>
#include <string.h>

#include "engine/observe.h"

static const char *const keys[BLOB_DEVICE_FACTS] = {
    [BLOB_DEVICE_PLUGIN] = "plugin", [BLOB_DEVICE_ID] = "id",
    [BLOB_DEVICE_NAME] = "name",     [BLOB_DEVICE_ARCHITECTURE] = "architecture",
    [BLOB_DEVICE_UUID] = "uuid",
};

void blob_device_set(blob_device *self, enum blob_device_fact fact, tn_string value) {
  const uint64_t room = BLOB_DEVICE_FACT_SIZE - 1;
  const uint64_t length = value.length < room ? value.length : room;
  memset(self->facts[fact], 0, sizeof self->facts[fact]);
  for (uint64_t i = 0; i < length; i++)
    self->facts[fact][i] = (unsigned char)value.data[i] < ' ' ? '?' : value.data[i];
}

static void set_uuid(blob_device *self, const tn_device *device) {
  char digits[2 * sizeof device->uuid + 1];
  for (size_t i = 0; i < sizeof device->uuid; i++)
    snprintf(digits + 2 * i, 3, "%02x", device->uuid[i]);
  blob_device_set(self, BLOB_DEVICE_UUID, tn_string_from(digits));
}

static void set_architecture(test *t, blob_device *self) {
  const property_place place = {
      .name = "device", .level = TN_LEVEL_DEVICE, .plugin = t->plugin, .device = t->device};
  seen_value seen = {0};
  tn_error error = {0};
  if (see_property(t, &place, TN_STRING("DEVICE_ARCHITECTURE"), &seen, &error) == TN_OK &&
      seen.value.kind == TN_VALUE_STRING)
    blob_device_set(self, BLOB_DEVICE_ARCHITECTURE, seen.value.as.string);
}

void blob_device_of(test *t, blob_device *out) {
  seen_devices devices = {0};
  tn_error error = {0};
  memset(out, 0, sizeof *out);
  blob_device_set(out, BLOB_DEVICE_PLUGIN, t->plugin->api->info(t->plugin)->name);
  blob_device_set(out, BLOB_DEVICE_ID, t->device);
  set_architecture(t, out);
  if (see_devices(t, t->plugin, &devices, &error) != TN_OK) return;
  for (uint32_t i = 0; i < devices.count; i++) {
    if (!tn_string_equal(devices.items[i]->id, t->device)) continue;
    blob_device_set(out, BLOB_DEVICE_NAME, devices.items[i]->name);
    if (devices.items[i]->capabilities & TN_DEVICE_HAS_UUID) set_uuid(out, devices.items[i]);
  }
}

uint64_t blob_device_print(const blob_device *self, char text[BLOB_DEVICE_TEXT_SIZE]) {
  int used = 0;
  for (int i = 0; i < BLOB_DEVICE_FACTS; i++)
    if (self->facts[i][0])
      used += snprintf(text + used, BLOB_DEVICE_TEXT_SIZE - (size_t)used, "%s=%s\n", keys[i],
                       self->facts[i]);
  return (uint64_t)used;
}

static void read_line(blob_device *out, tn_string line) {
  for (int i = 0; i < BLOB_DEVICE_FACTS; i++) {
    const size_t length = strlen(keys[i]);
    if (line.length > length && memcmp(line.data, keys[i], length) == 0 && line.data[length] == '=')
      blob_device_set(out, (enum blob_device_fact)i,
                      tn_string_make(line.data + length + 1, line.length - length - 1));
  }
}

void blob_device_read(blob_device *out, const char *text, uint64_t size) {
  memset(out, 0, sizeof *out);
  for (uint64_t from = 0; from < size;) {
    const char *end = memchr(text + from, '\n', (size_t)(size - from));
    const uint64_t length = end ? (uint64_t)(end - text) - from : size - from;
    read_line(out, tn_string_make(text + from, length));
    from += length + 1;
  }
}

static bool knows(const blob_device *self, int fact) {
  return self->facts[fact][0] != 0;
}

static bool fact_differs(const blob_device *a, const blob_device *b, int fact) {
  return knows(a, fact) && knows(b, fact) && strcmp(a->facts[fact], b->facts[fact]) != 0;
}

bool blob_device_other_plugin(const blob_device *a, const blob_device *b) {
  return fact_differs(a, b, BLOB_DEVICE_PLUGIN);
}

/* Ids are handed out anew and names are for people: where the hardware says which it is, they prove
 * nothing. The same hardware is another architecture when it was configured otherwise. */
bool blob_device_differs(const blob_device *a, const blob_device *b) {
  if (fact_differs(a, b, BLOB_DEVICE_ARCHITECTURE)) return true;
  if (knows(a, BLOB_DEVICE_UUID) && knows(b, BLOB_DEVICE_UUID))
    return fact_differs(a, b, BLOB_DEVICE_UUID);
  return fact_differs(a, b, BLOB_DEVICE_ID) || fact_differs(a, b, BLOB_DEVICE_NAME);
}
