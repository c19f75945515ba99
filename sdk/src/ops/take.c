#include "ops/take.h"

#include <string.h>

#include "ops/move.h"
#include "ops/scratch.h"

tn_status tni_take_create(const tni_evaluation *evaluation, tn_tensor *from, tn_tensor *to,
                          tn_tensor *value, tni_take *out, tn_error *error) {
  size_t places = 0;
  *out = (tni_take){.from = from, .to = to, .value = value};
  for (uint32_t i = 0; i < to->rank; i++)
    places += (size_t)to->shape[i];
  out->memory = tni_scratch(evaluation, places, sizeof *out->memory, error);
  if (!out->memory) return TN_OUT_OF_MEMORY;
  int64_t *next = out->memory;
  for (uint32_t i = 0; i < to->rank; i++) {
    out->picks[i] = next;
    next += to->shape[i];
  }
  return TN_OK;
}

void tni_take_destroy(const tni_evaluation *evaluation, tni_take *self) {
  tni_free(evaluation->allocator, self->memory);
}

/* Gives every place the value, or zero bytes; strings are empty from the start. */
static tn_status fill(const tni_take *self, tn_error *error) {
  const uint64_t count = tn_tensor_element_count(self->to);
  tni_move all = {.rank = 1, .shape = {(int64_t)count}, .to_strides = {1}};
  if (self->value) return tni_move_box(self->to, self->value, &all, error);
  if (self->to->type != TN_STRING_ELEMENT)
    memset(self->to->data, 0, (size_t)tn_dense_bytes(self->to->type, count));
  return TN_OK;
}

static int picks_nothing(const tni_take *self) {
  for (uint32_t i = 0; i < self->to->rank; i++)
    for (int64_t k = 0; k < self->to->shape[i]; k++)
      if (self->picks[i][k] < 0) return 1;
  return 0;
}

tn_status tni_take_run(const tni_take *self, tn_error *error) {
  const tn_tensor *to = self->to;
  const int64_t total = (int64_t)tn_tensor_element_count(to);
  int64_t strides[TN_MAX_RANK];
  int64_t index[TN_MAX_RANK] = {0};
  if (total == 0) return TN_OK;
  if (to->rank == 0) return tni_move_all(self->to, self->from, error);
  if (picks_nothing(self)) TN_TRY(fill(self, error));
  const uint32_t last = to->rank - 1;
  tni_dense_strides(self->from->rank, self->from->shape, strides);
  for (int64_t at = 0; at < total; at += to->shape[last]) {
    int64_t from = 0;
    for (uint32_t i = 0; i < last && from >= 0; i++) {
      const int64_t pick = self->picks[i][index[i]];
      from = pick < 0 ? -1 : from + pick * strides[i];
    }
    if (from >= 0)
      TN_TRY(tni_move_picked(self->to, at, self->from, from, self->picks[last], to->shape[last],
                             error));
    for (uint32_t i = last; i-- > 0;) {
      if (++index[i] < to->shape[i]) break;
      index[i] = 0;
    }
  }
  return TN_OK;
}
