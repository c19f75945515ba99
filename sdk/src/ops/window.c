#include "ops/window.h"

#include "ops/attributes.h"
#include "ops/shape_rules.h"

static tn_status read_auto_pad(const tn_node *node, tni_auto_pad *out, tn_error *error) {
  static const struct {
    const char *name;
    tni_auto_pad value;
  } names[] = {{"NOTSET", TNI_PAD_EXPLICIT},
               {"SAME_UPPER", TNI_PAD_SAME_UPPER},
               {"SAME_LOWER", TNI_PAD_SAME_LOWER},
               {"VALID", TNI_PAD_VALID}};
  const tn_string text = tni_attribute_string(node, "auto_pad", TN_STRING("NOTSET"));
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (tn_string_equal(text, tn_string_from(names[i].name))) {
      *out = names[i].value;
      return TN_OK;
    }
  return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                       "auto_pad must be NOTSET, SAME_UPPER, SAME_LOWER or VALID, but is \"%.*s\"",
                       TNI_TEXT(text));
}

/* Reads a list of `count` numbers, each at least `least`, or fills it with `fallback` when it is
 * missing. */
static tn_status read_list(const tn_node *node, const char *name, uint32_t count, int64_t least,
                           int64_t fallback, int64_t *out, tn_error *error) {
  const tn_attribute *attribute = tn_node_attribute(node, tn_string_from(name));
  if (attribute && attribute->count != count)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "%s must have %u numbers, but has %llu",
                         name, count, (unsigned long long)attribute->count);
  for (uint32_t i = 0; i < count; i++) {
    out[i] = attribute ? attribute->as.ints[i] : fallback;
    if (out[i] < least)
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                           "%s[%u] must be at least %lld, but is %lld", name, i, (long long)least,
                           (long long)out[i]);
  }
  return TN_OK;
}

/* Takes the kernel from the attribute or else from the filter, and checks that both agree. */
static tn_status read_kernel(tni_window *self, const tn_node *node, const int64_t *filter,
                             tn_error *error) {
  const int stated = tn_node_attribute(node, TN_STRING("kernel_shape")) != NULL;
  if (!stated && !filter)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "kernel_shape is missing");
  if (stated) TN_TRY(read_list(node, "kernel_shape", self->rank, 1, 1, self->kernel, error));
  for (uint32_t i = 0; i < self->rank && filter; i++) {
    if (!stated) self->kernel[i] = filter[i];
    if (filter[i] < 1 || self->kernel[i] != filter[i])
      return tni_node_fail(
          node, error, TN_INVALID_ARGUMENT,
          "spatial axis %u of the filter has %lld elements where the kernel has %lld", i,
          (long long)filter[i], (long long)self->kernel[i]);
  }
  return TN_OK;
}

tn_status tni_window_read(const tn_node *node, uint32_t rank, const int64_t *filter,
                          tni_window *out, tn_error *error) {
  tni_window self = {.rank = rank, .ceil_mode = tni_attribute_int(node, "ceil_mode", 0) != 0};
  int64_t pads[2 * TNI_MAX_SPATIAL_RANK];
  TN_TRY(read_auto_pad(node, &self.auto_pad, error));
  TN_TRY(read_kernel(&self, node, filter, error));
  TN_TRY(read_list(node, "strides", rank, 1, 1, self.strides, error));
  TN_TRY(read_list(node, "dilations", rank, 1, 1, self.dilations, error));
  TN_TRY(read_list(node, "pads", 2 * rank, 0, 0, pads, error));
  for (uint32_t i = 0; i < rank; i++) {
    int64_t sum;
    if (__builtin_mul_overflow(self.kernel[i] - 1, self.dilations[i], &self.extent[i]) ||
        __builtin_add_overflow(self.extent[i], 1, &self.extent[i]) ||
        __builtin_add_overflow(pads[i], pads[rank + i], &sum))
      return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                           "kernel, dilation or pads of spatial axis %u are too large", i);
    self.pads_begin[i] = self.auto_pad == TNI_PAD_EXPLICIT ? pads[i] : 0;
    self.pads_end[i] = self.auto_pad == TNI_PAD_EXPLICIT ? pads[rank + i] : 0;
  }
  *out = self;
  return TN_OK;
}

int tni_filter_extents(const tni_facts *filter, int64_t *out) {
  for (uint32_t i = 2; i < filter->rank; i++) {
    if (!tni_dimension_is_static(filter->dimensions[i])) return 0;
    out[i - 2] = filter->dimensions[i].min;
  }
  return 1;
}

