/* Checks of what exports depend on. */
#define TN_GROUP "property"
#include "base/value.h"
#include "engine/blob.h"
#include "engine/declared.h"

/* An export in two numbers. */
struct bytes {
  uint64_t sum, count;
};

static tn_status TN_CALL add_bytes(const tn_target *target, const void *data, uint64_t count,
                                   tn_error *error) {
  struct bytes *bytes = target->user;
  (void)error;
  for (uint64_t i = 0; i < count; i++)
    bytes->sum = (bytes->sum ^ ((const unsigned char *)data)[i]) * UINT64_C(1099511628211);
  bytes->count += count;
  return TN_OK;
}

static struct bytes export_of(test *t, tn_compiled_model *model) {
  struct bytes bytes = {.sum = UINT64_C(14695981039346656037)};
  tn_target target = tn_target_init();
  target.write = add_bytes;
  target.user = &bytes;
  const tn_export_api *exporter =
      tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_EXPORT));
  if (exporter) EXPECT_OK(exporter->export_model(model, NULL, &target, &t->error));
  return bytes;
}

static bool is_same(struct bytes a, struct bytes b) {
  return a.sum == b.sum && a.count == b.count;
}

static bool is_supported(test *t, const char *name) {
  seen_answers answers;
  tn_model *view = test_model(t, name);
  if (!view || see_query(t, t->plugin, view, NULL, &answers, NULL) != TN_OK) return false;
  for (uint32_t i = 0; i < answers.count; i++)
    if (!answers.items[i]->supported) return false;
  return true;
}

/* Compiles with another value: given to the call, or set before it where the property is not one of
 * models. NULL when the value is refused: a legal one may not go with what else is set. */
static tn_compiled_model *compile_with(test *t, const property_place *place, const char *model,
                                       const tn_map_entry *entry) {
  tn_compile_options options = tn_compile_options_init();
  tn_compiled_model *compiled = NULL;
  tn_model *built = test_model(t, model);
  if (!built) return NULL;
  if (place->level == TN_LEVEL_MODEL) {
    options.properties = entry;
    options.property_count = 1;
  } else if (set_properties_at(place, entry, 1, NULL) != TN_OK) {
    return NULL;
  }
  if (tn_plugin_compile(t->plugin, t->device, built, &options, &compiled, NULL) != TN_OK)
    return NULL;
  test_adopt_compiled_model(t, compiled);
  return compiled;
}

/* Returns how many values were tried. */
static uint32_t try_model(test *t, const declared_property *found, const char *name) {
  const tn_property *property = found->property;
  property_place place = found->place;
  tn_value values[DECLARED_MOST_VALUES];
  seen_value now;
  uint32_t tried = 0;
  tn_compiled_model *plain = is_supported(t, name) ? test_compile(t, name) : NULL;
  if (!plain) return 0;
  const struct bytes before = export_of(t, plain);
  const uint32_t about = test_about(t, TNI_CLAUSE(EXPORT, 2));
  EXPECT(is_same(before, export_of(t, plain)));
  test_about(t, about);
  if (place.level == TN_LEVEL_MODEL) place.model = plain;
  if (see_property(t, &place, property->name, &now, NULL) != TN_OK) return 0;
  const uint32_t count = declared_other_values(property, &now.value, values);
  for (uint32_t i = 0; i < count; i++) {
    const tn_map_entry entry = {property->name, values[i]};
    tn_compiled_model *other = compile_with(t, &place, name, &entry);
    if (!other) continue;
    EXPECT_THAT(is_same(before, export_of(t, other)),
                "%.*s of a %s, which is not CACHING, leaves the export of %s as it is",
                TNI_TEXT(property->name), place.name, name);
    tried++;
  }
  const tn_map_entry entry = {property->name, now.value};
  if (place.level != TN_LEVEL_MODEL) set_properties_at(&place, &entry, 1, NULL);
  return tried;
}

TN_CHECK_WITH(property_changes_of_export, PROPERTY, 12, TEST_NEEDS_IMPORT | TEST_SLOW,
              "a property that is not declared CACHING does not change an export",
              .found = find_uncached_properties, .revision = 2) {
  static const char *const models[] = {"carrier", "multiply_add", "convolution_activation"};
  declared_property found;
  uint32_t tried = 0;
  if (!declared_property_look_up(t, &found)) return;
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    tried += try_model(t, &found, models[i]);
  if (!tried) NOT_APPLICABLE("no other value of the property is taken");
}
