#include "engine/registry.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

/* Where a check stands among all. */
static uint32_t place(const char *name) {
  uint32_t at = 0;
  while (at < suite_check_count() && strcmp(suite_check_at(at)->name, name) != 0)
    at++;
  cr_assert(lt(u32, at, suite_check_count()), "there is no check %s", name);
  return at;
}

Test(registry, finds_each_clause) {
  for (uint32_t i = 0; i < suite_clause_count; i++)
    cr_expect(eq(ptr, (void *)(uintptr_t)suite_clause_find(suite_clauses[i].id),
                 (void *)(uintptr_t)&suite_clauses[i]),
              "clause %#x", suite_clauses[i].id);
  cr_expect(eq(ptr, (void *)(uintptr_t)suite_clause_find(0), NULL));
  cr_expect(eq(ptr, (void *)(uintptr_t)suite_clause_find(UINT32_MAX), NULL));
}

/* Pairs of one level, of which the first makes calls that the second needs. */
Test(registry, puts_what_a_case_needs_before_it) {
  static const char *const pairs[][2] = {
      {"compile_carrier", "infer_computes_the_carrier"},
      {"infer_computes_the_carrier", "compile_no_nodes"}, /* a file with a place of its own */
      {"compile_networks", "infer_model"},
      {"host_virtual_passes_entries_on", "compile_critical_progress"},
      {"async_cancel_in_flight", "async_destroy_in_flight"},
      {"export_writes", "import_model"},
      {"query_names_device", "property_device_id"},
      {"import_computes_the_carrier", "abi_plugins_of_others"},
      {"runtime_model_origins", "profiling_agrees_with_what_runs"}};
  suite_registry_open();
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    cr_expect(lt(u32, place(pairs[i][0]), place(pairs[i][1])), "%s comes before %s", pairs[i][0],
              pairs[i][1]);
}

/* checks TN_LIFE_020: the suite too enters no plugin in the child of a process that uses it. */
Test(registry, forks_only_where_no_engine_is) {
  uint32_t forking = 0;
  for (uint32_t i = 0; i < suite_check_count(); i++) {
    const test_check *check = suite_check_at(i);
    if (!(check->needs & TEST_NEW_PROCESS)) continue;
    forking++;
    cr_expect(check->needs & TEST_NO_ENGINE, "%s.%s", check->group, check->name);
    cr_expect(eq(ptr, (void *)(uintptr_t)check->found, NULL), "%s.%s", check->group, check->name);
  }
  cr_assert(gt(u32, forking, 0));
}
