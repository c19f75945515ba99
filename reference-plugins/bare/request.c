#include "bare.h"

#include <string.h>

#include "counter.h"

static uint32_t port_count(const struct bare_request *self) {
  return self->compiled->ports.input_count + self->compiled->ports.output_count;
}

static const tn_value_info *port_info(const struct bare_request *self, uint32_t port) {
  const tn_port_list *ports = &self->compiled->ports;
  return port < ports->input_count ? ports->inputs[port]
                                   : ports->outputs[port - ports->input_count];
}

static uint64_t inferences(tn_infer_request *request) {
  return ((struct bare_request *)request)->inferences;
}

static const bare_counter_api counter_api = {.size = TN_SIZE(bare_counter_api),
                                             .inferences = inferences};

static const void *get_extension(tn_infer_request *request, tn_string id) {
  (void)request;
  return tn_string_equal(id, TN_STRING(BARE_EXTENSION_COUNTER)) ? &counter_api : NULL;
}

static void destroy(tn_infer_request *request) {
  struct bare_request *self = (struct bare_request *)request;
  const tn_host *host = self->compiled->plugin->host;
  bare_finish(self);
  for (uint32_t i = 0; self->own && i < port_count(self); i++)
    if (self->own[i]) tn_tensor_release(self->own[i]);
  for (uint32_t i = 0; self->set && i < port_count(self); i++)
    if (self->set[i]) tn_tensor_release(self->set[i]);
  if (self->base.host) host->forget(host, self->base.host);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  host->release(host, self->own);
  host->release(host, self->set);
  host->release(host, self->too_small);
  host->release(host, self);
}

static tn_status check_port(const struct bare_request *self, uint32_t port, tn_error *error) {
  if (port < port_count(self)) return TN_OK;
  return bare_fail(error, TN_OUT_OF_RANGE, "port %u: the model has %u", port, port_count(self));
}

static bool shape_fits(const tn_value_info *info, const tn_tensor *tensor) {
  if (!(info->flags & TN_VALUE_HAS_RANK)) return true;
  if (info->rank != tensor->rank) return false;
  for (uint32_t i = 0; i < info->rank; i++)
    if (tensor->shape[i] < info->dimensions[i].min || tensor->shape[i] > info->dimensions[i].max)
      return false;
  return true;
}

/* Whether there can be a tensor of that shape: the number of its bytes fits. */
static bool shape_is_sound(const tn_tensor *tensor) {
  uint64_t bytes = sizeof(float);
  if (tensor->rank > TN_MAX_RANK) return false;
  for (uint32_t i = 0; i < tensor->rank; i++)
    if (tensor->shape[i] < 0 || __builtin_mul_overflow(bytes, (uint64_t)tensor->shape[i], &bytes))
      return false;
  return true;
}

/* Whose bytes and flags are as the interface asks for. */
static tn_status check_header(const tn_value_info *info, const tn_tensor *tensor, tn_error *error) {
  const uint32_t known =
      TN_TENSOR_DEVICE | TN_TENSOR_UNALIGNED | TN_TENSOR_READ_ONLY | TN_TENSOR_UNSHAPED;
  if (tensor->size < TN_TENSOR_FIRST_SIZE || (tensor->flags & ~known))
    return bare_fail(error, TN_INVALID_ARGUMENT, "tensor: size %u, flags %#x", tensor->size,
                     tensor->flags);
  if (tn_element_type_bits(tensor->type) == 0)
    return bare_fail(error, TN_UNSUPPORTED, "port %.*s: element type %u is not known",
                     (int)info->name.length, info->name.data, tensor->type);
  if (tensor->type != info->type)
    return bare_fail(error, TN_WRONG_TYPE, "port %.*s: element type %u instead of %u",
                     (int)info->name.length, info->name.data, tensor->type, info->type);
  if ((tensor->flags & (TN_TENSOR_DEVICE | TN_TENSOR_UNALIGNED)) || tensor->strides)
    return bare_fail(error, TN_UNSUPPORTED, "port %.*s: only dense, aligned tensors in host memory",
                     (int)info->name.length, info->name.data);
  return TN_OK;
}

