#include "devices/hetero/memory.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/listed.h"
#include "graph/tensor_layout.h"

/* A device, as far as memory goes. */
struct site {
  uint32_t has_memory; /* of its own */
  uint32_t is_remote;  /* which its remote contexts reach */
  uint32_t was_asked;  /* 1 once its context was asked for */
};

struct deciding {
  const tn_host *host;
  const tn_core_api *core;
  tni_plan *plan;
  const tni_wiring *wiring;
  tni_memory *out;
  struct site *sites; /* of each device */
};

/* @return 1 when the size is known */
static uint32_t find_bytes(const tn_value_info *value, uint64_t *bytes) {
  int64_t shape[TN_MAX_RANK];
  uint64_t count = 1;
  if (value->type == TN_ANY_TYPE || !tni_fixed_shape(value, shape)) return 0;
  for (uint32_t i = 0; i < value->rank; i++)
    count *= (uint64_t)shape[i];
  *bytes = tn_dense_bytes(value->type, count);
  return 1;
}

static const tni_wire *wire_at(const tni_wiring *wiring, size_t number) {
  return tni_vector_at(&wiring->wires, number);
}

static uint32_t device_at(const struct deciding *self, const tni_wire *wire, size_t end) {
  return self->plan->parts[((const tni_end *)tni_vector_at(&wire->ends, end))->part].device;
}

/* --- devices */

static tn_status look_at_sites(const struct deciding *self) {
  for (uint32_t i = 0; i < self->plan->part_count; i++) {
    const uint32_t number = self->plan->parts[i].device;
    struct site *site = &self->sites[number];
    tn_device device;
    if (site->was_asked) continue;
    site->was_asked = 1;
    const tn_status status =
        tni_listed_find(self->host, self->core, self->plan->devices.names[number], NULL, &device);
    if (status == TN_OUT_OF_MEMORY) return status;
    if (status != TN_OK) continue;
    site->has_memory = device.memory_bytes > 0;
    site->is_remote = site->has_memory && (device.capabilities & TN_DEVICE_HAS_REMOTE);
  }
  for (uint32_t i = 0; i < self->plan->devices.count; i++)
    self->sites[i].was_asked = 0;
  return TN_OK;
}

/* The context that the device's compiled models use, or NULL. */
static tn_remote_context *context_of(const struct deciding *self, uint32_t device) {
  struct site *site = &self->sites[device];
  tn_remote_context **context = &self->out->contexts[device];
  if (!site->is_remote || site->was_asked) return *context;
  site->was_asked = 1;
  if (self->core->default_context(self->host, self->plan->devices.names[device], context, NULL) !=
      TN_OK)
    *context = NULL;
  return *context;
}

/* --- wires */

/* How many of those that use a value are on the device that computes it. */
static size_t count_near(const struct deciding *self, const tni_wire *wire) {
  size_t count = 0;
  for (size_t i = 1; i < wire->ends.count; i++)
    count += device_at(self, wire, i) == device_at(self, wire, 0);
  return count;
}

/* Elements of strings are the host's; and a tensor has a rank. */
static int lies_in_any_memory(const tn_value_info *value) {
  return value->type != TN_STRING_ELEMENT && value->type != TN_ANY_TYPE &&
         (value->flags & TN_VALUE_HAS_RANK);
}

/* Applications expect host memory, and what is copied comes from there. */
static int stays_with_host(const tni_wire *wire) {
  return wire->is_shown || wire->is_copied;
}

static void place(const struct deciding *self, const tni_wire *wire, tni_place *out) {
  tni_memory *memory = self->out;
  if (!wire->is_computed || wire->ends.count < 2) return; /* nothing goes from part to part */
  out->is_fixed = find_bytes(wire->value, &out->bytes);
  for (size_t i = 0; i < wire->ends.count; i++)
    out->copying += self->sites[device_at(self, wire, i)].has_memory;
  const size_t near = count_near(self, wire);
  if (!stays_with_host(wire) && lies_in_any_memory(wire->value) && near > 0)
    out->context = context_of(self, device_at(self, wire, 0));
  out->has_far = near + 1 < wire->ends.count;
  if (out->context && out->has_far) out->carried = out->copying - (uint32_t)near;
  memory->wire_bytes += out->bytes * (out->context ? out->carried : out->copying);
  if (!out->is_fixed && out->copying) memory->has_open = 1; /* in case there is no room for it */
}

static tn_status decide(struct deciding *self) {
  tni_memory *memory = self->out;
  tni_arena *arena = &self->plan->arena;
  const size_t wires = self->wiring->wires.count;
  self->sites = tni_arena_alloc_array(arena, self->plan->devices.count, sizeof *self->sites);
  memory->contexts =
      tni_arena_alloc_array(arena, self->plan->devices.count, sizeof *memory->contexts);
  memory->places = tni_arena_alloc_array(arena, wires, sizeof *memory->places);
  if (!self->sites || !memory->contexts || !memory->places) return TN_OUT_OF_MEMORY;
  memory->device_count = self->plan->devices.count;
  if (self->core) TN_TRY(look_at_sites(self));
  for (size_t i = 0; i < wires; i++)
    place(self, wire_at(self->wiring, i), &memory->places[i]);
  memory->known_bytes = memory->wire_bytes;
  for (size_t i = 0; i < self->wiring->copies.count; i++) {
    const tni_copy *copy = tni_vector_at(&self->wiring->copies, i);
    uint64_t bytes = 0;
    find_bytes(copy->value, &bytes);
    memory->known_bytes += bytes;
  }
  return TN_OK;
}

tn_status tni_memory_make(const tn_host *host, tni_plan *plan, const tni_wiring *wiring,
                          tni_memory *out) {
  struct deciding self = {.host = host, .plan = plan, .wiring = wiring, .out = out};
  memset(out, 0, sizeof *out);
  self.core = host->get_extension(host, TN_STRING(TN_EXTENSION_CORE));
  return decide(&self);
}

void tni_memory_destroy(tni_memory *memory) {
  for (uint32_t i = 0; i < memory->device_count; i++)
    if (memory->contexts[i]) tn_remote_context_release(memory->contexts[i]);
}
