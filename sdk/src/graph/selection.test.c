#include "graph/selection.h"

#include <criterion/criterion.h>
#include "base/fault_allocator.h"
#include "base/status.h"
#include "graph/graph.h"
#include "graph/tensor.h"
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

static void check_same(const tn_value_info *const *values, uint32_t count,
                       const tn_value_info *const *expected, uint32_t expected_count) {
  cr_assert_eq(count, expected_count);
  for (uint32_t i = 0; i < count; i++)
    cr_assert_eq(values[i], expected[i]);
}

static void check_equal(const tn_graph *graph, const tn_graph *expected) {
  cr_assert_eq(graph->node_count, expected->node_count);
  for (uint32_t i = 0; i < graph->node_count; i++)
    cr_assert_eq(graph->nodes[i], expected->nodes[i]);
  check_same(graph->inputs, graph->input_count, expected->inputs, expected->input_count);
  check_same(graph->outputs, graph->output_count, expected->outputs, expected->output_count);
  check_same(graph->constants, graph->constant_count, expected->constants,
             expected->constant_count);
}

/* A model made of parts is divided as each of them is selected. */
static void check_division(tn_model *whole, const uint32_t *part_of, uint32_t part_count) {
  enum { MOST_PARTS = 4, MOST_NODES = 64 };
  tn_model *parts[MOST_PARTS], *one = NULL;
  cr_assert_eq(tni_model_divide(tni_environment_system(), whole, part_of, part_count, parts, NULL),
               TN_OK);
  for (uint32_t part = 0; part < part_count; part++) {
    uint8_t chosen[MOST_NODES];
    for (uint32_t i = 0; i < whole->graph->node_count; i++)
      chosen[i] = part_of[i] == part;
    const tni_selection selection = {chosen, 0};
    cr_assert_eq(tni_model_select(tni_environment_system(), whole, &selection, &one, NULL), TN_OK);
    check_equal(parts[part]->graph, one->graph);
    tn_model_release(one);
    tn_model_release(parts[part]);
  }
}

Test(selection, a_division_is_a_selection_of_each_part) {
  tn_model *whole = frozen_branches(tni_environment_system());
  for (uint32_t make = 0; make < 4; make++)
    for (uint32_t choose = 0; choose < 4; choose++) {
      const uint32_t part_of[] = {make == 3 ? TNI_NO_PART : make,
                                  choose == 3 ? TNI_NO_PART : choose};
      check_division(whole, part_of, 3);
    }
  tn_model_release(whole);
}

/* --- many nodes, without inner graphs */

enum { LONG = 40, FEW = 4 };

/* Whether nodes of a part use a value; TNI_NO_PART: nodes of another one than `not_in`, or the
 * whole. */
static int is_used(const tn_graph *whole, const uint32_t *part_of, const tn_value_info *value,
                   uint32_t part, uint32_t not_in) {
  int used = 0;
  for (uint32_t i = 0; i < whole->node_count; i++)
    for (uint32_t k = 0; k < whole->nodes[i]->input_count; k++)
      if (whole->nodes[i]->inputs[k] == value)
        used |= part == TNI_NO_PART ? part_of[i] != not_in : part_of[i] == part;
  for (uint32_t i = 0; part == TNI_NO_PART && i < whole->output_count; i++)
    used |= whole->outputs[i] == value;
  return used;
}

/* What the header says of a part, looked up value by value. */
static void check_by_definition(const tn_graph *whole, const uint32_t *part_of, uint32_t part,
                                const tn_graph *graph) {
  uint32_t constants = 0, inputs = 0, nodes = 0, outputs = 0;
  for (uint32_t i = 0; i < whole->constant_count; i++)
    if (is_used(whole, part_of, whole->constants[i], part, 0))
      cr_assert_eq(graph->constants[constants++], whole->constants[i]);
  for (uint32_t i = 0; i < whole->input_count; i++)
    if (is_used(whole, part_of, whole->inputs[i], part, 0))
      cr_assert_eq(graph->inputs[inputs++], whole->inputs[i]);
  for (uint32_t i = 0; i < whole->node_count; i++) {
    const tn_value_info *output = whole->nodes[i]->outputs[0];
    if (part_of[i] == part) cr_assert_eq(graph->nodes[nodes++], whole->nodes[i]);
    if (part_of[i] == part && is_used(whole, part_of, output, TNI_NO_PART, part))
      cr_assert_eq(graph->outputs[outputs++], output);
    if (part_of[i] != part && is_used(whole, part_of, output, part, 0))
      cr_assert_eq(graph->inputs[inputs++], output);
  }
  cr_assert_eq(graph->constant_count, constants);
  cr_assert_eq(graph->input_count, inputs);
  cr_assert_eq(graph->node_count, nodes);
  cr_assert_eq(graph->output_count, outputs);
}

