#include "graph/shape_text.h"

#include <criterion/criterion.h>

static const tn_symbol rows = {.name = TN_STRING_INIT("rows")};

Test(shape_text, numbers) {
  char text[32];
  cr_expect_str_eq(tni_extents_text(0, NULL, text, sizeof text), "[]");
  cr_expect_str_eq(tni_extents_text(3, (int64_t[]){2, 0, 7}, text, sizeof text), "[2,0,7]");
}

Test(shape_text, a_long_one_is_cut) {
  char text[8];
  const int64_t shape[] = {1000, 2000, 3000};
  cr_expect_str_eq(tni_extents_text(3, shape, text, sizeof text), "[1000,2");
}

Test(shape_text, what_a_dimension_may_be) {
  char text[64];
  const tn_dimension shape[] = {
      {.min = 4, .max = 4},
      {.min = 1, .max = 8},
      {.min = 2, .max = TN_UNBOUNDED},
      {.min = 0, .max = TN_UNBOUNDED},
      {.min = 1, .max = 8, .symbol = &rows},
  };
  cr_expect_str_eq(tni_dimensions_text(5, shape, text, sizeof text), "[4,1..8,2..,?,rows]");
}
