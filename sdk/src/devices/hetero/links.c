#include "devices/hetero/links.h"

#include "base/status.h"
#include "devices/hetero/parts.h"
#include "graph/tensor.h"
#include "graph/tensor_layout.h"
#include "kit/request.h"
#include "tenon/abi/ext/remote.h"

static const tni_hetero_compiled *compiled_of(const tni_hetero_request *self) {
  return tni_hetero_compiled_of(self->base.compiled);
}

static uint32_t wire_count(const tni_hetero_request *self) {
  return (uint32_t)compiled_of(self)->wiring.wires.count;
}

static const tni_wire *wire_at(const tni_hetero_request *self, uint32_t number) {
  return tni_vector_at(&compiled_of(self)->wiring.wires, number);
}

static const tni_place *place_at(const tni_hetero_request *self, uint32_t number) {
  return &compiled_of(self)->memory.places[number];
}

static const tni_end *end_at(const tni_wire *wire, size_t index) {
  return tni_vector_at(&wire->ends, index);
}

/* --- one tensor at all ends */

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

/* Whether inputs take it only once whoever computes it has given it another shape. */
static int is_to_be_resized(const tni_wire *wire, const tn_tensor *tensor) {
  return wire->is_computed && tensor->api->resize && !tni_kit_shape_fits(wire->value, tensor, 0);
}

/* What was set before is given back at once, also where the new one comes later. */
static tn_status clear_rest(const tni_hetero_request *self, const tni_wire *wire, tn_error *error) {
  for (size_t i = 1; i < wire->ends.count; i++)
    TN_TRY(set_end(self, end_at(wire, i), NULL, error));
  return TN_OK;
}

static void set_late(tni_hetero_request *self, tni_link *link, uint32_t late) {
  self->late_count += late - link->late;
  link->late = late;
}

tn_status tni_link_set(tni_hetero_request *self, uint32_t number, tn_tensor *tensor,
                       tn_error *error) {
  const tni_wire *wire = wire_at(self, number);
  tni_link *link = &self->links[number];
  if (!tensor && (wire->is_computed || can_be_shared(link->shared))) tensor = link->shared;
  const int at_all =
      wire->ends.count == 1 || (can_be_shared(tensor) && !is_to_be_resized(wire, tensor));
  TN_TRY(set_ends(self, wire, at_all ? wire->ends.count : 1, tensor, link->current, error));
  if (!at_all) TN_TRY(clear_rest(self, wire, error));
  link->current = tensor;
  set_late(self, link, !at_all);
  return TN_OK;
}

