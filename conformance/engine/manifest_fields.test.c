#include "engine/manifest_fields.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/built_in.h"
#include "runtime/registration.h"

#define PLUGIN "\"tenon_manifest\": 1, \"name\": \"NPU\", \"library\": \"libnpu.so\""

/* The field that is told of a manifest, or "" where it is right. */
static const char *problem_of(const char *fields) {
  char text[400];
  manifest_problem problem;
  snprintf(text, sizeof text, "{%s}", fields);
  json_t *root = json_loads(text, 0, NULL);
  cr_assert(root != NULL, "%s is JSON", text);
  const char *field = manifest_find_problem(root, &problem) ? problem.field : "";
  json_decref(root);
  return field;
}

/* Whether the runtime takes a manifest. */
static bool is_taken(const char *fields) {
  char path[] = "/tmp/tenon-manifest-XXXXXX";
  const int file = mkstemp(path);
  cr_assert(file >= 0 && dprintf(file, "{%s}", fields) > 0);
  close(file);
  tni_registration registration;
  tni_registration_init(&registration, tni_allocator_system());
  const tn_status status = tni_registration_read(&registration, tn_string_from(path), NULL);
  tni_registration_destroy(&registration);
  unlink(path);
  return status == TN_OK;
}

struct row {
  const char *fields, *problem;
};

static void expect_row(const struct row *row) {
  cr_expect(eq(str, (char *)problem_of(row->fields), (char *)row->problem), "{%s}", row->fields);
}

/* The runtime has to be of the same opinion. */
static void expect(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    expect_row(&rows[i]);
    cr_expect(is_taken(rows[i].fields) == !rows[i].problem[0], "the runtime's answer to {%s}",
              rows[i].fields);
  }
}
#define EXPECT_ROWS(rows) expect(rows, sizeof rows / sizeof *rows)

Test(manifest_fields, of_good_manifests_are_taken) {
  static const struct row rows[] = {
      {PLUGIN, ""},
      {PLUGIN ", \"version\": \"\", \"description\": \"a text\"", ""},
      {PLUGIN ", \"majors\": [1, 7], \"x-unknown\": null", ""},
      {PLUGIN ", \"properties\": {\"A\": [1, \"b\", {\"c\": 0.5}], \"D\": false}", ""},
      {PLUGIN ", \"backend_version\": {\"environment\": {\"A\": \"b\"}, \"more\": 1}", ""},
      {PLUGIN ", \"backend_version\": {\"environment\": {}, \"found\": \"1\", \"needed\": \"2\"}",
       ""},
      {PLUGIN ", \"device_absent\": {\"environment\": {}}", ""},
      {PLUGIN ", \"alias\": \"\"", ""},
      {PLUGIN ", \"alias\": \"GPU\", \"priority\": -3, \"fallback\": [\"CPU\"], \"hidden\": false",
       ""},
      {PLUGIN ", \"alias\": \"GPU\", \"fallback\": []", ""},
  };
  EXPECT_ROWS(rows);
}

Test(manifest_fields, that_have_to_be_there_are_missed) {
  static const struct row rows[] = {
      {"\"name\": \"NPU\", \"library\": \"libnpu.so\"", "tenon_manifest"},
      {"\"tenon_manifest\": 1, \"library\": \"libnpu.so\"", "name"},
      {"\"tenon_manifest\": 1, \"name\": \"NPU\"", "library"},
  };
  EXPECT_ROWS(rows);
}

Test(manifest_fields, of_another_type_are_told) {
  static const struct row rows[] = {
      {"\"tenon_manifest\": 2, \"name\": \"NPU\", \"library\": \"x\"", "tenon_manifest"},
      {"\"tenon_manifest\": 1.0, \"name\": \"NPU\", \"library\": \"x\"", "tenon_manifest"},
      {"\"tenon_manifest\": 1, \"name\": \"N.P\", \"library\": \"x\"", "name"},
      {"\"tenon_manifest\": 1, \"name\": \"NPU\", \"library\": \"\"", "library"},
      {PLUGIN ", \"version\": 1", "version"},
      {PLUGIN ", \"description\": [\"a text\"]", "description"},
      {PLUGIN ", \"backend_absent\": {}", "backend_absent"},
      {PLUGIN ", \"backend_version\": {\"environment\": {\"A\": 1}}", "backend_version"},
      {PLUGIN ", \"device_absent\": {\"environment\": [\"A=1\"]}", "device_absent"},
      {PLUGIN ", \"compiler_absent\": \"A=1\"", "compiler_absent"},
      {PLUGIN ", \"majors\": 1", "majors"},
      {PLUGIN ", \"majors\": [1]", "majors"},
      {PLUGIN ", \"majors\": [1, \"2\"]", "majors"},
      {PLUGIN ", \"majors\": [0, 1]", "majors"},
      {PLUGIN ", \"majors\": [800, 900]", "majors"},
      {PLUGIN ", \"properties\": [1]", "properties"},
      {PLUGIN ", \"properties\": {\"A\": [{\"b\": null}]}", "properties"},
  };
  EXPECT_ROWS(rows);
}

/* The runtime does not read them. */
Test(manifest_fields, that_only_the_suite_reads_are_told) {
  expect_row(&(struct row){PLUGIN ", \"backend_version\": {\"environment\": {}, \"found\": 1}",
                           "backend_version"});
}

Test(manifest_fields, about_an_alias_need_one) {
  static const struct row rows[] = {
      {PLUGIN ", \"alias\": \"my GPU\"", "alias"},
      {PLUGIN ", \"alias\": \"NPU\"", "alias"},
      {PLUGIN ", \"priority\": 1", "priority"},
      {PLUGIN ", \"fallback\": [\"CPU\"], \"alias\": \"\"", "fallback"},
      {PLUGIN ", \"hidden\": true", "hidden"},
      {PLUGIN ", \"alias\": \"GPU\", \"priority\": 0.5", "priority"},
      {PLUGIN ", \"alias\": \"GPU\", \"fallback\": \"CPU\"", "fallback"},
      {PLUGIN ", \"alias\": \"GPU\", \"fallback\": [\"CPU,GPU\"]", "fallback"},
      {PLUGIN ", \"alias\": \"GPU\", \"fallback\": [\"\"]", "fallback"},
      {PLUGIN ", \"alias\": \"GPU\", \"hidden\": \"yes\"", "hidden"},
  };
  EXPECT_ROWS(rows);
}

Test(manifest_fields, give_no_name_of_what_is_built_in_to_others) {
#define TNI_BUILT_IN_ROW(identifier) extern TNI_BUILT_IN(identifier);
#include "runtime/built_in.inc"
#undef TNI_BUILT_IN_ROW
  static const tni_built_in *const plugins[] = {
#define TNI_BUILT_IN_ROW(identifier) &tni_built_in_##identifier,
#include "runtime/built_in.inc"
#undef TNI_BUILT_IN_ROW
  };
  for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++) {
    char fields[200];
    snprintf(fields, sizeof fields, PLUGIN ", \"alias\": \"%s\"", plugins[i]->name);
    expect(&(struct row){fields, "alias"}, 1);
  }
}
