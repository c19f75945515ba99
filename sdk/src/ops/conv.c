#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/product.h"
#include "ops/scratch.h"
#include "ops/shape_rules.h"
#include "ops/window.h"

#include <string.h>

/* X is N x C x spatial, W is M x C/group x kernel, B is M, Y is N x M x positions. */
enum { X, W, B };

_Static_assert((int)TNI_WINDOW_BLOCK == (int)TNI_PRODUCT_COLUMNS,
               "a block of positions fills a block of columns");

static tn_status check_channels(tni_inference *inference, const tni_facts *x, const tni_facts *w,
                                tn_error *error) {
  const tn_node *node = inference->node;
  const int64_t group = tni_attribute_int(node, "group", 1);
  const tn_dimension channels = x->dimensions[1];
  const tn_dimension depth = w->dimensions[1];
  const tn_dimension filters = w->dimensions[0];
  int64_t expected;
  if (group < 1)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "group must be at least 1, but is %lld",
                         (long long)group);
  if (tni_dimension_is_static(filters) && filters.min % group != 0)
    return tni_node_fail(node, error, TN_WRONG_SHAPE,
                         "W has %lld filters, which %lld groups cannot share",
                         (long long)filters.min, (long long)group);
  if (!tni_dimension_is_static(channels) || !tni_dimension_is_static(depth)) return TN_OK;
  if (__builtin_mul_overflow(depth.min, group, &expected) || expected != channels.min)
    return tni_node_fail(
        node, error, TN_WRONG_SHAPE,
        "X has %lld channels, but W of %lld channels in each of %lld groups was given",
        (long long)channels.min, (long long)depth.min, (long long)group);
  return TN_OK;
}

static tn_status check_bias(tni_inference *inference, tn_dimension filters, tn_error *error) {
  const tni_facts *bias = inference->input_count > B ? inference->inputs[B] : NULL;
  if (!bias || !bias->has_rank) return TN_OK;
  if (bias->rank != 1 || tni_dimension_differs(bias->dimensions[0], filters))
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "B must have one element per filter of W");
  return TN_OK;
}

/* The positions of the windows; nothing is said of them without the kernel. */
static tn_status infer_positions(tni_inference *inference, const tni_facts *x, const tni_facts *w,
                                 tni_facts *y, tn_error *error) {
  tni_window window;
  int64_t kernel[TNI_MAX_SPATIAL_RANK];
  const uint32_t rank = x->rank - 2;
  const int known = tni_filter_extents(w, kernel);
  if (!known && !tn_node_attribute(inference->node, TN_STRING("kernel_shape"))) {
    for (uint32_t i = 0; i < rank; i++)
      y->dimensions[i + 2] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
    return TN_OK;
  }
  TN_TRY(tni_window_read(inference->node, rank, known ? kernel : NULL, &window, error));
  for (uint32_t i = 0; i < rank; i++)
    TN_TRY(tni_window_dimension(&window, inference, i, x->dimensions[i + 2], &y->dimensions[i + 2],
                                error));
  return TN_OK;
}

static tn_status conv_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[X];
  const tni_facts *w = inference->inputs[W];
  tni_facts *y = &inference->outputs[0];
  y->type = x->type;
  if (!x->has_rank || !w->has_rank) return TN_OK;
  if (x->rank < 3 || x->rank != w->rank)
    return tni_node_fail(inference->node, error, TN_WRONG_SHAPE,
                         "X and W must have one rank of at least 3, but have %u and %u", x->rank,
                         w->rank);
  TN_TRY(check_channels(inference, x, w, error));
  TN_TRY(check_bias(inference, w->dimensions[0], error));
  TN_TRY(infer_positions(inference, x, w, y, error));
  y->dimensions[0] = x->dimensions[0];
  y->dimensions[1] = w->dimensions[0];
  tni_facts_set_shape(y, x->rank, y->dimensions);
  return TN_OK;
}

/* What one convolution works with. */
typedef struct convolution {
  tn_tensor *x, *w, *b, *y;
  tni_window window;
  int64_t batch, groups, channels, filters; /* Channels and filters are those of one group. */
  int64_t taps, image, positions;
  tni_product product;
  double *row; /* One row of the filter matrix, or one row of results. */
} convolution;

