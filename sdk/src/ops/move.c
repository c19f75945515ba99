#include "ops/move.h"

#include <string.h>

/* One line of a box. */
typedef struct line {
  int64_t count, to, to_step, from, from_step;
} line;

static tn_status move_strings(tn_tensor *to, tn_tensor *from, const line *run, tn_error *error) {
  const tn_string *source = from->data;
  for (int64_t i = 0; i < run->count; i++)
    TN_TRY(to->api->set_string(to, (uint64_t)(run->to + i * run->to_step),
                               source[run->from + i * run->from_step], error));
  return TN_OK;
}

/* Copies a line of elements of `bytes` bytes; memcpy of a constant size is a plain load and store.
 */
#define MOVE_LINE(bytes)                                                                     \
  case bytes:                                                                                \
    for (int64_t i = 0; i < run->count; i++)                                                 \
      memcpy(target + i * run->to_step * bytes, source + i * run->from_step * bytes, bytes); \
    break;

static void move_bytes(unsigned char *target, const unsigned char *source, const line *run,
                       int64_t bytes) {
  target += run->to * bytes;
  source += run->from * bytes;
  if (run->to_step == 1 && run->from_step == 1) {
    memcpy(target, source, (size_t)(run->count * bytes));
    return;
  }
  switch (bytes) {
    MOVE_LINE(1)
    MOVE_LINE(2)
    MOVE_LINE(4)
    MOVE_LINE(8)
    MOVE_LINE(16)
    default:
      break;
  }
}

static tn_status move_line(tn_tensor *to, tn_tensor *from, const line *run, tn_error *error) {
  if (run->count <= 0) return TN_OK;
  if (to->type == TN_STRING_ELEMENT) return move_strings(to, from, run, error);
  const uint32_t bits = tn_element_type_bits(to->type);
  if (bits < 8)
    return tni_fail(error, TN_UNSUPPORTED,
                    "element type %u of %u bits cannot be moved: whole bytes are expected",
                    to->type, bits);
  move_bytes(to->data, from->data, run, bits / 8);
  return TN_OK;
}

tn_status tni_move_run(tn_tensor *to, int64_t to_offset, tn_tensor *from, int64_t from_offset,
                       int64_t count, tn_error *error) {
  const line run = {
      .count = count, .to = to_offset, .to_step = 1, .from = from_offset, .from_step = 1};
  return move_line(to, from, &run, error);
}

/* Copies picked elements of `bytes` bytes. */
#define MOVE_PICKED(bytes)                                                             \
  case bytes:                                                                          \
    for (int64_t i = 0; i < count; i++)                                                \
      if (picks[i] >= 0) memcpy(target + i * bytes, source + picks[i] * bytes, bytes); \
    return TN_OK;

tn_status tni_move_picked(tn_tensor *to, int64_t to_offset, tn_tensor *from, int64_t from_offset,
                          const int64_t *picks, int64_t count, tn_error *error) {
  const uint32_t bits = tn_element_type_bits(to->type);
  if (to->type != TN_STRING_ELEMENT) {
    unsigned char *target = (unsigned char *)to->data + to_offset * (bits / 8);
    const unsigned char *source = (const unsigned char *)from->data + from_offset * (bits / 8);
    switch (bits / 8) {
      MOVE_PICKED(1)
      MOVE_PICKED(2)
      MOVE_PICKED(4)
      MOVE_PICKED(8)
      MOVE_PICKED(16)
      default:
        break;
    }
  }
  for (int64_t i = 0; i < count; i++)
    if (picks[i] >= 0)
      TN_TRY(tni_move_run(to, to_offset + i, from, from_offset + picks[i], 1, error));
  return TN_OK;
}

tn_status tni_move_all(tn_tensor *to, tn_tensor *from, tn_error *error) {
  const uint64_t count = tn_tensor_element_count(from);
  if (from->type == TN_STRING_ELEMENT) return tni_move_run(to, 0, from, 0, (int64_t)count, error);
  if (count > 0) memcpy(to->data, from->data, (size_t)tn_dense_bytes(from->type, count));
  return TN_OK;
}

/* Drops dimensions of extent 1 and joins neighbours that are dense to each other on both sides. */
static tni_move simplify(const tni_move *move) {
  tni_move simple = {.from_offset = move->from_offset, .to_offset = move->to_offset};
  for (uint32_t i = 0; i < move->rank; i++) {
    if (move->shape[i] == 1) continue;
    if (simple.rank > 0) {
      const uint32_t last = simple.rank - 1;
      if (simple.from_strides[last] == move->from_strides[i] * move->shape[i] &&
          simple.to_strides[last] == move->to_strides[i] * move->shape[i]) {
        simple.shape[last] *= move->shape[i];
        simple.from_strides[last] = move->from_strides[i];
        simple.to_strides[last] = move->to_strides[i];
        continue;
      }
    }
    simple.shape[simple.rank] = move->shape[i];
    simple.from_strides[simple.rank] = move->from_strides[i];
    simple.to_strides[simple.rank++] = move->to_strides[i];
  }
  return simple;
}

tn_status tni_move_box(tn_tensor *to, tn_tensor *from, const tni_move *move, tn_error *error) {
  for (uint32_t i = 0; i < move->rank; i++)
    if (move->shape[i] == 0) return TN_OK;
  const tni_move box = simplify(move);
  if (box.rank == 0) return tni_move_run(to, box.to_offset, from, box.from_offset, 1, error);
  const uint32_t inner = box.rank - 1;
  line run = {box.shape[inner], box.to_offset, box.to_strides[inner], box.from_offset,
              box.from_strides[inner]};
  int64_t index[TN_MAX_RANK] = {0};
  for (;;) {
    TN_TRY(move_line(to, from, &run, error));
    uint32_t d = inner;
    while (d-- > 0) {
      run.to += box.to_strides[d];
      run.from += box.from_strides[d];
      if (++index[d] < box.shape[d]) break;
      run.to -= box.to_strides[d] * box.shape[d];
      run.from -= box.from_strides[d] * box.shape[d];
      index[d] = 0;
    }
    if (d == UINT32_MAX) return TN_OK;
  }
}
