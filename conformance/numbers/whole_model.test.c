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

Test(whole_model, another_order_is_noticed, .init = begin) {
  memset(right, 0, sizeof right);
  for (int i = 0; i < 6; i++)
    right[i] = 1 - (float)i * 0.12f;
  right[COLUMNS] = 1;
  memcpy(wrong, right, sizeof right);
  cr_expect(passes(TN_BF16, ""));
  wrong[0] = 0.87f; /* each within the largest error of bf16 */
  wrong[1] = 0.89f;
  cr_expect(passes(TN_BF16, ""));
}

Test(whole_model, shape_and_type_come_first, .init = begin) {
  char why[300];
  tn_tensor *a = make(2, right), *b = make(1, right);
  cr_expect(not(whole_model_agrees(a, b, TN_ANY_TYPE, why, sizeof why)));
  cr_expect(ne(ptr, strstr(why, "type and shape"), NULL));
  tn_tensor_release(a);
  tn_tensor_release(b);
}
