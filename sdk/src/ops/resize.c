#include "ops/resize.h"

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"
#include "ops/take.h"

enum { X, ROI, SCALES, SIZES };

/* An optional input that counts as left out when it is known to be empty, as older models write it.
 */
static const tni_facts *given(const tni_inference *inference, uint32_t index) {
  const tni_facts *facts = index < inference->input_count ? inference->inputs[index] : NULL;
  int64_t min;
  int64_t max;
  if (!facts) return NULL;
  tni_facts_element_bounds(facts, &min, &max);
  return max == 0 ? NULL : facts;
}

static tn_tensor *given_tensor(const tni_evaluation *evaluation, uint32_t index) {
  tn_tensor *tensor = index < evaluation->input_count ? evaluation->inputs[index] : NULL;
  return tensor && tn_tensor_element_count(tensor) > 0 ? tensor : NULL;
}

static tn_status check_count(const tn_node *node, const char *what, uint64_t count, uint64_t wanted,
                             tn_error *error) {
  if (count == wanted) return TN_OK;
  return tni_node_fail(node, error, TN_WRONG_SHAPE, "%s has %llu elements, but %llu are expected",
                       what, (unsigned long long)count, (unsigned long long)wanted);
}

/* The region of axis `i` of those that are resized. */
static void read_region(const tn_tensor *roi, const tni_resize *self, uint32_t i, double *start,
                        double *end) {
  *start = 0;
  *end = 1;
  if (!roi || self->coordinates != TNI_TF_CROP_AND_RESIZE) return;
  tni_load_reals(roi->type, roi->data, i, 1, 1, start);
  tni_load_reals(roi->type, roi->data, self->axis_count + i, 1, 1, end);
}

static tn_status check_roi(const tn_node *node, const tni_resize *self, const tn_tensor *roi,
                           tn_error *error) {
  if (!roi || self->coordinates != TNI_TF_CROP_AND_RESIZE) return TN_OK;
  return check_count(node, "roi", tn_tensor_element_count(roi), 2 * (uint64_t)self->axis_count,
                     error);
}

static tn_status infer_scales(tni_inference *inference, const tni_resize *self,
                              const tn_tensor *scales, tn_error *error) {
  const tni_facts *roi = given(inference, ROI);
  tni_facts *y = &inference->outputs[0];
  TN_TRY(check_count(inference->node, "scales", tn_tensor_element_count(scales), self->axis_count,
                     error));
  if (roi) TN_TRY(check_roi(inference->node, self, roi->constant, error));
  for (uint32_t i = 0; i < self->axis_count; i++) {
    tn_dimension *to = &y->dimensions[self->axes[i]];
    double scale;
    double start;
    double end;
    tni_load_reals(scales->type, scales->data, i, 1, 1, &scale);
    if (!(scale > 0))
      return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT,
                           "scales[%u] must be above 0, but is %g", i, scale);
    if (roi && !roi->constant && self->coordinates == TNI_TF_CROP_AND_RESIZE) {
      *to = tni_dimension_between(inference, 0, TN_UNBOUNDED);
      continue;
    }
    read_region(roi ? roi->constant : NULL, self, i, &start, &end);
    if (scale == 1 && start == 0 && end == 1) continue;
    const int64_t min = tni_resize_extent(self, to->min, (float)scale, start, end);
    const int64_t max = to->max == TN_UNBOUNDED
                            ? TN_UNBOUNDED
                            : tni_resize_extent(self, to->max, (float)scale, start, end);
    *to = tni_dimension_between(inference, min, max);
  }
  return TN_OK;
}

static tn_status infer_sizes(tni_inference *inference, const tni_resize *self,
                             const tn_dimension *sizes, tn_error *error) {
  tni_facts *y = &inference->outputs[0];
  tni_resize_axis axes[TN_MAX_RANK] = {{0}};
  int64_t shape[TN_MAX_RANK];
  int64_t asked[TN_MAX_RANK];
  int known = 1;
  for (uint32_t i = 0; i < self->axis_count; i++) {
    const tn_dimension from = y->dimensions[self->axes[i]];
    if (sizes[i].min < 0)
      return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT, "sizes[%u] is %lld", i,
                           (long long)sizes[i].min);
    known =
        known && tni_dimension_is_static(from) && tni_dimension_is_static(sizes[i]) && from.min > 0;
    shape[self->axes[i]] = axes[self->axes[i]].from = from.min;
    asked[i] = sizes[i].min;
  }
  if (known) tni_resize_fit(self, shape, asked, axes);
  for (uint32_t i = 0; i < self->axis_count; i++) {
    tn_dimension *to = &y->dimensions[self->axes[i]];
    if (self->policy == TNI_STRETCH)
      *to = sizes[i];
    else
      *to = known ? tni_dimension_of(axes[self->axes[i]].to)
                  : tni_dimension_between(inference, 0, TN_UNBOUNDED);
  }
  return TN_OK;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *x = inference->inputs[X];
  const tni_facts *scales = given(inference, SCALES);
  const tni_facts *sizes = given(inference, SIZES);
  tni_facts *y = &inference->outputs[0];
  tn_dimension elements[TNI_MAX_ELEMENTS];
  uint32_t count;
  tni_resize self;
  y->type = x->type;
  if (!scales == !sizes)
    return tni_node_fail(inference->node, error, TN_INVALID_ARGUMENT,
                         "exactly one of scales and sizes must be given");
  if (scales) TN_TRY(tni_expect_vector(inference, SCALES, TN_MAX_RANK, error));
  if (sizes) TN_TRY(tni_expect_vector(inference, SIZES, TN_MAX_RANK, error));
  if (!x->has_rank) return TN_OK;
  TN_TRY(tni_resize_read(inference->node, x->rank, &self, error));
  if (self.mode != TNI_RESIZE_NEAREST && x->type != TN_ANY_TYPE &&
      !tni_type_in(x->type, TNI_REAL_TYPES))
    return tni_node_fail(inference->node, error, TN_UNSUPPORTED,
                         "elements of %s can be resized to the nearest only",
                         tni_type_name(x->type));
  tni_facts_copy_shape(y, x);
  if (scales && scales->constant) return infer_scales(inference, &self, scales->constant, error);
  if (sizes && tni_facts_elements(sizes, elements, &count)) {
    TN_TRY(check_count(inference->node, "sizes", count, self.axis_count, error));
    return infer_sizes(inference, &self, elements, error);
  }
  for (uint32_t i = 0; i < self.axis_count; i++)
    y->dimensions[self.axes[i]] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  return TN_OK;
}

