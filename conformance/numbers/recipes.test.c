/* Every operator has a recipe, every recipe makes a case, and every name is read back. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

#include "numbers/operator_cases.h"
#include "numbers/operator_model.h"

static bool has_recipe(const char *operation) {
  for (uint32_t i = 0; i < suite_recipe_count; i++)
    if (strcmp(suite_recipes[i].operation, operation) == 0) return true;
  return false;
}

Test(recipes, name_every_operator_of_the_registry) {
  for (uint32_t i = 0; i < tni_operator_count(); i++) {
    const char *name = tni_operator_at(i)->name;
    cr_expect(has_recipe(name) != (recipe_missing(name) != NULL),
              "%s needs one row in recipes.def: a recipe, or why there is none", name);
  }
}

/* Rows whose cases have been met. */
static bool met[1024];

static bool read_back(void *user, const operator_spec *spec) {
  operator_spec again;
  operator_data data = {{NULL}};
  tn_model *model = NULL;
  tn_error error;
  uint32_t *count = user;
  met[spec->row - suite_recipes] = true;
  cr_assert(eq(int, spec_parse(spec->name, &again, &error), TN_OK), "%s", error.message);
  cr_expect(eq(str, again.name, (char *)(uintptr_t)spec->name));
  cr_expect(eq(ptr, (void *)(uintptr_t)again.row, (void *)(uintptr_t)spec->row));
  tn_status status = operator_data_fill(spec, 3, &data, &error);
  if (status == TN_OK) status = operator_model_build(spec, &data, &model, &error);
  cr_expect(eq(int, status, TN_OK), "%s: %s", spec->name, error.message);
  if (model) tn_model_release(model);
  operator_data_clear(&data);
  ++*count;
  return true;
}

Test(recipes, make_cases_whose_names_are_read_back) {
  uint32_t count = 0;
  cr_assert(lt(u32, suite_recipe_count, 1024));
  operator_cases_visit(read_back, &count);
  for (uint32_t i = 0; i < suite_recipe_count; i++)
    cr_expect(met[i], "the recipe %s '%s' makes no case", suite_recipes[i].operation,
              suite_recipes[i].variant);
  cr_expect(gt(u32, count, 3000));
}

Test(recipes, refuse_names_that_are_no_cases) {
  static const char *const names[] = {"",
                                      "operator.Relu",
                                      "operator.Relu/f32",
                                      "operator.Relu/i9.rank1",
                                      "operator.Relu/f32.rank9",
                                      "operator.Relu.whole/f32.rank1",
                                      "operator.Nothing/f32.rank1",
                                      "operator.Relu/f32.rank1.more",
                                      "operator.Relu/f32.rank1.8=4",
                                      "operator.Relu/f32.rank1.no-axis"};
  operator_spec spec;
  tn_error error;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cr_expect(eq(int, spec_parse(names[i], &spec, &error), TN_NOT_FOUND), "%s", names[i]);
}

Test(recipes, take_changed_dimensions_and_attributes) {
  operator_spec spec;
  tn_error error;
  cr_assert(eq(int, spec_parse("operator.Conv.edges/f32.rank4.padded.7=4.no-pads", &spec, &error),
               TN_OK));
  cr_expect(eq(i64, spec.inputs[0].shape[2], 4));
  cr_expect(eq(u32, spec.attribute_count, 0));
  cr_expect(eq(str, spec.name, "operator.Conv.edges/f32.rank4.padded.7=4.no-pads"));
}
