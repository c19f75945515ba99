/* What steps with blobs are made of, in the worker. */
#include <string.h>

#include "sequences/world.h"

/* What a device declares is there; a table that is not is told by a case of its own. */
const tn_export_api *world_exports(sequence_world *w, uint32_t slot) {
  return tn_compiled_model_get_extension(w->compiled[slot], TN_STRING(TN_EXTENSION_EXPORT));
}

const tn_import_api *world_imports(sequence_world *w) {
  return tn_plugin_get_extension(w->t->plugin, TN_STRING(TN_EXTENSION_IMPORT));
}

static const tn_target *aim(sequence_world *w, blob *self) {
  w->target = blob_target(self);
  return &w->target;
}

const tn_target *world_into(sequence_world *w, uint32_t slot) {
  blob_clear(&w->blobs[slot]);
  return aim(w, &w->blobs[slot]);
}

const tn_target *world_into_nowhere(sequence_world *w) {
  blob_clear(&w->nowhere);
  w->nowhere.fail_at = 1;
  w->nowhere.fail_status = TN_IO;
  return aim(w, &w->nowhere);
}

static const tn_source *offer(sequence_world *w, uint32_t slot, uint64_t size, bool in_memory) {
  w->source = blob_source_make(w->blobs[slot].bytes, size, in_memory);
  w->source.base.user = &w->source;
  return &w->source.base;
}

const tn_source *world_from(sequence_world *w, uint32_t slot, uint32_t in_memory) {
  return offer(w, slot, w->blobs[slot].size, in_memory != 0);
}

const tn_source *world_half_of(sequence_world *w, uint32_t slot) {
  return offer(w, slot, w->blobs[slot].size / 2, false);
}

const void *world_head(sequence_world *w, uint32_t slot) {
  return w->blobs[slot].bytes;
}

uint64_t world_head_size(sequence_world *w, uint32_t slot) {
  const uint64_t size = w->blobs[slot].size;
  return size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE;
}

/* Whoever still reads the bytes gets others. */
tn_status world_drop_blob(sequence_world *w, uint32_t slot) {
  blob *self = &w->blobs[slot];
  if (self->size) memset(self->bytes, 0xa5, (size_t)self->size);
  blob_clear(self);
  return TN_OK;
}

static bool are_equal(const blob *one, const blob *other) {
  return one->size == other->size && memcmp(one->bytes, other->bytes, (size_t)one->size) == 0;
}

void world_check_blob(sequence_world *w, uint32_t slot) {
  if (!world_expect(w, TNI_CLAUSE(EXPORT, 1), w->blobs[slot].size > 0, "the blob is not empty"))
    return;
  for (uint32_t other = 0; other < SEQUENCE_BLOBS && !w->over; other++)
    if (sequence_blobs_are_equal(&w->model, slot, other))
      world_expect(w, TNI_CLAUSE(EXPORT, 2), are_equal(&w->blobs[slot], &w->blobs[other]),
                   "the blob has the bytes that the same model gave before");
}
