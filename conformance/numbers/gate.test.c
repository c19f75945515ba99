#include "numbers/gate.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

#include "engine/compare.h"
#include "graph/tensor.h"

static tn_tensor *make(uint32_t type, uint32_t rank, const int64_t *shape, const void *elements) {
  tn_tensor *tensor = NULL;
  cr_assert(eq(
      int,
      tni_tensor_create_copy(tni_environment_system(), type, rank, shape, elements, &tensor, NULL),
      TN_OK));
  return tensor;
}

/* What a comparison has been tried on. */
struct seen {
  uint32_t count;
  tn_tensor *wrong[8];
};

static bool look(const gate_subject *self, const tn_tensor *wrong) {
  struct seen *seen = (struct seen *)(uintptr_t)self->judge;
  tni_tensor_create_dense(tni_environment_system(), wrong, &seen->wrong[seen->count++], NULL);
  return false;
}

static double bound_of_one(const gate_subject *self, uint64_t index) {
  (void)self, (void)index;
  return 0.125;
}

static void expect_elements(const tn_tensor *tensor, const float *elements) {
  for (uint64_t i = 0; i < tn_tensor_element_count(tensor); i++)
    cr_expect(eq(flt, ((float *)tensor->data)[i], elements[i]), "element %d", (int)i);
}

Test(gate, tries_each_corruption) {
  struct seen seen = {0};
  gate_result result;
  tn_tensor *right = make(TN_F32, 2, (int64_t[]){2, 3}, (float[]){1, 2, 3, 4, 5, 6});
  const gate_subject self = {right, &seen, look, NULL, bound_of_one};
  cr_assert(eq(int, gate_try(&self, 7, &result, NULL), TN_OK));
  cr_assert(eq(u32, result.applicable, 4));
  cr_expect(eq(u32, result.accepted, 0));
  expect_elements(seen.wrong[0], (float[]){0, 0, 0, 0, 0, 0});
  expect_elements(seen.wrong[1], (float[]){2, 3, 4, 5, 6, 1});
  expect_elements(seen.wrong[2], (float[]){1, 4, 2, 5, 3, 6});
  uint32_t moved = 0;
  for (int i = 0; i < 6; i++) {
    const float off = ((float *)seen.wrong[3]->data)[i] - ((float *)right->data)[i];
    cr_expect(off == 0 || off == 1, "element %d is off by %g", i, (double)off);
    moved += off != 0;
  }
  cr_expect(eq(u32, moved, 1));
  for (uint32_t i = 0; i < seen.count; i++)
    tn_tensor_release(seen.wrong[i]);
  tn_tensor_release(right);
}

/* Every element is drawn by some seed. */
Test(gate, draws_the_element) {
  uint32_t drawn = 0;
  gate_result result;
  tn_tensor *right = make(TN_I32, 1, (int64_t[]){5}, (int32_t[]){0, 0, 0, 0, 0});
  for (uint64_t seed = 0; seed < 64; seed++) {
    struct seen seen = {0};
    const gate_subject self = {right, &seen, look, NULL, NULL};
    cr_assert(eq(int, gate_try(&self, seed, &result, NULL), TN_OK));
    cr_assert(eq(u32, result.applicable, 1)); /* of zeros the others are equal to the original */
    for (uint32_t i = 0; i < 5; i++)
      drawn |= (((int32_t *)seen.wrong[0]->data)[i] ? 1u : 0u) << i;
    tn_tensor_release(seen.wrong[0]);
  }
  cr_expect(eq(u32, drawn, 31));
  tn_tensor_release(right);
}

/* Of a comparison that looks at the last element alone, what leaves that as it is passes. */
static bool last_is_right(const gate_subject *self, const tn_tensor *wrong) {
  return compare_same_element(self->right, wrong, tn_tensor_element_count(wrong) - 1);
}

Test(gate, tells_what_is_accepted) {
  gate_result result;
  tn_tensor *right = make(TN_F32, 2, (int64_t[]){2, 2}, (float[]){1, 2, 3, 4});
  const gate_subject self = {right, NULL, last_is_right, NULL, NULL};
  cr_assert(eq(int, gate_try(&self, 1, &result, NULL), TN_OK));
  cr_expect(eq(u32, result.applicable, 4));
  cr_expect(ge(u32, result.accepted, 1));
  cr_expect(eq(str, (char *)(uintptr_t)result.first, "the last two dimensions swapped"));
  tn_tensor_release(right);
}
