#include "graph/tensor.h"

#include "base/text.h"
#include "graph/tensor_layout.h"

#include <stdatomic.h>
#include <string.h>

struct host_tensor {
  tn_tensor view;
  const tni_environment *environment;
  atomic_size_t references;
  int64_t shape[TN_MAX_RANK], strides[TN_MAX_RANK];
  void *memory;      /* the tensor's own, or NULL */
  tni_keeper keeper; /* of memory that belongs to somebody else */
};

static struct host_tensor *host_tensor_of(tn_tensor *tensor) {
  return (struct host_tensor *)tensor;
}

static const void *TN_CALL get_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor;
  (void)id;
  return NULL;
}

static void TN_CALL retain(tn_tensor *tensor) {
  atomic_fetch_add_explicit(&host_tensor_of(tensor)->references, 1, memory_order_relaxed);
}

static void free_texts(const tni_allocator *allocator, tn_string *texts, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    tni_free(allocator, (void *)(uintptr_t)texts[i].data);
}

static void destroy(struct host_tensor *self) {
  const tni_allocator *allocator = self->environment->allocator;
  if (self->memory && self->view.type == TN_STRING_ELEMENT)
    free_texts(allocator, self->memory, self->view.capacity_bytes / sizeof(tn_string));
  tni_free(allocator, self->memory);
  if (self->keeper.release) self->keeper.release(self->keeper.owner);
  tni_object_free(self->environment, self);
}

static void TN_CALL release(tn_tensor *tensor) {
  struct host_tensor *self = host_tensor_of(tensor);
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) == 1) destroy(self);
}

/* Memory for the elements of a shape; strings begin empty. */
static tn_status allocate_elements(const tni_environment *environment, uint32_t type,
                                   uint64_t bytes, void **out, tn_error *error) {
  void *memory = tni_alloc_aligned(environment->allocator, bytes, TN_TENSOR_ALIGNMENT);
  if (!memory)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor of %llu bytes",
                    (unsigned long long)bytes);
  if (type == TN_STRING_ELEMENT) memset(memory, 0, (size_t)bytes);
  *out = memory;
  return TN_OK;
}

static void set_shape(struct host_tensor *self, uint32_t rank, const int64_t *shape) {
  self->view.rank = rank;
  if (rank) memmove(self->shape, shape, rank * sizeof *shape);
}

static tn_status TN_CALL resize(tn_tensor *tensor, uint32_t rank, const int64_t *shape,
                                tn_error *error) {
  struct host_tensor *self = host_tensor_of(tensor);
  const tni_allocator *allocator = self->environment->allocator;
  uint64_t bytes;
  TN_TRY(tni_shape_measure(tensor->type, rank, shape, &bytes, error));
  if (bytes > tensor->capacity_bytes) {
    void *memory;
    TN_TRY(allocate_elements(self->environment, tensor->type, bytes, &memory, error));
    if (tensor->type == TN_STRING_ELEMENT)
      free_texts(allocator, self->memory, tensor->capacity_bytes / sizeof(tn_string));
    tni_free(allocator, self->memory);
    self->memory = memory;
    tensor->data = memory;
    tensor->capacity_bytes = bytes;
  }
  set_shape(self, rank, shape);
  tensor->flags &= ~(uint32_t)TN_TENSOR_UNSHAPED;
  return TN_OK;
}

static tn_status TN_CALL set_string(tn_tensor *tensor, uint64_t index, tn_string text,
                                    tn_error *error) {
  if (tensor->type != TN_STRING_ELEMENT)
    return tni_fail(error, TN_WRONG_TYPE, "a string was set in a tensor of element type %u",
                    tensor->type);
  const uint64_t count = tn_tensor_element_count(tensor);
  if (index >= count)
    return tni_fail(error, TN_OUT_OF_RANGE, "string %llu of a tensor of %llu elements",
                    (unsigned long long)index, (unsigned long long)count);
  const tni_allocator *allocator = host_tensor_of(tensor)->environment->allocator;
  tn_string copy;
  if (tni_string_copy(allocator, text, &copy) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a string of %llu bytes",
                    (unsigned long long)text.length);
  tn_string *element = (tn_string *)tensor->data + index;
  tni_free(allocator, (void *)(uintptr_t)element->data);
  *element = copy;
  return TN_OK;
}

