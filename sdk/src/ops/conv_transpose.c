#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/product.h"
#include "ops/scratch.h"
#include "ops/shape_rules.h"
#include "ops/window.h"

/* X is N x C x spatial, W is C x M/group x kernel, B is M. The window slides over the output: its
 * positions are the elements of X. */
enum { X, W, B };

/* Attributes that only the transposed convolution has. */
typedef struct transposed {
  tni_window window;
  const int64_t *output_padding; /* NULL: none. */
  const int64_t *output_shape;   /* NULL: follows from the rest. */
} transposed;

static tn_status read_list(const tn_node *node, const char *name, uint32_t rank,
                           const int64_t **out, tn_error *error) {
  uint64_t count;
  *out = tni_attribute_ints(node, name, &count);
  if (!*out) return TN_OK;
  if (count != rank)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "%s must have %u numbers, but has %llu",
                         name, rank, (unsigned long long)count);
  for (uint32_t i = 0; i < rank; i++)
    if ((*out)[i] < 0)
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                           "%s[%u] must not be negative, but is %lld", name, i,
                           (long long)(*out)[i]);
  return TN_OK;
}

static tn_status read_transposed(const tn_node *node, uint32_t rank, const int64_t *filter,
                                 transposed *out, tn_error *error) {
  TN_TRY(tni_window_read(node, rank, filter, &out->window, error));
  TN_TRY(read_list(node, "output_padding", rank, &out->output_padding, error));
  return read_list(node, "output_shape", rank, &out->output_shape, error);
}

/* Extent of the output along `axis` for an input of `extent` elements; sets the pads where they
 * follow from it. */
static tn_status place_axis(transposed *self, const tn_node *node, uint32_t axis, int64_t extent,
                            int64_t *out, tn_error *error) {
  tni_window *window = &self->window;
  const int same = window->auto_pad == TNI_PAD_SAME_UPPER || window->auto_pad == TNI_PAD_SAME_LOWER;
  const int64_t steps = extent > 0 ? extent - 1 : 0;
  int64_t full;
  if (__builtin_mul_overflow(steps, window->strides[axis], &full) ||
      __builtin_add_overflow(full, window->extent[axis], &full) ||
      __builtin_add_overflow(full, self->output_padding ? self->output_padding[axis] : 0, &full) ||
      full > INT64_MAX - window->strides[axis])
    return tni_node_fail(node, error, TN_WRONG_SHAPE, "spatial axis %u of the output is too large",
                         axis);
  if (same || self->output_shape) {
    *out = self->output_shape ? self->output_shape[axis] : extent * window->strides[axis];
    const int64_t total = full > *out ? full - *out : 0;
    window->pads_begin[axis] =
        window->auto_pad == TNI_PAD_SAME_UPPER ? total / 2 : total - total / 2;
    window->pads_end[axis] = total - window->pads_begin[axis];
    return TN_OK;
  }
  *out = full - window->pads_begin[axis] - window->pads_end[axis];
  if (extent == 0) *out = 0;
  if (*out >= 0) return TN_OK;
  return tni_node_fail(node, error, TN_WRONG_SHAPE,
                       "pads of spatial axis %u exceed the %lld elements of the output", axis,
                       (long long)full);
}

static tn_status infer_axis(transposed *self, tni_inference *inference, uint32_t axis,
                            tn_dimension x, tn_dimension *out, tn_error *error) {
  int64_t max = TN_UNBOUNDED;
  int64_t min;
  if (x.max != TN_UNBOUNDED) TN_TRY(place_axis(self, inference->node, axis, x.max, &max, error));
  /* A smallest extent that leaves nothing of the output cannot come up. */
  if (place_axis(self, inference->node, axis, x.min, &min, NULL) != TN_OK) min = 0;
  if (max < min) max = min;
  *out = tni_dimension_between(inference, min, max);
  return TN_OK;
}

