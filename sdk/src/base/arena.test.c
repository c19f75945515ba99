#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>
#include "base/fault_allocator.h"

static tn_status fill_arena(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  tn_status status = TN_OK;
  unsigned char *previous = NULL;
  for (size_t i = 0; i < 2000 && status == TN_OK; i++) {
    unsigned char *bytes = tni_arena_alloc(&arena, i * 37 % 1000);
    if (!bytes)
      status = TN_OUT_OF_MEMORY;
    else
      cr_assert_neq(bytes, previous);
    previous = bytes;
  }
  if (!tni_arena_alloc(&arena, 3000000)) status = TN_OUT_OF_MEMORY;
  tni_arena_destroy(&arena);
  return status;
}

Test(arena, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(fill_arena, NULL), 5);
}

Test(arena, blocks_are_zeroed_aligned_and_apart) {
  tni_arena arena;
  tni_arena_init(&arena, tni_allocator_system());
  unsigned char *blocks[300];
  for (size_t i = 0; i < 300; i++) {
    size_t size = i % 7 == 0 ? 100000 : i;
    blocks[i] = tni_arena_alloc(&arena, size);
    cr_assert_eq((uintptr_t)blocks[i] % 16, 0);
    for (size_t k = 0; k < size; k++)
      cr_assert_eq(blocks[i][k], 0);
    memset(blocks[i], (int)i + 1, size);
  }
  for (size_t i = 1; i < 300; i++)
    if (i % 7) cr_assert_eq(blocks[i][i - 1], (unsigned char)(i + 1));
  cr_assert_null(tni_arena_alloc_array(&arena, SIZE_MAX / 2, 4));
  cr_assert_null(tni_arena_alloc(&arena, SIZE_MAX - 40));
  tni_arena_destroy(&arena);
}

Test(arena, strings_are_copied_with_a_zero_behind) {
  tni_arena arena;
  tni_arena_init(&arena, tni_allocator_system());
  tn_string copy, empty;
  cr_assert(tni_arena_copy_string(&arena, TN_STRING("alpha"), &copy));
  cr_assert(tni_arena_copy_string(&arena, tn_string_from(NULL), &empty));
  cr_assert_str_eq(copy.data, "alpha");
  cr_assert_eq(empty.length, 0);
  cr_assert_str_eq(empty.data, "");
  tni_arena_destroy(&arena);
}
