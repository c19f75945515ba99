/** @file
 *  Memory that is given back all at once.
 */
#ifndef TENON_BASE_ARENA_H
#define TENON_BASE_ARENA_H

#include "base/allocator.h"
#include "tenon/abi/string.h"

struct tni_arena_block;

/** An arena. Zero-initialised apart from `allocator` it is empty. One thread at a time. */
typedef struct tni_arena {
  const tni_allocator *allocator; /**< Borrowed. */
  struct tni_arena_block *blocks; /**< The newest first. */
} tni_arena;

/** Makes an empty arena, which holds no memory yet. */
void tni_arena_init(tni_arena *arena, const tni_allocator *allocator);

/** Gives all memory back; the arena is then empty and may be used again. */
void tni_arena_destroy(tni_arena *arena);

/** `size` zeroed bytes aligned for any type, or NULL. */
void *tni_arena_alloc(tni_arena *arena, size_t size);

/** `count` times `size` zeroed bytes; NULL also when the product does not fit. */
void *tni_arena_alloc_array(tni_arena *arena, size_t count, size_t size);

/** Copies a string, with a zero byte behind it; returns 0 when there is no memory. */
int tni_arena_copy_string(tni_arena *arena, tn_string string, tn_string *out);

#endif
