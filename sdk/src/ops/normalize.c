#include "ops/normalize.h"

#include <math.h>

#include "ops/elements.h"

static size_t chunk_of(int64_t left) {
  return (size_t)(left < TNI_CHUNK ? left : TNI_CHUNK);
}

tni_moments tni_row_moments(const tn_tensor *tensor, int64_t offset, int64_t count, int centered,
                            double epsilon) {
  tni_moments moments = {0, 0};
  double x[TNI_CHUNK];
  double sum = 0;
  for (int64_t i = 0; centered && i < count; i += TNI_CHUNK) {
    const size_t chunk = chunk_of(count - i);
    tni_load_reals(tensor->type, tensor->data, offset + i, 1, chunk, x);
    for (size_t k = 0; k < chunk; k++)
      sum += x[k];
  }
  moments.mean = centered ? sum / (double)count : 0;
  sum = 0;
  for (int64_t i = 0; i < count; i += TNI_CHUNK) {
    const size_t chunk = chunk_of(count - i);
    tni_load_reals(tensor->type, tensor->data, offset + i, 1, chunk, x);
    for (size_t k = 0; k < chunk; k++)
      sum += (x[k] - moments.mean) * (x[k] - moments.mean);
  }
  moments.inverse = 1 / sqrt(sum / (double)count + epsilon);
  return moments;
}

void tni_normalize_row(const tn_tensor *x, tn_tensor *y, int64_t offset, int64_t count,
                       tni_moments moments, double scale, double shift) {
  double values[TNI_CHUNK];
  for (int64_t i = 0; i < count; i += TNI_CHUNK) {
    const size_t chunk = chunk_of(count - i);
    tni_load_reals(x->type, x->data, offset + i, 1, chunk, values);
    for (size_t k = 0; k < chunk; k++)
      values[k] = (values[k] - moments.mean) * moments.inverse * scale + shift;
    tni_store_reals(y->type, y->data, offset + i, chunk, values);
  }
}