static tn_status convolution_create(tni_evaluation *evaluation, convolution *self,
                                    tn_error *error) {
  const tn_node *node = evaluation->node;
  self->x = evaluation->inputs[X];
  self->w = evaluation->inputs[W];
  self->b = evaluation->input_count > B ? evaluation->inputs[B] : NULL;
  self->y = evaluation->outputs[0];
  TN_TRY(tni_window_read(node, self->x->rank - 2, self->w->shape + 2, &self->window, error));
  TN_TRY(tni_window_place(&self->window, node, self->x->shape + 2, error));
  self->batch = self->x->shape[0];
  self->groups = tni_attribute_int(node, "group", 1);
  self->channels = self->w->shape[1];
  self->filters = self->w->shape[0] / self->groups;
  self->taps = tni_window_tap_count(&self->window);
  self->positions = tni_window_position_count(&self->window);
  self->image = tni_window_image_count(&self->window);
  const int64_t depth = self->channels * self->taps;
  TN_TRY(tni_product_create(evaluation->allocator, self->filters, depth, &self->product, error));
  const int64_t longest = depth > TNI_PRODUCT_COLUMNS ? depth : TNI_PRODUCT_COLUMNS;
  self->row = tni_scratch(evaluation, (size_t)longest, sizeof *self->row, error);
  return self->row ? TN_OK : TN_OUT_OF_MEMORY;
}

static void convolution_destroy(tni_evaluation *evaluation, convolution *self) {
  tni_product_destroy(&self->product);
  tni_free(evaluation->allocator, self->row);
}

static void set_filters(convolution *self, int64_t group) {
  const int64_t depth = self->product.depth;
  for (int64_t m = 0; m < self->filters; m++) {
    const int64_t offset = (group * self->filters + m) * depth;
    tni_load_reals(self->w->type, self->w->data, offset, 1, (size_t)depth, self->row);
    tni_product_set_row(&self->product, m, self->row);
  }
}

/* Lays the windows of a block of positions out as columns: row c * taps + t holds channel c under
 * tap t. */
static void set_windows(convolution *self, const tni_window_block *block, int64_t image) {
  int64_t tap[TNI_MAX_SPATIAL_RANK] = {0};
  tni_window_run runs[TNI_WINDOW_BLOCK];
  int64_t t = 0;
  do {
    const uint32_t count = tni_window_runs(&self->window, block, tap, runs);
    for (int64_t c = 0; c < self->channels; c++) {
      double *row = self->product.right + (c * self->taps + t) * TNI_PRODUCT_COLUMNS;
      if (count != 1 || runs[0].count != TNI_PRODUCT_COLUMNS)
        memset(row, 0, TNI_PRODUCT_COLUMNS * sizeof *row);
      for (uint32_t i = 0; i < count; i++)
        tni_load_reals(self->x->type, self->x->data, image + c * self->image + runs[i].image,
                       runs[i].step, (size_t)runs[i].count, row + runs[i].column);
    }
    t++;
  } while (tni_window_next_tap(&self->window, tap));
}

static void store_block(convolution *self, int64_t filter, int64_t offset, int64_t count) {
  for (int64_t m = 0; m < self->filters; m++) {
    const double *result = self->product.result + m * TNI_PRODUCT_COLUMNS;
    double bias = 0;
    if (self->b) tni_load_reals(self->b->type, self->b->data, filter + m, 1, 1, &bias);
    for (int64_t i = 0; i < count; i++)
      self->row[i] = result[i] + bias;
    tni_store_reals(self->y->type, self->y->data, offset + m * self->positions, (size_t)count,
                    self->row);
  }
}

static void convolve(convolution *self) {
  for (int64_t g = 0; g < self->groups; g++) {
    const int64_t filter = g * self->filters;
    set_filters(self, g);
    for (int64_t n = 0; n < self->batch; n++) {
      const int64_t image = (n * self->groups + g) * self->channels * self->image;
      const int64_t result = (n * self->groups * self->filters + filter) * self->positions;
      for (int64_t first = 0; first < self->positions; first += TNI_WINDOW_BLOCK) {
        const tni_window_block block = tni_window_block_at(&self->window, first);
        set_windows(self, &block, image);
        tni_product_run(&self->product);
        store_block(self, filter, result + first, block.count);
      }
    }
  }
}

static tn_status conv_evaluate(tni_evaluation *evaluation, tn_error *error) {
  convolution self = {0};
  const tn_status status = tn_tensor_element_count(evaluation->outputs[0]) == 0
                               ? TN_OK
                               : convolution_create(evaluation, &self, error);
  if (status == TN_OK && self.y) convolve(&self);
  convolution_destroy(evaluation, &self);
  return status;
}

TNI_OPERATOR(Conv) = {
    .name = "Conv",
    .since = 22,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
               {"W", TNI_FLOAT_TYPES, "T", 0},
               {"B", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"auto_pad", TN_ATTRIBUTE_STRING, 0},
                                                 {"dilations", TN_ATTRIBUTE_INTS, 0},
                                                 {"group", TN_ATTRIBUTE_INT, 0},
                                                 {"kernel_shape", TN_ATTRIBUTE_INTS, 0},
                                                 {"pads", TN_ATTRIBUTE_INTS, 0},
                                                 {"strides", TN_ATTRIBUTE_INTS, 0},
                                                 {NULL, 0, 0}},
    .infer = conv_infer,
    .evaluate = conv_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
