#include "ops/window.h"

tni_window_block tni_window_block_at(const tni_window *self, int64_t first) {
  tni_window_block block = {.count = tni_window_position_count(self) - first};
  if (block.count > TNI_WINDOW_BLOCK) block.count = TNI_WINDOW_BLOCK;
  for (uint32_t i = self->rank; i-- > 0;) {
    block.start[i] = first % self->positions[i];
    first /= self->positions[i];
  }
  return block;
}

/* Numerator >= 0 or not, the quotient is rounded up. */
static int64_t divide_up(int64_t numerator, int64_t divisor) {
  return numerator <= 0 ? 0 : (numerator - 1) / divisor + 1;
}

/* Where the line of positions at `index` (all axes but the last) starts in the image under this
 * tap; 0 when the line lies in the padding. */
static int find_line(const tni_window *self, const int64_t *index, const int64_t *tap,
                     int64_t *out) {
  int64_t line = 0;
  for (uint32_t i = 0; i + 1 < self->rank; i++) {
    const int64_t at =
        index[i] * self->strides[i] - self->pads_begin[i] + tap[i] * self->dilations[i];
    if (at < 0 || at >= self->image[i]) return 0;
    line = line * self->image[i] + at;
  }
  *out = line * self->image[self->rank - 1];
  return 1;
}

uint32_t tni_window_runs(const tni_window *self, const tni_window_block *block, const int64_t *tap,
                         tni_window_run *runs) {
  const uint32_t last = self->rank - 1;
  const int64_t stride = self->strides[last];
  const int64_t shift = tap[last] * self->dilations[last] - self->pads_begin[last];
  /* Positions of a line whose tap lies inside: those from `begin` up to, but not, `end`. */
  const int64_t begin = divide_up(-shift, stride);
  const int64_t end = divide_up(self->image[last] - shift, stride);
  int64_t index[TNI_MAX_SPATIAL_RANK];
  uint32_t count = 0;
  for (uint32_t i = 0; i <= last; i++)
    index[i] = block->start[i];
  for (int64_t column = 0; column < block->count;) {
    int64_t stop = index[last] + block->count - column;
    if (stop > self->positions[last]) stop = self->positions[last];
    const int64_t low = begin > index[last] ? begin : index[last];
    const int64_t high = end < stop ? end : stop;
    int64_t line;
    if (low < high && find_line(self, index, tap, &line))
      runs[count++] = (tni_window_run){.column = column + low - index[last],
                                       .count = high - low,
                                       .image = line + low * stride + shift,
                                       .step = stride};
    column += stop - index[last];
    index[last] = 0;
    for (uint32_t i = last; i-- > 0;) {
      if (++index[i] < self->positions[i]) break;
      index[i] = 0;
    }
  }
  return count;
}
