/** @file
 *  Parallel loops: the calling thread and helpers share the items.
 */
#ifndef TENON_RUNTIME_PARALLEL_H
#define TENON_RUNTIME_PARALLEL_H

#include "runtime/executor.h"

/** The helpers, started by the first loop that has use for them. */
typedef struct tni_parallel {
  const tni_allocator *allocator; /**< Borrowed. */
  tni_mutex mutex;                /**< Guards what follows, and the ends of loops. */
  tni_condition finished;         /**< A helper has left a loop. */
  tn_executor *helpers;           /**< NULL until needed, and where none can be started. */
  uint32_t helper_count;          /**< Threads of `helpers`. */
  int started;                    /**< 1 once starting was tried, or after close. */
  int has_mutex, has_condition;   /**< What destroy has to undo. */
} tni_parallel;

/** Prepares; starts nothing. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_parallel_init(tni_parallel *parallel, const tni_allocator *allocator);

/** Joins the helpers; later loops run on their callers' threads. */
void tni_parallel_close(tni_parallel *parallel);

/** Closes and frees; a zeroed struct is legal. */
void tni_parallel_destroy(tni_parallel *parallel);

/** Runs `body` over items 0 to count - 1 in parts of at least `grain` items; may be nested. */
void tni_parallel_for(tni_parallel *parallel, uint64_t count, uint64_t grain, tn_parallel_body body,
                      void *user);

#endif
