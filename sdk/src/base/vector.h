/** @file
 *  Arrays that grow.
 */
#ifndef TENON_BASE_VECTOR_H
#define TENON_BASE_VECTOR_H

#include "base/allocator.h"
#include "tenon/abi/status.h"

/** A growing array of items of one size. Items move when it grows. */
typedef struct tni_vector {
  const tni_allocator *allocator; /**< Borrowed. */
  void *items;                    /**< `count` items; NULL while there is no room. */
  size_t count;                   /**< Items in use. */
  size_t capacity;                /**< Items that fit. */
  size_t item_size;               /**< Bytes of one item. */
} tni_vector;

/** Makes an empty vector, which holds no memory yet. */
void tni_vector_init(tni_vector *vector, const tni_allocator *allocator, size_t item_size);

/** Gives the memory back; the vector is then empty. */
void tni_vector_destroy(tni_vector *vector);

/** Room for `count` items in all. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_vector_reserve(tni_vector *vector, size_t count);

/** Appends a copy of `*item`. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_vector_append(tni_vector *vector, const void *item);

/** Appends a zeroed item and returns it, or NULL. */
void *tni_vector_add(tni_vector *vector);

/** The item at `index`, which is below count. */
void *tni_vector_at(const tni_vector *vector, size_t index);

/** Removes the item at `index`; those behind it move up. */
void tni_vector_remove(tni_vector *vector, size_t index);

/** The step below tni_vector, for arrays whose pointer and count live elsewhere: makes room for at
 * least `wanted` items of `item_size` bytes.
 *  @param items the present array (may be NULL), of which `count` items are in use
 *  @param capacity in and out: items that fit
 *  @return the array, moved when it had to grow, with zeroed room; NULL when there is no memory,
 * `items` then stays */
void *tni_array_grow(const tni_allocator *allocator, void *items, size_t count, size_t *capacity,
                     size_t wanted, size_t item_size);

#endif
