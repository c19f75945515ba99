#include "base/allocator.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *system_allocate(void *user, size_t size, size_t alignment) {
  (void)user;
  if (size == 0) size = 1;
  if (alignment <= alignof(max_align_t)) return malloc(size);
  void *memory = NULL;
  return posix_memalign(&memory, alignment, size) == 0 ? memory : NULL;
}

static void system_release(void *user, void *memory) {
  (void)user;
  free(memory);
}

const tni_allocator tni_system_allocator = {system_allocate, system_release, NULL};

const tni_allocator *tni_allocator_system(void) {
  return &tni_system_allocator;
}

void *tni_alloc(const tni_allocator *allocator, uint64_t size) {
  void *memory = tni_alloc_aligned(allocator, size, alignof(max_align_t));
  if (memory) memset(memory, 0, (size_t)size);
  return memory;
}

void *tni_alloc_array(const tni_allocator *allocator, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  return tni_alloc(allocator, count * size);
}

void *tni_alloc_aligned(const tni_allocator *allocator, uint64_t size, size_t alignment) {
  if (size > SIZE_MAX - alignment) return NULL; /* there must be room to align it in */
  return allocator->allocate(allocator->user, size == 0 ? 1 : (size_t)size, alignment);
}

void tni_free(const tni_allocator *allocator, void *memory) {
  if (memory) allocator->release(allocator->user, memory);
}
