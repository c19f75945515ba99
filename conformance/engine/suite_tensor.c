/* Tensors with red zones: a guard of known bytes before the first and after the last byte that may
 * be used. */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "engine/suite_host.h"
#include "graph/tensor_layout.h"

enum { ZONE = 256, ZONE_BYTE = 0xd7 };

struct suite_tensor {
  tn_tensor base;
  suite_host *host;
  atomic_long references;
  int64_t shape[TN_MAX_RANK];
  unsigned char *block; /* zone, bytes, zone */
  uint64_t byte_count;
  uint32_t offset;          /* of the first byte, for alignments below the block's */
  tn_string *strings_owned; /* the elements of string tensors, or NULL */
  int of_plugin;            /* it asked for it */
};

static struct suite_tensor *self_of(const tn_tensor *tensor) {
  return (struct suite_tensor *)(uintptr_t)tensor;
}

static int all_are(const unsigned char *bytes, uint64_t count, unsigned char value) {
  for (uint64_t i = 0; i < count; i++)
    if (bytes[i] != value) return 0;
  return 1;
}

long suite_tensor_references(const tn_tensor *tensor) {
  return atomic_load(&self_of(tensor)->references);
}

void suite_tensor_is_of_plugin(tn_tensor *tensor) {
  self_of(tensor)->of_plugin = 1;
  atomic_fetch_add(&self_of(tensor)->host->plugin_tensors, 1);
}

long suite_host_own_tensors(const suite_host *host) {
  return atomic_load(&host->tensors) - atomic_load(&host->plugin_tensors);
}

int suite_tensor_zones_intact(const tn_tensor *tensor) {
  const struct suite_tensor *self = self_of(tensor);
  return all_are(self->block, ZONE + self->offset, ZONE_BYTE) &&
         all_are(self->block + ZONE + self->offset + self->byte_count, ZONE, ZONE_BYTE);
}

static void free_strings(struct suite_tensor *self, uint64_t count) {
  for (uint64_t i = 0; self->strings_owned && i < count; i++)
    free((void *)(uintptr_t)self->strings_owned[i].data);
  self->strings_owned = NULL;
}

/* Notes a damage before the zones go away. */
static void drop_block(struct suite_tensor *self) {
  if (!self->block) return;
  if (!suite_tensor_zones_intact(&self->base)) atomic_fetch_add(&self->host->red_zones_hit, 1);
  if (self->base.type == TN_STRING_ELEMENT)
    free_strings(self, self->byte_count / sizeof(tn_string));
  free(self->block);
  self->block = NULL;
}

static tn_status make_block(struct suite_tensor *self, uint32_t rank, const int64_t *shape,
                            tn_error *error) {
  uint64_t bytes = 0;
  TN_TRY(tni_shape_measure(self->base.type, rank, shape, &bytes, error)); /* as the runtime does */
  if (bytes > UINT64_C(1) << 40)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor of %llu bytes",
                    (unsigned long long)bytes);
  void *block = NULL;
  if (posix_memalign(&block, TN_TENSOR_ALIGNMENT, (size_t)(bytes + 2 * ZONE + self->offset)) != 0)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor of %llu bytes",
                    (unsigned long long)bytes);
  drop_block(self);
  self->block = block;
  self->byte_count = bytes;
  memset(self->block, ZONE_BYTE, (size_t)(bytes + 2 * ZONE + self->offset));
  self->base.data = self->block + ZONE + self->offset;
  memset(self->base.data, self->base.type == TN_STRING_ELEMENT ? 0 : SUITE_POISON_BYTE,
         (size_t)bytes);
  if (self->base.type == TN_STRING_ELEMENT) self->strings_owned = self->base.data;
  self->base.capacity_bytes = bytes;
  self->base.rank = rank;
  if (rank) memmove(self->shape, shape, rank * sizeof *shape);
  return TN_OK;
}

static const void *get_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor, (void)id;
  return NULL;
}

static void retain(tn_tensor *tensor) {
  atomic_fetch_add(&self_of(tensor)->references, 1);
}

static void release(tn_tensor *tensor) {
  struct suite_tensor *self = self_of(tensor);
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  atomic_fetch_sub(&self->host->tensors, 1);
  if (self->of_plugin) atomic_fetch_sub(&self->host->plugin_tensors, 1);
  drop_block(self);
  free(self);
}

static tn_status resize(tn_tensor *tensor, uint32_t rank, const int64_t *shape, tn_error *error) {
  return make_block(self_of(tensor), rank, shape, error);
}

static tn_status set_string(tn_tensor *tensor, uint64_t index, tn_string text, tn_error *error) {
  struct suite_tensor *self = self_of(tensor);
  if (tensor->type != TN_STRING_ELEMENT)
    return tni_fail(error, TN_WRONG_TYPE, "tensor: no tensor of strings");
  if (index >= self->byte_count / sizeof(tn_string))
    return tni_fail(error, TN_OUT_OF_RANGE, "tensor: no such element");
  char *copy = malloc((size_t)text.length + 1);
  if (!copy) return tni_fail(error, TN_OUT_OF_MEMORY, "tensor: no memory for a string");
  if (text.length) memcpy(copy, text.data, (size_t)text.length);
  free((void *)(uintptr_t)self->strings_owned[index].data);
  self->strings_owned[index] = tn_string_make(copy, text.length);
  return TN_OK;
}

static const tn_tensor_api tensor_api = {
    .size = TN_SIZE(tn_tensor_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
    .resize = resize,
    .set_string = set_string,
};

tn_status suite_host_create_tensor(suite_host *host, uint32_t type, uint32_t rank,
                                   const int64_t *shape, uint32_t alignment, tn_tensor **out,
                                   tn_error *error) {
  struct suite_tensor *self = calloc(1, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "tensor: no memory");
  self->host = host;
  self->offset = alignment < TN_TENSOR_ALIGNMENT ? alignment : 0;
  atomic_init(&self->references, 1);
  self->base.api = &tensor_api;
  self->base.maker = host->table.maker;
  self->base.size = TN_SIZE(tn_tensor);
  self->base.type = type;
  self->base.shape = self->shape;
  tn_status status = make_block(self, rank, shape, error);
  if (status != TN_OK) {
    free(self);
    return status;
  }
  atomic_fetch_add(&host->tensors, 1);
  *out = &self->base;
  return TN_OK;
}
