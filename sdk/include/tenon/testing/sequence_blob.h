/** @file
 *  Blobs of the programs of tenon/testing/sequence.h, which includes this.
 */
#ifndef TENON_TESTING_SEQUENCE_BLOB_H
#define TENON_TESTING_SEQUENCE_BLOB_H

#ifndef TENON_TESTING_SEQUENCE_H
#error "include tenon/testing/sequence.h"
#endif

#include <stdlib.h>

#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/import.h"

enum { SEQUENCE_BLOB_ALIGNMENT = 64 };

/** What an export wrote. */
typedef struct sequence_blob {
  char *bytes;
  uint64_t size;
  int fails; /**< Whether writes are refused. */
} sequence_blob;

static sequence_blob sequence_blobs[SEQUENCE_SLOTS];

static inline tn_status TN_CALL sequence_write(const tn_target *target, const void *data,
                                               uint64_t byte_count, tn_error *failure) {
  sequence_blob *self = (sequence_blob *)target->user;
  void *bytes = NULL;
  if (self->fails) {
    if (failure) {
      memset(failure, 0, sizeof *failure);
      failure->status = TN_IO;
      snprintf(failure->message, sizeof failure->message, "this is made to fail");
    }
    return TN_IO;
  }
  if (posix_memalign(&bytes, SEQUENCE_BLOB_ALIGNMENT, (size_t)(self->size + byte_count + 1)) != 0)
    abort();
  if (self->size) memcpy(bytes, self->bytes, (size_t)self->size);
  if (byte_count) memcpy((char *)bytes + self->size, data, (size_t)byte_count);
  free(self->bytes);
  self->bytes = (char *)bytes;
  self->size += byte_count;
  return TN_OK;
}

static inline tn_status TN_CALL sequence_read(const tn_source *source, uint64_t offset,
                                              void *buffer, uint64_t byte_count,
                                              tn_error *failure) {
  const sequence_blob *self = (const sequence_blob *)source->user;
  if (offset <= source->byte_count && byte_count <= source->byte_count - offset) {
    if (byte_count) memcpy(buffer, self->bytes + offset, (size_t)byte_count);
    return TN_OK;
  }
  if (failure) {
    memset(failure, 0, sizeof *failure);
    failure->status = TN_OUT_OF_RANGE;
    snprintf(failure->message, sizeof failure->message, "the blob ends before that");
  }
  return TN_OUT_OF_RANGE;
}

static inline const tn_target *sequence_target(sequence_blob *self) {
  static tn_target target;
  target = tn_target_init();
  target.write = sequence_write;
  target.user = self;
  return &target;
}

static inline const tn_source *sequence_source(uint32_t slot, uint64_t size, int in_memory) {
  static tn_source source;
  source = tn_source_init();
  source.byte_count = size;
  source.data = in_memory ? sequence_blobs[slot].bytes : NULL;
  source.read_at = sequence_read;
  source.user = &sequence_blobs[slot];
  return &source;
}

static inline uint64_t sequence_head_size(uint32_t slot) {
  const uint64_t size = sequence_blobs[slot].size;
  return size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE;
}

/** Forgets a blob; who still reads its bytes gets others. */
static inline void drop_blob(uint32_t slot) {
  sequence_blob *self = &sequence_blobs[slot];
  if (self->size) memset(self->bytes, 0xa5, (size_t)self->size);
  free(self->bytes);
  memset(self, 0, sizeof *self);
}

/** A target that gathers into a blob. */
static inline const tn_target *into(uint32_t slot) {
  drop_blob(slot);
  return sequence_target(&sequence_blobs[slot]);
}

/** A target that refuses everything with TN_IO. */
static inline const tn_target *into_nowhere(void) {
  static sequence_blob nowhere;
  nowhere.fails = 1;
  return sequence_target(&nowhere);
}

#define exports_of(slot)                                                  \
  ((const tn_export_api *)tn_compiled_model_get_extension(compiled[slot], \
                                                          TN_STRING(TN_EXTENSION_EXPORT)))
#define imports_of() \
  ((const tn_import_api *)tn_plugin_get_extension(plugin, TN_STRING(TN_EXTENSION_IMPORT)))
#define from(slot, in_memory) sequence_source(slot, sequence_blobs[slot].size, in_memory)
#define half_of(slot)         sequence_source(slot, sequence_blobs[slot].size / 2, 0)
#define head_of(slot)         sequence_blobs[slot].bytes, sequence_head_size(slot)

/** A blob is not empty. */
#define EXPECT_BLOB(slot) \
  sequence_expect(__LINE__, sequence_blobs[slot].size > 0, "blob " #slot " is empty")

static inline int sequence_same_blobs(const sequence_blob *one, const sequence_blob *other) {
  return one->size == other->size && memcmp(one->bytes, other->bytes, (size_t)one->size) == 0;
}

/** Two blobs have the same bytes. */
#define EXPECT_SAME_BLOB(one, other)                                                           \
  sequence_expect(__LINE__, sequence_same_blobs(&sequence_blobs[one], &sequence_blobs[other]), \
                  "blob " #one " has other bytes than blob " #other)

#endif
