#include "base/allocator.h"

#include <criterion/criterion.h>
#include <stdint.h>

Test(allocator, memory_is_zeroed_and_aligned) {
  const tni_allocator *system = tni_allocator_system();
  unsigned char *bytes = tni_alloc(system, 100);
  cr_assert_not_null(bytes);
  for (int i = 0; i < 100; i++)
    cr_assert_eq(bytes[i], 0);
  tni_free(system, bytes);
  for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    void *memory = tni_alloc_aligned(system, 3, alignment);
    cr_assert_not_null(memory);
    cr_assert_eq((uintptr_t)memory % alignment, 0);
    tni_free(system, memory);
  }
  tni_free(system, NULL);
}

Test(allocator, nothing_is_a_block_too) {
  const tni_allocator *system = tni_allocator_system();
  void *first = tni_alloc(system, 0), *second = tni_alloc_array(system, 0, 8);
  cr_assert_not_null(first);
  cr_assert_not_null(second);
  cr_assert_neq(first, second);
  tni_free(system, first);
  tni_free(system, second);
}

Test(allocator, a_product_that_does_not_fit_gives_null) {
  cr_assert_null(tni_alloc_array(tni_allocator_system(), SIZE_MAX / 4, 8));
}
