/** @file
 *  Tensors whose elements do not lie side by side in order.
 */
#ifndef TENON_CONFORMANCE_LAYOUT_H
#define TENON_CONFORMANCE_LAYOUT_H

#include "engine/check.h"

/** @name Ways to lay out the elements of a shape
 *  @{ */
#define LAYOUT_EVERY_SECOND     "every_second"     /**< A gap behind every element. */
#define LAYOUT_PADDED_ROWS      "padded_rows"      /**< A gap behind every row. */
#define LAYOUT_TRANSPOSED       "transposed"       /**< The first dimension is the innermost. */
#define LAYOUT_GAP_BETWEEN_ROWS "gap_between_rows" /**< A row's room behind every matrix. */
/** In the middle of a larger tensor, around which it leaves something in each dimension. */
#define LAYOUT_REGION "region"
/** The second dimension is the innermost, a gap behind it: pixels with their channels. */
#define LAYOUT_CHANNELS_LAST "channels_last"
/** @} */

/** Whether a tensor of that type and rank lies otherwise in that layout than it does dense. */
bool layout_applies(const char *layout, uint32_t type, uint32_t rank);

/** Makes a tensor in a layout, all bytes of it gaps yet; see test_tensor.
 *  @param layout one of LAYOUT_...
 *  @return NULL after recording why */
tn_tensor *layout_tensor(test *t, const char *layout, uint32_t type, uint32_t rank,
                         const int64_t *shape);

/** Bytes of the memory of such a tensor that belong to no element and are not what they were. */
uint64_t layout_changed_gaps(test *t, const char *layout, const tn_tensor *laid);

#endif
