/** @file
 *  What a saboteur loses in a call.
 */
#ifndef TENON_CONFORMANCE_SABOTEURS_LEAK_H
#define TENON_CONFORMANCE_SABOTEURS_LEAK_H

#include <stdlib.h>
#include <unistd.h>

static void *volatile lost_block;
static volatile int lost_descriptor;

/** A block of the C library. */
static inline void lose_block(void) {
  lost_block = calloc(1, 1024);
}

/** A descriptor at every `times`-th call. */
static inline void lose_descriptor(unsigned *calls, unsigned times) {
  if (++*calls % times == 0) lost_descriptor = dup(STDERR_FILENO);
}

#endif
