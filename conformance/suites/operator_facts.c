/* What a device declares of its operators and its arithmetic. */
#include <string.h>

#include "engine/check.h"
#include "engine/observe.h"
#include "numbers/arithmetic.h"
#include "numbers/profile.h"

#define TN_GROUP "operator"

/* A property of the device; kind NONE where there is none. */
static tn_value read(test *t, const char *name) {
  const property_place place = {
      .name = "device", .level = TN_LEVEL_DEVICE, .plugin = t->plugin, .device = t->device};
  seen_value seen = {0};
  const tn_status status = see_property(t, &place, tn_string_from(name), &seen, NULL);
  return status == TN_OK ? seen.value : (tn_value){.kind = TN_VALUE_NONE};
}

TN_CHECK(operator_profile_is_known, OPERATOR, 14, 0,
         "the operator profile that the device declares is one of the suite") {
  const tn_value value = read(t, "OPERATOR_PROFILE");
  char name[PROFILE_NAME_SIZE] = "", known[256];
  const bool is_text = value.kind == TN_VALUE_STRING;
  if (value.kind == TN_VALUE_NONE || (is_text && value.as.string.length == 0))
    NOT_APPLICABLE("the device declares no operator profile");
  REQUIRE(is_text);
  if (value.as.string.length < sizeof name)
    memcpy(name, value.as.string.data, (size_t)value.as.string.length);
  profile_names(known, sizeof known);
  EXPECT_THAT(profile_exists(name), "'%s' is one of the profiles: %s", name, known);
}

TN_CHECK(operator_float_controls_are_known, OPERATOR, 13, 0,
         "what the device declares of its arithmetic is what the header lists") {
  const tn_value value = read(t, "FLOAT_CONTROLS");
  arithmetic how = {.precision = TN_ANY_TYPE};
  if (value.kind == TN_VALUE_NONE) NOT_APPLICABLE("the device declares no departure from IEEE 754");
  REQUIRE(value.kind == TN_VALUE_LIST); /* empty: there is none */
  for (uint64_t i = 0; i < value.as.list.count; i++) {
    const tn_value *entry = &value.as.list.items[i];
    const tn_string text = entry->kind == TN_VALUE_STRING ? entry->as.string : TN_STRING("");
    EXPECT_THAT(arithmetic_take(&how, text), "entry %llu, '%.*s', is one of the header's",
                (unsigned long long)i, TNI_TEXT(text));
  }
}
