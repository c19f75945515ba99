/* A request of parts: each part's own request, the tensors between them, and the run of them all.
 */
#include "devices/hetero/hetero.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/at_once.h"
#include "devices/hetero/parts.h"
#include "graph/tensor.h"
#include "graph/tensor_layout.h"
#include "kit/request.h"

static const tni_wiring *wiring_of(const tni_hetero_request *self) {
  return &tni_hetero_compiled_of(self->base.compiled)->wiring;
}

static const tni_plan *plan_of(const tni_hetero_request *self) {
  return tni_hetero_compiled_of(self->base.compiled)->plan;
}

static const tni_memory *memory_of(const tni_hetero_request *self) {
  return &tni_hetero_compiled_of(self->base.compiled)->memory;
}

static const tni_wire *wire_at(const tni_hetero_request *self, uint32_t number) {
  return tni_vector_at(&wiring_of(self)->wires, number);
}

static const tni_end *end_at(const tni_wire *wire, size_t index) {
  return tni_vector_at(&wire->ends, index);
}

const tni_allocator *tni_hetero_allocator_of(const tni_hetero_request *self) {
  return plan_of(self)->environment->allocator;
}

tn_status tni_part_named(const tni_hetero_request *self, uint32_t part, tn_status status,
                         tn_error *error) {
  if (status == TN_OK) return TN_OK;
  const tn_string device = tni_hetero_device_of(tni_hetero_compiled_of(self->base.compiled), part);
  return tni_fail_prefix(error, status, "%.*s", TNI_TEXT(device));
}

/* --- tensors at the ends of a wire */

static tn_status set_end(const tni_hetero_request *self, const tni_end *end, tn_tensor *tensor,
                         tn_error *error) {
  return tn_infer_request_set_tensor(self->parts[end->part], end->port, tensor, error);
}

static tn_status get_end(const tni_hetero_request *self, const tni_end *end, tn_tensor **out,
                         tn_error *error) {
  return tn_infer_request_get_tensor(self->parts[end->part], end->port, out, error);
}

/* Sets a tensor at the first `count` ends, or, when one refuses it, at none: the others get back
 * what they had. */
static tn_status set_ends(const tni_hetero_request *self, const tni_wire *wire, size_t count,
                          tn_tensor *tensor, tn_tensor *before, tn_error *error) {
  for (size_t i = 0; i < count; i++) {
    const tn_status status = set_end(self, end_at(wire, i), tensor, error);
    if (status == TN_OK) continue;
    while (i-- > 0)
      set_end(self, end_at(wire, i), before, NULL);
    return status;
  }
  return TN_OK;
}

/* An input takes no tensor whose shape is not known yet. */
static int can_be_shared(const tn_tensor *tensor) {
  return tensor && !(tensor->flags & TN_TENSOR_UNSHAPED);
}

static void set_late(tni_hetero_request *self, tni_link *link, uint32_t late) {
  self->late_count += late - link->late;
  link->late = late;
}

/* @param tensor what the application set, or NULL */
static tn_status set_wire(tni_hetero_request *self, uint32_t number, tn_tensor *tensor,
                          tn_error *error) {
  const tni_wire *wire = wire_at(self, number);
  tni_link *link = &self->links[number];
  if (!tensor && (wire->is_computed || can_be_shared(link->shared))) tensor = link->shared;
  const int at_all = wire->ends.count == 1 || can_be_shared(tensor);
  TN_TRY(set_ends(self, wire, at_all ? wire->ends.count : 1, tensor, link->current, error));
  link->current = tensor;
  set_late(self, link, !at_all);
  return TN_OK;
}

/* The first end's tensor has its shape by now. */
static tn_status set_rest(tni_hetero_request *self, uint32_t number, tn_error *error) {
  const tni_wire *wire = wire_at(self, number);
  tni_link *link = &self->links[number];
  tn_tensor *tensor;
  TN_TRY(get_end(self, end_at(wire, 0), &tensor, error));
  for (size_t i = 1; i < wire->ends.count; i++)
    TN_TRY(tni_part_named(self, end_at(wire, i)->part,
                          set_end(self, end_at(wire, i), tensor, error), error));
  if (link->current) set_late(self, link, 0);
  return TN_OK;
}

/* Of the shape of the value, where that is known. */
static tn_status make_tensor(const tni_hetero_request *self, const tn_value_info *value,
                             tn_tensor **out, tn_error *error) {
  const tni_environment *environment = plan_of(self)->environment;
  return tni_tensor_create_for(environment, value, out, error);
}

/* A device tensor for the value. Where its shape is not known it is the least one, which the device
 * makes larger when it writes it. */
static tn_tensor *make_device_tensor(const tn_value_info *value, tn_remote_context *context) {
  int64_t shape[TN_MAX_RANK];
  tn_tensor *made = NULL;
  const int fixed = tni_fixed_shape(value, shape);
  for (uint32_t i = 0; i < value->rank; i++)
    shape[i] = value->dimensions[i].min;
  if (tn_remote_context_create_tensor(context, value->type, value->rank, shape, &made, NULL) !=
      TN_OK)
    return NULL;
  if (fixed || made->api->resize) return made;
  tn_tensor_release(made);
  return NULL;
}