static tn_status check_operands(tni_inference *inference, int64_t group, tn_dimension *filters,
                                tn_error *error) {
  const tn_node *node = inference->node;
  const tni_facts *x = inference->inputs[X];
  const tni_facts *w = inference->inputs[W];
  const tni_facts *b = inference->input_count > B ? inference->inputs[B] : NULL;
  if (x->rank < 3 || x->rank != w->rank)
    return tni_node_fail(node, error, TN_WRONG_SHAPE,
                         "X and W must have one rank of at least 3, but have %u and %u", x->rank,
                         w->rank);
  if (group < 1)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "group must be at least 1, but is %lld",
                         (long long)group);
  if (tni_dimension_differs(x->dimensions[1], w->dimensions[0]))
    return tni_node_fail(node, error, TN_WRONG_SHAPE,
                         "X and W must have as many channels, but have %lld and %lld",
                         (long long)x->dimensions[1].min, (long long)w->dimensions[0].min);
  if (tni_dimension_is_static(w->dimensions[0]) && w->dimensions[0].min % group != 0)
    return tni_node_fail(node, error, TN_WRONG_SHAPE,
                         "W has %lld channels, which %lld groups cannot share",
                         (long long)w->dimensions[0].min, (long long)group);
  *filters = tni_dimension_between(inference, tni_bound_multiply(w->dimensions[1].min, group),
                                   tni_bound_multiply(w->dimensions[1].max, group));
  if (b && b->has_rank && (b->rank != 1 || tni_dimension_differs(b->dimensions[0], *filters)))
    return tni_node_fail(node, error, TN_WRONG_SHAPE,
                         "B must have one element per channel of the output");
  return TN_OK;
}

static tn_status conv_transpose_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[X];
  const tni_facts *w = inference->inputs[W];
  tni_facts *y = &inference->outputs[0];
  transposed self;
  int64_t kernel[TNI_MAX_SPATIAL_RANK];
  y->type = x->type;
  if (!x->has_rank || !w->has_rank) return TN_OK;
  TN_TRY(check_operands(inference, tni_attribute_int(inference->node, "group", 1),
                        &y->dimensions[1], error));
  const uint32_t rank = x->rank - 2;
  const int known = tni_filter_extents(w, kernel);
  y->dimensions[0] = x->dimensions[0];
  if (known || tn_node_attribute(inference->node, TN_STRING("kernel_shape"))) {
    TN_TRY(read_transposed(inference->node, rank, known ? kernel : NULL, &self, error));
    for (uint32_t i = 0; i < rank; i++)
      TN_TRY(infer_axis(&self, inference, i, x->dimensions[i + 2], &y->dimensions[i + 2], error));
  } else {
    for (uint32_t i = 0; i < rank; i++)
      y->dimensions[i + 2] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  }
  tni_facts_set_shape(y, x->rank, y->dimensions);
  return TN_OK;
}

/* What one transposed convolution works with. */
typedef struct deconvolution {
  tn_tensor *x, *w, *b, *y;
  tni_window window;
  int64_t groups, channels, filters; /* Channels and filters are those of one group. */
  int64_t taps, image, positions;
  tni_product product; /* (filters * taps) x channels times channels x positions. */
  double *column;      /* One row of the left factor. */
  double *sums;        /* The output of one image and group: filters x image. */
} deconvolution;

static tn_status deconvolution_create(tni_evaluation *evaluation, deconvolution *self,
                                      tn_error *error) {
  const tn_node *node = evaluation->node;
  transposed read;
  self->x = evaluation->inputs[X];
  self->w = evaluation->inputs[W];
  self->b = evaluation->input_count > B ? evaluation->inputs[B] : NULL;
  self->y = evaluation->outputs[0];
  const uint32_t rank = self->x->rank - 2;
  TN_TRY(read_transposed(node, rank, self->w->shape + 2, &read, error));
  for (uint32_t i = 0; i < rank; i++) {
    read.window.positions[i] = self->x->shape[i + 2];
    TN_TRY(place_axis(&read, node, i, self->x->shape[i + 2], &read.window.image[i], error));
  }
  self->window = read.window;
  self->groups = tni_attribute_int(node, "group", 1);
  self->channels = self->w->shape[0] / self->groups;
  self->filters = self->w->shape[1];
  self->taps = tni_window_tap_count(&self->window);
  self->positions = tni_window_position_count(&self->window);
  self->image = tni_window_image_count(&self->window);
  TN_TRY(tni_product_create(evaluation->allocator, self->filters * self->taps, self->channels,
                            &self->product, error));
  self->column = tni_scratch(evaluation, (size_t)self->channels, sizeof *self->column, error);
  if (!self->column) return TN_OUT_OF_MEMORY;
  self->sums =
      tni_scratch(evaluation, (size_t)(self->filters * self->image), sizeof *self->sums, error);
  return self->sums ? TN_OK : TN_OUT_OF_MEMORY;
}

