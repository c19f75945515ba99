/** @file
 *  Finding a shorter sequence that still fails: delta debugging over the steps.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_SHRINK_H
#define TENON_CONFORMANCE_SEQUENCE_SHRINK_H

#include "sequences/cases.h"

/** Runs the sequence without some steps, somewhere that a crash does not matter.
 *  @return 1 when it still fails in the same way, 0 when it does not, -1 to look no further */
typedef int (*sequence_trial)(void *user, const sequence_mask *dropped);

/** Leaves out as many steps as can be: afterwards no single one can be left out, unless `trial`
 * ended the search.
 *  @param what its `dropped` says what is left out at first, and holds the result
 *  @return number of steps that are left */
uint32_t sequence_shrink(sequence_case *what, sequence_trial trial, void *user);

/** Steps that are made, in order; returns their number. Others are left out or not defined where
 * they stand. */
uint32_t sequence_list_steps(const sequence_case *what, uint32_t steps[SEQUENCE_STEPS]);

#endif
