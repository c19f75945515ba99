#include "base/vector.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include "base/fault_allocator.h"

static tn_status grow(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_vector vector;
  tni_vector_init(&vector, allocator, sizeof(int));
  tn_status status = TN_OK;
  for (int i = 0; i < 1000 && status == TN_OK; i++)
    status = tni_vector_append(&vector, &i);
  for (int i = 0; i < (int)vector.count; i++)
    cr_assert_eq(*(int *)tni_vector_at(&vector, (size_t)i), i);
  tni_vector_destroy(&vector);
  return status;
}

Test(vector, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(grow, NULL), 3);
}

Test(vector, removing_closes_the_gap) {
  tni_vector vector;
  tni_vector_init(&vector, tni_allocator_system(), sizeof(int));
  for (int i = 0; i < 5; i++)
    *(int *)tni_vector_add(&vector) = i;
  tni_vector_remove(&vector, 1);
  tni_vector_remove(&vector, 3);
  cr_assert_eq(vector.count, 3);
  cr_assert_eq(*(int *)tni_vector_at(&vector, 1), 2);
  cr_assert_eq(*(int *)tni_vector_at(&vector, 2), 3);
  *(int *)tni_vector_at(&vector, 2) = 9;
  cr_assert_eq(*(int *)tni_vector_add(&vector), 0, "an added item is zeroed");
  tni_vector_destroy(&vector);
}

Test(vector, a_size_that_does_not_fit_fails) {
  tni_vector vector;
  tni_vector_init(&vector, tni_allocator_system(), sizeof(int));
  cr_assert_eq(tni_vector_reserve(&vector, SIZE_MAX), TN_OUT_OF_MEMORY);
  cr_assert_eq(tni_vector_reserve(&vector, SIZE_MAX / 2), TN_OUT_OF_MEMORY);
  cr_assert_eq(vector.capacity, 0);
}
