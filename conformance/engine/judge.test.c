#include "engine/judge.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "engine/models.h"
#include "graph/tensor.h"
#include "numbers/operator_reference.h"

enum { CLAUSE = TNI_CLAUSE(INFER, 1) };

static record_log *log_;

static void open_log(void) {
  int file = record_log_create(1 << 20, &log_);
  cr_assert(ge(int, file, 0));
  close(file);
}

static void close_log(void) {
  record_log_close(log_);
}

TestSuite(judge, .init = open_log, .fini = close_log);

static void add(uint32_t kind, int observed, int asked, const char *text) {
  record_append(log_, &(record){.kind = kind, .observed = observed, .asked = asked, .line = 12},
                text, "x.c", NULL);
}

static enum case_state judged(case_result *out) {
  judge_records(log_, &(judge_terms){.clause = CLAUSE, .precision = TN_ANY_TYPE}, out);
  return out->state;
}

static void expect_state(enum case_state state) {
  case_result result;
  cr_assert(eq(str, (char *)case_state_name(judged(&result)), (char *)case_state_name(state)));
}

/* One record alone, and the state that it leads to. */
Test(judge, each_kind_of_record) {
  static const struct {
    uint32_t kind;
    int observed, asked;
    enum case_state state;
  } rows[] = {{RECORD_TRUTH, 1, 1, CASE_PASS},
              {RECORD_TRUTH, 0, 1, CASE_FAIL},
              {RECORD_STATUS, TN_BUSY, TN_BUSY, CASE_PASS},
              {RECORD_STATUS, TN_OK, TN_BUSY, CASE_FAIL},
              {RECORD_STATUS, TN_BUSY, TN_OK, CASE_FAIL},
              {RECORD_FAILURE, TN_MALFORMED, 0, CASE_PASS},
              {RECORD_FAILURE, TN_OK, 0, CASE_FAIL},
              {RECORD_EITHER, TN_OK, TN_CANCELLED, CASE_PASS},
              {RECORD_EITHER, TN_CANCELLED, TN_CANCELLED, CASE_PASS},
              {RECORD_EITHER, TN_INTERNAL, TN_CANCELLED, CASE_FAIL},
              {RECORD_NOT_APPLICABLE, 0, 0, CASE_NOT_APPLICABLE},
              {RECORD_UNSUPPORTED, 0, 0, CASE_UNSUPPORTED},
              {RECORD_INCONCLUSIVE, 0, 0, CASE_INCONCLUSIVE},
              {RECORD_VACUOUS, 0, 0, CASE_VACUOUS},
              {RECORD_HYGIENE, 0, 0, CASE_FAIL},
              {RECORD_NOTE, 0, 0, CASE_VACUOUS},
              {RECORD_END, 0, 0, CASE_VACUOUS},
              {4711, 0, 0, CASE_VACUOUS}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    record_log_clear(log_, 0);
    add(rows[i].kind, rows[i].observed, rows[i].asked, "something");
    expect_state(rows[i].state);
  }
}

Test(judge, a_case_without_records_is_vacuous) {
  expect_state(CASE_VACUOUS);
}

Test(judge, the_first_failure_stays) {
  case_result result;
  add(RECORD_TRUTH, 1, 1, "first");
  add(RECORD_TRUTH, 0, 1, "second");
  add(RECORD_TRUTH, 0, 1, "third");
  cr_assert(eq(int, judged(&result), CASE_FAIL));
  cr_assert(ne(ptr, strstr(result.text, "second"), NULL));
  cr_assert(eq(u32, result.expectations, 3));
  cr_assert(eq(u32, result.line, 12));
  cr_assert(eq(u32, result.clause, CLAUSE));
}

Test(judge, a_failure_outweighs_what_would_skip_the_case) {
  add(RECORD_UNSUPPORTED, 0, 0, "the model");
  add(RECORD_TRUTH, 0, 1, "still broken");
  expect_state(CASE_FAIL);
  record_log_clear(log_, 0);
  add(RECORD_TRUTH, 0, 1, "broken");
  add(RECORD_NOT_APPLICABLE, 0, 0, "then given up");
  expect_state(CASE_FAIL);
}

Test(judge, a_record_may_name_another_clause) {
  case_result result;
  record_append(log_, &(record){.kind = RECORD_HYGIENE, .clause = TNI_CLAUSE(ERROR, 9)},
                "something was written", NULL, NULL);
  cr_assert(eq(int, judged(&result), CASE_FAIL));
  cr_assert(eq(u32, result.clause, TNI_CLAUSE(ERROR, 9)));
  cr_assert(eq(str, result.text, (char *)"something was written"));
}

