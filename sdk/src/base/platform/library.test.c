#include "base/platform/library.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(library, functions_of_a_loaded_library_are_found) {
  tni_library *library = NULL;
  tn_error error;
  cr_assert_eq(tni_library_open("libm.so.6", &library, &error), TN_OK);
  tni_function function = NULL;
  cr_assert_eq(tni_library_find(library, "cos", &function, &error), TN_OK);
  cr_assert_eq(((double (*)(double))function)(0.0), 1.0);
  cr_assert_eq(tni_library_find(library, "tn_no_such_function", &function, &error), TN_NOT_FOUND);
  cr_assert_not_null(strstr(error.message, "tn_no_such_function"));
  tni_library_close(library);
  tni_library_close(NULL);
}

Test(library, what_cannot_be_loaded_is_said_clearly) {
  tni_library *library = NULL;
  tn_error error;
  cr_assert_eq(tni_library_open("/no/such/library.so", &library, &error), TN_NOT_FOUND);
  cr_assert_not_null(strstr(error.message, "/no/such/library.so"));
  char path[] = "/tmp/tenon-library-XXXXXX";
  close(mkstemp(path));
  cr_assert_eq(tni_library_open(path, &library, &error), TN_BACKEND_MISSING);
  cr_assert_not_null(strstr(error.message, path));
  unlink(path);
  cr_assert_null(library);
}

Test(library, a_pinned_library_stays_loaded) {
  tni_library *library = NULL;
  tni_function function = NULL;
  tn_error error;
  cr_assert_eq(tni_library_open("libjansson.so.4", &library, &error), TN_OK);
  cr_assert_eq(tni_library_find(library, "json_null", &function, &error), TN_OK);
  cr_assert_eq(tni_library_pin(library, &error), TN_OK);
  tni_library_close(library);
  cr_assert_not_null(((void *(*)(void))function)());
}

/* The bytes of this program, which is an ELF file like any library. */
static size_t read_program(unsigned char **out) {
  FILE *file = fopen("/proc/self/exe", "rb");
  fseek(file, 0, SEEK_END);
  const size_t size = (size_t)ftell(file);
  *out = malloc(size);
  rewind(file);
  cr_assert_eq(fread(*out, 1, size, file), size);
  fclose(file);
  return size;
}

static tn_status check_cut(const unsigned char *bytes, size_t size, tn_error *error) {
  char path[] = "/tmp/tenon-library-XXXXXX";
  const int descriptor = mkstemp(path);
  cr_assert_eq(write(descriptor, bytes, size), (ssize_t)size);
  close(descriptor);
  const tn_status status = tni_library_check_file(path, error);
  if (status != TN_OK) cr_assert_not_null(strstr(error->message, path));
  unlink(path);
  return status;
}

Test(library, a_file_that_is_cut_off_is_not_opened) {
  unsigned char *bytes;
  tn_error error = {0};
  const size_t size = read_program(&bytes);
  cr_assert_eq(check_cut(bytes, size, &error), TN_OK, "%s", error.message);
  cr_assert_eq(check_cut(bytes, size - 1, &error), TN_BACKEND_MISSING);
  cr_assert_not_null(strstr(error.message, "table of sections"), "%s", error.message);
  cr_assert_eq(check_cut(bytes, 100, &error), TN_BACKEND_MISSING);
  cr_assert_not_null(strstr(error.message, "table of segments"), "%s", error.message);
  memset(bytes + 40, 0, 8); /* as if there were no table of sections */
  cr_assert_eq(check_cut(bytes, size, &error), TN_OK, "%s", error.message);
  cr_assert_eq(check_cut(bytes, 4096, &error), TN_BACKEND_MISSING);
  cr_assert_not_null(strstr(error.message, "segment takes"), "%s", error.message);
  free(bytes);
}

Test(library, data_is_no_function) {
  tni_library *library = NULL;
  tni_function function = NULL;
  tn_error error = {0};
  cr_assert_eq(tni_library_open("libc.so.6", &library, &error), TN_OK);
  cr_assert_eq(tni_library_find(library, "environ", &function, &error), TN_NOT_FOUND);
  cr_assert_not_null(strstr(error.message, "environ: the symbol is data"), "%s", error.message);
  cr_assert_eq(tni_library_find(library, "memcpy", &function, &error), TN_OK);
  tni_library_close(library);
}
