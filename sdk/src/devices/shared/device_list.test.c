#include "devices/shared/device_list.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/allocator.h"

static tn_status parse(tni_arena *arena, const char *list, tni_devices *out, tn_error *error) {
  tni_arena_init(arena, tni_allocator_system());
  return tni_devices_parse(arena, "LIST", tn_string_from(list), out, error);
}

Test(device_list, names_come_in_their_order) {
  static const char *const expected[] = {"A", "B.1", "C"};
  tni_arena arena;
  tni_devices devices;
  tn_error error = {0};
  cr_assert_eq(parse(&arena, " A,B.1 , C", &devices, &error), TN_OK, "%s", error.message);
  cr_assert_eq(devices.count, 3);
  for (int i = 0; i < 3; i++)
    cr_assert(tn_string_is(devices.names[i], expected[i]), "%s", expected[i]);
  tni_arena_destroy(&arena);
}

Test(device_list, what_is_no_list_is_refused) {
  static const struct {
    const char *list, *says;
  } rows[] = {{"", "LIST: no devices are named"}, {"A,", "LIST: an empty name"},
              {",A", "LIST: an empty name"},      {"A,,B", "LIST: an empty name"},
              {"A, ", "LIST: an empty name"},     {"A,B,A", "LIST: A stands there twice"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tni_arena arena;
    tni_devices devices;
    tn_error error = {0};
    cr_assert_eq(parse(&arena, rows[i].list, &devices, &error), TN_INVALID_ARGUMENT, "\"%s\"",
                 rows[i].list);
    cr_assert_not_null(strstr(error.message, rows[i].says), "%s", error.message);
    tni_arena_destroy(&arena);
  }
}

Test(device_list, a_name_means_a_device_or_all_of_a_plugin) {
  cr_assert(tni_device_is_meant(TN_STRING("A.1"), TN_STRING("A.1")));
  cr_assert(tni_device_is_meant(TN_STRING("A.1"), TN_STRING("A")));
  cr_assert_not(tni_device_is_meant(TN_STRING("AB.1"), TN_STRING("A")));
  cr_assert_not(tni_device_is_meant(TN_STRING("A"), TN_STRING("A.1")));
  cr_assert(tn_string_is(tni_device_plugin(TN_STRING("A.1")), "A"));
  cr_assert(tn_string_is(tni_device_plugin(TN_STRING("A")), "A"));
}
