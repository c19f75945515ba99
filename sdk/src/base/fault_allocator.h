/** @file
 *  For tests: an allocator that counts its blocks and fails the n-th allocation, and a loop that
 * fails them all in turn.
 */
#ifndef TENON_BASE_FAULT_ALLOCATOR_H
#define TENON_BASE_FAULT_ALLOCATOR_H

#include "base/allocator.h"
#include "tenon/abi/status.h"

#include <stdatomic.h>

/** `fail_at` with which no allocation fails. */
#define TNI_NEVER SIZE_MAX

/** Counts and fails. Pass `&fault.allocator` on; the struct must outlive all blocks and stay where
 * it is. */
typedef struct tni_fault_allocator {
  tni_allocator allocator; /**< To be handed on. */
  atomic_size_t live;      /**< Blocks that were not given back. */
  atomic_size_t requests;  /**< Allocations asked for so far. */
  size_t fail_at;          /**< Number of the request that fails, from 0; TNI_NEVER: none. */
} tni_fault_allocator;

/** Prepares `fault` on top of the system's allocator. */
void tni_fault_allocator_init(tni_fault_allocator *fault, size_t fail_at);

/** What is swept: makes something, destroys it again when it was made, and returns the status of
 * making it. */
typedef tn_status (*tni_fault_attempt)(const tni_allocator *allocator, void *user);

/** Runs `attempt` with its first allocation failing, then its second, and so on until none fails.
 *  @return the number of allocations that were failed, or -1 when an attempt leaked, returned
 * something other than TN_OUT_OF_MEMORY for a failed allocation, or did not end in TN_OK; the
 * problem is then printed to stderr. */
long tni_fault_sweep(tni_fault_attempt attempt, void *user);

#endif
