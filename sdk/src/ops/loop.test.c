#include "ops/elements.h"
#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include "base/fault_allocator.h"
#include "graph/tensor.h"

#include <criterion/criterion.h>
#include <string.h>

/* The body under test, in C: from (round, condition, carried) it makes (round < last, carried grown
 * or summed up, element). What varies: */
static struct {
  int64_t last; /* The condition is true before this round. */
  int grows; /* The carried vector gets one element longer; else the round is added to its elements.
              */
  int64_t element_shape; /* Length of the scanned vector, plus the round where `element_varies`. */
  int element_varies;
  int64_t fails_at; /* The round that fails, or -1. */
} body;

static const tn_dimension element_dimensions[] = {{2, 2, NULL}};
static const tn_value_info element = {.size = sizeof element,
                                      .flags = TN_VALUE_HAS_RANK,
                                      .type = TN_F32,
                                      .rank = 1,
                                      .dimensions = element_dimensions};
static const tn_value_info *const graph_outputs[] = {&element, &element, &element};
static const tn_graph graph = {
    .size = sizeof graph, .input_count = 3, .output_count = 3, .outputs = graph_outputs};
static const tn_graph *const graph_attribute = &graph;

static tn_status make(tni_evaluation *evaluation, uint32_t type, uint32_t rank, int64_t length,
                      double value, tn_tensor **out, tn_error *error) {
  TN_TRY(tni_tensor_create(evaluation->environment, type, rank, &length, out, error));
  for (int64_t i = 0; i < (rank ? length : 1); i++)
    tni_store_reals(type, (*out)->data, i, 1, &value);
  return TN_OK;
}

static tn_status run_round(tni_evaluation *evaluation, tn_tensor *const *inputs,
                           tn_tensor **outputs, tn_error *error) {
  const int64_t round = *(const int64_t *)inputs[0]->data;
  const tn_tensor *carried = inputs[2];
  cr_assert_eq(inputs[0]->rank, 0);
  cr_assert_eq(inputs[1]->type, TN_BOOL);
  if (round == body.fails_at) return tni_fail(error, TN_WRONG_SHAPE, "round %d fails", (int)round);
  TN_TRY(make(evaluation, TN_BOOL, 0, 1, round + 1 < body.last, &outputs[0], error));
  double first = 0;
  if (carried->shape[0] > 0) tni_load_reals(carried->type, carried->data, 0, 1, 1, &first);
  TN_TRY(make(evaluation, TN_F32, 1, carried->shape[0] + body.grows,
              body.grows ? 7 : first + (double)round, &outputs[1], error));
  return make(evaluation, TN_F32, 1, body.element_shape + (body.element_varies ? round : 0),
              (double)round, &outputs[2], error);
}

/* As the interpreter: on failure no output is given. */
static tn_status evaluate_graph(tni_evaluation *evaluation, const tn_graph *of,
                                tn_tensor *const *inputs, uint32_t input_count, tn_tensor **outputs,
                                uint32_t output_count, tn_error *error) {
  cr_assert_eq(of, &graph);
  cr_assert_eq(input_count * 10 + output_count, 33);
  const tn_status status = run_round(evaluation, inputs, outputs, error);
  for (uint32_t i = 0; status != TN_OK && i < output_count; i++) {
    if (outputs[i]) tn_tensor_release(outputs[i]);
    outputs[i] = NULL;
  }
  return status;
}

static tn_status infer_graph(tni_inference *inference, const tn_graph *of,
                             const tni_facts *const *inputs, tni_facts *outputs, tn_error *error) {
  (void)error;
  (void)of;
  cr_assert_eq(inputs[0]->type, TN_I64);
  cr_assert_eq(inputs[1]->type, TN_BOOL);
  cr_assert_null(inputs[2]->constant, "a carried value is not known");
  outputs[0] = *inputs[1];
  outputs[1] = *inputs[2];
  if (body.grows && inputs[2]->has_rank) {
    const tn_dimension length = inputs[2]->dimensions[0];
    outputs[1].dimensions[0] = tni_dimension_between(inference, tni_bound_add(length.min, 1),
                                                     tni_bound_add(length.max, 1));
  }
  outputs[2] = (tni_facts){.type = TN_F32};
  tni_facts_set_vector(&outputs[2], tni_dimension_of(body.element_shape));
  return TN_OK;
}

/* A Loop with a limit (below 0: none), a condition (below 0: none) and a carried vector (1, 1). */
static void prepare(tni_operator_test *test, int64_t limit, int condition,
                    const tni_allocator *allocator) {
  const double ones[] = {1, 1}, number = (double)limit, flag = condition;
  *test = (tni_operator_test){.name = "Loop",
                              .input_count = 3,
                              .output_count = 2,
                              .allocator = allocator,
                              .infer_graph = infer_graph,
                              .evaluate_graph = evaluate_graph};
  tni_test_graph(test, "body", &graph_attribute);
  if (limit >= 0) test->inputs[0] = tni_test_tensor(TN_I64, 0, NULL, 1, &number);
  if (condition >= 0) test->inputs[1] = tni_test_tensor(TN_BOOL, 0, NULL, 1, &flag);
  test->inputs[2] = tni_test_tensor(TN_F32, -1, NULL, 2, ones);
}

