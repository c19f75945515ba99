#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include "base/fault_allocator.h"
#include "graph/tensor.h"

#include <criterion/criterion.h>
#include <string.h>

/* Branches in C: `then` gives a vector of 3 floats, `otherwise` one of 5. */
static const tn_value_info vector = {.size = sizeof vector, .type = TN_F32};
static const tn_value_info *const outputs_of[] = {&vector};
static const tn_graph then = {.size = sizeof then, .output_count = 1, .outputs = outputs_of};
static const tn_graph otherwise = {.size = sizeof then, .output_count = 1, .outputs = outputs_of};
static const tn_graph *const then_attribute = &then, *const otherwise_attribute = &otherwise;
static uint32_t otherwise_type;

static int64_t length_of(const tn_graph *graph) {
  return graph == &then ? 3 : 5;
}

static tn_status evaluate_graph(tni_evaluation *evaluation, const tn_graph *graph,
                                tn_tensor *const *inputs, uint32_t input_count, tn_tensor **outputs,
                                uint32_t output_count, tn_error *error) {
  (void)inputs;
  const int64_t length = length_of(graph);
  cr_assert_eq(input_count * 10 + output_count, 1);
  TN_TRY(tni_tensor_create(evaluation->environment, TN_F32, 1, &length, outputs, error));
  memset(outputs[0]->data, 0, (size_t)length * 4);
  return TN_OK;
}

static tn_status infer_graph(tni_inference *inference, const tn_graph *graph,
                             const tni_facts *const *inputs, tni_facts *outputs, tn_error *error) {
  (void)inference;
  (void)inputs;
  (void)error;
  outputs[0].type = graph == &then ? TN_F32 : otherwise_type;
  tni_facts_set_vector(&outputs[0], tni_dimension_of(length_of(graph)));
  return TN_OK;
}

static tni_operator_test make_test(void) {
  tni_operator_test test = {
      .name = "If", .input_count = 1, .infer_graph = infer_graph, .evaluate_graph = evaluate_graph};
  tni_test_graph(&test, "then_branch", &then_attribute);
  tni_test_graph(&test, "else_branch", &otherwise_attribute);
  otherwise_type = TN_F32;
  return test;
}

Test(if, runs_the_branch_that_is_asked_for) {
  for (int flag = 0; flag < 2; flag++) {
    const double condition = flag;
    tni_operator_test test = make_test();
    test.inputs[0] = tni_test_tensor(TN_BOOL, 0, NULL, 1, &condition);
    cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
    cr_expect_eq(test.outputs[0]->shape[0], flag ? 3 : 5);
    tni_test_end(&test);
    tn_tensor_release(test.inputs[0]);
  }
}

Test(if, joins_what_is_known_of_both_branches) {
  const tni_facts condition = {.type = TN_BOOL, .has_rank = 1};
  tni_operator_test test = make_test();
  test.facts[0] = &condition;
  cr_assert_eq(tni_test_infer(&test), TN_OK, "%s", test.error.message);
  cr_expect_eq(test.inferred[0].type, TN_F32);
  cr_expect(test.inferred[0].dimensions[0].min == 3 && test.inferred[0].dimensions[0].max == 5);
  otherwise_type = TN_F16;
  cr_expect_eq(tni_test_infer(&test), TN_WRONG_TYPE);
  cr_expect_not_null(strstr(test.error.message, "float or float16"), "%s", test.error.message);
}

Test(if, a_branch_is_not_left_out) {
  const double condition = 1;
  tni_operator_test test = make_test();
  test.attribute_count = 1;
  test.inputs[0] = tni_test_tensor(TN_BOOL, 0, NULL, 1, &condition);
  cr_expect_eq(tni_test_run(&test), TN_MALFORMED);
  cr_expect_not_null(strstr(test.error.message, "'else_branch' is missing"), "%s",
                     test.error.message);
  tn_tensor_release(test.inputs[0]);
}

static tn_status run_then(const tni_allocator *allocator, void *user) {
  tni_operator_test test = make_test();
  test.allocator = allocator;
  test.inputs[0] = user;
  const tn_status status = tni_test_run(&test);
  tni_test_end(&test);
  return status;
}

Test(if, every_failed_allocation_is_survived) {
  const double condition = 1;
  tn_tensor *flag = tni_test_tensor(TN_BOOL, 0, NULL, 1, &condition);
  cr_expect_gt(tni_fault_sweep(run_then, flag), 3);
  tn_tensor_release(flag);
}
