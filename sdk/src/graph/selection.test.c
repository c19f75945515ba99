#include "graph/selection.h"

#include <criterion/criterion.h>
#include "base/fault_allocator.h"
#include "graph/graph.h"
#include "graph/test_models.h"

static tn_model *frozen_branches(const tni_environment *environment) {
  tni_model *model = NULL;
  tn_model *view = NULL;
  cr_assert_eq(tni_test_model_with_branches(environment, &model, NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  cr_assert_eq(view->graph->node_count, 2); /* make, then choose */
  return view;
}

static tn_model *select_of(tn_model *whole, uint8_t make, uint8_t choose, uint32_t keeps_inputs) {
  const uint8_t chosen[] = {make, choose};
  const tni_selection selection = {chosen, keeps_inputs};
  tn_model *out = NULL;
  cr_assert_eq(tni_model_select(tni_environment_system(), whole, &selection, &out, NULL), TN_OK);
  cr_assert_eq(tni_model_check(out, tni_allocator_system(), NULL), TN_OK);
  return out;
}

static void check_names(const tn_value_info *const *values, uint32_t count,
                        const char *const *names, uint32_t expected) {
  cr_assert_eq(count, expected);
  for (uint32_t i = 0; i < count; i++)
    cr_assert(tn_string_equal(values[i]->name, tn_string_from(names[i])), "%.*s instead of %s",
              TNI_TEXT(values[i]->name), names[i]);
}

Test(selection, a_node_gives_what_others_use) {
  tn_model *whole = frozen_branches(tni_environment_system()), *part = select_of(whole, 1, 0, 0);
  const tn_graph *graph = part->graph;
  check_names(graph->inputs, graph->input_count, (const char *[]){"x"}, 1);
  check_names(graph->outputs, graph->output_count, (const char *[]){"captured"}, 1);
  cr_assert_eq(graph->node_count, 1);
  cr_assert_eq(graph->constant_count, 0);
  cr_assert_eq(graph->nodes[0], whole->graph->nodes[0]);
  tn_model_release(whole); /* the part keeps it */
  cr_assert(tn_string_equal(part->graph->nodes[0]->name, TN_STRING("make")));
  tn_model_release(part);
}

Test(selection, what_inner_graphs_use_comes_in) {
  tn_model *whole = frozen_branches(tni_environment_system()), *part = select_of(whole, 0, 1, 0);
  const tn_graph *graph = part->graph;
  check_names(graph->inputs, graph->input_count, (const char *[]){"flag", "captured"}, 2);
  check_names(graph->outputs, graph->output_count, (const char *[]){"y"}, 1);
  check_names(graph->constants, graph->constant_count, (const char *[]){"w"}, 1);
  tn_model_release(part);
  tn_model_release(whole);
}

Test(selection, all_nodes_are_the_whole) {
  tn_model *whole = frozen_branches(tni_environment_system()), *part = select_of(whole, 1, 1, 0);
  const tn_graph *graph = part->graph;
  check_names(graph->inputs, graph->input_count, (const char *[]){"x", "flag"}, 2);
  check_names(graph->outputs, graph->output_count, (const char *[]){"y"},
              whole->graph->output_count);
  tn_model_release(part);
  tn_model_release(whole);
}

Test(selection, inputs_stay_where_they_are_wanted) {
  tn_model *whole = frozen_branches(tni_environment_system()), *part = select_of(whole, 0, 0, 1);
  const tn_graph *graph = part->graph;
  cr_assert_eq(graph->node_count, 0);
  cr_assert_eq(graph->output_count, 0);
  check_names(graph->inputs, graph->input_count, (const char *[]){"x", "flag", "captured", "y"}, 4);
  tn_model_release(part);
  tn_model_release(whole);
}

static tn_status select_once(const tni_allocator *allocator, void *user) {
  const tni_environment environment = {.allocator = allocator,
                                       .maker = tni_environment_system()->maker};
  const uint8_t chosen[] = {0, 1};
  const tni_selection selection = {chosen, 1};
  tn_model *out = NULL;
  const tn_status status = tni_model_select(&environment, user, &selection, &out, NULL);
  if (status == TN_OK) tn_model_release(out);
  return status;
}

Test(selection, every_failed_allocation_is_survived) {
  tn_model *whole = frozen_branches(tni_environment_system());
  cr_assert_gt(tni_fault_sweep(select_once, whole), 3);
  tn_model_release(whole);
}
