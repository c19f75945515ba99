#include <math.h>

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/resize.h"
#include "ops/shape_rules.h"

/* Finds the value of an attribute among `count` names; the first is the default. */
static tn_status read_name(const tn_node *node, const char *attribute, const char *const *names,
                           int count, int *out, tn_error *error) {
  const tn_string value = tni_attribute_string(node, attribute, tn_string_from(names[0]));
  for (int i = 0; i < count; i++)
    if (tn_string_equal(value, tn_string_from(names[i]))) {
      *out = i;
      return TN_OK;
    }
  return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "%s \"%.*s\" is not known", attribute,
                       TNI_TEXT(value));
}

/* The numbers of the names are those of the enumerations. */
static tn_status read_names(const tn_node *node, tni_resize *out, tn_error *error) {
  static const char *const modes[] = {"nearest", "linear", "cubic"};
  static const char *const coordinates[] = {"half_pixel",         "half_pixel_symmetric",
                                            "pytorch_half_pixel", "align_corners",
                                            "asymmetric",         "tf_crop_and_resize"};
  static const char *const roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                          "ceil"};
  static const char *const policies[] = {"stretch", "not_larger", "not_smaller"};
  int found;
  TN_TRY(read_name(node, "mode", modes, 3, &found, error));
  out->mode = (tni_resize_mode)found;
  TN_TRY(read_name(node, "coordinate_transformation_mode", coordinates, 6, &found, error));
  out->coordinates = (tni_resize_coordinates)found;
  TN_TRY(read_name(node, "nearest_mode", roundings, 4, &found, error));
  out->rounding = (tni_resize_rounding)found;
  TN_TRY(read_name(node, "keep_aspect_ratio_policy", policies, 3, &found, error));
  out->policy = (tni_resize_policy)found;
  return TN_OK;
}

tn_status tni_resize_read(const tn_node *node, uint32_t rank, tni_resize *out, tn_error *error) {
  uint64_t count;
  const int64_t *axes = tni_attribute_ints(node, "axes", &count);
  *out = (tni_resize){.axis_count = rank};
  TN_TRY(read_names(node, out, error));
  out->antialias = tni_attribute_int(node, "antialias", 0) != 0;
  out->exclude_outside = tni_attribute_int(node, "exclude_outside", 0) != 0;
  out->cubic_a = tni_attribute_float(node, "cubic_coeff_a", -0.75);
  out->extrapolation = tni_attribute_float(node, "extrapolation_value", 0);
  for (uint32_t i = 0; i < rank; i++)
    out->axes[i] = i;
  if (!axes) return TN_OK;
  if (count > rank)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "axes names %llu axes, but X has %u",
                         (unsigned long long)count, rank);
  out->axis_count = (uint32_t)count;
  return tni_resolve_axes(node, "axes", axes, count, rank, out->axes, error);
}

int64_t tni_resize_extent(const tni_resize *self, int64_t extent, float scale, double start,
                          double end) {
  const int crop = self->coordinates == TNI_TF_CROP_AND_RESIZE;
  /* In f32, so that 6 times a rounded 5/6 is 5. */
  const float region = crop ? (float)((double)extent * (end - start)) : (float)extent;
  const float result = floorf(region * scale);
  if (!(result > 0)) return 0;
  return result < 9e18F ? (int64_t)result : INT64_MAX;
}

void tni_resize_fit(const tni_resize *self, const int64_t *shape, const int64_t *sizes,
                    tni_resize_axis *axes) {
  double common = 0;
  for (uint32_t i = 0; i < self->axis_count; i++) {
    const double scale = (double)sizes[i] / (double)shape[self->axes[i]];
    if (i == 0 || (self->policy == TNI_NOT_LARGER ? scale < common : scale > common))
      common = scale;
  }
  for (uint32_t i = 0; i < self->axis_count; i++) {
    tni_resize_axis *axis = &axes[self->axes[i]];
    const double extent = (double)axis->from;
    axis->to = self->policy == TNI_STRETCH ? sizes[i]
                                           : tni_saturate_signed(floor(common * extent + 0.5), 64);
    axis->scale = self->policy == TNI_STRETCH ? (double)sizes[i] / extent : common;
  }
}

double tni_resize_place(const tni_resize *self, const tni_resize_axis *axis, int64_t at) {
  const double x = (double)at;
  const double last = (double)axis->from - 1;
  /* The extent asked for, which a scale may leave between two whole ones. */
  const double extent = axis->scale * (double)axis->from;
  const double half_pixel = (x + 0.5) / axis->scale - 0.5;
  switch (self->coordinates) {
    case TNI_HALF_PIXEL_SYMMETRIC:
      return (double)axis->from / 2 * (1 - (double)axis->to / extent) + half_pixel;
    case TNI_PYTORCH_HALF_PIXEL:
      return axis->to > 1 ? half_pixel : 0;
    case TNI_ALIGN_CORNERS:
      return axis->to > 1 ? x * last / (extent - 1) : 0;
    case TNI_ASYMMETRIC:
      return x / axis->scale;
    case TNI_TF_CROP_AND_RESIZE:
      if (axis->to > 1)
        return axis->start * last + x * (axis->end - axis->start) * last / ((double)axis->to - 1);
      return 0.5 * (axis->start + axis->end) * last;
    case TNI_HALF_PIXEL:
    default:
      return half_pixel;
  }
}

int tni_resize_is_outside(const tni_resize *self, const tni_resize_axis *axis, double place) {
  return self->coordinates == TNI_TF_CROP_AND_RESIZE &&
         !(place >= 0 && place <= (double)axis->from - 1);
}

int64_t tni_resize_nearest(const tni_resize *self, const tni_resize_axis *axis, double place) {
  const double last = (double)axis->from - 1;
  double nearest;
  switch (self->rounding) {
    case TNI_ROUND_PREFER_CEIL:
      nearest = floor(place + 0.5);
      break;
    case TNI_ROUND_FLOOR:
      nearest = floor(place);
      break;
    case TNI_ROUND_CEIL:
      nearest = ceil(place);
      break;
    case TNI_ROUND_PREFER_FLOOR:
    default:
      nearest = ceil(place - 0.5);
      break;
  }
  return (int64_t)fmin(fmax(nearest, 0), last);
}
