/* Checks of exports whose writes fail, one by one. */
#define TN_GROUP "export"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/blob.h"

enum { MOST = 64 };

static void writes(test *t, test_parameters *found) {
  blob whole = {0};
  tn_compiled_model *model = test_compile(t, "carrier");
  if (!model || blob_export(t, model, &whole) != TN_OK) return;
  for (uint64_t i = 1; i <= whole.write_count && i <= MOST; i++) {
    char name[32];
    snprintf(name, sizeof name, "%llu", (unsigned long long)i);
    test_add_parameter(found, tn_string_from(name));
  }
  blob_clear(&whole);
}

TN_CHECK_WITH(
    export_write_fails, EXPORT, 3, TEST_NEEDS_IMPORT,
    "when that write fails export stops with its status, vendor code and message, and the "
    "model exports as before afterwards",
    .found = writes) {
  blob before = {0}, after = {0};
  blob part = {.fail_at = strtoull(t->parameter, NULL, 10), .fail_status = TN_IO};
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  REQUIRE_OK(blob_export(t, model, &before));
  tn_status status = blob_export(t, model, &part);
  EXPECT(t->error.vendor_code == BLOB_VENDOR_CODE);
  EXPECT(strstr(t->error.message, BLOB_MESSAGE) != NULL);
  EXPECT_STATUS(status, TN_IO);
  EXPECT_THAT(part.after_fail == 0, "nothing is written behind the write that failed; %llu were",
              (unsigned long long)part.after_fail);
  EXPECT_OK(blob_export(t, model, &after));
  EXPECT(after.size == before.size && memcmp(after.bytes, before.bytes, (size_t)after.size) == 0);
  blob_clear(&before);
  blob_clear(&part);
  blob_clear(&after);
}
