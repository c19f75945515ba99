/** @file
 *  What repeating a call leaves behind: threads, descriptors, mappings and heap, by slope.
 */
#ifndef TENON_CONFORMANCE_GROWTH_H
#define TENON_CONFORMANCE_GROWTH_H

#include "engine/check.h"

enum {
  GROWTH_WARM_UP = 10,    /**< Rounds before the first look. */
  GROWTH_WINDOWS = 5,     /**< Looks; what leaks grows from each to the next. */
  GROWTH_ROUNDS = 40,     /**< Rounds between the two looks. */
  GROWTH_HEAP_LIMIT = 256 /**< Bytes that the heap, and what is mapped beside it, may grow in a
                              round. */
};

/** Repeats `round`, and records whether threads, descriptors, mappings and heap grew beyond the
 * limits, and whether every round returned TN_OK. */
void test_expect_no_growth(test *t, tn_status (*round)(test *t, void *user), void *user);

/** Threads of this process, once those that have just ended are gone; at least `expected`, unless
 * more stay for a second. */
long test_thread_count(long expected);

#endif
