#include "base/map.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include "base/fault_allocator.h"

static char names[3000][8];

static void name_all(void) {
  for (int i = 0; i < 3000; i++)
    snprintf(names[i], sizeof names[i], "n%d", i);
}

static tn_status insert_all(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_map map;
  tni_map_init(&map, allocator);
  tn_status status = TN_OK;
  for (int i = 0; i < 200 && status == TN_OK; i++)
    status = tni_string_map_set(&map, tn_string_from(names[i]), names[i]);
  tni_map_destroy(&map);
  return status;
}

Test(map, every_failed_allocation_is_survived, .init = name_all) {
  cr_assert_gt(tni_fault_sweep(insert_all, NULL), 3);
}

Test(map, finds_what_stays_after_many_removals, .init = name_all) {
  tni_map map;
  tni_map_init(&map, tni_allocator_system());
  for (int i = 0; i < 3000; i++)
    cr_assert_eq(tni_string_map_set(&map, tn_string_from(names[i]), names[i]), TN_OK);
  for (int i = 0; i < 3000; i++)
    if (i % 3) cr_assert_eq(tni_string_map_remove(&map, tn_string_from(names[i])), names[i]);
  cr_assert_eq(map.count, 1000);
  for (int i = 0; i < 3000; i++)
    cr_assert_eq(tni_string_map_find(&map, tn_string_from(names[i])), i % 3 ? NULL : names[i]);
  size_t position = 0, seen = 0;
  while (tni_map_next(&map, &position))
    seen++;
  cr_assert_eq(seen, 1000);
  cr_assert_null(tni_string_map_remove(&map, TN_STRING("absent")));
  tni_map_destroy(&map);
}

Test(map, a_second_set_replaces_and_the_empty_text_is_a_key) {
  int one, two;
  tni_map map;
  tni_map_init(&map, tni_allocator_system());
  cr_assert_null(tni_string_map_find(&map, TN_STRING("")));
  tni_string_map_set(&map, TN_STRING(""), &one);
  tni_string_map_set(&map, tn_string_from(NULL), &two);
  cr_assert_eq(map.count, 1);
  cr_assert_eq(tni_string_map_find(&map, TN_STRING("")), &two);
  tni_map_destroy(&map);
}

Test(map, addresses_are_keys_by_identity, .init = name_all) {
  tni_map map;
  tni_map_init(&map, tni_allocator_system());
  cr_assert_eq(tni_map_reserve(&map, 3000), TN_OK);
  const size_t capacity = map.capacity;
  for (int i = 0; i < 3000; i++)
    cr_assert_eq(tni_pointer_map_set(&map, &names[i], names[2999 - i]), TN_OK);
  cr_assert_eq(map.capacity, capacity, "reserved room is enough");
  for (int i = 0; i < 3000; i++)
    cr_assert_eq(tni_pointer_map_find(&map, &names[i]), names[2999 - i]);
  for (int i = 0; i < 3000; i += 2)
    cr_assert_eq(tni_pointer_map_remove(&map, &names[i]), names[2999 - i]);
  for (int i = 0; i < 3000; i++)
    cr_assert_eq(tni_pointer_map_find(&map, &names[i]), i % 2 ? names[2999 - i] : NULL);
  tni_map_destroy(&map);
}
