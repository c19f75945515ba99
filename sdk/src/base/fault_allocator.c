#include "base/fault_allocator.h"

#include <stdint.h>
#include <stdio.h>

static void *fault_allocate(void *user, size_t size, size_t alignment) {
  tni_fault_allocator *fault = user;
  if (atomic_fetch_add(&fault->requests, 1) == fault->fail_at) return NULL;
  void *memory = tni_alloc_aligned(tni_allocator_system(), size, alignment);
  if (memory) atomic_fetch_add(&fault->live, 1);
  return memory;
}

static void fault_release(void *user, void *memory) {
  tni_fault_allocator *fault = user;
  if (memory) atomic_fetch_sub(&fault->live, 1);
  tni_free(tni_allocator_system(), memory);
}

void tni_fault_allocator_init(tni_fault_allocator *fault, size_t fail_at) {
  fault->allocator.allocate = fault_allocate;
  fault->allocator.release = fault_release;
  fault->allocator.user = fault;
  atomic_init(&fault->live, 0);
  atomic_init(&fault->requests, 0);
  fault->fail_at = fail_at;
}

long tni_fault_sweep(tni_fault_attempt attempt, void *user) {
  for (size_t n = 0;; n++) {
    tni_fault_allocator fault;
    tni_fault_allocator_init(&fault, n);
    const tn_status status = attempt(&fault.allocator, user);
    const int failed = atomic_load(&fault.requests) > n;
    const tn_status expected = failed ? TN_OUT_OF_MEMORY : TN_OK;
    if (status != expected || atomic_load(&fault.live) != 0) {
      fprintf(
          stderr,
          "allocation %zu: expected status %d and no block left, got status %d and %zu blocks\n", n,
          (int)expected, (int)status, atomic_load(&fault.live));
      return -1;
    }
    if (!failed) return (long)n;
  }
}
