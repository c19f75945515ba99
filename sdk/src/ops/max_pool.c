#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/pool.h"

#include <math.h>

/* The largest elements of a block of positions, and where in the plane they were first met. */
typedef struct maxima {
  double values[TNI_WINDOW_BLOCK];
  int64_t places[TNI_WINDOW_BLOCK];
} maxima;

static void find_maxima(const tni_pool *pool, const tni_window_block *block, int64_t plane,
                        maxima *found) {
  int64_t tap[TNI_MAX_SPATIAL_RANK] = {0};
  tni_window_run runs[TNI_WINDOW_BLOCK];
  double values[TNI_WINDOW_BLOCK];
  for (int64_t i = 0; i < block->count; i++) {
    found->values[i] = -INFINITY;
    found->places[i] = -1;
  }
  do {
    const uint32_t count = tni_window_runs(&pool->window, block, tap, runs);
    for (uint32_t r = 0; r < count; r++) {
      const tni_window_run *run = &runs[r];
      tni_load_reals(pool->x->type, pool->x->data, plane + run->image, run->step,
                     (size_t)run->count, values);
      for (int64_t i = 0; i < run->count; i++) {
        const int64_t at = run->column + i;
        const int first = found->places[at] < 0;
        if (!first && !(values[i] > found->values[at]) &&
            !(isnan(values[i]) && !isnan(found->values[at])))
          continue;
        found->values[at] = values[i];
        found->places[at] = run->image + i * run->step;
      }
    }
  } while (tni_window_next_tap(&pool->window, tap));
}

/* The number of an element of a plane when its first axis runs fastest instead of its last. */
static int64_t column_major(const tni_window *window, int64_t place) {
  int64_t number = 0;
  for (uint32_t i = window->rank; i-- > 0;) {
    int64_t stride = 1;
    for (uint32_t j = 0; j < i; j++)
      stride *= window->image[j];
    number += place % window->image[i] * stride;
    place /= window->image[i];
  }
  return number;
}

static tn_status max_pool_evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *indices = evaluation->output_count > 1 ? evaluation->outputs[1] : NULL;
  const int64_t order = tni_attribute_int(evaluation->node, "storage_order", 0);
  tni_pool pool;
  maxima found;
  if (!evaluation->outputs[0]) return TN_OK;
  TN_TRY(tni_pool_create(evaluation, &pool, error));
  for (int64_t p = 0; p < pool.planes; p++)
    for (int64_t first = 0; first < pool.positions; first += TNI_WINDOW_BLOCK) {
      const tni_window_block block = tni_window_block_at(&pool.window, first);
      const int64_t result = p * pool.positions + first;
      find_maxima(&pool, &block, p * pool.image, &found);
      tni_store_reals(pool.y->type, pool.y->data, result, (size_t)block.count, found.values);
      for (int64_t i = 0; indices && i < block.count; i++) {
        const int64_t place = found.places[i];
        const int64_t number = order == 0 || place < 0 ? place : column_major(&pool.window, place);
        ((int64_t *)indices->data)[result + i] = p * pool.image + number;
      }
    }
  return TN_OK;
}

#define MAX_POOL_TYPES (TNI_FLOAT_TYPES | TNI_TYPE(TN_I8) | TNI_TYPE(TN_U8))

TNI_OPERATOR(MaxPool) = {
    .name = "MaxPool",
    .since = 22,
    .inputs = {{"X", MAX_POOL_TYPES, "T", 0}},
    .outputs = {{"Y", MAX_POOL_TYPES, "T", 0}, {"Indices", TNI_TYPE(TN_I64), "I", TNI_OPTIONAL}},
    .attributes = (const tni_formal_attribute[]){{"auto_pad", TN_ATTRIBUTE_STRING, 0},
                                                 {"ceil_mode", TN_ATTRIBUTE_INT, 0},
                                                 {"dilations", TN_ATTRIBUTE_INTS, 0},
                                                 {"kernel_shape", TN_ATTRIBUTE_INTS, 1},
                                                 {"pads", TN_ATTRIBUTE_INTS, 0},
                                                 {"storage_order", TN_ATTRIBUTE_INT, 0},
                                                 {"strides", TN_ATTRIBUTE_INTS, 0},
                                                 {NULL, 0, 0}},
    .infer = tni_pool_infer,
    .evaluate = max_pool_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
