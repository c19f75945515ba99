/** @file
 *  What repeating a call leaves behind: threads, descriptors, mappings and heap, by slope.
 */
#ifndef TENON_CONFORMANCE_GROWTH_H
#define TENON_CONFORMANCE_GROWTH_H

#include <sys/types.h>

#include "engine/check.h"

enum {
  GROWTH_WARM_UP = 10,     /**< Rounds before the first look. */
  GROWTH_ROUNDS = 40,      /**< Rounds of a window, which lies between two looks. */
  GROWTH_WINDOWS = 5,      /**< Windows of a stretch. */
  GROWTH_STRETCHES = 5,    /**< Stretches at most; what leaks grows in each. */
  GROWTH_HEAP_LIMIT = 256, /**< Bytes that the heap, and what is mapped beside it, may grow in a
                              round. */
  GROWTH_THREADS_AT_MOST = 4096 /**< What a set of threads holds; more are not looked at. */
};

/** Repeats `round`, and records whether threads, descriptors, mappings and heap grew beyond the
 * limits, and whether every round returned TN_OK.
 *
 * What leaks grows in every window of the first stretch, or from begin to end of every stretch.
 * What is kept for once, as the threads of a pool, grows in some. A device whose rounds take long
 * makes fewer of them. */
void test_expect_no_growth(test *t, tn_status (*round)(test *t, void *user), void *user);

/** Threads of a process by their numbers. */
typedef struct {
  uint32_t count;                    /**< How many. */
  pid_t ids[GROWTH_THREADS_AT_MOST]; /**< Which, in no order. */
} thread_set;

/** The threads of this process now. */
void test_take_threads(thread_set *out);

/** How many threads of this process are not in `before`, once those that end within a second are
 * gone: threads of earlier work that end meanwhile make up for none. */
uint32_t test_count_new_threads(const thread_set *before);

#endif
