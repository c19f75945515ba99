#include "graph/tensor.h"
#include "graph/tensor_layout.h"

#include <string.h>

int tni_tensor_is_dense(const tn_tensor *tensor) {
  if (!tensor->strides) return 1;
  int64_t step = 1;
  for (uint32_t i = tensor->rank; i-- > 0;) {
    if (tensor->shape[i] == 0) return 1;
    if (tensor->shape[i] != 1 && tensor->strides[i] != step) return 0;
    step *= tensor->shape[i];
  }
  return 1;
}

int tni_tensor_is_plain(const tn_tensor *tensor) {
  return !(tensor->flags & TN_TENSOR_DEVICE) && tni_tensor_is_dense(tensor) &&
         (uintptr_t)tensor->data % tni_element_alignment(tensor->type) == 0;
}

int tni_tensor_same_shape(const tn_tensor *tensor, uint32_t rank, const int64_t *shape) {
  return tensor->rank == rank &&
         (rank == 0 || memcmp(tensor->shape, shape, rank * sizeof *shape) == 0);
}

/* Walks over two tensors of one shape, row by row of the innermost dimension. */
struct walk {
  uint32_t rank;
  const int64_t *shape;
  int64_t source_strides[TN_MAX_RANK], target_strides[TN_MAX_RANK];
  int64_t position[TN_MAX_RANK];
  int64_t source, target; /* element offsets of the present row */
};

static void walk_begin(struct walk *walk, const tn_tensor *source, const tn_tensor *target) {
  memset(walk, 0, sizeof *walk);
  walk->rank = source->rank;
  walk->shape = source->shape;
  tni_dense_strides(walk->rank, walk->shape, walk->source_strides);
  memcpy(walk->target_strides, walk->source_strides, sizeof walk->target_strides);
  const size_t bytes = walk->rank * sizeof(int64_t);
  if (source->strides && bytes) memcpy(walk->source_strides, source->strides, bytes);
  if (target->strides && bytes) memcpy(walk->target_strides, target->strides, bytes);
}

/* Goes to the next row; 0 behind the last. */
static int walk_next(struct walk *walk) {
  for (uint32_t i = walk->rank > 0 ? walk->rank - 1 : 0; i-- > 0;) {
    walk->source += walk->source_strides[i];
    walk->target += walk->target_strides[i];
    if (++walk->position[i] < walk->shape[i]) return 1;
    walk->source -= walk->position[i] * walk->source_strides[i];
    walk->target -= walk->position[i] * walk->target_strides[i];
    walk->position[i] = 0;
  }
  return 0;
}

static void copy_row(const struct walk *walk, const unsigned char *from, unsigned char *to,
                     size_t element) {
  const uint32_t last = walk->rank - 1;
  const int64_t count = walk->rank ? walk->shape[last] : 1;
  const int64_t source_step = walk->rank ? walk->source_strides[last] : 1;
  const int64_t target_step = walk->rank ? walk->target_strides[last] : 1;
  from += walk->source * (int64_t)element;
  to += walk->target * (int64_t)element;
  if (source_step == 1 && target_step == 1) {
    memcpy(to, from, (size_t)count * element);
    return;
  }
  for (int64_t i = 0; i < count; i++)
    memcpy(to + i * target_step * (int64_t)element, from + i * source_step * (int64_t)element,
           element);
}

static void copy_numbers(const tn_tensor *source, tn_tensor *target) {
  const uint64_t bytes = tni_shape_bytes(source->type, source->rank, source->shape);
  if (bytes == 0) return;
  if (tni_tensor_is_dense(source) && tni_tensor_is_dense(target)) {
    memcpy(target->data, source->data, (size_t)bytes);
    return;
  }
  struct walk walk;
  walk_begin(&walk, source, target);
  do
    copy_row(&walk, source->data, target->data, tn_element_type_bits(source->type) / 8);
  while (walk_next(&walk));
}

static tn_status copy_strings(const tn_tensor *source, tn_tensor *target, tn_error *error) {
  if (!target->api->set_string)
    return tni_fail(error, TN_UNSUPPORTED, "the target of a copy takes no strings");
  if (tn_tensor_element_count(source) == 0) return TN_OK;
  struct walk walk;
  walk_begin(&walk, source, target);
  uint64_t index = 0;
  do {
    const int64_t count = walk.rank ? walk.shape[walk.rank - 1] : 1;
    const int64_t step = walk.rank ? walk.source_strides[walk.rank - 1] : 1;
    for (int64_t i = 0; i < count; i++) {
      tn_string text;
      memcpy(&text, (const tn_string *)source->data + walk.source + i * step, sizeof text);
      TN_TRY(target->api->set_string(target, index++, text, error));
    }
  } while (walk_next(&walk));
  return TN_OK;
}

