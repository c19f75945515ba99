/* Checks of properties that are set in one call: all of them, or none. */
#define TN_GROUP "property"
#include <string.h>

#include "base/value.h"
#include "engine/declared.h"

/* An entry that is refused. */
struct bad_entry {
  const char *what;
  tn_map_entry entry;
  tn_status status;
};

enum { MOST_BAD = 5 };

struct bad_entries {
  struct bad_entry items[MOST_BAD];
  uint32_t count;
};

static void add(struct bad_entries *self, const char *what, tn_string name, tn_value value,
                tn_status status) {
  for (uint32_t i = 0; i < self->count; i++)
    if (strcmp(self->items[i].what, what) == 0) return; /* one of each is enough */
  self->items[self->count++] = (struct bad_entry){what, {name, value}, status};
}

/* What another property refuses at the place of the good one. */
static void add_of(test *t, const property_place *place, const tn_property *p,
                   struct bad_entries *out) {
  seen_value now;
  tn_value beside[DECLARED_MOST_BESIDE];
  if (!declared_is_writable(p, place)) {
    if (see_property(t, place, p->name, &now, NULL) == TN_OK)
      add(out, "one that is not writable", p->name, now.value, TN_READ_ONLY);
    return;
  }
  add(out, "one of another kind", p->name,
      p->kind == TN_VALUE_BOOL ? tn_value_of_int64(1) : tn_value_of_bool(1), TN_WRONG_TYPE);
  if (declared_values_beside(p, beside))
    add(out, "one beside its range", p->name, beside[0], TN_OUT_OF_RANGE);
  if (p->choice_count && p->kind == TN_VALUE_STRING)
    add(out, "one that is no choice", p->name, tn_value_of_string(TN_STRING("NO_SUCH_CHOICE")),
        TN_OUT_OF_RANGE);
}

static void find_bad(test *t, const declared_property *good, struct bad_entries *out) {
  out->count = 0;
  add(out, "an unknown one", TN_STRING("NO_SUCH_PROPERTY"), tn_value_of_bool(1), TN_NOT_FOUND);
  for (uint32_t i = 0; i < good->all.count; i++) {
    const tn_property *p = good->all.items[i];
    if ((p->levels & good->place.level) && !tn_string_equal(p->name, good->property->name))
      add_of(t, &good->place, p, out);
  }
}

static void expect_none_set(test *t, const declared_property *good, const tn_value *before,
                            const tn_map_entry entries[2], const struct bad_entry *bad) {
  seen_value after;
  const tn_string name = good->property->name;
  const tn_status status = set_properties_at(&good->place, entries, 2, &t->error);
  EXPECT_THAT(status == bad->status, "setting %.*s of a %s beside %s (%.*s) gives %s; it gave %s",
              TNI_TEXT(name), good->place.name, bad->what, TNI_TEXT(bad->entry.key),
              tni_status_name(bad->status), tni_status_name(status));
  EXPECT_OK(see_property(t, &good->place, name, &after, &t->error));
  EXPECT_THAT(
      (good->property->flags & TN_PROPERTY_VOLATILE) || tni_value_equal(before, &after.value),
      "property %.*s of a %s stays when %s (%.*s) is refused with it", TNI_TEXT(name),
      good->place.name, bad->what, TNI_TEXT(bad->entry.key));
}

TN_CHECK_WITH(property_all_or_none, PROPERTY, 6, 0,
              "setting several properties of which one is refused, whatever for, changes none, "
              "whether it stands before or behind",
              .found = find_settable_properties, .revision = 2) {
  declared_property good;
  seen_value before;
  tn_value other;
  struct bad_entries bad;
  if (!declared_property_find(t, &good)) return;
  const tn_string name = good.property->name;
  REQUIRE_OK(see_property(t, &good.place, name, &before, &t->error));
  if (!declared_other_value(good.property, &before.value, &other))
    NOT_APPLICABLE("it has no second legal value");
  find_bad(t, &good, &bad);
  for (uint32_t i = 0; i < bad.count; i++) {
    const tn_map_entry entry = {name, other};
    expect_none_set(t, &good, &before.value, (tn_map_entry[]){entry, bad.items[i].entry},
                    &bad.items[i]);
    expect_none_set(t, &good, &before.value, (tn_map_entry[]){bad.items[i].entry, entry},
                    &bad.items[i]);
  }
}
