/* What HETERO tells of its arithmetic, which is that of the devices in its list. */
#include "devices/hetero/told.h"

#include "base/status.h"
#include "devices/hetero/listed.h"
#include "kit/engine.h"

/* What the devices tell of one property. */
struct told {
  tn_kit_engine *engine;
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

/* A device that does not say tells nothing. */
static tn_status ask_device(void *user, const tn_core_api *core, const tn_device *device) {
  struct told *self = user;
  const tn_status status =
      core->get_property(self->engine->host, device->id, self->name, take_value, self, NULL);
  return status == TN_OUT_OF_MEMORY || self->no_memory ? TN_OUT_OF_MEMORY : TN_OK;
}

/* Tells what the devices have told as a list, or one text alone. */
static tn_status tell(const tn_kit_reading *reading, struct told *self, int as_list,
                      tn_value_sink sink, void *user, tn_error *error) {
  int is_set;
  self->engine = reading->engine;
  tni_arena_init(&self->arena, &reading->engine->kit->allocator);
  tn_status status = tni_listed_visit(reading->engine, ask_device, self, &is_set, error);
  const tn_value list = tn_value_of_list(self->entries, self->count);
  const tn_value first = self->count ? self->entries[0] : tn_value_of_string(TN_STRING(""));
  if (status == TN_OK)
    status = tni_received(sink(user, as_list ? &list : &first), "what devices tell", error);
  if (status == TN_OUT_OF_MEMORY) tni_fail(error, status, "no memory for what devices tell");
  tni_arena_destroy(&self->arena);
  return status;
}

tn_status tni_hetero_get_float_controls(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error) {
  struct told self = {.name = TN_STRING_INIT("FLOAT_CONTROLS"), .take = add};
  return tell(reading, &self, 1, sink, user, error);
}

tn_status tni_hetero_get_operator_profile(const tn_kit_reading *reading, tn_value_sink sink,
                                          void *user, tn_error *error) {
  struct told self = {.name = TN_STRING_INIT("OPERATOR_PROFILE"), .take = add_first};
  return tell(reading, &self, 0, sink, user, error);
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
