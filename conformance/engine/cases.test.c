#include "engine/cases.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

#include "engine/selection.h"

static const test_check plain, finding = {.found = (void (*)(test *, test_parameters *))1};

static suite_case named(const char *id, const test_check *check, const char *parameter) {
  suite_case item;
  memset(&item, 0, sizeof item);
  snprintf(item.id, sizeof item.id, "%s", id);
  snprintf(item.parameter, sizeof item.parameter, "%s", parameter);
  item.check = check;
  item.group = "group";
  item.level = 2;
  return item;
}

static bool holds(const suite_case *item, const char *name) {
  const suite_options options = {.cases = {name}, .case_count = 1};
  return selection_holds(&options, item);
}

Test(cases, with_one_id_are_told, .init = cr_redirect_stderr) {
  suite_cases cases = {NULL, 0, 0};
  const suite_case items[] = {named("group.b#1", &plain, ""), named("group.a#1", &plain, ""),
                              named("group.b#1", &plain, "")};
  for (size_t i = 0; i < 3; i++) {
    cr_assert(cases_append(&cases, &items[i]));
    cr_assert(eq(int, cases_are_unique(&cases), i < 2));
  }
  cases_free(&cases);
}

Test(cases, are_named_with_or_without_parameter_and_seed) {
  const suite_case item = named("group.a/x#7", &plain, "x");
  static const char *const hits[] = {"group.a/x#7", "group.a/x", "group.a#7", "group.a"};
  static const char *const misses[] = {"group.a/x#8", "group.a/y", "group.a/x2", "group.ab",
                                       "group.a#8",   "group",     "group.a/"};
  for (size_t i = 0; i < sizeof hits / sizeof *hits; i++)
    cr_assert(holds(&item, hits[i]), "%s", hits[i]);
  for (size_t i = 0; i < sizeof misses / sizeof *misses; i++)
    cr_assert(not(holds(&item, misses[i])), "%s", misses[i]);
}

Test(cases, that_wait_for_parameters_answer_to_all_of_them) {
  const suite_case waiting = named("group.a#1", &finding, ""),
                   found = named("group.a/x#1", &finding, "x");
  cr_assert(holds(&waiting, "group.a/x#5"));
  cr_assert(not(holds(&waiting, "group.b/x")));
  cr_assert(not(holds(&found, "group.a/y")));
}

Test(cases, get_the_seed_that_is_written_behind_their_name) {
  const suite_options options = {.seed = 1,
                                 .cases = {"group.a/x#5", "group.a/y#6", "group.b#7", "group.c/z"},
                                 .case_count = 4};
  cr_assert(eq(u64, selection_seed(&options, "group.a/x#1"), 5));
  cr_assert(eq(u64, selection_seed(&options, "group.a/y#1"), 6));
  cr_assert(eq(u64, selection_seed(&options, "group.b/any#1"), 7));
  cr_assert(eq(u64, selection_seed(&options, "group.c/z#1"), 1));
}
