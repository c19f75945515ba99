#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

enum {
  FIRST_BLOCK_BYTES = 4096,
  LARGEST_BLOCK_BYTES = 256 * 1024, /* larger requests get a block of their own */
  GRANULE = alignof(max_align_t)
};

struct tni_arena_block {
  struct tni_arena_block *next;
  size_t used, capacity;
  alignas(max_align_t) unsigned char bytes[];
};

void tni_arena_init(tni_arena *arena, const tni_allocator *allocator) {
  arena->allocator = allocator;
  arena->blocks = NULL;
}

void tni_arena_destroy(tni_arena *arena) {
  while (arena->blocks) {
    struct tni_arena_block *block = arena->blocks;
    arena->blocks = block->next;
    tni_free(arena->allocator, block);
  }
}

static struct tni_arena_block *new_block(tni_arena *arena, size_t capacity) {
  if (capacity > SIZE_MAX - sizeof(struct tni_arena_block)) return NULL;
  struct tni_arena_block *block = tni_alloc(arena->allocator, sizeof *block + capacity);
  if (block) block->capacity = capacity;
  return block;
}

/* A block with room for `size` bytes. One of its own goes behind the newest, whose room stays in
 * use. */
static struct tni_arena_block *block_for(tni_arena *arena, size_t size) {
  struct tni_arena_block *newest = arena->blocks;
  if (newest && size <= newest->capacity - newest->used) return newest;
  if (newest && size > LARGEST_BLOCK_BYTES / 4) {
    struct tni_arena_block *own = new_block(arena, size);
    if (!own) return NULL;
    own->next = newest->next;
    newest->next = own;
    return own;
  }
  size_t capacity = newest ? newest->capacity * 2 : FIRST_BLOCK_BYTES;
  if (capacity > LARGEST_BLOCK_BYTES) capacity = LARGEST_BLOCK_BYTES;
  struct tni_arena_block *block = new_block(arena, capacity > size ? capacity : size);
  if (!block) return NULL;
  block->next = newest;
  arena->blocks = block;
  return block;
}

void *tni_arena_alloc(tni_arena *arena, size_t size) {
  if (size > SIZE_MAX - GRANULE) return NULL;
  size = size == 0 ? GRANULE : (size + GRANULE - 1) / GRANULE * GRANULE;
  struct tni_arena_block *block = block_for(arena, size);
  if (!block) return NULL;
  void *memory = block->bytes + block->used;
  block->used += size;
  return memory;
}

void *tni_arena_alloc_array(tni_arena *arena, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  return tni_arena_alloc(arena, count * size);
}

int tni_arena_copy_string(tni_arena *arena, tn_string string, tn_string *out) {
  if (string.length >= SIZE_MAX) return 0;
  char *copy = tni_arena_alloc(arena, (size_t)string.length + 1);
  if (!copy) return 0;
  if (string.length) memcpy(copy, string.data, (size_t)string.length);
  *out = tn_string_make(copy, string.length);
  return 1;
}
