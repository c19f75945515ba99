#include "graph/tensor.h"

#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"

static const int64_t two_by_three[] = {2, 3};

static tni_environment environment_of(const tni_allocator *allocator) {
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  return environment;
}

static tn_status strings_grow(const tni_allocator *allocator, void *user) {
  (void)user;
  const tni_environment environment = environment_of(allocator);
  tn_error error;
  tn_tensor *tensor;
  TN_TRY(tni_tensor_create(&environment, TN_STRING_ELEMENT, 2, two_by_three, &tensor, &error));
  tn_status status = TN_OK;
  for (uint64_t i = 0; i < 6 && status == TN_OK; i++)
    status = tensor->api->set_string(tensor, i, TN_STRING("text"), &error);
  const int64_t larger[] = {40};
  if (status == TN_OK) status = tensor->api->resize(tensor, 1, larger, &error);
  if (status == TN_OK) status = tensor->api->set_string(tensor, 39, TN_STRING("last"), &error);
  tn_tensor *copy = NULL;
  if (status == TN_OK) status = tni_tensor_create_dense(&environment, tensor, &copy, &error);
  if (status == TN_OK) {
    const tn_string *texts = copy->data;
    cr_assert(tn_string_equal(texts[39], TN_STRING("last")));
    cr_assert_eq(texts[0].length, 0);
    tn_tensor_release(copy);
  }
  tn_tensor_release(tensor);
  return status;
}

Test(tensor, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(strings_grow, NULL), 10);
}

Test(tensor, own_memory_is_aligned_and_grows_only_when_it_must) {
  tn_tensor *tensor;
  cr_assert_eq(tni_tensor_create(tni_environment_system(), TN_F32, 2, two_by_three, &tensor, NULL),
               TN_OK);
  cr_assert_eq((uintptr_t)tensor->data % 64, 0);
  cr_assert_eq(tensor->capacity_bytes, 24);
  cr_assert_eq(tni_tensor_check(tensor, "t", NULL), TN_OK);
  const void *before = tensor->data;
  const int64_t smaller[] = {5}, larger[] = {100, 2}, wrong[] = {-1};
  cr_assert_eq(tensor->api->resize(tensor, 1, smaller, NULL), TN_OK);
  cr_assert_eq(tensor->data, before);
  cr_assert_eq(tensor->api->resize(tensor, 1, wrong, NULL), TN_INVALID_ARGUMENT);
  cr_assert_eq(tensor->shape[0], 5);
  cr_assert_eq(tensor->api->resize(tensor, 2, larger, NULL), TN_OK);
  cr_assert_eq(tensor->capacity_bytes, 800);
  cr_assert_eq(tn_tensor_element_count(tensor), 200);
  cr_assert_eq(tensor->api->set_string(tensor, 0, TN_STRING("x"), NULL), TN_WRONG_TYPE);
  tn_tensor_retain(tensor);
  tn_tensor_release(tensor);
  tn_tensor_release(tensor);
}

static void count_release(void *owner) {
  ++*(int *)owner;
}

/* checks TN_MODEL_004 */
Test(tensor, borrowed_memory_is_kept_and_marked_when_unaligned) {
  const tni_environment *environment = tni_environment_system();
  _Alignas(8) unsigned char bytes[33] = {0};
  int releases = 0;
  const tni_keeper keeper = {count_release, &releases};
  tn_tensor *aligned, *unaligned, *none = NULL;
  cr_assert_eq(tni_tensor_create_borrowed(environment, TN_F32, 2, two_by_three, bytes, 24,
                                          TN_TENSOR_READ_ONLY, keeper, &aligned, NULL),
               TN_OK);
  cr_assert_eq(tni_tensor_create_borrowed(environment, TN_F32, 2, two_by_three, bytes + 1, 32,
                                          TN_TENSOR_READ_ONLY, keeper, &unaligned, NULL),
               TN_OK);
  cr_assert_eq(tni_tensor_create_borrowed(environment, TN_F32, 2, two_by_three, bytes, 23, 0,
                                          keeper, &none, NULL),
               TN_TOO_SMALL);
  cr_assert_eq(aligned->flags, TN_TENSOR_READ_ONLY);
  cr_assert_eq(unaligned->flags, TN_TENSOR_READ_ONLY | TN_TENSOR_UNALIGNED);
  cr_assert_null(aligned->api->resize);
  cr_assert(tni_tensor_is_plain(aligned));
  cr_assert_not(tni_tensor_is_plain(unaligned));
  cr_assert_eq(tni_tensor_check(unaligned, "t", NULL), TN_OK);
  tn_tensor_release(aligned);
  tn_tensor_release(unaligned);
  cr_assert_eq(releases, 2);
}