static const tn_tensor_api growing_api = {
    TN_SIZE(tn_tensor_api), 0, get_extension, retain, release, resize, set_string,
};

static const tn_tensor_api fixed_api = {
    TN_SIZE(tn_tensor_api), 0, get_extension, retain, release, NULL, NULL,
};

/* An object without memory for elements. */
static tn_status make(const tni_environment *environment, uint32_t type, uint32_t rank,
                      const int64_t *shape, struct host_tensor **out, tn_error *error) {
  struct host_tensor *self = tni_object_alloc(environment, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor");
  atomic_init(&self->references, 1);
  self->environment = environment;
  self->view.api = &fixed_api;
  self->view.size = TN_SIZE(tn_tensor);
  self->view.type = type;
  self->view.shape = self->shape;
  set_shape(self, rank, shape);
  *out = self;
  return TN_OK;
}

tn_status tni_tensor_create(const tni_environment *environment, uint32_t type, uint32_t rank,
                            const int64_t *shape, tn_tensor **out, tn_error *error) {
  uint64_t bytes;
  TN_TRY(tni_shape_measure(type, rank, shape, &bytes, error));
  struct host_tensor *self;
  TN_TRY(make(environment, type, rank, shape, &self, error));
  const tn_status status = allocate_elements(environment, type, bytes, &self->memory, error);
  if (status != TN_OK) {
    destroy(self);
    return status;
  }
  self->view.api = &growing_api;
  self->view.data = self->memory;
  self->view.capacity_bytes = bytes;
  *out = &self->view;
  return TN_OK;
}

tn_status tni_tensor_create_zeros(const tni_environment *environment, uint32_t type, uint32_t rank,
                                  const int64_t *shape, tn_tensor **out, tn_error *error) {
  TN_TRY(tni_tensor_create(environment, type, rank, shape, out, error));
  if (type != TN_STRING_ELEMENT && (*out)->capacity_bytes) /* strings begin empty */
    memset((*out)->data, 0, (size_t)(*out)->capacity_bytes);
  return TN_OK;
}

tn_status tni_tensor_create_for(const tni_environment *environment, const tn_value_info *value,
                                tn_tensor **out, tn_error *error) {
  int64_t shape[TN_MAX_RANK];
  return tni_fixed_shape(value, shape)
             ? tni_tensor_create_zeros(environment, value->type, value->rank, shape, out, error)
             : tni_tensor_create_unshaped(environment, value->type, out, error);
}

tn_status tni_tensor_create_unshaped(const tni_environment *environment, uint32_t type,
                                     tn_tensor **out, tn_error *error) {
  if (tn_element_type_bits(type) == 0)
    return tni_fail(error, TN_UNSUPPORTED, "element type %u of a tensor is not known", type);
  struct host_tensor *self = NULL;
  TN_TRY(make(environment, type, 0, NULL, &self, error));
  self->view.api = &growing_api;
  self->view.flags = TN_TENSOR_UNSHAPED;
  *out = &self->view;
  return TN_OK;
}

static tn_status copy_texts(const tn_string *texts, tn_tensor *target, tn_error *error) {
  const uint64_t count = tn_tensor_element_count(target);
  for (uint64_t i = 0; i < count; i++)
    TN_TRY(set_string(target, i, texts[i], error));
  return TN_OK;
}

tn_status tni_tensor_create_copy(const tni_environment *environment, uint32_t type, uint32_t rank,
                                 const int64_t *shape, const void *data, tn_tensor **out,
                                 tn_error *error) {
  tn_tensor *copy;
  TN_TRY(tni_tensor_create(environment, type, rank, shape, &copy, error));
  if (type == TN_STRING_ELEMENT) {
    const tn_status status = copy_texts(data, copy, error);
    if (status != TN_OK) {
      release(copy);
      return status;
    }
  } else if (copy->capacity_bytes) {
    memcpy(copy->data, data, (size_t)copy->capacity_bytes);
  }
  *out = copy;
  return TN_OK;
}

tn_status tni_tensor_create_borrowed(const tni_environment *environment, uint32_t type,
                                     uint32_t rank, const int64_t *shape, const void *data,
                                     uint64_t bytes, uint32_t flags, tni_keeper keeper,
                                     tn_tensor **out, tn_error *error) {
  uint64_t needed;
  TN_TRY(tni_shape_measure(type, rank, shape, &needed, error));
  if (type == TN_STRING_ELEMENT)
    return tni_fail(error, TN_UNSUPPORTED, "string elements cannot lie in borrowed memory");
  if (bytes < needed)
    return tni_fail(error, TN_TOO_SMALL, "a tensor needs %llu bytes, its memory has %llu",
                    (unsigned long long)needed, (unsigned long long)bytes);
  struct host_tensor *self;
  TN_TRY(make(environment, type, rank, shape, &self, error));
  self->keeper = keeper;
  self->view.data = (void *)(uintptr_t)data;
  self->view.capacity_bytes = bytes;
  self->view.flags = flags;
  if ((uintptr_t)data % tni_element_alignment(type) != 0) self->view.flags |= TN_TENSOR_UNALIGNED;
  *out = &self->view;
  return TN_OK;
}

static void release_base(void *base) {
  tn_tensor_release(base);
}

static tn_status check_view(const tn_tensor *base, uint64_t offset, uint32_t rank,
                            const int64_t *shape, const int64_t *strides, uint64_t *offset_bytes,
                            tn_error *error) {
  const uint32_t bits = tn_element_type_bits(base->type);
  uint64_t bytes, extent;
  TN_TRY(tni_shape_measure(base->type, rank, shape, &bytes, error));
  if (base->flags & TN_TENSOR_DEVICE)
    return tni_fail(error, TN_UNSUPPORTED, "a view of memory that the host may not touch");
  if (bits < 8 && strides)
    return tni_fail(error, TN_INVALID_ARGUMENT, "elements of %u bits are always dense", bits);
  const uint64_t room = base->capacity_bytes / bits * 8 + base->capacity_bytes % bits * 8 / bits;
  if (!tni_shape_extent(rank, shape, strides, &extent) || extent > room || offset > room - extent)
    return tni_fail(error, TN_OUT_OF_RANGE,
                    "a view at element %llu leaves a tensor of %llu elements",
                    (unsigned long long)offset, (unsigned long long)room);
  if (bits < 8 && offset * bits % 8 != 0)
    return tni_fail(error, TN_INVALID_ARGUMENT, "a view at element %llu begins within a byte",
                    (unsigned long long)offset);
  *offset_bytes = bits < 8 ? offset * bits / 8 : offset * (bits / 8);
  return TN_OK;
}

tn_status tni_tensor_create_view(const tni_environment *environment, tn_tensor *base,
                                 uint64_t offset, uint32_t rank, const int64_t *shape,
                                 const int64_t *strides, tn_tensor **out, tn_error *error) {
  uint64_t offset_bytes = 0;
  TN_TRY(check_view(base, offset, rank, shape, strides, &offset_bytes, error));
  struct host_tensor *self;
  TN_TRY(make(environment, base->type, rank, shape, &self, error));
  tn_tensor_retain(base);
  self->keeper = (tni_keeper){release_base, base};
  self->view.data = (unsigned char *)base->data + offset_bytes;
  self->view.capacity_bytes = base->capacity_bytes - offset_bytes;
  self->view.flags = base->flags;
  self->view.context = base->context;
  if (strides && rank) {
    memcpy(self->strides, strides, rank * sizeof *strides);
    self->view.strides = self->strides;
  }
  *out = &self->view;
  return TN_OK;
}

void tni_tensor_make_read_only(tn_tensor *tensor) {
  tensor->api = &fixed_api;
  tensor->flags |= TN_TENSOR_READ_ONLY;
}