static void finish(tni_operator_test *test) {
  tni_test_end(test);
  for (uint32_t i = 0; i < 3; i++)
    if (test->inputs[i]) tn_tensor_release(test->inputs[i]);
}

/* Runs and expects this many rounds, of a body that adds the rounds up. */
static void expect_rounds(int64_t limit, int condition, int64_t rounds) {
  tni_operator_test test;
  double carried[2], scanned[64];
  prepare(&test, limit, condition, NULL);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  tni_test_values(test.outputs[0], carried);
  cr_expect_eq(carried[1], 1 + (double)(rounds * (rounds - 1) / 2), "%g", carried[1]);
  cr_assert_eq(test.outputs[1]->rank, 2);
  cr_expect_eq(test.outputs[1]->shape[0], rounds);
  cr_expect_eq(test.outputs[1]->shape[1], 2);
  cr_expect_eq(test.outputs[1]->type, TN_F32);
  tni_test_values(test.outputs[1], scanned);
  for (int64_t i = 0; i < rounds; i++)
    cr_expect_eq(scanned[2 * i + 1], (double)i);
  finish(&test);
}

static void reset(void) {
  memset(&body, 0, sizeof body);
  body.last = 1000;
  body.element_shape = 2;
  body.fails_at = -1;
}

Test(loop, stops_at_the_limit_or_when_told, .init = reset) {
  expect_rounds(5, -1, 5);
  expect_rounds(5, 1, 5);
  body.last = 3;
  expect_rounds(5, 1, 3);
  expect_rounds(-1, 1, 3);
  expect_rounds(5, -1, 5); /* Without a condition, what the body says of it does not count. */
}

Test(loop, without_a_round_gives_what_came_in, .init = reset) {
  expect_rounds(0, -1, 0);
  expect_rounds(0, 1, 0);
  expect_rounds(9, 0, 0);
  expect_rounds(-1, 0, 0);
}

Test(loop, carried_values_may_grow, .init = reset) {
  tni_operator_test test;
  body.grows = 1;
  prepare(&test, 4, -1, NULL);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  cr_expect_eq(test.outputs[0]->shape[0], 6);
  cr_assert_eq(test.inferred[0].rank, 1);
  cr_expect_eq(test.inferred[0].dimensions[0].max, TN_UNBOUNDED);
  cr_assert_eq(test.inferred[1].rank, 2);
  cr_expect(tni_dimension_is_static(test.inferred[1].dimensions[0]) &&
            test.inferred[1].dimensions[0].min == 4);
  finish(&test);
}

Test(loop, rounds_have_bounds_when_a_condition_may_end_it, .init = reset) {
  tni_operator_test test;
  prepare(&test, 4, 1, NULL);
  cr_assert_eq(tni_test_infer(&test), TN_OK, "%s", test.error.message);
  cr_expect(test.inferred[1].dimensions[0].min == 0 && test.inferred[1].dimensions[0].max == 4);
  cr_expect(test.inferred[0].dimensions[0].min == 2 && test.inferred[0].dimensions[0].max == 2);
  finish(&test);
}

Test(loop, scan_outputs_may_not_change_their_shape, .init = reset) {
  tni_operator_test test;
  body.element_varies = 1;
  prepare(&test, 4, 1, NULL);
  cr_expect_eq(tni_test_run(&test), TN_WRONG_SHAPE);
  cr_expect_not_null(strstr(test.error.message, "round 1"), "%s", test.error.message);
  finish(&test);
}

static tn_status run_three(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_operator_test test;
  prepare(&test, 3, 1, allocator);
  const tn_status status = tni_test_run(&test);
  finish(&test);
  return status;
}

Test(loop, every_failed_allocation_is_survived, .init = reset) {
  cr_expect_gt(tni_fault_sweep(run_three, NULL), 20);
}

Test(loop, a_failing_round_leaks_nothing, .init = reset) {
  tni_fault_allocator fault;
  tni_fault_allocator_init(&fault, TNI_NEVER);
  body.fails_at = 2;
  cr_expect_eq(run_three(&fault.allocator, NULL), TN_WRONG_SHAPE);
  cr_expect_eq(fault.live, 0);
}

Test(loop, a_body_that_does_not_fit_is_refused, .init = reset) {
  tni_operator_test test;
  prepare(&test, 3, 1, NULL);
  test.output_count = 3;
  cr_expect_eq(tni_test_infer(&test), TN_MALFORMED);
  cr_expect_not_null(strstr(test.error.message, "4 outputs, it has 3"), "%s", test.error.message);
  finish(&test);
  const double limits[] = {1, 2};
  prepare(&test, -1, 1, NULL);
  test.inputs[0] = tni_test_tensor(TN_I64, -1, NULL, 2, limits);
  cr_expect_eq(tni_test_infer(&test), TN_WRONG_SHAPE);
  finish(&test);
}
