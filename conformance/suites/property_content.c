/* Checks of values whose kind fits and whose content does not, and of sinks that do not take them.
 */
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

/* --- sinks */

struct refusing {
  uint32_t calls;
  tn_status answer;
};

static tn_status refuse(void *user, const tn_value *value) {
  struct refusing *self = user;
  (void)value;
  self->calls++;
  return self->answer;
}

static tn_status read_into(const declared_property *declared, struct refusing *sink,
                           tn_error *error) {
  const property_place *place = &declared->place;
  const tn_string name = declared->property->name;
  if (place->model) return tn_compiled_model_get_property(place->model, name, refuse, sink, error);
  return place->plugin->api->get_property(place->plugin, place->device, name, refuse, sink, error);
}

TN_CHECK_WITH(property_sink_fails, QUERY, 11, 0,
              "a sink that does not take the property's value is called once, and the call fails "
              "with its status; the next call gives the value",
              .found = find_properties) {
  static const tn_status answers[] = {TN_CANCELLED, TN_IO, TN_OUT_OF_MEMORY};
  declared_property declared;
  seen_value value;
  if (!declared_property_find(t, &declared)) return;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    struct refusing sink = {0, answers[i]};
    memset(&t->error, 0, sizeof t->error);
    const tn_status status = read_into(&declared, &sink, &t->error);
    EXPECT_THAT(status == answers[i], "the call fails as its sink did, with %s; it gave %s",
                tni_status_name(answers[i]), tni_status_name(status));
    EXPECT_THAT(sink.calls == 1, "the sink is called once; it was called %u times", sink.calls);
    test_about(t, TNI_CLAUSE(ERROR, 2));
    EXPECT_THAT(t->error.status == answers[i] && t->error.message[0] != 0,
                "the record says %s and why; it says %s, \"%.200s\"", tni_status_name(answers[i]),
                tni_status_name(t->error.status), t->error.message);
    test_about(t, 0);
  }
  read_value(t, &declared, &value);
}

TN_CHECK_WITH(property_record_untouched, ERROR, 2, 0,
              "reading the property leaves the record untouched when it succeeds",
              .found = find_properties) {
  enum { POISON = 0x6b };
  declared_property declared;
  struct refusing sink = {0, TN_OK};
  tn_error error, before;
  memset(&error, POISON, sizeof error);
  before = error;
  if (!declared_property_find(t, &declared)) return;
  EXPECT_OK(read_into(&declared, &sink, &error));
  EXPECT(memcmp(&error, &before, sizeof error) == 0);
}
