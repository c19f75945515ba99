/** @file
 *  One inference of the carrier by a new engine in a forked child, for checks that change what a
 * process stands in: its environment, its directory, its signals.
 */
#ifndef TENON_CONFORMANCE_CHILD_INFER_H
#define TENON_CONFORMANCE_CHILD_INFER_H

#include "engine/check.h"

/** What the child came to. Shared with it. */
typedef struct child_inference {
  tn_status status;                          /**< TN_OK, or how the first call that failed ended. */
  uint32_t finished;                         /**< 1 once the child has got to its end. */
  char message[400];                         /**< Of the failure. */
  uint64_t size;                             /**< Bytes of the output. */
  _Alignas(64) unsigned char bytes[1 << 18]; /**< The first output. */
} child_inference;

/** Runs it in a child, where `prepare` is called first. The check must be TEST_NEW_PROCESS.
 *  @return what came of it, until child_infer_end; NULL after recording that no child could be made
 * or that it did not end as it should */
child_inference *child_infer(test *t, void (*prepare)(test *t));

/** Hands the output over, to be compared with what the reference gives for the case's seed. */
void child_infer_expect(test *t, const child_inference *self);

/** Hands bytes over that another process found in the carrier's first output, to be compared with
 * what the reference gives for the case's seed.
 *  @param t of a living engine, whose host makes a tensor for them */
void child_expect_output(test *t, const void *bytes, uint64_t size);

/** Gives it back. */
void child_infer_end(child_inference *self);

#endif
