#include "runtime/registration.h"

#include "base/fault_allocator.h"
#include "base/value.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[64];

static void write_manifest(const char *text) {
  strcpy(path, "/tmp/tenon-manifest-XXXXXX");
  FILE *file = fdopen(mkstemp(path), "w");
  cr_assert_not_null(file);
  fputs(text, file);
  fclose(file);
}

static void remove_manifest(void) {
  unlink(path);
}

static const char manifest[] =
    "{\"tenon_manifest\": 1, \"majors\": [1, 1], \"name\": \"A_1\", \"library\": \"sub/liba.so\", "
    "\"version\": \"3\", \"description\": \"Gr\\u00fc\\u00dfe\", "
    "\"backend_absent\": {\"environment\": {\"A_BACKEND\": \"none\"}}, "
    "\"properties\": {\"FLAG\": true, \"COUNT\": -5, \"RATIO\": 0.5, \"NAME\": \"x\", "
    "\"LIST\": [1, [2]], \"TABLE\": {\"K\": \"v\"}}, \"later\": [1, 2]}";

Test(registration, a_manifest_gives_all_its_fields, .fini = remove_manifest) {
  write_manifest(manifest);
  tni_registration got;
  tn_error error = {0};
  tni_registration_init(&got, tni_allocator_system());
  cr_assert_eq(tni_registration_read(&got, tn_string_from(path), &error), TN_OK, "%s",
               error.message);
  cr_assert_str_eq(got.name.data, "A_1");
  cr_assert_str_eq(got.library.data, "/tmp/sub/liba.so", "relative to the manifest");
  cr_assert_str_eq(got.version.data, "3");
  cr_assert_str_eq(got.description.data,
                   "Gr\xc3\xbc\xc3\x9f"
                   "e");
  cr_assert_eq(got.property_count, 6);
  const tn_map_entry *entries = got.properties;
  cr_assert_eq(entries[0].value.as.boolean, 1);
  cr_assert_eq(entries[1].value.as.int64, -5);
  cr_assert_eq(entries[2].value.as.float64, 0.5);
  cr_assert(tn_string_equal(entries[3].value.as.string, TN_STRING("x")));
  cr_assert_eq(entries[4].value.as.list.items[1].as.list.items[0].as.int64, 2);
  cr_assert(tn_string_equal(entries[5].value.as.map.entries[0].key, TN_STRING("K")));
  tni_registration_destroy(&got);
}

static tn_status read_copy(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_registration got, copy;
  tni_registration_init(&got, allocator);
  tni_registration_init(&copy, allocator);
  tn_status status = tni_registration_read(&got, tn_string_from(path), NULL);
  tn_plugin_options options = tn_plugin_options_init();
  options.name = "COPY";
  options.properties = got.properties;
  options.property_count = got.property_count;
  if (status == TN_OK) status = tni_registration_set(&copy, "lib.so", &options, NULL);
  if (status == TN_OK && !tni_value_equal(&copy.properties[4].value, &got.properties[4].value))
    status = TN_INTERNAL;
  tni_registration_destroy(&copy);
  tni_registration_destroy(&got);
  return status;
}

Test(registration, reading_and_copying_survive_failing_memory, .fini = remove_manifest) {
  write_manifest(manifest);
  cr_assert_gt(tni_fault_sweep(read_copy, NULL), 3);
}

Test(registration, values_that_are_nested_too_deep_are_refused, .fini = remove_manifest) {
  char text[400] =
      "{\"tenon_manifest\": 1, \"name\": \"A\", \"library\": \"x\", "
      "\"properties\": {\"DEEP\": ";
  for (int i = 0; i < 30; i++)
    strcat(text, "[");
  for (int i = 0; i < 30; i++)
    strcat(text, "]");
  strcat(text, "}}");
  write_manifest(text);
  tni_registration got;
  tn_error error = {0};
  tni_registration_init(&got, tni_allocator_system());
  cr_assert_eq(tni_registration_read(&got, tn_string_from(path), &error), TN_MALFORMED);
  cr_assert_not_null(strstr(error.message, "\"DEEP\""));
  tni_registration_destroy(&got);
}

Test(registration, what_an_application_gives_is_checked) {
  tni_registration got;
  tn_error error = {0};
  tn_plugin_options options = tn_plugin_options_init();
  options.size -= 8;
  tni_registration_init(&got, tni_allocator_system());
  cr_assert_eq(tni_registration_set(&got, "x.so", &options, &error), TN_INVALID_ARGUMENT);
  options = tn_plugin_options_init();
  options.property_count = 1;
  cr_assert_eq(tni_registration_set(&got, "x.so", &options, &error), TN_INVALID_ARGUMENT);
  const tn_map_entry entry = {TN_STRING("A"), {77, 0, {0}}};
  options.properties = &entry;
  cr_assert_eq(tni_registration_set(&got, "x.so", &options, &error), TN_INVALID_ARGUMENT);
  cr_assert_not_null(strstr(error.message, "kind 77"));
  tni_registration_destroy(&got);
}
