/* Preloaded into the suite: the C library's allocations, counted, and one of them refused on
 * demand. LD_PRELOAD=libtenon_malloc_faults.so tenon-conformance PLUGIN.so --group faults Works
 * with the GNU C library, whose own functions stand behind the names with __libc_. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static atomic_long counted, refused; /* the latter: number of the one to refuse; 0: none */

/* Begins to count anew, and has the allocation of that number fail, from 1; 0: none. Returns how
 * many there have been since the last call. */
__attribute__((visibility("default"))) long tenon_malloc_faults(long refuse);

long tenon_malloc_faults(long refuse) {
  atomic_store(&refused, refuse);
  return atomic_exchange(&counted, 0);
}

static int is_refused(void) {
  const long number = atomic_fetch_add(&counted, 1) + 1;
  if (number != atomic_load(&refused)) return 0;
  errno = ENOMEM;
  return 1;
}

__attribute__((visibility("default"))) void *malloc(size_t size) {
  return is_refused() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size) {
  return is_refused() ? NULL : __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *realloc(void *memory, size_t size) {
  return is_refused() ? NULL : __libc_realloc(memory, size);
}
