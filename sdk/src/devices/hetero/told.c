/* What HETERO tells of its arithmetic, which is that of the devices in its list. */
#include "devices/hetero/told.h"

#include "base/status.h"
#include "devices/hetero/below.h"
#include "kit/engine.h"

/* What the devices tell of one property. */
struct told {
  const tn_host *host;
  const tn_core_api *core;
  tni_arena arena;
  tn_string name;                                   /* of the property */
  void (*take)(struct told *self, tn_string entry); /* one text of its value */
  tn_value *entries;
  uint64_t count, room;
  int no_memory;
};

static tn_status TN_CALL take_value(void *user, const tn_value *value) {
  struct told *self = user;
  if (value->kind == TN_VALUE_STRING) self->take(self, value->as.string);
  for (uint64_t i = 0; value->kind == TN_VALUE_LIST && i < value->as.list.count; i++)
    if (value->as.list.items[i].kind == TN_VALUE_STRING)
      self->take(self, value->as.list.items[i].as.string);
  return TN_OK;
}

static void make_room(struct told *self) {
  if (self->count < self->room) return;
  const uint64_t room = self->room ? 2 * self->room : 8;
  tn_value *entries = tni_arena_alloc_array(&self->arena, (size_t)room, sizeof *entries);
  self->no_memory |= !entries;
  if (!entries) return;
  if (self->count) memcpy(entries, self->entries, (size_t)self->count * sizeof *entries);
  self->entries = entries;
  self->room = room;
}

static void add(struct told *self, tn_string entry) {
  tn_string kept;
  for (uint64_t i = 0; i < self->count; i++)
    if (tn_string_equal(self->entries[i].as.string, entry)) return;
  make_room(self);
  if (self->no_memory) return;
  self->no_memory |= !tni_arena_copy_string(&self->arena, entry, &kept);
  if (!self->no_memory) self->entries[self->count++] = tn_value_of_string(kept);
}

static void add_first(struct told *self, tn_string entry) {
  if (!self->count && entry.length) add(self, entry);
}

/* The name of a plugin stands for its first device. */
static tn_status ask_device(struct told *self, tn_string name) {
  tn_device device;
  TN_TRY(tni_below_look(self->host, self->core, name, &self->arena, &device));
  return self->core->get_property(self->host, device.id, self->name, take_value, self, NULL);
}

/* Receives DEVICE_PRIORITIES as the plugin has it. A list that is wrong, or a device that does not
 * say, tells nothing. */
static tn_status TN_CALL ask_devices(void *user, const tn_value *value) {
  struct told *self = user;
  tni_devices devices;
  if (!self->core || value->as.string.length == 0) return TN_OK;
  const tn_status status =
      tni_devices_parse(&self->arena, "DEVICE_PRIORITIES", value->as.string, &devices, NULL);
  if (status != TN_OK) return status == TN_OUT_OF_MEMORY ? status : TN_OK;
  for (uint32_t i = 0; i < devices.count; i++)
    if (ask_device(self, devices.names[i]) == TN_OUT_OF_MEMORY) self->no_memory = 1;
  return TN_OK;
}

static tn_status ask(struct told *self, const tn_kit_reading *reading, tn_error *error) {
  tn_kit_engine *engine = reading->engine;
  const tn_kit_reading plugin = {engine, NULL, NULL, TN_LEVEL_PLUGIN};
  self->host = engine->host;
  self->core = engine->host->get_extension(engine->host, TN_STRING(TN_EXTENSION_CORE));
  tni_arena_init(&self->arena, &engine->kit->allocator);
  TN_TRY(tni_kit_settings_read(engine->kit->settings, &plugin, TN_STRING("DEVICE_PRIORITIES"),
                               ask_devices, self, error));
  return self->no_memory ? tni_fail(error, TN_OUT_OF_MEMORY, "no memory for what devices tell")
                         : TN_OK;
}

tn_status tni_hetero_get_float_controls(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error) {
  struct told self = {.name = TN_STRING_INIT("FLOAT_CONTROLS"), .take = add};
  tn_status status = ask(&self, reading, error);
  const tn_value list = tn_value_of_list(self.entries, self.count);
  if (status == TN_OK) status = tni_received(sink(user, &list), "a list", error);
  tni_arena_destroy(&self.arena);
  return status;
}

tn_status tni_hetero_get_operator_profile(const tn_kit_reading *reading, tn_value_sink sink,
                                          void *user, tn_error *error) {
  struct told self = {.name = TN_STRING_INIT("OPERATOR_PROFILE"), .take = add_first};
  tn_status status = ask(&self, reading, error);
  const tn_value none = tn_value_of_string(TN_STRING(""));
  if (status == TN_OK)
    status = tni_received(sink(user, self.count ? &self.entries[0] : &none), "a profile", error);
  tni_arena_destroy(&self.arena);
  return status;
}

/* --- compiled models */

/* Bits of the fraction of a type that sums are made in; 0: none is told. */
static int precision_of(tn_string type) {
  static const struct {
    const char *name;
    int bits;
  } types[] = {{"bf16", 7}, {"f16", 10}, {"f32", 23}, {"f64", 52}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (tn_string_is(type, types[i].name)) return types[i].bits;
  return 0;
}

struct coarsest {
  uint32_t part;  /* that tells it */
  uint32_t asked; /* the part that is asked */
  int bits;
};

static tn_status TN_CALL compare(void *user, const tn_value *value) {
  struct coarsest *self = user;
  const int bits = value->kind == TN_VALUE_STRING ? precision_of(value->as.string) : 0;
  if (!bits || (self->bits && bits >= self->bits)) return TN_OK;
  self->bits = bits;
  self->part = self->asked;
  return TN_OK;
}

uint32_t tni_hetero_coarsest_part(const tni_plan *plan, tn_string name) {
  struct coarsest self = {0, 0, 0};
  if (!tn_string_is(name, "INFERENCE_PRECISION_HINT")) return 0;
  for (; self.asked < plan->part_count; self.asked++)
    tn_compiled_model_get_property(plan->parts[self.asked].compiled, name, compare, &self, NULL);
  return self.part;
}
