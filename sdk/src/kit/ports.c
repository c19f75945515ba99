#include "kit/request.h"

#include "graph/shape_text.h"
#include "graph/tensor.h"
#include "graph/tensor_layout.h"

static const tni_environment *environment_of(const tn_kit_request *request) {
  return &request->compiled->engine->kit->environment;
}

tn_status tni_kit_ports_create(tn_kit_request *request, tn_error *error) {
  const tn_port_list *list = &request->compiled->ports;
  tni_kit_request *kit = request->kit;
  const size_t count = (size_t)list->input_count + list->output_count;
  kit->ports = TNI_ALLOC_ITEMS(environment_of(request)->allocator, kit->ports, count);
  if (!kit->ports) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the ports of a request");
  kit->input_count = list->input_count;
  kit->output_count = list->output_count;
  for (uint32_t i = 0; i < count; i++) {
    tni_kit_port *port = &kit->ports[i];
    port->is_input = i < list->input_count;
    port->info = port->is_input ? list->inputs[i] : list->outputs[i - list->input_count];
  }
  return TN_OK;
}

static void drop(tn_tensor **tensor) {
  if (*tensor) tn_tensor_release(*tensor);
  *tensor = NULL;
}

void tni_kit_ports_destroy(tn_kit_request *request) {
  tni_kit_request *kit = request->kit;
  for (uint32_t i = 0; kit->ports && i < kit->input_count + kit->output_count; i++) {
    drop(&kit->ports[i].set);
    drop(&kit->ports[i].own);
    drop(&kit->ports[i].between);
    tni_kit_batch_drop(request, &kit->ports[i]);
  }
  tni_free(environment_of(request)->allocator, kit->ports);
}

/* --- what fits a port */

int tni_kit_shape_fits(const tn_value_info *info, const tn_tensor *tensor, uint32_t from) {
  if (!(info->flags & TN_VALUE_HAS_RANK)) return 1;
  if (info->rank != tensor->rank) return 0;
  for (uint32_t i = from; i < info->rank; i++)
    if (tensor->shape[i] < info->dimensions[i].min || tensor->shape[i] > info->dimensions[i].max)
      return 0;
  return 1;
}

tn_status tni_kit_wrong_shape(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error) {
  char wanted[160], got[160];
  return tni_fail_clause(
      error, TN_WRONG_SHAPE, TNI_CLAUSE(REQUEST, 9),
      "port '%.*s': the tensor's shape is %s, expected %s", TNI_TEXT(port->info->name),
      tni_extents_text(tensor->rank, tensor->shape, got, sizeof got),
      tni_dimensions_text(port->info->rank, port->info->dimensions, wanted, sizeof wanted));
}

/* Whether the plugin's stages can reach device memory. */
static tn_status check_device_memory(const tn_kit_request *request, const tni_kit_port *port,
                                     const tn_tensor *tensor, tn_error *error) {
  const tn_kit_compiled *compiled = request->compiled;
  if (!(tensor->flags & TN_TENSOR_DEVICE)) return TN_OK;
  if (!compiled->engine->plugin->remote || !tni_kit_is_ours(tensor) || !tensor->context)
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(REMOTE, 10),
                           "port '%.*s': the device cannot use memory of '%.*s'",
                           TNI_TEXT(port->info->name), TNI_TEXT(tensor->maker->name));
  if (tensor->maker != compiled->engine->base.maker ||
      !tn_string_equal(tn_remote_context_device(tensor->context), compiled->device->id))
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(TENSOR, 4),
                           "port '%.*s': the tensor lies in the memory of another engine or device",
                           TNI_TEXT(port->info->name));
  return TN_OK;
}

tn_status tni_kit_check_header(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error) {
  const uint32_t known =
      TN_TENSOR_DEVICE | TN_TENSOR_UNALIGNED | TN_TENSOR_READ_ONLY | TN_TENSOR_UNSHAPED;
  if (tensor->size < TN_TENSOR_FIRST_SIZE || (tensor->flags & ~known))
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                           "port '%.*s': a tensor of %u bytes with flags %#x",
                           TNI_TEXT(port->info->name), tensor->size, tensor->flags);
  if (tn_element_type_bits(tensor->type) == 0)
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(TENSOR, 14),
                           "port '%.*s': element type %u is not known", TNI_TEXT(port->info->name),
                           tensor->type);
  if (port->info->type != TN_ANY_TYPE && tensor->type != port->info->type)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(REQUEST, 8),
                           "port '%.*s': the tensor's element type is %s, expected %s",
                           TNI_TEXT(port->info->name), tn_kit_element_type_name(tensor->type),
                           tn_kit_element_type_name(port->info->type));
  if (tensor->strides && tn_element_type_bits(tensor->type) < 8)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(TENSOR, 8),
                           "port '%.*s': strides of elements below a byte",
                           TNI_TEXT(port->info->name));
  return TN_OK;
}