static tn_status check_tensor(const struct bare_request *self, uint32_t port,
                              const tn_tensor *tensor, tn_error *error) {
  const tn_value_info *info = port_info(self, port);
  bool input = port < self->compiled->ports.input_count;
  tn_status status = check_header(info, tensor, error);
  if (status != TN_OK) return status;
  if (!input && (tensor->flags & TN_TENSOR_READ_ONLY))
    return bare_fail(error, TN_INVALID_ARGUMENT, "port %.*s: the tensor is read-only",
                     (int)info->name.length, info->name.data);
  if (tensor->flags & TN_TENSOR_UNSHAPED)
    return input ? bare_fail(error, TN_WRONG_SHAPE, "port %.*s: the tensor has no shape",
                             (int)info->name.length, info->name.data)
                 : TN_OK;
  if (!shape_is_sound(tensor))
    return bare_fail(error, TN_INVALID_ARGUMENT, "port %.*s: no tensor has such a shape",
                     (int)info->name.length, info->name.data);
  if (input &&
      tensor->capacity_bytes < tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor)))
    return bare_fail(error, TN_INVALID_ARGUMENT,
                     "port %.*s: %llu bytes do not hold the tensor's shape", (int)info->name.length,
                     info->name.data, (unsigned long long)tensor->capacity_bytes);
  if (!shape_fits(info, tensor) && (input || !tensor->api->resize))
    return bare_fail(error, TN_WRONG_SHAPE, "port %.*s: the tensor's shape does not fit",
                     (int)info->name.length, info->name.data);
  return TN_OK;
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  struct bare_request *self = (struct bare_request *)request;
  tn_status status = bare_check_idle(self, error);
  if (status == TN_OK) status = check_port(self, port, error);
  if (status == TN_OK && tensor) status = check_tensor(self, port, tensor, error);
  if (status != TN_OK) return status;
  if (tensor) tn_tensor_retain(tensor);
  if (self->set[port]) tn_tensor_release(self->set[port]);
  self->set[port] = tensor;
  self->too_small[port] = false;
  return TN_OK;
}

/* The request's own tensor at a port; made when it is needed for the first time. */
static tn_status use_own(struct bare_request *self, uint32_t port, tn_tensor **out,
                         tn_error *error) {
  if (!self->own[port]) {
    const tn_value_info *info = port_info(self, port);
    int64_t shape[TN_MAX_RANK];
    for (uint32_t i = 0; i < info->rank; i++)
      shape[i] = info->dimensions[i].min;
    const tn_host *host = self->compiled->plugin->host;
    tn_status status =
        host->create_tensor(host, info->type, info->rank, shape, &self->own[port], error);
    if (status != TN_OK) return status;
  }
  *out = self->own[port];
  return TN_OK;
}

/* The tensor in use at a port. */
static tn_status use_tensor(struct bare_request *self, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  if (!self->set[port]) return use_own(self, port, out, error);
  *out = self->set[port];
  return TN_OK;
}

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  struct bare_request *self = (struct bare_request *)request;
  tn_status status = bare_check_idle(self, error);
  if (status == TN_OK) status = check_port(self, port, error);
  if (status == TN_OK) status = bare_check_argument(out, "out", error);
  if (status != TN_OK) return status;
  return self->too_small[port] ? use_own(self, port, out, error)
                               : use_tensor(self, port, out, error);
}

/* Whether `to` has the shape of `from`, and room for its elements. */
static bool fits(const tn_tensor *to, const tn_tensor *from) {
  return !(to->flags & TN_TENSOR_UNSHAPED) && to->rank == from->rank &&
         (to->rank == 0 || memcmp(to->shape, from->shape, to->rank * sizeof *to->shape) == 0) &&
         to->capacity_bytes >= tn_dense_bytes(to->type, tn_tensor_element_count(to));
}

/* Keeps the shape needed for get_tensor, in the request's own tensor. */
static tn_status too_small(struct bare_request *self, uint32_t output, const tn_tensor *result,
                           tn_error *error) {
  const uint32_t port = self->compiled->ports.input_count + output;
  tn_tensor *own = NULL;
  tn_status status = use_own(self, port, &own, error);
  if (status == TN_OK) status = own->api->resize(own, result->rank, result->shape, error);
  if (status != TN_OK) return status;
  self->too_small[port] = true;
  return bare_fail(error, TN_TOO_SMALL,
                   "output %u: the tensor has another shape, or no room for it, and cannot be "
                   "resized",
                   output);
}

