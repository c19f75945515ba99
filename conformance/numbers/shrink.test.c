#include "numbers/shrink.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

static operator_spec parse(const char *name) {
  operator_spec spec;
  tn_error error;
  cr_assert(eq(int, spec_parse(name, &spec, &error), TN_OK), "%s", error.message);
  return spec;
}

static bool always(void *user, const operator_spec *spec) {
  (void)spec;
  ++*(uint32_t *)user;
  return true;
}

/* A defect that needs three columns and padding. */
static bool with_padding(void *user, const operator_spec *spec) {
  bool padded = false;
  ++*(uint32_t *)user;
  for (uint32_t i = 0; i < spec->attribute_count; i++)
    padded = padded || strcmp(spec->attributes[i].name, "pads") == 0;
  return padded && spec->inputs[0].shape[3] >= 3;
}

Test(shrink, takes_all_away_when_everything_fails) {
  uint32_t asked = 0;
  operator_spec spec = parse("operator.Conv.edges/f32.rank4.strided");
  cr_expect(eq(u32, operator_shrink(&spec, always, &asked, 1000), asked));
  cr_expect(eq(u32, spec.attribute_count, 0));
  for (uint32_t i = 0; i < spec.inputs[0].rank; i++)
    cr_expect(eq(i64, spec.inputs[0].shape[i], 1));
}

Test(shrink, keeps_what_the_failure_needs) {
  uint32_t asked = 0;
  operator_spec spec = parse("operator.Conv.edges/f32.rank4.strided");
  operator_shrink(&spec, with_padding, &asked, 1000);
  cr_expect(eq(u32, spec.attribute_count, 1));
  cr_expect(eq(str, spec.attributes[0].name, "pads"));
  cr_expect(ge(i64, spec.inputs[0].shape[3], 3));
  cr_expect(le(i64, spec.inputs[0].shape[3], 4));
  operator_spec again = parse(spec.name); /* its name stands for the same case */
  cr_expect(eq(int, memcmp(again.inputs, spec.inputs, sizeof spec.inputs), 0));
}

Test(shrink, ends_in_time) {
  uint32_t asked = 0;
  operator_spec spec = parse("operator.Conv.edges/f32.rank4.strided");
  cr_expect(eq(u32, operator_shrink(&spec, always, &asked, 3), 3));
  cr_expect(eq(u32, asked, 3));
}
