#include "ops/operator.h"
#include "ops/types.h"

#include <criterion/criterion.h>
#include <string.h>

static const tni_formal_attribute attributes[] = {
    {"axis", TN_ATTRIBUTE_INT, 1}, {"scale", TN_ATTRIBUTE_FLOAT, 0}, {NULL, 0, 0}};

static const tni_operator fixed = {.name = "Fixed",
                                   .since = 3,
                                   .inputs = {{"X", TNI_FLOAT_TYPES, "T", 0},
                                              {"Y", TNI_REAL_TYPES, "T", TNI_OPTIONAL},
                                              {"I", TNI_INDEX_TYPES, NULL, TNI_OPTIONAL}},
                                   .outputs = {{"Z", TNI_FLOAT_TYPES, "T", 0}},
                                   .attributes = attributes};

static const tni_operator variadic = {
    .name = "Variadic",
    .since = 1,
    .inputs = {{"data", TNI_REAL_TYPES, "T", TNI_VARIADIC}},
    .outputs = {{"Z", TNI_REAL_TYPES, "T", TNI_OPTIONAL | TNI_VARIADIC}}};

/* A node with inputs of the given types (0: left out, 255: of unknown type) and these attributes.
 */
static tn_status check(const tni_operator *op, uint32_t inputs, const uint32_t *types,
                       uint32_t outputs, uint32_t attribute_count, const tn_attribute *const *given,
                       const char *message) {
  const tn_value_info value = {.size = TN_SIZE(tn_value_info)};
  const tn_value_info *actuals[8] = {NULL}, *results[8];
  uint32_t known[8] = {0};
  for (uint32_t i = 0; i < inputs; i++) {
    actuals[i] = types[i] ? &value : NULL;
    known[i] = types[i] == 255 ? TN_ANY_TYPE : types[i];
  }
  for (uint32_t i = 0; i < outputs; i++)
    results[i] = &value;
  const tn_node node = {.size = TN_SIZE(tn_node),
                        .name = TN_STRING("n1"),
                        .operation = tn_string_from(op->name),
                        .since_version = op->since,
                        .input_count = inputs,
                        .output_count = outputs,
                        .attribute_count = attribute_count,
                        .inputs = actuals,
                        .outputs = results,
                        .attributes = given};
  tn_error error = {0};
  const tn_status status = tni_operator_check(op, &node, known, &error);
  if (status != TN_OK)
    cr_expect_not_null(strstr(error.message, message), "'%s' says not '%s'", error.message,
                       message);
  if (status != TN_OK) cr_expect_not_null(strstr(error.message, "n1"), "%s", error.message);
  return status;
}

static const int64_t one = 1;
static const float half = 0.5f;
static const tn_attribute axis = {.size = sizeof axis,
                                  .kind = TN_ATTRIBUTE_INT,
                                  .name = TN_STRING_INIT("axis"),
                                  .count = 1,
                                  .as.ints = &one};
static const tn_attribute *const with_axis[] = {&axis};

Test(operator_check, accepts_what_the_schema_allows) {
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){TN_F32}, 1, 1, with_axis, ""), TN_OK);
  cr_expect_eq(check(&fixed, 2, (uint32_t[]){TN_F16, TN_F16}, 1, 1, with_axis, ""), TN_OK);
  cr_expect_eq(check(&fixed, 3, (uint32_t[]){TN_F64, 0, TN_I32}, 1, 1, with_axis, ""), TN_OK);
  cr_expect_eq(check(&fixed, 2, (uint32_t[]){255, TN_F32}, 1, 1, with_axis, ""), TN_OK);
  cr_expect_eq(check(&variadic, 4, (uint32_t[]){TN_I8, TN_I8, 255, TN_I8}, 3, 0, NULL, ""), TN_OK);
}

Test(operator_check, counts_inputs_and_outputs) {
  cr_expect_eq(check(&fixed, 0, NULL, 1, 1, with_axis, "input 0, 'X', is missing"), TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){0}, 1, 1, with_axis, "'X'"), TN_MALFORMED);
  cr_expect_eq(check(&fixed, 4, (uint32_t[]){TN_F32, TN_F32, TN_I64, TN_I64}, 1, 1, with_axis,
                     "at most 3 inputs"),
               TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){TN_F32}, 2, 1, with_axis, "at most 1 outputs"),
               TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){TN_F32}, 0, 1, with_axis, "output 0, 'Z'"),
               TN_MALFORMED);
  cr_expect_eq(check(&variadic, 3, (uint32_t[]){TN_I8, 0, TN_I8}, 1, 0, NULL, "left out"),
               TN_MALFORMED);
}

Test(operator_check, compares_types) {
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){TN_I32}, 1, 1, with_axis, "bfloat16, int32 came"),
               TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){TN_F8E5M2}, 1, 1, with_axis, "float8e5m2 came"),
               TN_UNSUPPORTED);
  cr_expect_eq(check(&fixed, 1, (uint32_t[]){77}, 1, 1, with_axis, "an unknown type came"),
               TN_UNSUPPORTED);
  cr_expect_eq(check(&fixed, 2, (uint32_t[]){TN_F32, TN_F16}, 1, 1, with_axis,
                     "'Y' must have the type of input 'X', float, but has float16"),
               TN_MALFORMED);
  cr_expect_eq(
      check(&variadic, 3, (uint32_t[]){TN_I8, TN_I8, TN_U8}, 1, 0, NULL, "int8, but has uint8"),
      TN_MALFORMED);
}

Test(operator_check, compares_attributes) {
  const tn_attribute unknown = {
      .kind = TN_ATTRIBUTE_INT, .name = TN_STRING("axes"), .count = 1, .as.ints = &one};
  const tn_attribute wrong = {
      .kind = TN_ATTRIBUTE_INT, .name = TN_STRING("scale"), .count = 1, .as.ints = &one};
  const tn_attribute many = {
      .kind = TN_ATTRIBUTE_FLOAT, .name = TN_STRING("scale"), .count = 2, .as.floats = &half};
  const uint32_t types[] = {TN_F32};
  cr_expect_eq(check(&fixed, 1, types, 1, 0, NULL, "attribute 'axis' is missing"), TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, types, 1, 2, (const tn_attribute *const[]){&axis, &unknown},
                     "'axes' is not one"),
               TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, types, 1, 2, (const tn_attribute *const[]){&axis, &wrong},
                     "must be FLOAT, INT came"),
               TN_MALFORMED);
  cr_expect_eq(check(&fixed, 1, types, 1, 2, (const tn_attribute *const[]){&axis, &many},
                     "one value, 2 came"),
               TN_MALFORMED);
}