tn_status tni_tensor_copy(const tn_tensor *source, tn_tensor *target, tn_error *error) {
  if (source->type != target->type)
    return tni_fail(error, TN_WRONG_TYPE, "copy of a tensor: element type %u into %u", source->type,
                    target->type);
  if (!tni_tensor_same_shape(target, source->rank, source->shape))
    return tni_fail(error, TN_WRONG_SHAPE, "copy of a tensor: the shapes differ");
  if ((source->flags | target->flags) & TN_TENSOR_DEVICE)
    return tni_fail(error, TN_UNSUPPORTED, "copy of a tensor: memory that the host may not touch");
  if (target->flags & TN_TENSOR_READ_ONLY)
    return tni_fail(error, TN_INVALID_ARGUMENT, "copy of a tensor: the target is read-only");
  if (source->type == TN_STRING_ELEMENT) return copy_strings(source, target, error);
  copy_numbers(source, target);
  return TN_OK;
}

tn_status tni_tensor_create_dense(const tni_environment *environment, const tn_tensor *source,
                                  tn_tensor **out, tn_error *error) {
  tn_tensor *copy;
  TN_TRY(tni_tensor_create(environment, source->type, source->rank, source->shape, &copy, error));
  const tn_status status = tni_tensor_copy(source, copy, error);
  if (status != TN_OK) {
    tn_tensor_release(copy);
    return status;
  }
  *out = copy;
  return TN_OK;
}

static tn_status check_header(const tn_tensor *tensor, const char *what, tn_error *error) {
  const char *problem = NULL;
  if (!tensor)
    problem = "no tensor";
  else if (!tensor->api || tensor->api->size < TN_TENSOR_API_FIRST_SIZE)
    problem = "no table, or one that is too small";
  else if (!tensor->api->get_extension || !tensor->api->retain || !tensor->api->release)
    problem = "a table without retain, release or get_extension";
  else if (!tensor->maker)
    problem = "no maker";
  else if (tensor->size < TN_TENSOR_FIRST_SIZE || tensor->size % 8)
    problem = "a struct of an illegal size";
  else if (tensor->rank > TN_MAX_RANK)
    problem = "a rank above 16";
  else if (tensor->rank && !tensor->shape)
    problem = "a rank without a shape";
  if (!problem) return TN_OK;
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 8), "%s: %s", what, problem);
}

tn_status tni_tensor_check(const tn_tensor *tensor, const char *what, tn_error *error) {
  TN_TRY(check_header(tensor, what, error));
  const uint32_t known = TN_TENSOR_DEVICE | TN_TENSOR_UNALIGNED | TN_TENSOR_READ_ONLY;
  if (tensor->flags & ~known)
    return tni_fail(error, TN_UNSUPPORTED, "%s: unknown flags 0x%x", what, tensor->flags & ~known);
  uint64_t bytes, extent;
  tn_status status = tni_shape_measure(tensor->type, tensor->rank, tensor->shape, &bytes, error);
  if (status != TN_OK) return tni_fail_prefix(error, status, "%s", what);
  const uint32_t bits = tn_element_type_bits(tensor->type);
  const int strided = tensor->strides && !tni_tensor_is_dense(tensor);
  if (strided &&
      (bits < 8 || !tni_shape_extent(tensor->rank, tensor->shape, tensor->strides, &extent) ||
       __builtin_mul_overflow(extent, bits / 8, &bytes)))
    return tni_fail(error, TN_INVALID_ARGUMENT, "%s: strides that do not fit its type or shape",
                    what);
  if (bytes > tensor->capacity_bytes)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(TENSOR, 10),
                           "%s: its shape needs %llu bytes, its capacity is %llu", what,
                           (unsigned long long)bytes, (unsigned long long)tensor->capacity_bytes);
  if (bytes && !tensor->data)
    return tni_fail(error, TN_INVALID_ARGUMENT, "%s: elements without data", what);
  if (!(tensor->flags & (TN_TENSOR_DEVICE | TN_TENSOR_UNALIGNED)) && bytes &&
      (uintptr_t)tensor->data % tni_element_alignment(tensor->type))
    return tni_fail(error, TN_INVALID_ARGUMENT, "%s: unaligned data without the flag", what);
  return TN_OK;
}
