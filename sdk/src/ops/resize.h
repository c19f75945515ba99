/** @file
 *  Resize: which places of the input each place of the output looks at, axis by axis.
 */
#ifndef TENON_OPS_RESIZE_H
#define TENON_OPS_RESIZE_H

#include "ops/operator.h"

/** Values of `mode`. */
typedef enum tni_resize_mode {
  TNI_RESIZE_NEAREST,
  TNI_RESIZE_LINEAR,
  TNI_RESIZE_CUBIC
} tni_resize_mode;

/** Values of `coordinate_transformation_mode`. */
typedef enum tni_resize_coordinates {
  TNI_HALF_PIXEL,
  TNI_HALF_PIXEL_SYMMETRIC,
  TNI_PYTORCH_HALF_PIXEL,
  TNI_ALIGN_CORNERS,
  TNI_ASYMMETRIC,
  TNI_TF_CROP_AND_RESIZE
} tni_resize_coordinates;

/** Values of `nearest_mode`. */
typedef enum tni_resize_rounding {
  TNI_ROUND_PREFER_FLOOR,
  TNI_ROUND_PREFER_CEIL,
  TNI_ROUND_FLOOR,
  TNI_ROUND_CEIL
} tni_resize_rounding;

/** Values of `keep_aspect_ratio_policy`. */
typedef enum tni_resize_policy { TNI_STRETCH, TNI_NOT_LARGER, TNI_NOT_SMALLER } tni_resize_policy;

/** Attributes of a node. */
typedef struct tni_resize {
  tni_resize_mode mode;               /**< How values come about. */
  tni_resize_coordinates coordinates; /**< How places of the output become places of the input. */
  tni_resize_rounding rounding;       /**< For TNI_RESIZE_NEAREST. */
  tni_resize_policy policy;           /**< For sizes. */
  int antialias;                      /**< 1: the filter widens when an axis shrinks. */
  int exclude_outside;                /**< 1: taps outside the input weigh nothing. */
  double cubic_a;                     /**< The coefficient of the cubic filter. */
  double extrapolation;               /**< Value outside the input, for TNI_TF_CROP_AND_RESIZE. */
  uint32_t axis_count;                /**< Number of `axes`. */
  uint32_t axes[TN_MAX_RANK];         /**< Those that roi, scales and sizes speak of. */
} tni_resize;

/** One axis of a resize whose extents are known. */
typedef struct tni_resize_axis {
  int64_t from;      /**< Extent in the input. */
  int64_t to;        /**< Extent in the output. */
  double scale;      /**< Factor, as given or as it follows from the sizes. */
  double start, end; /**< Region of interest, in parts of the input; 0 and 1 without one. */
} tni_resize_axis;

/** Reads the attributes of a node whose input has `rank` dimensions. */
tn_status tni_resize_read(const tn_node *node, uint32_t rank, tni_resize *out, tn_error *error);

/** Extent of an axis of `extent` elements that is scaled by `scale` within the region. */
int64_t tni_resize_extent(const tni_resize *self, int64_t extent, float scale, double start,
                          double end);

/** The sizes that `policy` makes of those asked for: `sizes[i]` for axis `axes[i]` of an input of
 * this shape. */
void tni_resize_fit(const tni_resize *self, const int64_t *shape, const int64_t *sizes,
                    tni_resize_axis *axes);

/** The place of the input that place `at` of the output stands for. */
double tni_resize_place(const tni_resize *self, const tni_resize_axis *axis, int64_t at);

/** 1 when that place lies where the extrapolation value holds. */
int tni_resize_is_outside(const tni_resize *self, const tni_resize_axis *axis, double place);

/** The element that TNI_RESIZE_NEAREST takes for a place, within the axis. */
int64_t tni_resize_nearest(const tni_resize *self, const tni_resize_axis *axis, double place);

/** Resizes reals by the linear or cubic filter, axis after axis.
 *  @param axes one for every dimension of `x`
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tni_resize_filter(const tni_evaluation *evaluation, const tni_resize *self,
                            const tni_resize_axis *axes, tn_error *error);

#endif
