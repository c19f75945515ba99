/* Inputs made of several tensors: kept as they were given, and put one behind the other when an
 * inference reads the input. */
#include "graph/tensor.h"
#include "graph/tensor_layout.h"
#include "kit/request.h"

#include <string.h>

static tn_kit_request *request_of(tn_infer_request *request) {
  return (tn_kit_request *)request;
}

void tni_kit_batch_drop(tn_kit_request *request, tni_kit_port *port) {
  for (uint64_t i = 0; i < port->batch_count; i++)
    if (port->batch[i]) tn_tensor_release(port->batch[i]);
  tni_free(&request->compiled->engine->kit->allocator, port->batch);
  port->batch = NULL;
  port->batch_count = 0;
}

/* --- what fits */

static tn_status check_count(const tni_kit_port *port, uint64_t count, tn_error *error) {
  const tn_value_info *info = port->info;
  if (!port->is_input)
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(REQUEST, 13),
                           "output '%.*s' cannot be made of several tensors", TNI_TEXT(info->name));
  if (!(info->flags & TN_VALUE_HAS_RANK)) return TN_OK;
  if (info->rank == 0)
    return tni_fail_clause(error, TN_WRONG_SHAPE, TNI_CLAUSE(REQUEST, 13),
                           "input '%.*s' has no dimension to lay tensors along",
                           TNI_TEXT(info->name));
  if (count >= (uint64_t)info->dimensions[0].min && count <= (uint64_t)info->dimensions[0].max)
    return TN_OK;
  return tni_fail_clause(error, TN_WRONG_SHAPE, TNI_CLAUSE(REQUEST, 13),
                         "input '%.*s' takes %lld to %lld tensors, %llu were given",
                         TNI_TEXT(info->name), (long long)info->dimensions[0].min,
                         (long long)info->dimensions[0].max, (unsigned long long)count);
}

/* The first dimension is 1, the others are the port's and those of the first tensor. */
static int fits(const tn_value_info *info, const tn_tensor *first, const tn_tensor *tensor) {
  return tensor->rank > 0 && tensor->shape[0] == 1 &&
         tni_tensor_same_shape(first, tensor->rank, tensor->shape) &&
         tni_kit_shape_fits(info, tensor, 1);
}

/* Tensors are put together byte by byte, so each has to be whole ones, and of no strings. */
static tn_status check_memory(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error) {
  const uint64_t bits = tn_element_type_bits(tensor->type);
  const char *problem = NULL;
  if (tensor->flags & TN_TENSOR_DEVICE)
    problem = "lies in a device's memory";
  else if (tensor->type == TN_STRING_ELEMENT)
    problem = "holds texts";
  else if (tn_tensor_element_count(tensor) * bits % 8)
    problem = "does not fill its last byte";
  if (!problem) return TN_OK;
  return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(REQUEST, 13),
                         "input '%.*s': a tensor among several %s", TNI_TEXT(port->info->name),
                         problem);
}

static tn_status check_tensor(const tni_kit_port *port, const tn_tensor *first,
                              const tn_tensor *tensor, tn_error *error) {
  TN_TRY(tni_kit_check_header(port, tensor, error));
  if (tensor->flags & TN_TENSOR_UNSHAPED)
    return tni_fail_clause(error, TN_WRONG_SHAPE, TNI_CLAUSE(REQUEST, 13),
                           "input '%.*s': a tensor among several has no shape yet",
                           TNI_TEXT(port->info->name));
  TN_TRY(tni_tensor_check(tensor, "a tensor among several", error));
  if (!fits(port->info, first, tensor))
    return tni_fail_prefix(error, tni_kit_wrong_shape(port, tensor, error),
                           "a tensor among several, whose first dimension is to be 1");
  return check_memory(port, tensor, error);
}

static tn_status check_batch(const tni_kit_port *port, tn_tensor *const *tensors, uint64_t count,
                             tn_error *error) {
  for (uint64_t i = 0; i < count; i++)
    TN_TRY(check_tensor(port, tensors[0], tensors[i], error));
  return TN_OK;
}

tn_status tni_kit_batch_check(const tni_kit_port *port, tn_error *error) {
  return check_batch(port, port->batch, port->batch_count, error);
}

/* --- set and get */

static tn_status check_arguments(tn_tensor *const *tensors, uint64_t count, tn_error *error) {
  if (!tensors || !count)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11),
                           "set_tensors: no tensors");
  for (uint64_t i = 0; i < count; i++)
    if (!tensors[i])
      return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11),
                             "set_tensors: tensor %llu is NULL", (unsigned long long)i);
  return TN_OK;
}

static tn_status TN_CALL set_tensors(tn_infer_request *base, uint32_t index,
                                     tn_tensor *const *tensors, uint64_t count, tn_error *error) {
  tn_kit_request *self = request_of(base);
  tni_kit_port *port;
  TN_TRY(tni_kit_check_maker(base, "request", error));
  TN_TRY(tni_kit_check_idle(self, error));
  TN_TRY(tni_kit_find_port(self, index, &port, error));
  TN_TRY(check_arguments(tensors, count, error));
  TN_TRY(check_count(port, count, error));
  TN_TRY(check_batch(port, tensors, count, error));
  tn_tensor **kept = TNI_ALLOC_ITEMS(&self->compiled->engine->kit->allocator, kept, count);
  if (!kept)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for %llu tensors",
                    (unsigned long long)count);
  for (uint64_t i = 0; i < count; i++) {
    tn_tensor_retain(tensors[i]);
    kept[i] = tensors[i];
  }
  TN_TRY(tni_kit_port_set(self, index, NULL, error)); /* cannot fail */
  port->batch = kept;
  port->batch_count = count;
  return TN_OK;
}

static tn_status TN_CALL get_tensor(tn_infer_request *base, uint32_t index, uint64_t place,
                                    tn_tensor **out, tn_error *error) {
  tni_kit_port *port;
  TN_TRY(tni_kit_check_maker(base, "request", error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  TN_TRY(tni_kit_check_idle(request_of(base), error));
  TN_TRY(tni_kit_find_port(request_of(base), index, &port, error));
  if (place >= port->batch_count)
    return tni_fail(error, TN_OUT_OF_RANGE, "port '%.*s': tensor %llu of %llu",
                    TNI_TEXT(port->info->name), (unsigned long long)place,
                    (unsigned long long)port->batch_count);
  *out = port->batch[place];
  return TN_OK;
}

const tn_batch_api tni_kit_batch_api = {
    .size = TN_SIZE(tn_batch_api),
    .set_tensors = set_tensors,
    .get_tensor = get_tensor,
};

/* --- during an inference */

tn_status tni_kit_batch_gather(tn_kit_request *request, tni_kit_port *port, tn_error *error) {
  const tn_tensor *first = port->batch[0];
  int64_t shape[TN_MAX_RANK], one[TN_MAX_RANK];
  memcpy(one, first->shape, first->rank * sizeof *one);
  memcpy(shape, one, first->rank * sizeof *shape);
  shape[0] = (int64_t)port->batch_count;
  TN_TRY(tni_tensor_create(&request->compiled->engine->kit->environment, first->type, first->rank,
                           shape, &port->between, error));
  const uint64_t bytes = tni_shape_bytes(first->type, first->rank, one);
  for (uint64_t i = 0; i < port->batch_count; i++) {
    tn_tensor part = *port->between; /* item i of it */
    part.shape = one;
    part.data = (char *)port->between->data + i * bytes;
    part.capacity_bytes = bytes;
    TN_TRY(tni_tensor_copy(port->batch[i], &part, error));
  }
  return TN_OK;
}