/* Each node takes two values that were made before it, or the input or a constant, and every fifth
 * is shown by the model. */
static tn_model *long_model(void) {
  tni_model *model = NULL;
  tn_model *view = NULL;
  tni_value *values[LONG + 2];
  cr_assert_eq(tni_model_create(tni_environment_system(), TN_STRING("long"), &model, NULL), TN_OK);
  cr_assert_eq(tni_model_set_operator_set(model, TN_STRING(""), 18, NULL), TN_OK);
  for (uint32_t i = 0; i < LONG + 2; i++) {
    const char name[] = {'v', (char)('0' + i), 0};
    cr_assert_eq(tni_graph_add_value(model->graph, tn_string_from(name), &values[i], NULL), TN_OK);
    tni_value_set_type(values[i], TN_F32);
    cr_assert_eq(tni_value_set_shape(values[i], 0, NULL, NULL), TN_OK);
  }
  tn_tensor *constant = NULL;
  cr_assert_eq(tni_tensor_create(tni_environment_system(), TN_F32, 0, NULL, &constant, NULL),
               TN_OK);
  cr_assert_eq(tni_value_set_constant(values[0], constant, NULL), TN_OK);
  tn_tensor_release(constant);
  cr_assert_eq(tni_graph_add_input(model->graph, values[1], NULL), TN_OK);
  for (uint32_t i = 2; i < LONG + 2; i++) {
    tni_node *node = NULL;
    cr_assert_eq(tni_graph_add_node(model->graph, values[i]->view.name, TN_STRING(""),
                                    TN_STRING("Add"), 14, &node, NULL),
                 TN_OK);
    cr_assert_eq(tni_node_set_input(node, 0, values[i * 7 % i], NULL), TN_OK);
    cr_assert_eq(tni_node_set_input(node, 1, values[i * i / 3 % i], NULL), TN_OK);
    cr_assert_eq(tni_node_set_output(node, 0, values[i], NULL), TN_OK);
    if (i % 5 == 0) cr_assert_eq(tni_graph_add_output(model->graph, values[i], NULL), TN_OK);
  }
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  return view;
}

Test(selection, a_division_of_many_nodes) {
  tn_model *whole = long_model(), *parts[FEW];
  uint32_t part_of[LONG];
  uint64_t state = 1;
  for (uint32_t round = 0; round < 200; round++) {
    for (uint32_t i = 0; i < LONG; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth's constants */
      const uint32_t part = (uint32_t)(state >> 33) % (FEW + 1);
      part_of[i] = part == FEW ? TNI_NO_PART : part;
    }
    cr_assert_eq(tni_model_divide(tni_environment_system(), whole, part_of, FEW, parts, NULL),
                 TN_OK);
    for (uint32_t part = 0; part < FEW; part++) {
      check_by_definition(whole->graph, part_of, part, parts[part]->graph);
      tn_model_release(parts[part]);
    }
  }
  tn_model_release(whole);
}

static tn_status divide_once(const tni_allocator *allocator, void *user) {
  const tni_environment environment = {.allocator = allocator,
                                       .maker = tni_environment_system()->maker};
  const uint32_t part_of[] = {1, 0};
  tn_model *out[2];
  TN_TRY(tni_model_divide(&environment, user, part_of, 2, out, NULL));
  tn_model_release(out[0]);
  tn_model_release(out[1]);
  return TN_OK;
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
  cr_assert_gt(tni_fault_sweep(divide_once, whole), 5);
  tn_model_release(whole);
}