Test(tensor, views_show_a_part_and_dense_copies_follow_the_strides) {
  const tni_environment *environment = tni_environment_system();
  int32_t numbers[24];
  for (int i = 0; i < 24; i++)
    numbers[i] = i;
  const int64_t whole[] = {24}, shape[] = {2, 3, 2}, strides[] = {12, 1, 4};
  tn_tensor *base, *view, *copy;
  cr_assert_eq(tni_tensor_create_copy(environment, TN_I32, 1, whole, numbers, &base, NULL), TN_OK);
  cr_assert_eq(tni_tensor_create_view(environment, base, 5, 3, shape, strides, &view, NULL), TN_OK);
  cr_assert_not(tni_tensor_is_dense(view));
  cr_assert_eq(tni_tensor_check(view, "t", NULL), TN_OK);
  cr_assert_eq(tni_tensor_create_dense(environment, view, &copy, NULL), TN_OK);
  int n = 0;
  for (int a = 0; a < 2; a++)
    for (int b = 0; b < 3; b++)
      for (int c = 0; c < 2; c++)
        cr_assert_eq(((int32_t *)copy->data)[n++], 5 + 12 * a + b + 4 * c);
  tn_tensor_release(base);
  cr_assert_eq(*(int32_t *)view->data, 5, "the view keeps its base alive");
  memset(copy->data, 0xFF, 48);
  cr_assert_eq(tni_tensor_copy(copy, view, NULL), TN_OK);
  cr_assert_eq(((int32_t *)view->data)[12 + 2 + 4], -1);
  cr_assert_eq(((int32_t *)view->data)[3], 8, "gaps stay");
  tn_tensor_release(copy);
  tn_tensor_release(view);
}

Test(tensor, views_stay_within_their_base) {
  const tni_environment *environment = tni_environment_system();
  const int64_t nine[] = {9}, eight[] = {8}, two[] = {2}, far[] = {INT64_MAX}, back[] = {-1};
  tn_tensor *base, *view = NULL;
  cr_assert_eq(tni_tensor_create(environment, TN_I4, 1, nine, &base, NULL), TN_OK);
  cr_assert_eq(base->capacity_bytes, 5);
  cr_assert_eq(tni_tensor_create_view(environment, base, 4, 1, eight, NULL, &view, NULL),
               TN_OUT_OF_RANGE);
  cr_assert_eq(tni_tensor_create_view(environment, base, 1, 1, eight, NULL, &view, NULL),
               TN_INVALID_ARGUMENT);
  cr_assert_eq(tni_tensor_create_view(environment, base, 0, 1, two, back, &view, NULL),
               TN_INVALID_ARGUMENT);
  tn_tensor_release(base);
  cr_assert_eq(tni_tensor_create(environment, TN_F32, 1, nine, &base, NULL), TN_OK);
  cr_assert_eq(tni_tensor_create_view(environment, base, 0, 1, two, far, &view, NULL),
               TN_OUT_OF_RANGE);
  cr_assert_eq(tni_tensor_create_view(environment, base, 1, 1, two, back, &view, NULL),
               TN_OUT_OF_RANGE);
  cr_assert_eq(tni_tensor_create_view(environment, base, UINT64_MAX, 1, two, NULL, &view, NULL),
               TN_OUT_OF_RANGE);
  cr_assert_null(view);
  tn_tensor_release(base);
}

