#include "numbers/whole_model.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <string.h>

#include "graph/tensor.h"

enum { ROWS = 2, COLUMNS = 40, COUNT = ROWS * COLUMNS };

static tn_tensor *make(uint32_t rank, const float *values) {
  const int64_t shape[] = {ROWS, COLUMNS}, flat = COUNT;
  tn_tensor *tensor = NULL;
  cr_assert(eq(int,
               tni_tensor_create_copy(tni_environment_system(), TN_F32, rank,
                                      rank == 2 ? shape : &flat, values, &tensor, NULL),
               TN_OK));
  return tensor;
}

static float right[COUNT], wrong[COUNT];

static void begin(void) {
  for (int i = 0; i < COUNT; i++)
    right[i] = wrong[i] = (float)((i * 37) % COUNT) / COUNT - 0.3f;
}

/* Whether `wrong` passes; `word` stands in the reason when not. */
static bool passes(uint32_t precision, const char *word) {
  char why[300] = "";
  tn_tensor *a = make(2, right), *b = make(2, wrong);
  const bool same = whole_model_agrees(a, b, precision, why, sizeof why);
  if (!same) cr_expect(ne(ptr, strstr(why, word), NULL), "%s", why);
  tn_tensor_release(a);
  tn_tensor_release(b);
  return same;
}

Test(whole_model, equal_ones_agree, .init = begin) {
  cr_expect(passes(TN_ANY_TYPE, ""));
  right[3] = wrong[3] = NAN;
  right[4] = wrong[4] = INFINITY;
  cr_expect(passes(TN_ANY_TYPE, ""));
  wrong[3] = 0;
  cr_expect(not(passes(TN_ANY_TYPE, "element 3")));
}

Test(whole_model, one_element_far_off_is_noticed, .init = begin) {
  wrong[7] += 2e-4f;
  cr_expect(not(passes(TN_ANY_TYPE, "element 7")));
  cr_expect(passes(TN_F16, ""));
}

Test(whole_model, a_bias_is_noticed_although_each_error_is_small, .init = begin) {
  for (int i = 0; i < COUNT; i++)
    wrong[i] += 3e-5f;
  cr_expect(not(passes(TN_ANY_TYPE, "mean square")));
}

/* The largest lie a little apart; in `wrong` the first two, or the first and the third, change
 * places. No error is too large by itself. */
static void make_scores(bool third) {
  memset(right, 0, sizeof right);
  for (int i = 0; i < 6; i++)
    right[i] = 1 - (float)i * 0.12f;
  right[COLUMNS] = 1;
  memcpy(wrong, right, sizeof right);
  wrong[0] = third ? 0.82f : 0.87f;
  wrong[third ? 2 : 1] = third ? 0.9f : 0.89f;
}

Test(whole_model, another_order_is_noticed) {
  make_scores(false); /* within the errors of bf16 */
  cr_expect(passes(TN_BF16, ""));
  make_scores(true);
  cr_expect(not(passes(TN_BF16, "element 2 is among the 1 largest of its row")));
}

/* Whether the same numbers pass in another shape. */
static bool passes_as(uint32_t rank, const int64_t *shape) {
  char why[300] = "";
  tn_tensor *a = NULL, *b = NULL;
  tni_tensor_create_copy(tni_environment_system(), TN_F32, rank, shape, right, &a, NULL);
  tni_tensor_create_copy(tni_environment_system(), TN_F32, rank, shape, wrong, &b, NULL);
  const bool same = whole_model_agrees(a, b, TN_BF16, why, sizeof why);
  tn_tensor_release(a);
  tn_tensor_release(b);
  return same;
}

Test(whole_model, scores_are_ordered_whatever_the_ones_around_them) {
  make_scores(true);
  right[COLUMNS] = wrong[COLUMNS] = 0; /* one row */
  cr_expect(not(passes_as(1, (int64_t[]){COUNT})));
  cr_expect(not(passes_as(2, (int64_t[]){1, COUNT})));
  cr_expect(not(passes_as(2, (int64_t[]){COUNT, 1})));
  cr_expect(not(passes_as(4, (int64_t[]){1, COUNT, 1, 1})));
  cr_expect(not(passes_as(4, (int64_t[]){ROWS, COLUMNS, 1, 1})));
  cr_expect(passes_as(3, (int64_t[]){ROWS, COLUMNS / 2, 2})); /* no scores */
}

Test(whole_model, wrong_outputs_are_tried, .init = begin) {
  gate_result gate;
  tn_tensor *a = make(2, right);
  cr_assert(eq(int, whole_model_try(a, TN_ANY_TYPE, 3, &gate, NULL), TN_OK));
  cr_expect(eq(u32, gate.applicable, 4));
  cr_expect(eq(u32, gate.accepted, 0), "%s", gate.first);
  for (int i = 0; i < COUNT; i++) /* all alike but for what errors may reach */
    ((float *)a->data)[i] = 1 + (float)(i % 2) * 1e-6f;
  cr_assert(eq(int, whole_model_try(a, TN_ANY_TYPE, 3, &gate, NULL), TN_OK));
  cr_expect(eq(u32, gate.accepted, 2)); /* shifted, transposed */
  tn_tensor_release(a);
}

Test(whole_model, shape_and_type_come_first, .init = begin) {
  char why[300];
  tn_tensor *a = make(2, right), *b = make(1, right);
  cr_expect(not(whole_model_agrees(a, b, TN_ANY_TYPE, why, sizeof why)));
  cr_expect(ne(ptr, strstr(why, "type and shape"), NULL));
  tn_tensor_release(a);
  tn_tensor_release(b);
}
