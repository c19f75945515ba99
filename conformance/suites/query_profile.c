/* Checks of what query says of the operator profile that the device declares. */
#define TN_GROUP "query"
#include <string.h>

#include "engine/observe.h"
#include "numbers/operator_cases.h"
#include "numbers/operator_model.h"
#include "numbers/profile.h"

/* The profile that the device declares; empty where it declares none, and after a failure. */
static tn_status see_profile(test *t, const char **out) {
  const property_place place = {
      .name = "device", .level = TN_LEVEL_DEVICE, .plugin = t->plugin, .device = t->device};
  seen_value seen = {0};
  const tn_status status = see_property(t, &place, TN_STRING("OPERATOR_PROFILE"), &seen, NULL);
  const bool is_text = status == TN_OK && seen.value.kind == TN_VALUE_STRING;
  *out = is_text ? copy_string(t, seen.value.as.string).data : "";
  return status;
}

static const char *declared_profile(test *t) {
  const char *profile;
  see_profile(t, &profile);
  return profile;
}

/* --- the operators of the profile */

struct search {
  const char *profile;
  test_parameters *found;
  const tni_operator *last;
};

static bool add_operator(void *user, const operator_spec *spec) {
  struct search *search = user;
  if (spec->op == search->last || !profile_holds(search->profile, spec)) return true;
  search->last = spec->op;
  test_add_parameter(search->found, tn_string_from(spec->op->name));
  return true;
}

static void find_operators(test *t, test_parameters *found) {
  struct search search = {.found = found};
  const tn_status status = see_profile(t, &search.profile);
  if (status != TN_OK && status != TN_NOT_FOUND)
    test_miss_parameters(found, "get_property of OPERATOR_PROFILE", status);
  operator_cases_visit(add_operator, &search);
}

/* --- one of them */

struct asking {
  test *t;
  const char *profile;
  uint32_t asked;
};

/* Builds the model of a case; NULL after recording that it cannot be built. */
static tn_model *build(test *t, const operator_spec *spec) {
  operator_data data = {{NULL}};
  tn_model *model = NULL;
  tn_status status = operator_data_fill(spec, t->seed, &data, &t->error);
  if (status == TN_OK) status = operator_model_build(spec, &data, &model, &t->error);
  operator_data_clear(&data);
  EXPECT_THAT(status == TN_OK, "the suite makes the model of %s", spec->name);
  if (status != TN_OK) return NULL;
  test_adopt_model(t, model);
  return model;
}

static void ask(test *t, const operator_spec *spec) {
  seen_answers answers;
  tn_model *model = build(t, spec);
  NEED(model);
  REQUIRE_OK(see_query(t, t->plugin, model, NULL, &answers, &t->error));
  const tn_node_support *answer = answer_for(&answers, TN_STRING("node"));
  REQUIRE(answer != NULL);
  EXPECT_THAT(answer->supported, "query supports %s; it says no: %.*s", spec->name,
              TNI_TEXT(answer->reason_text));
}

static bool ask_about(void *user, const operator_spec *spec) {
  struct asking *self = user;
  test *t = self->t;
  if (strcmp(spec->op->name, t->parameter) != 0 || !profile_holds(self->profile, spec)) return true;
  self->asked++;
  ask(t, spec);
  return true;
}

TN_CHECK_WITH(query_profile, QUERY, 10, 0,
              "query supports the operator with every type, rank and attribute of the profile that "
              "the device declares",
              .found = find_operators) {
  struct asking self = {t, declared_profile(t), 0};
  operator_cases_visit(ask_about, &self);
  REQUIRE(self.asked > 0);
}