static tn_status check_input(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error) {
  if (tensor->flags & TN_TENSOR_UNSHAPED)
    return tni_fail_clause(error, TN_WRONG_SHAPE, TNI_CLAUSE(REQUEST, 9),
                           "input '%.*s': its tensor has no shape yet", TNI_TEXT(port->info->name));
  TN_TRY(tni_tensor_check(tensor, "the input's tensor", error));
  return tni_kit_shape_fits(port->info, tensor, 0) ? TN_OK
                                                   : tni_kit_wrong_shape(port, tensor, error);
}

/* An output that can be resized, or has no shape yet, will fit. */
static tn_status check_output(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error) {
  if (tensor->flags & TN_TENSOR_READ_ONLY)
    return tni_fail(error, TN_INVALID_ARGUMENT, "output '%.*s': the tensor is read-only",
                    TNI_TEXT(port->info->name));
  if (tensor->flags & TN_TENSOR_UNSHAPED) return TN_OK;
  tn_tensor roomy = *tensor; /* whether it has room is seen when the result's shape is known */
  roomy.capacity_bytes = UINT64_MAX;
  TN_TRY(tni_tensor_check(&roomy, "the output's tensor", error));
  if (tni_kit_shape_fits(port->info, tensor, 0) || tensor->api->resize) return TN_OK;
  return tni_kit_wrong_shape(port, tensor, error);
}

static tn_status check_tensor(const tn_kit_request *request, const tni_kit_port *port,
                              const tn_tensor *tensor, tn_error *error) {
  TN_TRY(tni_kit_check_header(port, tensor, error));
  TN_TRY(check_device_memory(request, port, tensor, error));
  return port->is_input ? check_input(port, tensor, error) : check_output(port, tensor, error);
}

/* --- set and get */

void tn_kit_request_delegate_port(tn_kit_request *request, uint32_t index) {
  request->kit->ports[index].delegated = true;
}

int tni_kit_port_is_delegated(const tn_kit_request *request, uint32_t port) {
  const tni_kit_request *kit = request->kit;
  return port < kit->input_count + kit->output_count && kit->ports[port].delegated;
}

tn_status tni_kit_find_port(tn_kit_request *request, uint32_t index, tni_kit_port **out,
                            tn_error *error) {
  const uint32_t count = request->kit->input_count + request->kit->output_count;
  if (index >= count)
    return tni_fail(error, TN_OUT_OF_RANGE, "port %u: the model has %u", index, count);
  *out = &request->kit->ports[index];
  return TN_OK;
}

tn_status tni_kit_port_set(tn_kit_request *request, uint32_t index, tn_tensor *tensor,
                           tn_error *error) {
  tni_kit_port *port;
  TN_TRY(tni_kit_find_port(request, index, &port, error));
  if (tensor) {
    TN_TRY(check_tensor(request, port, tensor, error));
    tn_tensor_retain(tensor);
  }
  drop(&port->set);
  tni_kit_batch_drop(request, port);
  port->set = tensor;
  port->too_small = false;
  return TN_OK;
}

static tn_status make_own(const tn_kit_request *request, tni_kit_port *port, tn_error *error) {
  return tni_tensor_create_for(environment_of(request), port->info, &port->own, error);
}

/* The tensor in use at a port. */
static tn_status use_tensor(const tn_kit_request *request, tni_kit_port *port, tn_tensor **out,
                            tn_error *error) {
  if (!port->set && !port->own) TN_TRY(make_own(request, port, error));
  *out = port->set ? port->set : port->own;
  return TN_OK;
}

tn_status tni_kit_port_get(tn_kit_request *request, uint32_t index, tn_tensor **out,
                           tn_error *error) {
  tni_kit_port *port;
  TN_TRY(tni_kit_find_port(request, index, &port, error));
  if (port->batch)
    return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(REQUEST, 14),
                           "input '%.*s': it is made of %llu tensors", TNI_TEXT(port->info->name),
                           (unsigned long long)port->batch_count);
  if (port->too_small) {
    *out = port->own;
    return TN_OK;
  }
  return use_tensor(request, port, out, error);
}

