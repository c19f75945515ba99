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