static void deconvolution_destroy(tni_evaluation *evaluation, deconvolution *self) {
  tni_product_destroy(&self->product);
  tni_free(evaluation->allocator, self->column);
  tni_free(evaluation->allocator, self->sums);
}

static void set_filters(deconvolution *self, int64_t group) {
  const int64_t stride = self->filters * self->taps;
  const int64_t offset = group * self->channels * stride;
  for (int64_t row = 0; row < stride; row++) {
    tni_load_reals(self->w->type, self->w->data, offset + row, stride, (size_t)self->channels,
                   self->column);
    tni_product_set_row(&self->product, row, self->column);
  }
}

/* Adds what a block of elements of X contributes to the elements that its windows touch. */
static void spread_block(deconvolution *self, const tni_window_block *block) {
  int64_t tap[TNI_MAX_SPATIAL_RANK] = {0};
  tni_window_run runs[TNI_WINDOW_BLOCK];
  int64_t t = 0;
  do {
    const uint32_t count = tni_window_runs(&self->window, block, tap, runs);
    for (int64_t m = 0; m < self->filters; m++) {
      const double *result = self->product.result + (m * self->taps + t) * TNI_PRODUCT_COLUMNS;
      double *sums = self->sums + m * self->image;
      for (uint32_t r = 0; r < count; r++)
        for (int64_t i = 0; i < runs[r].count; i++)
          sums[runs[r].image + i * runs[r].step] += result[runs[r].column + i];
    }
    t++;
  } while (tni_window_next_tap(&self->window, tap));
}

static void convolve_group(deconvolution *self, int64_t image, int64_t group) {
  const int64_t source = (image * self->groups + group) * self->channels * self->positions;
  const int64_t filter = group * self->filters;
  for (int64_t m = 0; m < self->filters; m++) {
    double bias = 0;
    if (self->b) tni_load_reals(self->b->type, self->b->data, filter + m, 1, 1, &bias);
    for (int64_t i = 0; i < self->image; i++)
      self->sums[m * self->image + i] = bias;
  }
  for (int64_t first = 0; first < self->positions; first += TNI_WINDOW_BLOCK) {
    const tni_window_block block = tni_window_block_at(&self->window, first);
    for (int64_t c = 0; c < self->channels; c++)
      tni_load_reals(self->x->type, self->x->data, source + c * self->positions + first, 1,
                     (size_t)block.count, self->product.right + c * TNI_PRODUCT_COLUMNS);
    tni_product_run(&self->product);
    spread_block(self, &block);
  }
  tni_store_reals(self->y->type, self->y->data,
                  (image * self->groups * self->filters + filter) * self->image,
                  (size_t)(self->filters * self->image), self->sums);
}

static tn_status conv_transpose_evaluate(tni_evaluation *evaluation, tn_error *error) {
  deconvolution self = {0};
  if (tn_tensor_element_count(evaluation->outputs[0]) == 0) return TN_OK;
  const tn_status status = deconvolution_create(evaluation, &self, error);
  if (status == TN_OK) {
    for (int64_t g = 0; g < self.groups; g++) {
      set_filters(&self, g);
      for (int64_t n = 0; n < self.x->shape[0]; n++)
        convolve_group(&self, n, g);
    }
  }
  deconvolution_destroy(evaluation, &self);
  return status;
}

TNI_OPERATOR(ConvTranspose) = {
    .name = "ConvTranspose",
    .since = 22,
    .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
               {"W", TNI_FLOAT_TYPES, "T", 0},
               {"B", TNI_FLOAT_TYPES, "T", TNI_OPTIONAL}},
    .outputs = {{"Y", TNI_FLOAT_TYPES, "T", 0}},
    .attributes = (const tni_formal_attribute[]){{"auto_pad", TN_ATTRIBUTE_STRING, 0},
                                                 {"dilations", TN_ATTRIBUTE_INTS, 0},
                                                 {"group", TN_ATTRIBUTE_INT, 0},
                                                 {"kernel_shape", TN_ATTRIBUTE_INTS, 0},
                                                 {"output_padding", TN_ATTRIBUTE_INTS, 0},
                                                 {"output_shape", TN_ATTRIBUTE_INTS, 0},
                                                 {"pads", TN_ATTRIBUTE_INTS, 0},
                                                 {"strides", TN_ATTRIBUTE_INTS, 0},
                                                 {NULL, 0, 0}},
    .infer = conv_transpose_infer,
    .evaluate = conv_transpose_evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
