#include "devices/hetero/apart.h"

#include "base/status.h"
#include "devices/hetero/links.h"
#include "graph/tensor_layout.h"
#include "kit/request.h"

static const tni_wiring *wiring_of(const tni_hetero_request *self) {
  return &tni_hetero_compiled_of(self->base.compiled)->wiring;
}

/* --- memory */

/* Bytes from the first element to the last; 0 where nothing can be said. */
static uint64_t extent_of(const tn_tensor *tensor) {
  uint64_t elements = 0;
  if (tensor->flags & TN_TENSOR_UNSHAPED) return tensor->capacity_bytes;
  return tni_shape_extent(tensor->rank, tensor->shape, tensor->strides, &elements)
             ? tn_dense_bytes(tensor->type, elements)
             : 0;
}

static int have_equal_strides(const tn_tensor *a, const tn_tensor *b) {
  if (!a->strides || !b->strides || a->rank != b->rank || a->data == b->data) return 0;
  for (uint32_t i = 0; i < a->rank; i++)
    if (a->strides[i] != b->strides[i]) return 0;
  return 1;
}

/* Regions of one larger tensor may lie between each other's rows. */
static int overlap(const tn_tensor *a, const tn_tensor *b) {
  if (a == b) return 1;
  if ((a->flags | b->flags) & TN_TENSOR_DEVICE || have_equal_strides(a, b)) return 0;
  const uintptr_t first = (uintptr_t)a->data, second = (uintptr_t)b->data;
  return first < second ? second - first < extent_of(a) : first - second < extent_of(b);
}

/* --- what reads an input */

static int is_copied_elsewhere(const tni_wiring *wiring, uint32_t input, uint32_t output) {
  const uint32_t wire = wiring->port_wire[input];
  for (size_t i = 0; i < wiring->copies.count; i++) {
    const tni_copy *copy = tni_vector_at(&wiring->copies, i);
    const int reads = copy->wire != TNI_NO_WIRE ? copy->wire == wire
                                                : !copy->value->constant && copy->input == input;
    if (reads && copy->output != output) return 1;
  }
  return 0;
}

static int is_read_by_another(const tni_wire *from, uint32_t part) {
  for (size_t i = 0; i < from->ends.count; i++)
    if (((const tni_end *)tni_vector_at(&from->ends, i))->part != part) return 1;
  return 0;
}

static int may_share(const tni_wiring *wiring, uint32_t input, uint32_t output) {
  const uint32_t from = wiring->port_wire[input],
                 to = wiring->port_wire[wiring->whole->input_count + output];
  if (is_copied_elsewhere(wiring, input, output)) return 0;
  if (from == TNI_NO_WIRE || to == TNI_NO_WIRE) return 1;
  const tni_wire *written = tni_vector_at(&wiring->wires, to);
  const tni_end *writer = tni_vector_at(&written->ends, 0);
  return !is_read_by_another(tni_vector_at(&wiring->wires, from), writer->part);
}

/* --- of all ports */

/* A port made of several tensors, or that has none yet, shares nothing. */
static tn_tensor *tensor_at(tni_hetero_request *self, uint32_t port) {
  const uint32_t wire = wiring_of(self)->port_wire[port];
  tn_tensor *tensor = NULL;
  const tn_status status = wire != TNI_NO_WIRE ? tni_link_get(self, wire, &tensor, NULL)
                                               : tni_kit_port_get(&self->base, port, &tensor, NULL);
  return status == TN_OK && tensor && tensor->data ? tensor : NULL;
}

static tn_status check_output(tni_hetero_request *self, uint32_t output, tn_error *error) {
  const tni_wiring *wiring = wiring_of(self);
  const tn_graph *whole = wiring->whole;
  const tn_tensor *written = tensor_at(self, whole->input_count + output);
  for (uint32_t input = 0; written && input < whole->input_count; input++) {
    const tn_tensor *read = self->inputs[input];
    if (read && overlap(read, written) && !may_share(wiring, input, output))
      return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(TENSOR, 17),
                             "input '%.*s' and output '%.*s' share memory, and the input is still "
                             "read when the output is written: the model is split",
                             TNI_TEXT(whole->inputs[input]->name),
                             TNI_TEXT(whole->outputs[output]->name));
  }
  return TN_OK;
}

tn_status tni_hetero_check_apart(tni_hetero_request *self, tn_error *error) {
  for (uint32_t input = 0; input < wiring_of(self)->whole->input_count; input++)
    self->inputs[input] = tensor_at(self, input);
  for (uint32_t output = 0; output < wiring_of(self)->whole->output_count; output++)
    TN_TRY(check_output(self, output, error));
  return TN_OK;
}