/* --- during an inference */

tn_status tni_kit_ports_check(tn_kit_request *request, tn_error *error) {
  tni_kit_request *kit = request->kit;
  for (uint32_t i = 0; i < kit->input_count; i++) {
    tn_tensor *tensor;
    if (kit->ports[i].delegated) continue;
    if (kit->ports[i].batch) {
      TN_TRY(tni_kit_batch_check(&kit->ports[i], error));
      continue;
    }
    TN_TRY(use_tensor(request, &kit->ports[i], &tensor, error));
    TN_TRY(check_input(&kit->ports[i], tensor, error)); /* it may have been resized meanwhile */
  }
  return TN_OK;
}

tn_status tn_kit_request_input(tn_kit_request *request, uint32_t index, tn_tensor **out,
                               tn_error *error) {
  tni_kit_port *port = &request->kit->ports[index];
  tn_tensor *tensor = port->set ? port->set : port->own;
  if (port->batch) {
    if (!port->between) TN_TRY(tni_kit_batch_gather(request, port, error));
    *out = port->between;
    return TN_OK;
  }
  if ((tensor->flags & TN_TENSOR_DEVICE) || tni_tensor_is_plain(tensor)) {
    *out = tensor;
    return TN_OK;
  }
  if (!port->between)
    TN_TRY(tni_tensor_create_dense(environment_of(request), tensor, &port->between, error));
  *out = port->between;
  return TN_OK;
}

/* Keeps the shape needed for get_tensor, in the request's own tensor. */
static tn_status too_small(const tn_kit_request *request, tni_kit_port *port, uint32_t rank,
                           const int64_t *shape, tn_error *error) {
  if (!port->own) TN_TRY(make_own(request, port, error));
  TN_TRY(port->own->api->resize(port->own, rank, shape, error));
  port->too_small = true;
  char needed[160];
  return tni_fail_clause(error, TN_TOO_SMALL, TNI_CLAUSE(INFER, 8),
                         "output '%.*s': the result is %s, and the tensor that was set has not "
                         "that shape, or no room for it, and cannot be resized",
                         TNI_TEXT(port->info->name),
                         tni_extents_text(rank, shape, needed, sizeof needed));
}

static int has_room(const tn_tensor *tensor, uint32_t rank, const int64_t *shape) {
  if ((tensor->flags & TN_TENSOR_UNSHAPED) || !tni_tensor_same_shape(tensor, rank, shape)) return 0;
  uint64_t extent;
  if (!tni_shape_extent(rank, shape, tensor->strides, &extent)) return 0;
  return tn_dense_bytes(tensor->type, extent) <= tensor->capacity_bytes;
}

tn_status tn_kit_request_output(tn_kit_request *request, uint32_t index, uint32_t rank,
                                const int64_t *shape, tn_tensor **out, tn_error *error) {
  tni_kit_port *port = &request->kit->ports[request->kit->input_count + index];
  tn_tensor *tensor;
  TN_TRY(use_tensor(request, port, &tensor, error));
  if (!has_room(tensor, rank, shape)) {
    if (!tensor->api->resize) return too_small(request, port, rank, shape, error);
    TN_TRY(tensor->api->resize(tensor, rank, shape, error));
  }
  port->too_small = false;
  if (!(tensor->flags & TN_TENSOR_DEVICE) && !tni_tensor_is_plain(tensor)) {
    drop(&port->between);
    TN_TRY(tni_tensor_create(environment_of(request), tensor->type, rank, shape, &port->between,
                             error));
    tensor = port->between;
  }
  *out = tensor;
  return TN_OK;
}

tn_status tn_kit_request_deliver(tn_kit_request *request, uint32_t index, tn_error *error) {
  tni_kit_port *port = &request->kit->ports[request->kit->input_count + index];
  if (!port->between) return TN_OK;
  const tn_status status = tni_tensor_copy(port->between, port->set, error);
  drop(&port->between);
  return status;
}

tn_status tni_kit_ports_deliver(tn_kit_request *request, tn_error *error) {
  for (uint32_t i = 0; i < request->kit->output_count; i++)
    TN_TRY(tn_kit_request_deliver(request, i, error));
  return TN_OK;
}

void tni_kit_ports_finish(tn_kit_request *request) {
  tni_kit_request *kit = request->kit;
  for (uint32_t i = 0; i < kit->input_count + kit->output_count; i++)
    if (kit->ports[i].between) drop(&kit->ports[i].between);
}
