#include "test_engine.h"

#include <criterion/criterion.h>
#include <string.h>

/* Inputs of shape [2, 4] made of two tensors of shape [1, 4]. */

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
static const int64_t row[] = {1, 4};

struct made {
  test_engine engine;
  tn_compiled_model *compiled;
  tn_infer_request *request;
};

static tn_status make(struct made *made, const tni_allocator *allocator) {
  memset(made, 0, sizeof *made);
  tn_model *model = test_model_chain(NULL, "Relu", 14, 2, 2, 2);
  tn_status status = test_engine_open(&made->engine, allocator, NULL);
  if (status == TN_OK)
    status = test_compile(&made->engine, model, NULL, tn_value_of_bool(0), &made->compiled, NULL);
  if (status == TN_OK)
    status = tn_compiled_model_create_request(made->compiled, NULL, &made->request, NULL);
  tn_model_release(model);
  return status;
}

static void take_down(struct made *made) {
  if (made->request) tn_infer_request_destroy(made->request);
  if (made->compiled) tn_compiled_model_destroy(made->compiled);
  if (made->engine.plugin) tn_plugin_destroy(made->engine.plugin, TN_DESTROY_NORMAL);
}

static const tn_batch_api *batch_of(const struct made *made) {
  return tn_infer_request_get_extension(made->request, TN_STRING(TN_EXTENSION_BATCH));
}

/* Sets both rows and gives the references back. */
static tn_status set_rows(const struct made *made, const float *first, const float *second) {
  tn_tensor *rows[] = {test_tensor(2, row, first), test_tensor(2, row, second)};
  const tn_status status = batch_of(made)->set_tensors(made->request, 0, rows, 2, NULL);
  tn_tensor_release(rows[0]);
  tn_tensor_release(rows[1]);
  return status;
}

Test(template_batch, is_read_in_order_time_after_time) {
  struct made made;
  tn_tensor *result, *first;
  cr_assert_eq(make(&made, NULL), TN_OK);
  cr_assert_eq(set_rows(&made, numbers + 4, numbers), TN_OK);
  for (int i = 0; i < 3; i++) {
    cr_assert_eq(batch_of(&made)->get_tensor(made.request, 0, 0, &first, NULL), TN_OK);
    ((float *)first->data)[3] = (float)(10 + i);
    cr_assert_eq(tn_infer_request_infer(made.request, NULL), TN_OK);
    cr_assert_eq(tn_infer_request_get_tensor(made.request, 1, &result, NULL), TN_OK);
    const float expected[] = {0, 1, 2, (float)(10 + i), 0, 0, 0, 0};
    cr_assert_eq(memcmp(result->data, expected, sizeof expected), 0);
  }
  take_down(&made);
}

Test(template_batch, whose_tensors_change_shape_is_refused_by_infer) {
  const int64_t longer[] = {1, 5};
  struct made made;
  tn_tensor *second, *got = NULL;
  cr_assert_eq(make(&made, NULL), TN_OK);
  cr_assert_eq(set_rows(&made, numbers, numbers), TN_OK);
  cr_assert_eq(batch_of(&made)->get_tensor(made.request, 0, 1, &second, NULL), TN_OK);
  cr_assert_eq(second->api->resize(second, 2, longer, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_infer(made.request, NULL), TN_WRONG_SHAPE);
  cr_assert_eq(tn_infer_request_get_tensor(made.request, 0, &got, NULL), TN_WRONG_STATE);
  cr_assert_eq(tn_infer_request_set_tensor(made.request, 0, NULL, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_infer(made.request, NULL), TN_OK);
  take_down(&made);
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  struct made made;
  (void)user;
  tn_status status = make(&made, allocator);
  if (status == TN_OK) status = set_rows(&made, numbers, numbers + 4);
  if (status == TN_OK) status = tn_infer_request_infer(made.request, NULL);
  take_down(&made);
  return status;
}

Test(template_batch, survives_each_failed_allocation) {
  cr_assert_gt(tni_fault_sweep(attempt, NULL), 50);
}
