#include "base/platform/output_file.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault_allocator.h"

static char folder[64], path[128];

static void begin(void) {
  strcpy(folder, "/tmp/tenon-output-XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/file", folder);
}

static void end(void) {
  unlink(path);
  cr_assert_eq(rmdir(folder), 0, "something was left behind in %s", folder);
}

TestSuite(output_file, .init = begin, .fini = end);

static void expect_content(const char *text) {
  char got[64] = "";
  FILE *file = fopen(path, "rb");
  cr_assert_not_null(file);
  got[fread(got, 1, sizeof got - 1, file)] = 0;
  fclose(file);
  cr_assert_str_eq(got, text);
}

static void write_old(void) {
  FILE *file = fopen(path, "wb");
  fputs("old", file);
  fclose(file);
  chmod(path, 0640);
}

static tn_status put(const char *text, tn_status outcome, tn_error *error) {
  tni_output_file file;
  TN_TRY(tni_output_file_open(&file, tni_allocator_system(), path, error));
  tn_status status = tni_output_file_write(&file, text, strlen(text), error);
  return tni_output_file_close(&file, status == TN_OK ? outcome : status, error);
}

Test(output_file, a_file_takes_its_place_when_it_is_whole) {
  tn_error error = {0};
  struct stat facts;
  write_old();
  cr_assert_eq(put("new", TN_OK, &error), TN_OK, "%s", error.message);
  expect_content("new");
  cr_assert_eq(stat(path, &facts), 0);
  cr_assert_eq(facts.st_mode & 07777, 0640u);
}

Test(output_file, after_a_failure_the_file_is_as_it_was) {
  write_old();
  cr_assert_eq(put("new", TN_UNSUPPORTED, NULL), TN_UNSUPPORTED);
  expect_content("old");
}

Test(output_file, a_file_that_may_not_grow_is_as_it_was) {
  tn_error error = {0};
  struct rlimit limit;
  char text[9000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = 0;
  write_old();
  signal(SIGXFSZ, SIG_IGN);
  cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = 100;
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const tn_status status = put(text, TN_OK, &error);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_FSIZE, &limit);
  cr_assert_eq(status, TN_IO);
  cr_assert_not_null(strstr(error.message, "File too large"), "%s", error.message);
  cr_assert_not_null(strstr(error.message, path), "%s", error.message);
  expect_content("old");
}

Test(output_file, places_that_cannot_be_written_are_named) {
  tn_error error = {0};
  tni_output_file file;
  cr_assert_eq(tni_output_file_open(&file, tni_allocator_system(), "/no/such/folder/x", &error),
               TN_IO);
  cr_assert_not_null(strstr(error.message, "/no/such/folder/x"));
  cr_assert_eq(tni_output_file_open(&file, tni_allocator_system(), folder, &error), TN_IO);
  cr_assert_not_null(strstr(error.message, "Is a directory"));
}

Test(output_file, without_memory_nothing_is_made) {
  tni_fault_allocator faults;
  tni_output_file file;
  tn_error error = {0};
  tni_fault_allocator_init(&faults, 0);
  cr_assert_eq(tni_output_file_open(&file, &faults.allocator, path, &error), TN_OUT_OF_MEMORY);
}
