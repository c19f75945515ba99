#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include "base/fault_allocator.h"

#include <criterion/criterion.h>
#include <string.h>

static const tn_string name = TN_STRING_INIT("state");
static const double numbers[] = {1, 2, 3};

static tni_operator_test make_test(const char *operation, tni_variable *variable,
                                   tn_tensor *input) {
  tni_operator_test test = {.domain = "tenon",
                            .name = operation,
                            .input_count = input ? 1 : 0,
                            .inputs = {input},
                            .variable = variable};
  tni_test_string(&test, "variable_id", &name);
  return test;
}

Test(variable, is_read_after_it_was_assigned) {
  tni_variable variable = {NULL};
  const double initial_numbers[] = {7, 8, 9};
  double values[3];
  tn_tensor *value = tni_test_tensor(TN_F32, -1, NULL, 3, numbers);
  tn_tensor *initial = tni_test_tensor(TN_F32, -1, NULL, 3, initial_numbers);
  for (int assigned = 0; assigned < 2; assigned++) {
    tni_operator_test read = make_test("ReadValue", &variable, initial);
    cr_assert_eq(tni_test_run(&read), TN_OK, "%s", read.error.message);
    tni_test_values(read.outputs[0], values);
    cr_expect_eq(values[2], assigned ? 3 : 9);
    tni_test_end(&read);
    tni_operator_test assign = make_test("Assign", &variable, value);
    cr_assert_eq(tni_test_run(&assign), TN_OK, "%s", assign.error.message);
    tni_test_values(assign.outputs[0], values);
    cr_expect_eq(values[1], 2);
    cr_expect_neq(variable.tensor, value, "a copy is kept");
    tni_test_end(&assign);
  }
  tn_tensor_release(variable.tensor);
  tn_tensor_release(value);
  tn_tensor_release(initial);
}

Test(variable, starts_with_zeros_of_the_stated_shape) {
  const int64_t shape[] = {2, -1, 3}, type = TN_I16;
  tni_variable variable = {NULL};
  tni_operator_test read = make_test("ReadValue", &variable, NULL);
  tni_test_ints(&read, "shape", shape, 3);
  tni_test_int(&read, "type", &type);
  cr_assert_eq(tni_test_run(&read), TN_OK, "%s", read.error.message);
  cr_expect_eq(read.outputs[0]->type, TN_I16);
  cr_expect(read.outputs[0]->shape[0] == 2 && read.outputs[0]->shape[1] == 0);
  tni_test_end(&read);
  cr_expect_eq(read.inferred[0].dimensions[1].max, TN_UNBOUNDED);
}

Test(variable, needs_a_value_a_name_and_one_type) {
  const int64_t shape[] = {3}, type = TN_F64;
  tni_variable variable = {NULL};
  tni_operator_test read = make_test("ReadValue", &variable, NULL);
  cr_expect_eq(tni_test_run(&read), TN_MALFORMED);
  tni_test_ints(&read, "shape", shape, 1);
  cr_expect_eq(tni_test_run(&read), TN_MALFORMED, "the type is not known");
  tn_tensor *value = tni_test_tensor(TN_F32, -1, NULL, 3, numbers);
  tni_operator_test other = make_test("ReadValue", &variable, value);
  tni_test_int(&other, "type", &type);
  cr_expect_eq(tni_test_run(&other), TN_WRONG_TYPE);
  cr_expect_not_null(strstr(other.error.message, "double"), "%s", other.error.message);
  tni_operator_test lost = make_test("Assign", NULL, value);
  cr_expect_eq(tni_test_run(&lost), TN_NOT_FOUND);
  tni_test_end(&lost);
  tn_tensor_release(value);
}

Test(variable, of_another_shape_than_stated_is_refused) {
  const double two[] = {1, 2};
  tni_variable variable = {tni_test_tensor(TN_F32, -1, NULL, 3, numbers)};
  tn_tensor *initial = tni_test_tensor(TN_F32, -1, NULL, 2, two);
  tni_operator_test read = make_test("ReadValue", &variable, initial);
  cr_expect_eq(tni_test_run(&read), TN_WRONG_SHAPE);
  cr_expect_not_null(strstr(read.error.message, "[3], not [2]"), "%s", read.error.message);
  tni_test_end(&read);
  tn_tensor_release(initial);
  tn_tensor_release(variable.tensor);
}

static tn_status assign_once(const tni_allocator *allocator, void *user) {
  tni_variable variable = {NULL};
  tni_operator_test assign = make_test("Assign", &variable, user);
  assign.allocator = allocator;
  const tn_status status = tni_test_run(&assign);
  tni_test_end(&assign);
  if (variable.tensor) tn_tensor_release(variable.tensor);
  return status;
}

Test(variable, every_failed_allocation_is_survived) {
  tn_tensor *value = tni_test_tensor(TN_F32, -1, NULL, 3, numbers);
  cr_expect_gt(tni_fault_sweep(assign_once, value), 2);
  tn_tensor_release(value);
}