/* SAME: one position for every stride that begins inside the image; pads make up for what is
 * missing. */
static int positions_of_same(tni_window *self, uint32_t axis, int64_t extent, int64_t *out) {
  const int64_t stride = self->strides[axis];
  const int64_t positions = extent / stride + (extent % stride != 0);
  int64_t reach;
  if (__builtin_add_overflow((positions > 0 ? positions - 1 : 0) * stride, self->extent[axis],
                             &reach))
    return 0;
  const int64_t total = reach > extent ? reach - extent : 0;
  const int64_t smaller = total / 2;
  self->pads_begin[axis] = self->auto_pad == TNI_PAD_SAME_UPPER ? smaller : total - smaller;
  self->pads_end[axis] = total - self->pads_begin[axis];
  *out = positions;
  return 1;
}

tn_status tni_window_positions(tni_window *self, const tn_node *node, uint32_t axis, int64_t extent,
                               int64_t *out, tn_error *error) {
  int64_t padded;
  if (self->auto_pad == TNI_PAD_SAME_UPPER || self->auto_pad == TNI_PAD_SAME_LOWER) {
    if (positions_of_same(self, axis, extent, out)) return TN_OK;
  } else if (!__builtin_add_overflow(self->pads_begin[axis] + self->pads_end[axis], extent,
                                     &padded)) {
    const int64_t room = padded - self->extent[axis];
    const int64_t stride = self->strides[axis];
    if (room >= 0) {
      *out = room / stride + 1;
      /* One position more when it begins within image or leading padding. */
      int64_t next;
      if (self->ceil_mode && room % stride != 0 && !__builtin_mul_overflow(*out, stride, &next) &&
          next < extent + self->pads_begin[axis])
        ++*out;
      return TN_OK;
    }
    if (extent == 0) {
      *out = 0;
      return TN_OK;
    }
  }
  return tni_node_fail(
      node, error, TN_INVALID_ARGUMENT,
      "a window of %lld does not fit spatial axis %u of %lld elements with pads %lld and %lld",
      (long long)self->extent[axis], axis, (long long)extent, (long long)self->pads_begin[axis],
      (long long)self->pads_end[axis]);
}

/* 1 when there are as many positions as image elements, whatever their number. */
static int keeps_extent(const tni_window *self, uint32_t axis) {
  if (self->strides[axis] != 1) return 0;
  if (self->auto_pad == TNI_PAD_SAME_UPPER || self->auto_pad == TNI_PAD_SAME_LOWER) return 1;
  return self->pads_begin[axis] + self->pads_end[axis] == self->extent[axis] - 1;
}

tn_status tni_window_dimension(tni_window *self, tni_inference *inference, uint32_t axis,
                               tn_dimension image, tn_dimension *out, tn_error *error) {
  int64_t min = 0;
  int64_t max = TN_UNBOUNDED;
  if (keeps_extent(self, axis) && !tni_dimension_is_static(image)) {
    *out = image;
    return TN_OK;
  }
  if (image.max != TN_UNBOUNDED)
    TN_TRY(tni_window_positions(self, inference->node, axis, image.max, &max, error));
  /* A smallest extent that the window does not fit cannot come up. */
  if (image.min == image.max)
    min = max;
  else if (tni_window_positions(self, inference->node, axis, image.min, &min, NULL) != TN_OK)
    min = 0;
  *out = tni_dimension_between(inference, min, max);
  return TN_OK;
}

tn_status tni_window_place(tni_window *self, const tn_node *node, const int64_t *image,
                           tn_error *error) {
  for (uint32_t i = 0; i < self->rank; i++) {
    self->image[i] = image[i];
    TN_TRY(tni_window_positions(self, node, i, image[i], &self->positions[i], error));
  }
  return TN_OK;
}

static int64_t product_of(uint32_t count, const int64_t *values) {
  int64_t product = 1;
  for (uint32_t i = 0; i < count; i++)
    product *= values[i];
  return product;
}

int64_t tni_window_position_count(const tni_window *self) {
  return product_of(self->rank, self->positions);
}

int64_t tni_window_image_count(const tni_window *self) {
  return product_of(self->rank, self->image);
}

int64_t tni_window_tap_count(const tni_window *self) {
  return product_of(self->rank, self->kernel);
}

int tni_window_next_tap(const tni_window *self, int64_t *tap) {
  for (uint32_t i = self->rank; i-- > 0;) {
    if (++tap[i] < self->kernel[i]) return 1;
    tap[i] = 0;
  }
  return 0;
}
