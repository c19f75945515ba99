/** @file
 *  Memory by way of whoever lends it: the C library, the host, or a test that fails the n-th
 * allocation.
 */
#ifndef TENON_BASE_ALLOCATOR_H
#define TENON_BASE_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

/** Where memory comes from. Both functions are callable from any thread. Passed by pointer, which
 * must outlive every block taken from it. */
typedef struct tni_allocator {
  void *(*allocate)(void *user, size_t size,
                    size_t alignment);       /**< NULL on failure; contents are undefined. */
  void (*release)(void *user, void *memory); /**< NULL is legal. */
  void *user;                                /**< Handed back to both. */
} tni_allocator;

/** The C library's heap. */
extern const tni_allocator tni_system_allocator;

/** The C library's heap. */
const tni_allocator *tni_allocator_system(void);

/** `size` zeroed bytes, aligned for any type, or NULL. `size` 0 gives a unique block. */
void *tni_alloc(const tni_allocator *allocator, uint64_t size);

/** `count` times `size` zeroed bytes; NULL also when the product does not fit. */
void *tni_alloc_array(const tni_allocator *allocator, size_t count, size_t size);

/** Zeroed room for `count` items of what `pointer` points to, or NULL; for no items a unique block.
 *  Example: `self->ports = TNI_ALLOC_ITEMS(allocator, self->ports, count);` */
#define TNI_ALLOC_ITEMS(allocator, pointer, count) \
  tni_alloc_array((allocator), (size_t)(count), sizeof *(pointer))

/** `size` bytes aligned to `alignment` (a power of two), or NULL, also where memory has no such
 * size: a file or a caller may have told it. Contents are undefined. */
void *tni_alloc_aligned(const tni_allocator *allocator, uint64_t size, size_t alignment);

/** Gives memory back; NULL is legal. */
void tni_free(const tni_allocator *allocator, void *memory);

#endif