tn_status tni_link_get(const tni_hetero_request *self, uint32_t number, tn_tensor **out,
                       tn_error *error) {
  return get_end(self, end_at(wire_at(self, number), 0), out, error);
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

/* --- in the memory of a device */

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

/* Host memory for those on other devices; likewise. */
static tn_tensor *make_mirror(const tni_hetero_request *self, const tn_tensor *shared) {
  tn_tensor *made = NULL;
  return tni_tensor_create(compiled_of(self)->plan->environment, shared->type, shared->rank,
                           shared->shape, &made, NULL) == TN_OK
             ? made
             : NULL;
}

static uint32_t device_at(const tni_hetero_request *self, const tni_end *end) {
  return compiled_of(self)->plan->parts[end->part].device;
}

static int set_near_and_far(const tni_hetero_request *self, uint32_t number) {
  const tni_wire *wire = wire_at(self, number);
  const tni_link *link = &self->links[number];
  const uint32_t near = device_at(self, end_at(wire, 0));
  for (size_t i = 0; i < wire->ends.count; i++) {
    const tni_end *end = end_at(wire, i);
    const int is_far = link->mirror && device_at(self, end) != near;
    if (set_end(self, end, is_far ? link->mirror : link->shared, NULL) == TN_OK) continue;
    while (i-- > 0)
      set_end(self, end_at(wire, i), NULL, NULL);
    return 0;
  }
  return 1;
}

static void drop(tni_link *link) {
  if (link->mirror) tn_tensor_release(link->mirror);
  if (link->shared) tn_tensor_release(link->shared);
  link->mirror = link->shared = NULL;
}

/* In the memory of the device that computes the value, unless that has no room or an end does not
 * take it. */
static int connect_on_device(tni_hetero_request *self, uint32_t number) {
  const tni_place *place = place_at(self, number);
  tni_link *link = &self->links[number];
  link->shared = make_device_tensor(wire_at(self, number)->value, place->context);
  if (!link->shared) return 0;
  int done = 1;
  if (place->has_far && (link->shared->flags & TN_TENSOR_DEVICE)) {
    link->mirror = make_mirror(self, link->shared);
    done = link->mirror && tn_tensor_get_extension(link->shared, TN_STRING(TN_EXTENSION_COPY));
  }
  if (done) done = set_near_and_far(self, number);
  if (!done) drop(link);
  link->on_device = (uint32_t)done;
  link->current = link->shared;
  self->mirror_count += link->mirror != NULL;
  return done;
}

static tn_status fill_mirror(const tni_hetero_request *self, uint32_t number, tn_error *error) {
  const tni_link *link = &self->links[number];
  const tn_tensor *shared = link->shared;
  const tn_copy_api *api = tn_tensor_get_extension(link->shared, TN_STRING(TN_EXTENSION_COPY));
  tn_status status = link->mirror->api->resize(link->mirror, shared->rank, shared->shape, error);
  if (status == TN_OK) status = api->copy_to(link->shared, link->mirror, error);
  return tni_part_named(self, end_at(wire_at(self, number), 0)->part, status, error);
}

/* --- all of them */

/* Where not even the element type is known, the first end's own tensor is looked at after each run.
 */
static tn_status connect(tni_hetero_request *self, uint32_t number, tn_error *error) {
  const tni_wire *wire = wire_at(self, number);
  const tni_place *place = place_at(self, number);
  if (wire->ends.count < 2) return TN_OK;
  if (place->context) {
    if (connect_on_device(self, number)) return TN_OK;
    self->returned_bytes += place->bytes * (place->copying - place->carried);
  }
  if (wire->value->type != TN_ANY_TYPE)
    TN_TRY(tni_tensor_create_for(compiled_of(self)->plan->environment, wire->value,
                                 &self->links[number].shared, error));
  return tni_link_set(self, number, NULL, error);
}

tn_status tni_links_make(tni_hetero_request *self, tn_error *error) {
  const tni_allocator *allocator = tni_hetero_allocator_of(self);
  self->links = TNI_ALLOC_ITEMS(allocator, self->links, wire_count(self));
  if (!self->links)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for what lies between parts");
  for (uint32_t i = 0; i < wire_count(self); i++)
    TN_TRY(connect(self, i, error));
  return TN_OK;
}

void tni_links_destroy(tni_hetero_request *self) {
  for (uint32_t i = 0; self->links && i < wire_count(self); i++)
    drop(&self->links[i]);
  tni_free(tni_hetero_allocator_of(self), self->links);
}

static tn_status hand_on(tni_hetero_request *self, uint32_t number, tn_error *error) {
  if (self->links[number].late) return set_rest(self, number, error);
  return self->links[number].mirror ? fill_mirror(self, number, error) : TN_OK;
}

tn_status tni_links_hand_on(tni_hetero_request *self, uint32_t part, tn_error *error) {
  if (self->late_count + self->mirror_count == 0) return TN_OK;
  const tni_hetero_compiled *compiled = compiled_of(self);
  const int is_part = part != TNI_NO_WIRE;
  const uint32_t first = is_part ? compiled->wiring.first_output[part] : 0;
  const uint32_t count =
      is_part ? compiled->plan->parts[part].ports.output_count : wire_count(self);
  for (uint32_t i = first; i < first + count; i++)
    if (is_part || !wire_at(self, i)->is_computed) TN_TRY(hand_on(self, i, error));
  return TN_OK;
}

/* Of some the size shows once they are computed. */
tn_status tni_links_copied(tni_hetero_request *self, uint64_t *bytes, tn_error *error) {
  const tni_memory *memory = &compiled_of(self)->memory;
  *bytes = memory->wire_bytes + self->returned_bytes;
  for (uint32_t i = 0; memory->has_open && i < wire_count(self); i++) {
    const tni_place *place = place_at(self, i);
    const uint32_t times = self->links[i].on_device ? place->carried : place->copying;
    tn_tensor *tensor;
    if (place->is_fixed || times == 0) continue;
    TN_TRY(tni_link_get(self, i, &tensor, error));
    *bytes += tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor)) * times;
  }
  return TN_OK;
}
