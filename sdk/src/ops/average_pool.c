#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/pool.h"

/* Sums of a block of positions, and how many elements were added up. */
typedef struct sums {
  double values[TNI_WINDOW_BLOCK];
  int64_t counts[TNI_WINDOW_BLOCK];
} sums;

/* The window over the image with its padding made part of it: its runs count every tap but those
 * behind all padding. */
static tni_window with_padding(const tni_window *window) {
  tni_window padded = *window;
  for (uint32_t i = 0; i < window->rank; i++) {
    padded.image[i] += window->pads_begin[i] + window->pads_end[i];
    padded.pads_begin[i] = 0;
    padded.pads_end[i] = 0;
  }
  return padded;
}

static void add_up(const tni_pool *pool, const tni_window *counted, const tni_window_block *block,
                   int64_t plane, sums *out) {
  int64_t tap[TNI_MAX_SPATIAL_RANK] = {0};
  tni_window_run runs[TNI_WINDOW_BLOCK];
  double values[TNI_WINDOW_BLOCK];
  *out = (sums){0};
  do {
    uint32_t count = tni_window_runs(&pool->window, block, tap, runs);
    for (uint32_t r = 0; r < count; r++) {
      tni_load_reals(pool->x->type, pool->x->data, plane + runs[r].image, runs[r].step,
                     (size_t)runs[r].count, values);
      for (int64_t i = 0; i < runs[r].count; i++)
        out->values[runs[r].column + i] += values[i];
    }
    count = tni_window_runs(counted, block, tap, runs);
    for (uint32_t r = 0; r < count; r++)
      for (int64_t i = 0; i < runs[r].count; i++)
        out->counts[runs[r].column + i]++;
  } while (tni_window_next_tap(&pool->window, tap));
}

static tn_status average_pool_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tni_pool pool;
  sums found;
  TN_TRY(tni_pool_create(evaluation, &pool, error));
  const int all = tni_attribute_int(evaluation->node, "count_include_pad", 0) != 0;
  const tni_window counted = all ? with_padding(&pool.window) : pool.window;
  for (int64_t p = 0; p < pool.planes; p++)
    for (int64_t first = 0; first < pool.positions; first += TNI_WINDOW_BLOCK) {
      const tni_window_block block = tni_window_block_at(&pool.window, first);
      add_up(&pool, &counted, &block, p * pool.image, &found);
      for (int64_t i = 0; i < block.count; i++)
        found.values[i] /= (double)found.counts[i];
      tni_store_reals(pool.y->type, pool.y->data, p * pool.positions + first, (size_t)block.count,
                      found.values);
    }
  return TN_OK;
}

TNI_OPERATOR(AveragePool) = {
    .name = "AveragePool",
    .since = 22,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"auto_pad", TN_ATTRIBUTE_STRING, 0},
                                                 {"ceil_mode", TN_ATTRIBUTE_INT, 0},
                                                 {"count_include_pad", TN_ATTRIBUTE_INT, 0},
                                                 {"dilations", TN_ATTRIBUTE_INTS, 0},
                                                 {"kernel_shape", TN_ATTRIBUTE_INTS, 1},
                                                 {"pads", TN_ATTRIBUTE_INTS, 0},
                                                 {"strides", TN_ATTRIBUTE_INTS, 0},
                                                 {NULL, 0, 0}},
    .infer = tni_pool_infer,
    .evaluate = average_pool_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
