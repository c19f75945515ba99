/* test-labels: threads */
#include "runtime/parallel.h"

#include <criterion/criterion.h>
#include <stdatomic.h>

typedef struct tally {
  tni_parallel *parallel;
  atomic_uchar hits[1000];
  atomic_uint_fast64_t smallest; /* part */
  uint64_t inner;                /* items of an inner loop for each part, or 0 */
} tally;

static void count_inner(void *user, uint64_t begin, uint64_t end) {
  atomic_fetch_add((atomic_uint_fast64_t *)user, end - begin);
}

static void count(void *user, uint64_t begin, uint64_t end) {
  tally *self = user;
  for (uint64_t i = begin; i < end; i++)
    atomic_fetch_add(&self->hits[i], 1);
  uint64_t smallest = atomic_load(&self->smallest);
  while (end - begin < smallest &&
         !atomic_compare_exchange_weak(&self->smallest, &smallest, end - begin)) {
  }
  if (self->inner == 0) return;
  atomic_uint_fast64_t total = 0;
  tni_parallel_for(self->parallel, self->inner, 1, count_inner, &total);
  cr_assert_eq(atomic_load(&total), self->inner);
}

static void check(tni_parallel *parallel, uint64_t items, uint64_t grain, uint64_t inner) {
  static tally self;
  memset(&self, 0, sizeof self);
  self.parallel = parallel;
  self.inner = inner;
  atomic_store(&self.smallest, UINT64_MAX);
  tni_parallel_for(parallel, items, grain, count, &self);
  for (uint64_t i = 0; i < 1000; i++)
    cr_assert_eq(atomic_load(&self.hits[i]), i < items ? 1 : 0, "item %llu of %llu",
                 (unsigned long long)i, (unsigned long long)items);
  if (items >= grain) cr_assert_geq(atomic_load(&self.smallest), grain);
}

Test(parallel, every_item_is_done_once_in_parts_of_the_grain) {
  tni_parallel parallel = {0};
  cr_assert_eq(tni_parallel_init(&parallel, tni_allocator_system()), TN_OK);
  static const uint64_t sizes[] = {0, 1, 2, 7, 100, 999, 1000};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    for (uint64_t grain = 1; grain < 1200; grain = grain * 3 + 1)
      check(&parallel, sizes[i], grain, 0);
  tni_parallel_destroy(&parallel);
}

Test(parallel, loops_may_be_nested) {
  tni_parallel parallel = {0};
  cr_assert_eq(tni_parallel_init(&parallel, tni_allocator_system()), TN_OK);
  for (int i = 0; i < 50; i++)
    check(&parallel, 100, 3, 40);
  tni_parallel_destroy(&parallel);
}

Test(parallel, loops_run_alone_after_close) {
  tni_parallel parallel = {0};
  cr_assert_eq(tni_parallel_init(&parallel, tni_allocator_system()), TN_OK);
  tni_parallel_close(&parallel);
  check(&parallel, 500, 1, 0);
  cr_assert_null(parallel.helpers);
  tni_parallel_destroy(&parallel);
}