/* In the memory of the device of all ends, unless that has no room or an end does not take it. */
static int connect_on_device(tni_hetero_request *self, uint32_t number,
                             tn_remote_context *context) {
  tni_link *link = &self->links[number];
  link->shared = make_device_tensor(wire_at(self, number)->value, context);
  if (!link->shared) return 0;
  link->on_device = 1;
  if (set_wire(self, number, NULL, NULL) == TN_OK) return 1;
  tn_tensor_release(link->shared);
  link->shared = NULL;
  link->on_device = 0;
  return 0;
}

/* A tensor between the ends; where not even the element type is known, the first end's own is
 * looked at after each run. */
static tn_status connect(tni_hetero_request *self, uint32_t number, tn_error *error) {
  const tni_wire *wire = wire_at(self, number);
  const tni_place *place = &memory_of(self)->places[number];
  if (wire->ends.count < 2) return TN_OK;
  if (place->context) {
    if (connect_on_device(self, number, place->context)) return TN_OK;
    self->returned_bytes += place->bytes * place->copying;
  }
  if (wire->value->type != TN_ANY_TYPE)
    TN_TRY(make_tensor(self, wire->value, &self->links[number].shared, error));
  return set_wire(self, number, NULL, error);
}

/* --- making one */

static tn_status create_parts(tni_hetero_request *self, tn_error *error) {
  const tni_plan *plan = plan_of(self);
  for (uint32_t i = 0; i < plan->part_count; i++) {
    const tn_status status =
        tn_compiled_model_create_request(plan->parts[i].compiled, NULL, &self->parts[i], error);
    TN_TRY(tni_part_named(self, i, status, error));
  }
  return TN_OK;
}

/* Where throughput counts, and there is something to run beside something else. */
static int runs_at_once(const tni_hetero_request *self) {
  const tni_hetero_compiled *compiled = tni_hetero_compiled_of(self->base.compiled);
  const tn_string hint = tn_kit_settings_string(compiled->base.settings, "PERFORMANCE_HINT");
  return !compiled->dependencies.is_chain && !tn_string_equal(hint, TN_STRING("LATENCY"));
}

tn_status tni_hetero_open_request(tn_kit_request *request, tn_error *error) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const tni_wiring *wiring = wiring_of(self);
  const tni_allocator *allocator = plan_of(self)->environment->allocator;
  const uint32_t ports = wiring->whole->input_count + wiring->whole->output_count;
  self->parts = TNI_ALLOC_ITEMS(allocator, self->parts, plan_of(self)->part_count);
  self->links = TNI_ALLOC_ITEMS(allocator, self->links, wiring->wires.count);
  if (!self->parts || !self->links)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the requests of parts");
  TN_TRY(create_parts(self, error));
  if (runs_at_once(self)) {
    const tni_dependencies *all = &tni_hetero_compiled_of(request->compiled)->dependencies;
    TN_TRY(tni_at_once_create(self, all, &self->at_once, error));
  }
  for (uint32_t i = 0; i < wiring->wires.count; i++)
    TN_TRY(connect(self, i, error));
  for (uint32_t i = 0; i < ports; i++)
    if (wiring->port_wire[i] != TNI_NO_WIRE) tn_kit_request_delegate_port(request, i);
  return TN_OK;
}

void tni_hetero_close_request(tn_kit_request *request) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const tni_allocator *allocator = tni_hetero_allocator_of(self);
  tni_at_once_destroy(self->at_once);
  for (uint32_t i = 0; self->parts && i < plan_of(self)->part_count; i++)
    if (self->parts[i]) tn_infer_request_destroy(self->parts[i]);
  for (uint32_t i = 0; self->links && i < wiring_of(self)->wires.count; i++)
    if (self->links[i].shared) tn_tensor_release(self->links[i].shared);
  tni_free(allocator, self->links);
  tni_free(allocator, self->parts);
}

/* --- ports of the whole */

tn_status tni_hetero_set_tensor(tn_kit_request *request, uint32_t port, tn_tensor *tensor,
                                tn_error *error) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  return set_wire(self, wiring_of(self)->port_wire[port], tensor, error);
}

tn_status tni_hetero_get_tensor(tn_kit_request *request, uint32_t port, tn_tensor **out,
                                tn_error *error) {
  const tni_hetero_request *self = tni_hetero_request_of(request);
  return get_end(self, end_at(wire_at(self, wiring_of(self)->port_wire[port]), 0), out, error);
}

/* --- running */

/* @param part of the values it has computed; TNI_NO_WIRE: the inputs of the whole */
static tn_status set_late_ones(tni_hetero_request *self, uint32_t part, tn_error *error) {
  for (uint32_t i = 0; self->late_count && i < wiring_of(self)->wires.count; i++) {
    const tni_wire *wire = wire_at(self, i);
    const uint32_t maker = wire->is_computed ? end_at(wire, 0)->part : TNI_NO_WIRE;
    if (self->links[i].late && maker == part) TN_TRY(set_rest(self, i, error));
  }
  return TN_OK;
}

