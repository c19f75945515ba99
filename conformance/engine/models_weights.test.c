/* Quantized models: their outputs tell one step from the next. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/models.h"
#include "engine/reference.h"

#define MODEL_NAME(product, form) #product "_" #form,
static const char *const names[] = {SUITE_QUANTIZED_MODEL_MAP(MODEL_NAME) "conv_qdq_i8",
                                    "conv_qdq_u8",
                                    "conv_i8",
                                    "mat_mul_qdq_i8",
                                    "mat_mul_qdq_u8",
                                    "mat_mul_i8"};

static uint32_t count_distinct(const tn_tensor *tensor) {
  const uint64_t count = tn_tensor_element_count(tensor);
  const size_t size = tn_element_type_bits(tensor->type) / 8;
  const char *data = tensor->data;
  uint32_t distinct = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t j = 0;
    while (j < i && memcmp(data + i * size, data + j * size, size) != 0)
      j++;
    distinct += j == i;
  }
  return distinct;
}

static tn_tensor *output_of(const char *name, uint64_t seed) {
  record_reference reference = {.seed = seed, .steps = 1, .size = 4};
  tn_tensor *output = NULL;
  tn_error error = {0};
  snprintf(reference.model, sizeof reference.model, "%s", name);
  cr_assert(eq(u32, reference_output(&reference, &output, &error), TN_OK), "%s: %s", name,
            error.message);
  return output;
}

Test(models_weights, outputs_have_many_values) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    tn_tensor *output = output_of(names[i], 1);
    cr_expect(ge(u32, count_distinct(output), 8), "%s", names[i]);
    tn_tensor_release(output);
  }
}

/* Steps of a row of carriers are not lost on the way. */
Test(models_weights, rows_of_carriers_depend_on_the_input) {
  static const char *const rows[] = {"chain@conv_qdq_i8", "chain@mat_mul_qdq_u8", "chain@conv_i8",
                                     "chain@mat_mul_f16", "chain@conv_f16"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *one = output_of(rows[i], 1), *other = output_of(rows[i], 2);
    cr_expect(ne(int, memcmp(one->data, other->data, 24), 0), "%s", rows[i]);
    cr_expect(ge(u32, count_distinct(one), 4), "%s", rows[i]);
    tn_tensor_release(one);
    tn_tensor_release(other);
  }
}
