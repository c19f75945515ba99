#include "numbers/tolerance.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "tenon/abi/element_type.h"

enum {
#define TOLERANCE_VERSION(number) table_version = number
#include "numbers/tolerances.def"
};

static const tolerance rows[] = {
#define TOLERANCE(operation, rule, terms, scale, f16, bf16, f32, f64) \
  {#operation,                                                        \
   TOLERANCE_##rule,                                                  \
   TOLERANCE_SIZE_##terms,                                            \
   TOLERANCE_SIZE_##scale,                                            \
   {f16, bf16, f32, f64}},
#include "numbers/tolerances.def"
};

static const whole_model_tolerance whole_models[] = {
#define WHOLE_MODEL(type, nmse, largest, top, order) {TN_##type, nmse, largest, top, order},
#include "numbers/tolerances.def"
};

static const api_tolerance api_rows[] = {
#define API(type, absolute, relative) {TN_##type, absolute, relative},
#include "numbers/tolerances.def"
};

static const struct {
  uint32_t type;
  double relative;
} node_tests[] = {
#define NODE_TEST(type, relative) {TN_##type, relative},
#include "numbers/tolerances.def"
};

static const double normwise =
#define NORMWISE(factor) factor
#include "numbers/tolerances.def"
    ;

double tolerance_normwise(void) {
  return normwise;
}

const api_tolerance *api_tolerance_of(uint32_t type) {
  for (size_t i = 0; i < sizeof api_rows / sizeof *api_rows; i++)
    if (api_rows[i].type == type) return &api_rows[i];
  return NULL;
}

double node_test_tolerance(uint32_t type) {
  for (size_t i = 0; i < sizeof node_tests / sizeof *node_tests; i++)
    if (node_tests[i].type == type) return node_tests[i].relative;
  return 0;
}

const whole_model_tolerance *whole_model_tolerance_of(uint32_t type) {
  for (size_t i = 0; i < sizeof whole_models / sizeof *whole_models; i++)
    if (whole_models[i].type == type) return &whole_models[i];
  return NULL;
}

const tolerance *tolerance_of(const char *operation) {
  static const tolerance others = {
      "", TOLERANCE_EXACT, TOLERANCE_SIZE_NONE, TOLERANCE_SIZE_RESULT, {0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].operation, operation) == 0) return &rows[i];
  return &others;
}

static const real_type types[] = {
    {TN_F16, "f16", 0x1p-11, 65504, 0x1p-14, 0x1p-24},
    {TN_BF16, "bf16", 0x1p-8, 0x1.fep127, 0x1p-126, 0x1p-133},
    {TN_F32, "f32", 0x1p-24, FLT_MAX, 0x1p-126, 0x1p-149},
    {TN_F64, "f64", 0x1p-53, DBL_MAX, 0x1p-1022, 0x1p-1074},
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

const real_type *real_type_of(uint32_t type) {
  for (size_t i = 0; i < TYPE_COUNT; i++)
    if (types[i].type == type) return &types[i];
  return NULL;
}

double tolerance_ulps(const tolerance *self, uint32_t type) {
  const real_type *facts = real_type_of(type);
  return facts ? self->ulps[facts - types] : 0;
}

uint32_t tolerance_version(void) {
  return table_version;
}

const char *tolerance_digest(void) {
  return TENON_TOLERANCES_SHA256;
}

double tolerance_gamma(double k, double unit_roundoff) {
  const double product = k * unit_roundoff;
  return product < 1 ? product / (1 - product) : INFINITY;
}
