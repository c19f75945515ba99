/** @file
 *  Windows that slide over the spatial dimensions of an image: the geometry of convolution and
 * pooling.
 *
 *  A window has one tap per element of its kernel. At position p, tap k of one axis touches the
 * image at p * stride - pad_begin + k * dilation; taps outside the image touch padding.
 */
#ifndef TENON_OPS_WINDOW_H
#define TENON_OPS_WINDOW_H

#include "ops/operator.h"

enum {
  TNI_MAX_SPATIAL_RANK =
      TN_MAX_RANK - 2,  /**< An image has a batch and a channel dimension besides. */
  TNI_WINDOW_BLOCK = 64 /**< Most positions that are handled together. */
};

/** How pads are found. */
typedef enum tni_auto_pad {
  TNI_PAD_EXPLICIT,
  TNI_PAD_SAME_UPPER,
  TNI_PAD_SAME_LOWER,
  TNI_PAD_VALID
} tni_auto_pad;

/** Geometry of a window. All extents are per spatial axis. */
typedef struct tni_window {
  uint32_t rank;         /**< Number of spatial axes. */
  tni_auto_pad auto_pad; /**< Attribute `auto_pad`. */
  int ceil_mode;         /**< 1: positions that start inside but reach beyond the image count. */
  int64_t kernel[TNI_MAX_SPATIAL_RANK];     /**< Taps. */
  int64_t strides[TNI_MAX_SPATIAL_RANK];    /**< Distance between positions. */
  int64_t dilations[TNI_MAX_SPATIAL_RANK];  /**< Distance between taps. */
  int64_t extent[TNI_MAX_SPATIAL_RANK];     /**< (kernel - 1) * dilation + 1. */
  int64_t pads_begin[TNI_MAX_SPATIAL_RANK]; /**< Padding before the image; found by tni_window_place
                                               for auto_pad. */
  int64_t pads_end[TNI_MAX_SPATIAL_RANK];   /**< Padding behind the image. */
  int64_t image[TNI_MAX_SPATIAL_RANK];      /**< Extents of the image, from tni_window_place. */
  int64_t positions[TNI_MAX_SPATIAL_RANK];  /**< Numbers of positions, from tni_window_place. */
} tni_window;

/** Reads kernel_shape, strides, dilations, pads, auto_pad and ceil_mode of a node.
 *  @param filter spatial extents of the filter, with which `kernel_shape` must agree, or NULL when
 * they are not known
 *  @return TN_OK, TN_INVALID_ARGUMENT */
tn_status tni_window_read(const tn_node *node, uint32_t rank, const int64_t *filter,
                          tni_window *out, tn_error *error);

/** The spatial extents of a filter whose first two dimensions are channels; 0 when not all are
 * known. */
int tni_filter_extents(const tni_facts *filter, int64_t *out);

/** Number of positions along `axis` of an image of `extent` there; sets the pads of that axis where
 * auto_pad asks.
 *  @return TN_OK, TN_INVALID_ARGUMENT when the window does not fit */
tn_status tni_window_positions(tni_window *self, const tn_node *node, uint32_t axis, int64_t extent,
                               int64_t *out, tn_error *error);

/** The dimension of positions along `axis` over an image whose dimension there is known in bounds.
 */
tn_status tni_window_dimension(tni_window *self, tni_inference *inference, uint32_t axis,
                               tn_dimension image, tn_dimension *out, tn_error *error);

/** Sets `image`, `positions` and pads for an image of these extents. */
tn_status tni_window_place(tni_window *self, const tn_node *node, const int64_t *image,
                           tn_error *error);

/** Product of the positions of a placed window. */
int64_t tni_window_position_count(const tni_window *self);

/** Product of the extents of the image. */
int64_t tni_window_image_count(const tni_window *self);

/** Product of the taps. */
int64_t tni_window_tap_count(const tni_window *self);

/** Steps `tap`, a kernel index per axis, to the next tap in row-major order; 0 after the last one
 * (then all zero). */
int tni_window_next_tap(const tni_window *self, int64_t *tap);

/** Up to TNI_WINDOW_BLOCK positions that follow each other in row-major order. */
typedef struct tni_window_block {
  int64_t start[TNI_MAX_SPATIAL_RANK]; /**< Index of the first position. */
  int64_t count;                       /**< Number of positions. */
} tni_window_block;

/** The block that starts at position number `first`, cut at the last position. */
tni_window_block tni_window_block_at(const tni_window *self, int64_t first);

/** Positions of a block whose tap lies inside the image: `count` positions from `column` on touch
 * image elements `image`, `image + step`, ... (counted from the first element of the channel). */
typedef struct tni_window_run {
  int64_t column; /**< First position, counted within the block. */
  int64_t count;  /**< Number of positions, at least 1. */
  int64_t image;  /**< Element that the first one touches. */
  int64_t step;   /**< Elements between those of neighbours. */
} tni_window_run;

/** The runs of one tap over a block. @param runs room for TNI_WINDOW_BLOCK runs. @return their
 * number */
uint32_t tni_window_runs(const tni_window *self, const tni_window_block *block, const int64_t *tap,
                         tni_window_run *runs);

#endif
