#include "base/fault_allocator.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

struct behaviour {
  int leaks, ignores;
};

/* Where blocks that a test leaks on purpose stay reachable, for the leak checks of the sanitizers.
 */
static void *lost[16];
static int lost_count;

static tn_status make_three(const tni_allocator *allocator, void *user) {
  const struct behaviour *behaviour = user;
  void *blocks[3] = {NULL, NULL, NULL};
  tn_status status = TN_OK;
  for (int i = 0; i < 3; i++) {
    blocks[i] = tni_alloc(allocator, 10);
    if (!blocks[i]) status = TN_OUT_OF_MEMORY;
  }
  for (int i = 0; i < 3 - behaviour->leaks; i++)
    tni_free(allocator, blocks[i]);
  for (int i = 3 - behaviour->leaks; i < 3; i++)
    lost[lost_count++ % 16] = blocks[i];
  return behaviour->ignores ? TN_OK : status;
}

Test(fault_allocator, every_allocation_is_failed_once) {
  struct behaviour good = {0, 0};
  cr_assert_eq(tni_fault_sweep(make_three, &good), 3);
}

Test(fault_allocator, leaks_and_ignored_failures_are_found, .init = cr_redirect_stderr) {
  struct behaviour leaks = {1, 0}, ignores = {0, 1};
  cr_assert_eq(tni_fault_sweep(make_three, &leaks), -1);
  cr_assert_eq(tni_fault_sweep(make_three, &ignores), -1);
}
