/** @file
 *  Elements picked axis by axis: place (i, j, ...) of the output shows element (a[i], b[j], ...) of
 * the input, for one table of picks per axis. The core of Pad and of Resize to the nearest element.
 */
#ifndef TENON_OPS_TAKE_H
#define TENON_OPS_TAKE_H

#include "ops/operator.h"

/** What is taken from where. */
typedef struct tni_take {
  tn_tensor *from; /**< Dense. *Borrowed.* */
  tn_tensor *to;   /**< Dense, of the same type and rank. *Borrowed.* */
  tn_tensor
      *value; /**< One element for places with a pick of -1, *borrowed*; NULL: zero or empty. */
  int64_t *picks[TN_MAX_RANK]; /**< For each axis as many picks as `to` has elements there. */
  int64_t *memory;             /**< *Owned*: what `picks` lie in. */
} tni_take;

/** Takes memory for the picks, which are then to be filled in. On failure nothing is held.
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tni_take_create(const tni_evaluation *evaluation, tn_tensor *from, tn_tensor *to,
                          tn_tensor *value, tni_take *out, tn_error *error);

/** Gives the memory back. */
void tni_take_destroy(const tni_evaluation *evaluation, tni_take *self);

/** Writes all elements of `to`. */
tn_status tni_take_run(const tni_take *self, tn_error *error);

#endif
