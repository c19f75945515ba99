#include "base/status.h"

#include <criterion/criterion.h>
#include <string.h>

Test(status, fail_fills_the_record_and_returns_the_status) {
  tn_error error;
  memset(&error, 0xAB, sizeof error);
  cr_assert_eq(tni_fail_clause(&error, TN_NOT_FOUND, TNI_CLAUSE(COMPILE, 12), "port %d", 7),
               TN_NOT_FOUND);
  cr_assert_eq(error.status, TN_NOT_FOUND);
  cr_assert_eq(error.clause_area, TN_AREA_COMPILE);
  cr_assert_eq(error.clause_number, 12);
  cr_assert_eq(error.vendor_code, 0);
  cr_assert_str_eq(error.message, "port 7");
  cr_assert_eq(tni_fail(NULL, TN_IO, "nobody listens"), TN_IO);
}

Test(status, a_long_message_is_cut_between_characters) {
  char text[600];
  for (size_t shift = 0; shift < 4; shift++) {
    memset(text, 'a', shift);
    for (size_t i = shift; i + 3 < sizeof text; i += 3)
      memcpy(text + i, "\xE2\x82\xAC", 4);
    tn_error error;
    tni_fail(&error, TN_IO, "%s", text);
    size_t length = strlen(error.message);
    cr_assert_lt(length, sizeof error.message);
    cr_assert_geq(length, sizeof error.message - 4);
    cr_assert_eq((length - shift) % 3, 0);
  }
}

Test(status, a_prefix_keeps_code_clause_and_vendor_code) {
  tn_error error;
  tni_fail_clause(&error, TN_UNSUPPORTED, TNI_CLAUSE(QUERY, 3), "node a");
  error.vendor_code = 42;
  cr_assert_eq(tni_fail_prefix(&error, TN_UNSUPPORTED, "device %s", "CPU"), TN_UNSUPPORTED);
  cr_assert_str_eq(error.message, "device CPU: node a");
  cr_assert_eq(error.vendor_code, 42);
  cr_assert_eq(error.clause_area, TN_AREA_QUERY);
}

Test(status, names_are_known) {
  cr_assert_str_eq(tni_status_name(TN_DEVICE_LOST), "DEVICE_LOST");
  cr_assert_str_eq(tni_status_name(-5), "UNKNOWN");
  cr_assert_str_eq(tni_status_meaning(TN_OK), "success");
  cr_assert_not_null(tni_status_meaning(12345));
  cr_assert_str_eq(tni_clause_area_name(TN_AREA_MODEL), "MODEL");
  cr_assert_null(tni_clause_area_name(0));
}

Test(status, malformed_bytes_of_names_do_not_spoil_messages) {
  tn_error error;
  tni_fail(&error, TN_NOT_FOUND, "property '%.*s'", 2, "\xf0\x9f\x94\xa7");
  cr_assert_str_eq(error.message, "property '\?\?'");
  tni_fail(&error, TN_NOT_FOUND, "property '%s'", "\xc0\x80 \xf0\x9f\x94\xa7");
  cr_assert_str_eq(error.message, "property '\?\? \xf0\x9f\x94\xa7'");
}

Test(status, a_receiver_that_failed_is_told) {
  tn_error error, before;
  memset(&error, 7, sizeof error);
  before = error;
  cr_assert_eq(tni_received(TN_OK, "the devices", &error), TN_OK);
  cr_assert_arr_eq(&error, &before, sizeof error);
  cr_assert_eq(tni_received(TN_IO, "the devices", &error), TN_IO);
  cr_assert_eq(error.status, TN_IO);
  cr_assert_str_eq(error.message, "the receiver of the devices failed");
}