Test(judge, records_that_did_not_fit_are_the_suites_fault) {
  add(RECORD_TRUTH, 1, 1, "fine");
  log_->overflowed = 1;
  expect_state(CASE_INFRA);
}

Test(judge, notes_are_kept_and_bounded) {
  case_result result;
  char line[400];
  memset(line, 'n', sizeof line - 1);
  line[sizeof line - 1] = 0;
  add(RECORD_TRUTH, 1, 1, "fine");
  for (int i = 0; i < 100; i++)
    add(RECORD_NOTE, 0, 0, line);
  cr_assert(eq(int, judged(&result), CASE_PASS));
  cr_assert(lt(sz, strlen(result.notes), sizeof result.notes));
  cr_assert(gt(sz, strlen(result.notes), 3500));
}

Test(judge, knows_whether_the_case_ran_to_its_end) {
  add(RECORD_TRUTH, 1, 1, "fine");
  cr_assert(not(judge_is_complete(log_)));
  add(RECORD_END, 0, 0, NULL);
  cr_assert(judge_is_complete(log_));
}

/* --- tensors --- */

/* A tensor handed over for the model `relu_f32`, seed 5: its input, or what Relu makes of it. */
static tn_tensor *relu(bool applied) {
  tn_tensor *tensor = NULL;
  tni_tensor_create(tni_environment_system(), TN_F32, 2, (int64_t[]){4, 8}, &tensor, NULL);
  suite_fill(tensor, 5, 0);
  float *elements = tensor->data;
  for (int i = 0; applied && i < 32; i++)
    elements[i] = elements[i] > 0 ? elements[i] : 0;
  return tensor;
}

static void hand_over(const char *model, uint32_t output, uint32_t steps, const tn_tensor *tensor) {
  record_reference reference = {.seed = 5, .size = 4, .output = output, .steps = steps};
  strncpy(reference.model, model, sizeof reference.model - 1);
  char *room =
      record_reserve(log_,
                     &(record){.kind = RECORD_OUTPUT,
                               .data_length = sizeof reference + record_tensor_bytes(tensor)},
                     model, "x.c");
  memcpy(room, &reference, sizeof reference);
  record_tensor_store(tensor, room + sizeof reference);
  record_commit(log_);
}

Test(judge, outputs_are_compared_with_the_reference) {
  tn_tensor *right = relu(true), *wrong = relu(false);
  hand_over("relu_f32", 0, 1, right);
  expect_state(CASE_PASS);
  record_log_clear(log_, 0);
  hand_over("relu_f32", 0, 1, wrong);
  expect_state(CASE_FAIL);
  ((float *)right->data)[17] += 0.01f;
  record_log_clear(log_, 0);
  hand_over("relu_f32", 0, 1, right);
  expect_state(CASE_FAIL);
  tn_tensor_release(right);
  tn_tensor_release(wrong);
}

Test(judge, outputs_that_differ_in_signs_of_zeros_break_the_clause_of_special_values) {
  static const char name[] = "operator.Neg.special/f32.rank2";
  const arithmetic how = {.precision = TN_ANY_TYPE};
  operator_spec spec;
  expected asked = {.tensor = NULL};
  tn_error error;
  cr_assert(eq(int, spec_parse(name, &spec, &error), TN_OK), "%s", error.message);
  cr_assert(eq(int, operator_expect(&spec, 5, 0, &how, &asked, &error), TN_OK));
  float *elements = asked.tensor->data;
  uint64_t zero = 0;
  while (elements[zero] != 0)
    cr_assert(lt(u64, ++zero, tn_tensor_element_count(asked.tensor)));
  elements[zero] = -elements[zero];
  for (int i = 0; i < 2; i++) {
    case_result result;
    record_log_clear(log_, 0);
    hand_over(name, 0, 1, asked.tensor);
    cr_assert(eq(int, judged(&result), CASE_FAIL));
    cr_assert(eq(u32, result.clause, i ? CLAUSE : TNI_CLAUSE(OPERATOR, 6)));
    elements[zero] = 3;
  }
  expected_clear(&asked);
}