tn_status tni_part_done(tni_hetero_request *self, uint32_t part, uint64_t start_ns,
                        tn_error *error) {
  if (tn_kit_request_profiled(&self->base))
    TN_TRY(tni_hetero_profile_part(self, part, start_ns, error));
  return set_late_ones(self, part, error);
}

static tn_status run_part(tni_hetero_request *self, uint32_t part, tn_error *error) {
  const int profiled = tn_kit_request_profiled(&self->base);
  const uint64_t start_ns = profiled ? tn_kit_request_clock(&self->base) : 0;
  tn_status status;
  do { /* cancel may have been late, and met the part of a later inference */
    TN_TRY(tn_kit_request_check_cancelled(&self->base, error));
    atomic_store_explicit(&self->running, part + 1, memory_order_relaxed);
    status = tn_infer_request_infer(self->parts[part], error);
    atomic_store_explicit(&self->running, 0, memory_order_relaxed);
  } while (status == TN_CANCELLED && !tn_kit_request_cancelled(&self->base));
  TN_TRY(tni_part_named(self, part, status, error));
  return tni_part_done(self, part, start_ns, error);
}

static tn_status run_in_turn(tni_hetero_request *self, tn_error *error) {
  for (uint32_t part = 0; part < plan_of(self)->part_count; part++)
    TN_TRY(run_part(self, part, error));
  return TN_OK;
}

/* Where an output comes from that no part has a port for. */
static tn_status find_source(tni_hetero_request *self, const tn_value_info *value, tn_tensor **out,
                             tn_error *error) {
  const tni_wiring *wiring = wiring_of(self);
  for (uint32_t i = 0; i < wiring->wires.count; i++)
    if (wire_at(self, i)->value == value)
      return get_end(self, end_at(wire_at(self, i), 0), out, error);
  for (uint32_t i = 0; i < wiring->whole->input_count; i++)
    if (wiring->whole->inputs[i] == value) return tn_kit_request_input(&self->base, i, out, error);
  *out = value->constant;
  return TN_OK;
}

static uint64_t bytes_of(const tn_tensor *tensor) {
  return tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
}

static tn_status copy_output(tni_hetero_request *self, const tni_copy *copy, uint64_t *bytes,
                             tn_error *error) {
  tn_tensor *from = NULL, *to;
  TN_TRY(find_source(self, copy->value, &from, error));
  TN_TRY(tn_kit_request_output(&self->base, copy->output, from->rank, from->shape, &to, error));
  *bytes += bytes_of(from);
  return tn_kit_tensor_copy(from, to, error);
}

/* What was copied of values whose size shows once they are computed. */
static tn_status add_open_wires(tni_hetero_request *self, uint64_t *bytes, tn_error *error) {
  for (uint32_t i = 0; memory_of(self)->has_open && i < wiring_of(self)->wires.count; i++) {
    const tni_place *place = &memory_of(self)->places[i];
    tn_tensor *tensor;
    if (place->is_fixed || place->copying == 0 || self->links[i].on_device) continue;
    TN_TRY(get_end(self, end_at(wire_at(self, i), 0), &tensor, error));
    *bytes += bytes_of(tensor) * place->copying;
  }
  return TN_OK;
}

static void tell_copied(const tni_hetero_request *self, uint64_t bytes) {
  tni_hetero_compiled *compiled = tni_hetero_compiled_of(self->base.compiled);
  if (atomic_load_explicit(&compiled->copied, memory_order_relaxed) != bytes)
    atomic_store_explicit(&compiled->copied, bytes, memory_order_relaxed);
}

static tn_status run_parts(tn_kit_request *request, tn_error *error) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const tni_wiring *wiring = wiring_of(self);
  uint64_t bytes = memory_of(self)->wire_bytes + self->returned_bytes;
  TN_TRY(set_late_ones(self, TNI_NO_WIRE, error));
  TN_TRY(self->at_once ? tni_at_once_run(self->at_once, error) : run_in_turn(self, error));
  for (size_t i = 0; i < wiring->copies.count; i++)
    TN_TRY(copy_output(self, tni_vector_at(&wiring->copies, i), &bytes, error));
  TN_TRY(add_open_wires(self, &bytes, error));
  tell_copied(self, bytes);
  return tn_kit_request_profiled(request) ? tni_hetero_profile_removed(self, error) : TN_OK;
}

const tn_kit_stage tni_hetero_stages[1] = {{"parts", run_parts}};

void tni_parts_cancel(tni_hetero_request *self) {
  for (uint32_t i = 0; i < plan_of(self)->part_count; i++)
    tn_infer_request_cancel(self->parts[i], NULL);
}

void tni_hetero_cancel(tn_kit_request *request) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const uint32_t part = atomic_load_explicit(&self->running, memory_order_relaxed);
  if (self->at_once)
    tni_parts_cancel(self);
  else if (part)
    tn_infer_request_cancel(self->parts[part - 1], NULL);
}