Test(tensor, scalars_and_empty_tensors_are_copied) {
  const tni_environment *environment = tni_environment_system();
  const int64_t empty[] = {3, 0};
  const double number = 2.5;
  tn_tensor *scalar, *nothing, *copy;
  cr_assert_eq(tni_tensor_create_copy(environment, TN_F64, 0, NULL, &number, &scalar, NULL), TN_OK);
  cr_assert_eq(tni_tensor_create_dense(environment, scalar, &copy, NULL), TN_OK);
  cr_assert_eq(*(double *)copy->data, 2.5);
  cr_assert_eq(tni_tensor_create(environment, TN_F64, 2, empty, &nothing, NULL), TN_OK);
  cr_assert_eq(tni_tensor_copy(nothing, copy, NULL), TN_WRONG_SHAPE);
  tn_tensor_release(copy);
  cr_assert_eq(tni_tensor_create_dense(environment, nothing, &copy, NULL), TN_OK);
  tn_tensor_release(copy);
  tn_tensor_release(nothing);
  tni_tensor_make_read_only(scalar);
  cr_assert_eq(tni_tensor_copy(scalar, scalar, NULL), TN_INVALID_ARGUMENT);
  tn_tensor_release(scalar);
}

Test(tensor, impossible_tensors_are_refused) {
  const tni_environment *environment = tni_environment_system();
  tn_tensor *tensor = NULL;
  tn_error error;
  int64_t shape[17] = {INT64_MAX, INT64_MAX};
  cr_assert_eq(tni_tensor_create(environment, TN_F32, 2, shape, &tensor, &error),
               TN_INVALID_ARGUMENT);
  cr_assert_eq(tni_tensor_create(environment, TN_F32, 17, shape, &tensor, &error),
               TN_INVALID_ARGUMENT);
  cr_assert_eq(tni_tensor_create(environment, 99, 0, NULL, &tensor, &error), TN_UNSUPPORTED);
  cr_assert_null(tensor);
}

Test(tensor, broken_tensors_of_others_are_found) {
  tn_tensor *good;
  tn_error error;
  cr_assert_eq(tni_tensor_create(tni_environment_system(), TN_F32, 2, two_by_three, &good, NULL),
               TN_OK);
  const int64_t strides[] = {4, 1};
  tn_tensor broken[9];
  for (int i = 0; i < 9; i++)
    broken[i] = *good;
  broken[0].api = NULL;
  broken[1].size = 8;
  broken[2].rank = 17;
  broken[3].shape = NULL;
  broken[4].capacity_bytes = 23;
  broken[5].data = NULL;
  broken[6].strides = strides;
  broken[7].flags = 1u << 30;
  broken[8].data = (char *)good->data + 1;
  for (int i = 0; i < 9; i++) {
    cr_assert_neq(tni_tensor_check(&broken[i], "input 3", &error), TN_OK, "case %d", i);
    cr_assert_not_null(strstr(error.message, "input 3"), "%s", error.message);
  }
  cr_assert_neq(tni_tensor_check(NULL, "input 3", &error), TN_OK);
  tn_tensor_release(good);
}

Test(tensor, an_unshaped_one_gets_its_shape_by_resize) {
  const int64_t shape[] = {2, 3};
  tn_tensor *tensor;
  cr_assert_eq(tni_tensor_create_unshaped(tni_environment_system(), TN_F32, &tensor, NULL), TN_OK);
  cr_assert_eq(tensor->flags, TN_TENSOR_UNSHAPED);
  cr_assert_eq(tensor->rank, 0);
  cr_assert_null(tensor->data);
  cr_assert_eq(tensor->capacity_bytes, 0);
  cr_assert_eq(tensor->api->resize(tensor, 2, shape, NULL), TN_OK);
  cr_assert_eq(tensor->flags, 0);
  cr_assert(tni_tensor_same_shape(tensor, 2, shape));
  cr_assert_eq((uintptr_t)tensor->data % TN_TENSOR_ALIGNMENT, 0);
  tn_tensor_release(tensor);
  cr_assert_eq(tni_tensor_create_unshaped(tni_environment_system(), 99, &tensor, NULL),
               TN_UNSUPPORTED);
}