Test(judge, outputs_of_nothing_are_the_suites_fault) {
  tn_tensor *tensor = relu(true);
  static const struct {
    const char *model;
    uint32_t output, steps;
  } rows[] = {{"no_such_model", 0, 1},
              {"relu_f32", 1, 1},
              {"relu_f32", 0, 0},
              {"relu_f32", RECORD_VARIABLE, 1},
              {"accumulator", 1 | RECORD_VARIABLE, 1}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    record_log_clear(log_, 0);
    hand_over(rows[i].model, rows[i].output, rows[i].steps, tensor);
    expect_state(CASE_INFRA);
  }
  tn_tensor_release(tensor);
}

/* What the accumulator holds after so many steps, computed here. */
static tn_tensor *total(uint32_t steps) {
  tn_tensor *sum = NULL, *x = NULL;
  tni_tensor_create(tni_environment_system(), TN_F32, 1, (int64_t[]){4}, &sum, NULL);
  tni_tensor_create(tni_environment_system(), TN_F32, 1, (int64_t[]){4}, &x, NULL);
  suite_fill(sum, 15, 99); /* its initial value in models.c */
  for (uint64_t i = 0; i < steps; i++) {
    suite_fill(x, 5 + i, 0);
    for (int k = 0; k < 4; k++)
      ((float *)sum->data)[k] += ((float *)x->data)[k];
  }
  tn_tensor_release(x);
  return sum;
}

Test(judge, variables_are_those_after_so_many_steps) {
  for (uint32_t steps = 0; steps < 4; steps++) {
    tn_tensor *tensor = total(steps);
    for (uint32_t asked = 0; asked < 4; asked++) {
      record_log_clear(log_, 0);
      hand_over("accumulator", RECORD_VARIABLE, asked, tensor);
      expect_state(asked == steps ? CASE_PASS : CASE_FAIL);
    }
    tn_tensor_release(tensor);
  }
}

Test(judge, equal_tensors_pass_and_others_do_not) {
  tn_tensor *a = relu(true), *b = relu(false);
  for (int i = 0; i < 2; i++) {
    const tn_tensor *second = i ? b : a;
    record_log_clear(log_, 0);
    char *room = record_reserve(
        log_, &(record){.kind = RECORD_EQUAL, .data_length = 2 * record_tensor_bytes(a)}, "pair",
        NULL);
    record_tensor_store(a, room);
    record_tensor_store(second, room + record_tensor_bytes(a));
    record_commit(log_);
    expect_state(i ? CASE_FAIL : CASE_PASS);
  }
  tn_tensor_release(a);
  tn_tensor_release(b);
}

/* Two tensors of which the second has one element that is a step larger. */
static void hand_over_near_ones(int asked) {
  tn_tensor *a = relu(true), *b = relu(true);
  float *last = (float *)b->data + tn_tensor_element_count(b) - 1;
  *last = nextafterf(*last, 2);
  record_log_clear(log_, 0);
  char *room = record_reserve(
      log_,
      &(record){.kind = RECORD_EQUAL, .asked = asked, .data_length = 2 * record_tensor_bytes(a)},
      "pair", NULL);
  record_tensor_store(a, room);
  record_tensor_store(b, room + record_tensor_bytes(a));
  record_commit(log_);
  tn_tensor_release(a);
  tn_tensor_release(b);
}

Test(judge, equal_means_equal_bits_where_the_device_says_so) {
  judge_terms terms = {.clause = CLAUSE, .precision = TN_ANY_TYPE};
  case_result result;
  hand_over_near_ones(true);
  judge_records(log_, &terms, &result);
  cr_expect(eq(int, result.state, CASE_PASS), "%s", result.text);
  terms.capabilities = TN_DEVICE_DETERMINISTIC;
  judge_records(log_, &terms, &result);
  cr_expect(eq(int, result.state, CASE_FAIL));
  hand_over_near_ones(false); /* made in different ways */
  judge_records(log_, &terms, &result);
  cr_expect(eq(int, result.state, CASE_PASS), "%s", result.text);
}

Test(judge, unreadable_tensors_are_the_suites_fault) {
  char nothing[64] = {0};
  record_append(log_, &(record){.kind = RECORD_EQUAL, .data_length = sizeof nothing}, "x", NULL,
                nothing);
  expect_state(CASE_INFRA);
}

Test(judge, states_say_whether_they_fail) {
  cr_assert(not(case_state_failed(CASE_PASS)));
  cr_assert(not(case_state_failed(CASE_UNSUPPORTED)));
  cr_assert(case_state_skipped(CASE_NOT_APPLICABLE));
  for (int i = CASE_FAIL; i < CASE_STATE_COUNT; i++) {
    cr_assert(case_state_failed((enum case_state)i));
    cr_assert(not(case_state_skipped((enum case_state)i)));
  }
}
