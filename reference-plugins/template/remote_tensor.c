#include "template.h"

#include <string.h>

/* A tensor in the memory of a device. `data` is the device's address: nothing of the process. */
struct remote_tensor {
  tn_tensor base;
  tn_kit_engine *engine;
  const tn_device *device;
  atomic_size_t references;
  int64_t shape[TN_MAX_RANK];
  struct template_memory memory;
};

static struct remote_tensor *tensor_of(tn_tensor *tensor) {
  return (struct remote_tensor *)tensor;
}

static void TN_CALL retain(tn_tensor *tensor) {
  atomic_fetch_add_explicit(&tensor_of(tensor)->references, 1, memory_order_relaxed);
}

static void destroy(struct remote_tensor *self) {
  tn_remote_context *context = self->base.context;
  template_memory_destroy(&self->memory);
  tn_kit_object_free(self->engine, self);
  template_release_context(context); /* last: it may be what keeps the engine */
}

static void TN_CALL release(tn_tensor *tensor) {
  struct remote_tensor *self = tensor_of(tensor);
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) == 1) destroy(self);
}

static void set_shape(struct remote_tensor *self, uint32_t rank, const int64_t *shape) {
  if (rank) memmove(self->shape, shape, rank * sizeof *shape);
  self->base.rank = rank;
}

static tn_status TN_CALL resize(tn_tensor *tensor, uint32_t rank, const int64_t *shape,
                                tn_error *error) {
  struct remote_tensor *self = tensor_of(tensor);
  uint64_t bytes;
  if (rank && !shape) return tn_kit_fail(error, TN_INVALID_ARGUMENT, "the shape is NULL");
  TN_KIT_TRY(tn_kit_shape_bytes(tensor->type, rank, shape, &bytes, error));
  if (bytes > self->memory.size) {
    struct template_memory larger;
    TN_KIT_TRY(template_memory_create(self->memory.device, self->device->memory_bytes, bytes,
                                      &larger, error));
    template_memory_destroy(&self->memory);
    self->memory = larger;
    tensor->data = larger.address;
    tensor->capacity_bytes = larger.size;
  }
  set_shape(self, rank, shape);
  return TN_OK;
}

/* --- copies */

/* The host sees the memory only between these two. */
tn_status template_remote_tensor_map(tn_tensor *tensor, tn_tensor **out, tn_error *error) {
  const struct remote_tensor *self = tensor_of(tensor);
  void *memory;
  TN_KIT_TRY(template_memory_map(&self->memory, &memory, error));
  const tn_status status =
      tn_kit_tensor_borrow(self->engine, tensor->type, tensor->rank, tensor->shape, memory,
                           self->memory.size, out, error);
  if (status != TN_OK) template_memory_unmap(&self->memory, memory);
  return status;
}

void template_remote_tensor_unmap(tn_tensor *tensor, tn_tensor *mapped) {
  void *memory = mapped->data;
  tn_tensor_release(mapped);
  template_memory_unmap(&tensor_of(tensor)->memory, memory);
}

static tn_status check_copy(const tn_tensor *tensor, const tn_tensor *host, const char *what,
                            tn_error *error) {
  TN_KIT_TRY(tn_kit_check_tensor_is_ours(tensor, error));
  TN_KIT_TRY(tn_kit_tensor_check(host, what, error));
  if (!(tensor->flags & TN_TENSOR_DEVICE)) /* the kit makes tensors with the same maker */
    return tn_kit_fail(error, TN_INVALID_ARGUMENT, "the tensor lies in no device's memory");
  if (host->flags & TN_TENSOR_DEVICE)
    return tn_kit_fail(error, TN_INVALID_ARGUMENT, "%s lies in a device's memory", what);
  return TN_OK;
}

static tn_status TN_CALL copy_from(tn_tensor *tensor, tn_tensor *source, tn_error *error) {
  tn_tensor *mapped;
  TN_KIT_TRY(check_copy(tensor, source, "the source", error));
  TN_KIT_TRY(template_remote_tensor_map(tensor, &mapped, error));
  const tn_status status = tn_kit_tensor_copy(source, mapped, error);
  template_remote_tensor_unmap(tensor, mapped);
  return status;
}

static tn_status TN_CALL copy_to(tn_tensor *tensor, tn_tensor *target, tn_error *error) {
  tn_tensor *mapped;
  TN_KIT_TRY(check_copy(tensor, target, "the target", error));
  TN_KIT_TRY(template_remote_tensor_map(tensor, &mapped, error));
  const tn_status status = tn_kit_tensor_copy(mapped, target, error);
  template_remote_tensor_unmap(tensor, mapped);
  return status;
}

static const tn_copy_api copy_api = {
    .size = TN_SIZE(tn_copy_api), .copy_from = copy_from, .copy_to = copy_to};

/* --- making one */

static const void *TN_CALL get_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor;
  return tn_string_is(id, TN_EXTENSION_COPY) ? &copy_api : NULL;
}

/* Memory of the device can be exchanged for more of it; memory of the application stays. */
static const tn_tensor_api tensor_api = {
    .size = TN_SIZE(tn_tensor_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
    .resize = resize,
};
static const tn_tensor_api wrapped_api = {
    .size = TN_SIZE(tn_tensor_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
};

static void init(struct remote_tensor *self, uint32_t type, uint32_t rank, const int64_t *shape) {
  self->base.api = self->memory.foreign ? &wrapped_api : &tensor_api;
  self->base.size = TN_SIZE(tn_tensor);
  self->base.type = type;
  self->base.flags = TN_TENSOR_DEVICE;
  self->base.shape = self->shape;
  self->base.data = self->memory.address;
  self->base.capacity_bytes = self->memory.size;
  set_shape(self, rank, shape);
  atomic_init(&self->references, 1);
}

static tn_status find_memory(const struct template_context *context, const tn_handle *handle,
                             uint64_t bytes, struct template_memory *out, tn_error *error) {
  struct template_device *device = template_find_device(context->engine, context->device);
  return handle ? template_memory_wrap(device, handle, bytes, out, error)
                : template_memory_create(device, context->device->memory_bytes, bytes, out, error);
}

tn_status template_remote_tensor_create(struct template_context *context, const tn_handle *handle,
                                        uint32_t type, uint32_t rank, const int64_t *shape,
                                        tn_tensor **out, tn_error *error) {
  uint64_t bytes;
  TN_KIT_TRY(tn_kit_shape_bytes(type, rank, shape, &bytes, error));
  if (type == TN_STRING_ELEMENT)
    return tn_kit_fail(error, TN_UNSUPPORTED, "texts cannot lie in a device's memory");
  struct remote_tensor *self = tn_kit_object_create(context->engine, sizeof *self);
  if (!self) return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor");
  const tn_status status = find_memory(context, handle, bytes, &self->memory, error);
  if (status != TN_OK) {
    tn_kit_object_free(context->engine, self);
    return status;
  }
  self->engine = context->engine;
  self->device = context->device;
  self->base.context = &context->base;
  template_retain_context(&context->base);
  init(self, type, rank, shape);
  *out = &self->base;
  return TN_OK;
}
