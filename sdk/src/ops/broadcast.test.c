#include "ops/broadcast.h"

#include "ops/elements.h"
#include "ops/operator_test.h"
#include "ops/shape_rules.h"

#include <criterion/criterion.h>
#include <string.h>

static tn_dimension new_dimension(tni_inference *inference, int64_t min, int64_t max) {
  (void)inference;
  return (tn_dimension){min, max, NULL};
}

static const tn_symbol batch = {.size = sizeof batch}, other = {.size = sizeof other};

/* A row of the table of all cases. */
static const struct {
  tn_dimension a, b;
  int fits;
  tn_dimension result;
} rows[] = {
    {{3, 3, NULL}, {3, 3, NULL}, 1, {3, 3, NULL}},
    {{3, 3, NULL}, {1, 1, NULL}, 1, {3, 3, NULL}},
    {{3, 3, NULL}, {4, 4, NULL}, 0, {0}},
    {{0, 0, NULL}, {1, 1, NULL}, 1, {0, 0, NULL}},
    {{0, 0, NULL}, {2, 2, NULL}, 0, {0}},
    {{1, 1, NULL}, {0, TN_UNBOUNDED, &batch}, 1, {0, TN_UNBOUNDED, &batch}},
    {{0, TN_UNBOUNDED, &batch}, {0, TN_UNBOUNDED, &batch}, 1, {0, TN_UNBOUNDED, &batch}},
    {{3, 3, NULL}, {0, TN_UNBOUNDED, &batch}, 1, {3, 3, NULL}},
    {{3, 3, NULL}, {4, 9, &batch}, 0, {0}},
    {{2, 8, &batch}, {1, 5, &other}, 1, {2, 8, &batch}},
    {{2, 8, &batch}, {5, 9, &other}, 1, {5, 8, &batch}},
    {{2, 4, &batch}, {4, 9, &other}, 1, {4, 4, NULL}},
    {{1, 4, &batch}, {0, 9, &other}, 1, {0, 9, NULL}},
};

Test(broadcast, one_dimension) {
  tni_inference inference = {.new_dimension = new_dimension};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int swapped = 0; swapped < 2; swapped++) {
      tn_dimension result;
      const int fits = tni_broadcast_dimension(&inference, swapped ? rows[i].b : rows[i].a,
                                               swapped ? rows[i].a : rows[i].b, &result);
      cr_expect_eq(fits, rows[i].fits, "row %zu", i);
      if (!fits) continue;
      cr_expect_eq(result.min, rows[i].result.min, "row %zu", i);
      cr_expect_eq(result.max, rows[i].result.max, "row %zu", i);
      if (rows[i].result.symbol) cr_expect_not_null(result.symbol, "row %zu", i);
    }
}

Test(broadcast, shapes_are_aligned_at_the_end) {
  tni_facts a = {.type = TN_F32}, b = {.type = TN_F32};
  tni_facts_set_shape(&a, 3, (tn_dimension[]){{2, 2, NULL}, {1, 1, NULL}, {5, 5, NULL}});
  tni_facts_set_shape(&b, 2, (tn_dimension[]){{4, 4, NULL}, {1, 1, NULL}});
  tni_operator_test test = {.name = "Add", .input_count = 2, .facts = {&a, &b}};
  cr_assert_eq(tni_test_infer(&test), TN_OK);
  char text[64];
  cr_expect_str_eq(tni_shape_text(&test.inferred[0], text, sizeof text), "[2,4,5]");
  b.has_rank = b.rank = 0;
  cr_assert_eq(tni_test_infer(&test), TN_OK);
  cr_expect_eq(test.inferred[0].has_rank, 0);
}

Test(broadcast, a_misfit_names_both_shapes) {
  tni_facts a = {.type = TN_F32}, b = {.type = TN_F32};
  tni_facts_set_shape(&a, 1, (tn_dimension[]){{3, 3, NULL}});
  tni_facts_set_shape(&b, 2, (tn_dimension[]){{2, 2, NULL}, {4, 4, NULL}});
  tni_operator_test test = {.name = "Add", .input_count = 2, .facts = {&a, &b}};
  cr_assert_eq(tni_test_infer(&test), TN_WRONG_SHAPE);
  cr_expect_not_null(strstr(test.error.message, "[2,4]"), "%s", test.error.message);
  cr_expect_not_null(strstr(test.error.message, "[3]"), "%s", test.error.message);
}

/* Position of a broadcast operand's element, computed from the index alone. */
static int64_t position_of(const tn_tensor *tensor, const tn_tensor *output, int64_t linear) {
  int64_t position = 0, stride = 1;
  for (uint32_t i = 0; i < output->rank; i++) {
    const int64_t index = linear % output->shape[output->rank - 1 - i];
    linear /= output->shape[output->rank - 1 - i];
    if (i >= tensor->rank) continue;
    const int64_t extent = tensor->shape[tensor->rank - 1 - i];
    position += (extent == 1 ? 0 : index) * stride;
    stride *= extent;
  }
  return position;
}

/* Walks over shapes and compares every position. */
static void walk(uint32_t rank, const int64_t *shape, uint32_t a_rank, const int64_t *a,
                 uint32_t b_rank, const int64_t *b) {
  const tn_tensor output = {.rank = rank, .shape = shape};
  tn_tensor first = {.rank = a_rank, .shape = a}, second = {.rank = b_rank, .shape = b};
  tn_tensor *operands[] = {&first, &second};
  tni_broadcast run;
  int64_t seen = 0;
  tni_broadcast_start(&run, &output, operands, 2);
  while (tni_broadcast_next(&run)) {
    cr_assert_eq(run.position, seen);
    for (size_t i = 0; i < run.count; i++, seen++)
      for (uint32_t k = 0; k < 2; k++)
        cr_assert_eq(run.offset[k] + (int64_t)i * run.stride[k],
                     position_of(operands[k], &output, seen));
  }
  cr_assert_eq(seen, (int64_t)tn_tensor_element_count(&output));
}

Test(broadcast, walks_meet_every_element_in_order) {
  walk(0, NULL, 0, NULL, 0, NULL);
  walk(3, (int64_t[]){2, 3, 700}, 3, (int64_t[]){2, 3, 700}, 3, (int64_t[]){2, 3, 700});
  walk(3, (int64_t[]){2, 3, 4}, 1, (int64_t[]){4}, 3, (int64_t[]){2, 1, 1});
  walk(4, (int64_t[]){2, 3, 4, 5}, 4, (int64_t[]){1, 3, 1, 5}, 4, (int64_t[]){2, 1, 4, 1});
  walk(4, (int64_t[]){2, 1, 4, 1}, 4, (int64_t[]){2, 1, 1, 1}, 2, (int64_t[]){4, 1});
  walk(2, (int64_t[]){3, 0}, 2, (int64_t[]){3, 1}, 1, (int64_t[]){0});
  walk(2, (int64_t[]){300, 2}, 2, (int64_t[]){300, 1}, 2, (int64_t[]){1, 2});
}