/* Extents, factor and region of every axis. */
static tn_status read_axes(const tni_evaluation *evaluation, const tni_resize *self,
                           tni_resize_axis *axes, tn_error *error) {
  const tn_tensor *x = evaluation->inputs[X];
  const tn_tensor *y = evaluation->outputs[0];
  const tn_tensor *scales = given_tensor(evaluation, SCALES);
  const tn_tensor *sizes = given_tensor(evaluation, SIZES);
  int64_t asked[TN_MAX_RANK];
  TN_TRY(check_roi(evaluation->node, self, given_tensor(evaluation, ROI), error));
  for (uint32_t i = 0; i < x->rank; i++)
    axes[i] = (tni_resize_axis){x->shape[i], y->shape[i], 1, 0, 1};
  for (uint32_t i = 0; i < self->axis_count; i++) {
    tni_resize_axis *axis = &axes[self->axes[i]];
    if (scales) tni_load_reals(scales->type, scales->data, i, 1, 1, &axis->scale);
    if (sizes) tni_load_signed(sizes->type, sizes->data, i, 1, 1, &asked[i]);
    read_region(given_tensor(evaluation, ROI), self, i, &axis->start, &axis->end);
  }
  if (sizes) tni_resize_fit(self, x->shape, asked, axes);
  return TN_OK;
}

static tn_status take_nearest(tni_evaluation *evaluation, const tni_resize *self,
                              const tni_resize_axis *axes, tn_error *error) {
  tn_tensor *y = evaluation->outputs[0];
  tni_take take;
  /* Nothing to do, and the other dimensions may be too large for what follows. */
  if (tn_tensor_element_count(y) == 0) return TN_OK;
  TN_TRY(tni_take_create(evaluation, evaluation->inputs[X], y, NULL, &take, error));
  int outside = 0;
  for (uint32_t i = 0; i < y->rank; i++)
    for (int64_t at = 0; at < y->shape[i]; at++) {
      const double place = tni_resize_place(self, &axes[i], at);
      take.picks[i][at] = tni_resize_is_outside(self, &axes[i], place)
                              ? -1
                              : tni_resize_nearest(self, &axes[i], place);
      outside |= take.picks[i][at] < 0;
    }
  tn_tensor value = *y;
  unsigned char element[16] = {0};
  if (outside && tni_type_in(y->type, TNI_BASIC_TYPES)) {
    /* A tensor of one element that only the copy below looks at. */
    tni_store_reals(y->type, element, 0, 1, &self->extrapolation);
    value.data = element;
    take.value = &value;
  }
  const tn_status status = tni_take_run(&take, error);
  tni_take_destroy(evaluation, &take);
  return status;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  const tn_tensor *x = evaluation->inputs[X];
  tni_resize self;
  tni_resize_axis axes[TN_MAX_RANK];
  if (tn_tensor_element_count(evaluation->outputs[0]) == 0) return TN_OK;
  if (tn_tensor_element_count(x) == 0)
    return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE,
                         "X is empty: there is nothing to resize");
  TN_TRY(tni_resize_read(evaluation->node, x->rank, &self, error));
  TN_TRY(read_axes(evaluation, &self, axes, error));
  if (self.mode == TNI_RESIZE_NEAREST) return take_nearest(evaluation, &self, axes, error);
  return tni_resize_filter(evaluation, &self, axes, error);
}

TNI_OPERATOR(Resize) = {
    .name = "Resize",
    .since = 19,
    .inputs = {{"X", TNI_PLAIN_TYPES, "T1", 0},
               {"roi", TNI_FLOAT_TYPES, "T2", TNI_OPTIONAL},
               {"scales", TNI_TYPE(TN_F32), NULL, TNI_OPTIONAL},
               {"sizes", TNI_TYPE(TN_I64), NULL, TNI_OPTIONAL}},
    .outputs = {{"Y", TNI_PLAIN_TYPES, "T1", 0}},
    .attributes =
        (const tni_formal_attribute[]){{"antialias", TN_ATTRIBUTE_INT, 0},
                                       {"axes", TN_ATTRIBUTE_INTS, 0},
                                       {"coordinate_transformation_mode", TN_ATTRIBUTE_STRING, 0},
                                       {"cubic_coeff_a", TN_ATTRIBUTE_FLOAT, 0},
                                       {"exclude_outside", TN_ATTRIBUTE_INT, 0},
                                       {"extrapolation_value", TN_ATTRIBUTE_FLOAT, 0},
                                       {"keep_aspect_ratio_policy", TN_ATTRIBUTE_STRING, 0},
                                       {"mode", TN_ATTRIBUTE_STRING, 0},
                                       {"nearest_mode", TN_ATTRIBUTE_STRING, 0},
                                       {NULL, 0, 0}},
    .infer = infer,
    .evaluate = evaluate,
    .flags = TNI_OPERATOR_COSTLY,
};