static tn_status run_step(struct bare_request *self, uint32_t output, tn_error *error) {
  const struct bare_step *step = &self->compiled->steps[output];
  tn_tensor *from = NULL, *to = NULL;
  tn_status status = use_tensor(self, step->input, &from, error);
  if (status == TN_OK) status = check_tensor(self, step->input, from, error);
  if (status == TN_OK)
    status = use_tensor(self, self->compiled->ports.input_count + output, &to, error);
  if (status != TN_OK) return status;
  uint64_t count = tn_tensor_element_count(from);
  if (!fits(to, from)) {
    if (!to->api->resize) return too_small(self, output, from, error);
    status = to->api->resize(to, from->rank, from->shape, error);
    if (status != TN_OK) return status;
  }
  self->too_small[self->compiled->ports.input_count + output] = false;
  const float *x = from->data;
  float *y = to->data;
  if (step->rectify) {
    for (uint64_t i = 0; i < count; i++)
      y[i] = x[i] < 0 ? 0 : x[i]; /* keeps NaN */
  } else if (count) {
    memmove(y, x, (size_t)count * sizeof *y);
  }
  return TN_OK;
}

tn_status bare_run(struct bare_request *self, tn_error *error) {
  self->inferences++;
  for (uint32_t i = 0; i < self->compiled->ports.output_count; i++) {
    pthread_mutex_lock(&self->mutex);
    bool cancelled = self->cancelled;
    pthread_mutex_unlock(&self->mutex);
    if (cancelled) return bare_fail(error, TN_CANCELLED, "the inference was cancelled");
    tn_status status = run_step(self, i, error);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  struct bare_request *self = (struct bare_request *)request;
  pthread_mutex_lock(&self->mutex);
  bool in_flight = self->in_flight;
  bool inside = self->in_callback && pthread_equal(self->callback_thread, pthread_self());
  if (!in_flight) self->cancelled = false;
  pthread_mutex_unlock(&self->mutex);
  if (inside) return bare_fail(error, TN_WRONG_STATE, "infer inside the request's own callback");
  if (in_flight) return bare_fail(error, TN_BUSY, "an inference is in flight");
  return bare_run(self, error);
}

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  struct bare_request *self = (struct bare_request *)request;
  tn_status status = bare_check_idle(self, error);
  if (status != TN_OK) return status;
  self->callback = callback;
  self->callback_user = user;
  return TN_OK;
}

static const tn_infer_request_api infer_request_api = {
    .size = TN_SIZE(tn_infer_request_api),
    .get_extension = get_extension,
    .destroy = destroy,
    .set_tensor = set_tensor,
    .get_tensor = get_tensor,
    .infer = infer,
    .start = bare_start,
    .wait = bare_wait,
    .cancel = bare_cancel,
    .set_callback = set_callback,
};

static void init_synchronization(struct bare_request *self) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&self->changed, &attributes);
  pthread_condattr_destroy(&attributes);
  pthread_mutex_init(&self->mutex, NULL);
}

tn_status bare_create_request(tn_compiled_model *model, const tn_create_request_options *options,
                              tn_infer_request **out, tn_error *error) {
  struct bare_compiled *compiled = (struct bare_compiled *)model;
  const tn_host *host = compiled->plugin->host;
  tn_status status = bare_check_options(options, TN_CREATE_REQUEST_OPTIONS_FIRST_SIZE, error);
  if (status == TN_OK) status = bare_check_argument(out, "out", error);
  if (status != TN_OK) return status;
  struct bare_request *self = bare_allocate(host, sizeof *self);
  if (!self) return bare_fail(error, TN_OUT_OF_MEMORY, "no memory for a request");
  self->base.api = &infer_request_api;
  self->base.maker = &compiled->plugin->maker;
  self->compiled = compiled;
  init_synchronization(self);
  self->own = bare_allocate(host, port_count(self) * sizeof(tn_tensor *) + 1);
  self->set = bare_allocate(host, port_count(self) * sizeof(tn_tensor *) + 1);
  self->too_small = bare_allocate(host, port_count(self) * sizeof(bool) + 1);
  if (!self->own || !self->set || !self->too_small) {
    destroy(&self->base);
    return bare_fail(error, TN_OUT_OF_MEMORY, "no memory for a request");
  }
  *out = &self->base;
  return TN_OK;
}
