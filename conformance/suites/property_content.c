/* Checks of values whose kind fits and whose content does not. */
#define TN_GROUP "property"
#include <string.h>

#include "base/value.h"
#include "engine/declared.h"

static bool set_is_refused(test *t, const declared_property *declared, const tn_value *value) {
  const tn_map_entry entry = {declared->property->name, *value};
  const tn_status status = set_properties_at(&declared->place, &entry, 1, &t->error);
  return status == TN_INVALID_ARGUMENT;
}

/* A value that is legal there: what the property reads as. */
static bool read_value(test *t, const declared_property *declared, seen_value *out) {
  return test_record_status(
      t, see_property(t, &declared->place, declared->property->name, out, &t->error), TN_OK,
      "get_property(name, sink, user, &t->error)", __FILE__, __LINE__);
}

TN_CHECK_WITH(property_malformed_values, ABI, 13, 0,
              "a value with a reserved word, a truth that is neither 0 nor 1, and text at NULL are "
              "refused with INVALID_ARGUMENT, and change nothing",
              .found = find_writable_properties) {
  declared_property declared;
  seen_value before, after;
  if (!declared_property_find(t, &declared) || !read_value(t, &declared, &before)) return;
  tn_value wrong = before.value;
  wrong.reserved = 1;
  EXPECT_THAT(set_is_refused(t, &declared, &wrong), "a reserved word that is not 0 is refused");
  wrong = before.value;
  if (wrong.kind == TN_VALUE_BOOL) {
    wrong.as.boolean = 2;
    EXPECT_THAT(set_is_refused(t, &declared, &wrong), "a truth of 2 is refused");
  }
  if (wrong.kind == TN_VALUE_STRING || wrong.kind == TN_VALUE_BYTES) {
    wrong.as.bytes.data = NULL;
    wrong.as.bytes.size = 3;
    EXPECT_THAT(set_is_refused(t, &declared, &wrong), "three bytes at NULL are refused");
  }
  if (!read_value(t, &declared, &after)) return;
  EXPECT_THAT(tni_value_equal(&before.value, &after.value), "the property keeps its value");
}
