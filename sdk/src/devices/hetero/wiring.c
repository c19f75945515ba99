#include "devices/hetero/wiring.h"

#include "base/map.h"
#include "base/status.h"

struct finding {
  const tni_plan *plan;
  tni_wiring *out;
  tni_map numbers; /* from a value to the number of its wire plus 1 */
  tni_map inputs;  /* from an input of the whole that has no wire to its number plus 1 */
};

static tni_wire *wire_at(const tni_wiring *wiring, uint32_t number) {
  return tni_vector_at(&wiring->wires, number);
}

static uint32_t number_of(const struct finding *self, const tn_value_info *value) {
  const uintptr_t number = (uintptr_t)tni_pointer_map_find(&self->numbers, value);
  return number ? (uint32_t)(number - 1) : TNI_NO_WIRE;
}

static tni_wire *wire_of(struct finding *self, const tn_value_info *value) {
  const uint32_t number = number_of(self, value);
  if (number != TNI_NO_WIRE) return wire_at(self->out, number);
  tni_wire *wire = tni_vector_add(&self->out->wires);
  if (!wire) return NULL;
  wire->value = value;
  tni_vector_init(&wire->ends, self->plan->environment->allocator, sizeof(tni_end));
  const uintptr_t next = self->out->wires.count;
  return tni_pointer_map_set(&self->numbers, value, (void *)next) == TN_OK ? wire : NULL;
}

static tn_status add_end(struct finding *self, const tn_value_info *value, uint32_t part,
                         uint32_t port, uint32_t is_computed) {
  tni_wire *wire = wire_of(self, value);
  const tni_end end = {part, port};
  if (!wire) return TN_OUT_OF_MEMORY;
  wire->is_computed |= is_computed;
  return tni_vector_append(&wire->ends, &end);
}

/* Parts run in their order, so whoever computes a value is met before those who use it. */
static tn_status add_part(struct finding *self, uint32_t part) {
  const tn_port_list *ports = &self->plan->parts[part].ports;
  for (uint32_t i = 0; i < ports->input_count; i++)
    TN_TRY(add_end(self, ports->inputs[i], part, i, 0));
  self->out->first_output[part] = (uint32_t)self->out->wires.count;
  for (uint32_t i = 0; i < ports->output_count; i++)
    TN_TRY(add_end(self, ports->outputs[i], part, ports->input_count + i, 1));
  return TN_OK;
}

/* A value that is given twice has one port that shows it; the other is copied. */
static tn_status add_output(struct finding *self, uint32_t output) {
  tni_wiring *out = self->out;
  const tn_value_info *value = out->whole->outputs[output];
  const uint32_t number = number_of(self, value);
  tni_wire *wire = number == TNI_NO_WIRE ? NULL : wire_at(out, number);
  if (wire && wire->is_computed && !wire->is_shown) {
    out->port_wire[out->whole->input_count + output] = number;
    wire->is_shown = 1;
    return TN_OK;
  }
  if (wire) wire->is_copied = 1;
  const uintptr_t input = (uintptr_t)tni_pointer_map_find(&self->inputs, value);
  const tni_copy copy = {output, value, number, input ? (uint32_t)(input - 1) : 0};
  return tni_vector_append(&out->copies, &copy);
}

static tn_status add_input(struct finding *self, uint32_t input) {
  const tn_value_info *value = self->out->whole->inputs[input];
  const uint32_t number = number_of(self, value);
  self->out->port_wire[input] = number;
  if (number == TNI_NO_WIRE)
    return tni_pointer_map_set(&self->inputs, value, (void *)(uintptr_t)(input + 1));
  wire_at(self->out, number)->is_shown = 1;
  return TN_OK;
}

static tn_status find(struct finding *self) {
  tni_wiring *out = self->out;
  const uint32_t ports = out->whole->input_count + out->whole->output_count;
  out->port_wire = tni_arena_alloc_array(&out->arena, ports, sizeof *out->port_wire);
  out->first_output =
      tni_arena_alloc_array(&out->arena, self->plan->part_count, sizeof *out->first_output);
  if (!out->port_wire || !out->first_output) return TN_OUT_OF_MEMORY;
  for (uint32_t part = 0; part < self->plan->part_count; part++)
    TN_TRY(add_part(self, part));
  for (uint32_t i = 0; i < ports; i++)
    out->port_wire[i] = TNI_NO_WIRE;
  for (uint32_t i = 0; i < out->whole->input_count; i++)
    TN_TRY(add_input(self, i));
  for (uint32_t i = 0; i < out->whole->output_count; i++)
    TN_TRY(add_output(self, i));
  return TN_OK;
}

tn_status tni_wiring_make(const tni_plan *plan, tni_wiring *out, tn_error *error) {
  const tni_allocator *allocator = plan->environment->allocator;
  struct finding self = {.plan = plan, .out = out};
  out->whole = plan->model->graph;
  out->port_wire = NULL;
  tni_arena_init(&out->arena, allocator);
  tni_vector_init(&out->wires, allocator, sizeof(tni_wire));
  tni_vector_init(&out->copies, allocator, sizeof(tni_copy));
  tni_map_init(&self.numbers, allocator);
  tni_map_init(&self.inputs, allocator);
  const tn_status status = find(&self);
  tni_map_destroy(&self.inputs);
  tni_map_destroy(&self.numbers);
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory for the wiring of parts");
}

void tni_wiring_destroy(tni_wiring *wiring) {
  for (uint32_t i = 0; i < wiring->wires.count; i++)
    tni_vector_destroy(&wire_at(wiring, i)->ends);
  tni_vector_destroy(&wiring->wires);
  tni_vector_destroy(&wiring->copies);
  tni_arena_destroy(&wiring->arena);
}
