/** @file
 *  Memory for plugins that ends where nothing may be touched, and that stays untouchable for a
 * while once it was returned. Who reads or writes there ends the process.
 */
#ifndef TENON_CONFORMANCE_FENCED_H
#define TENON_CONFORMANCE_FENCED_H

#include <stdbool.h>
#include <stddef.h>

/** Gives `size` bytes whose end, rounded up to `alignment` (a power of two, at most a page), is the
 * end of what can be touched. NULL: no memory, or too many blocks at a time. */
void *fenced_allocate(size_t size, size_t alignment);

/** Takes a block back.
 *  @return whether the bytes around it are as they were */
bool fenced_release(void *memory);

#endif
