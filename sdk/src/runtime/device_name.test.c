#include "runtime/device_name.h"

#include <criterion/criterion.h>

static void check(const char *text, const char *plugin, const char *id, const char *list) {
  tni_device_name name;
  tn_error error = {0};
  cr_assert_eq(tni_device_name_parse(tn_string_from(text), &name, &error), TN_OK, "%s",
               error.message);
  cr_assert(tn_string_equal(name.plugin, tn_string_from(plugin)), "%s", text);
  cr_assert(tn_string_equal(name.id, tn_string_from(id)), "%s", text);
  cr_assert(tn_string_equal(name.list, tn_string_from(list)), "%s", text);
}

static void check_refused(const char *text) {
  tni_device_name name;
  tn_error error = {0};
  cr_assert_eq(tni_device_name_parse(tn_string_from(text), &name, &error), TN_INVALID_ARGUMENT,
               "\"%s\" was taken", text);
  cr_assert_not_null(strstr(error.message, text));
}

Test(device_name, the_grammar_is_taken_apart) {
  check("CPU", "CPU", "", "");
  check("GPU.1", "GPU", "1", "");
  check("GPU.a.b", "GPU", "a.b", "");
  check("MY_DEVICE2", "MY_DEVICE2", "", "");
  check("HETERO:GPU.1,CPU", "HETERO", "", "GPU.1,CPU");
  check("BATCH:GPU(4)", "BATCH", "", "GPU(4)");
  check("AUTO:-CPU", "AUTO", "", "-CPU");
  check("A:B:C,D", "A", "", "B:C,D");
}

Test(device_name, everything_else_is_refused) {
  check_refused("");
  check_refused(".1");
  check_refused(":A");
  check_refused("GPU.");
  check_refused("HETERO:");
  check_refused("GPU 1");
  check_refused("GPU-1");
  check_refused("GPU.1:A");
  check_refused(" GPU");
}

Test(device_name, bytes_beyond_the_length_do_not_count) {
  tni_device_name name;
  cr_assert_eq(tni_device_name_parse(tn_string_make("GPU.1", 3), &name, NULL), TN_OK);
  cr_assert_eq(name.id.length, 0);
}

Test(device_name, names_are_put_together) {
  static const tn_string names[] = {TN_STRING_INIT("GPU"), TN_STRING_INIT("")};
  tni_arena arena;
  tn_string name;
  tni_arena_init(&arena, tni_allocator_system());
  cr_assert_eq(tni_device_name_join(&arena, names[0], TN_STRING("a.b"), &name), TN_OK);
  cr_assert(tn_string_is(name, "GPU.a.b"));
  cr_assert_eq(tni_device_name_join(&arena, names[0], names[1], &name), TN_OK);
  cr_assert(tn_string_is(name, "GPU."));
  cr_assert_eq(name.data[name.length], '\0');
  tni_arena_destroy(&arena);
}
