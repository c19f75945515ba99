/* Checks of products as quantized networks have them: between DequantizeLinear and QuantizeLinear,
 * which a device may take as a whole alone. */
#define TN_GROUP "quantized"
#include <stdio.h>

#include "engine/check.h"
#include "engine/computed.h"

static const char *const forms[] = {"qdq_i8", "qdq_u8", "i8", NULL};

static void compute(test *t, const char *product) {
  char name[64];
  snprintf(name, sizeof name, "%s_%s", product, t->parameter);
  tn_compiled_model *model = test_compile(t, name);
  if (model) computed_expect(t, model, name);
}

TN_CHECK_WITH(quantized_conv, OPERATOR, 2, 0,
              "Conv with bias between quantized numbers gives the outputs of the reference",
              .names = forms) {
  compute(t, "conv");
}

TN_CHECK_WITH(quantized_strided, OPERATOR, 2, 0,
              "Conv with strides between quantized numbers gives the outputs of the reference",
              .names = forms) {
  compute(t, "strided");
}

TN_CHECK_WITH(
    quantized_depthwise, OPERATOR, 2, 0,
    "Conv of each channel by itself between quantized numbers gives the outputs of the reference",
    .names = forms) {
  compute(t, "depthwise");
}

TN_CHECK_WITH(quantized_pointwise, OPERATOR, 2, 0,
              "Conv 1x1 without bias between quantized numbers gives the outputs of the reference",
              .names = forms) {
  compute(t, "pointwise");
}

TN_CHECK_WITH(quantized_channels, OPERATOR, 2, 0,
              "Conv whose channels have steps of their own between quantized numbers gives the "
              "outputs of the reference",
              .names = forms) {
  compute(t, "channels");
}

TN_CHECK_WITH(quantized_mat_mul, OPERATOR, 2, 0,
              "MatMul with weights between quantized numbers gives the outputs of the reference",
              .names = forms) {
  compute(t, "mat_mul");
}

TN_CHECK_WITH(quantized_batched, OPERATOR, 2, 0,
              "MatMul of a batch with the same weights between quantized numbers gives the outputs "
              "of the reference",
              .names = forms) {
  compute(t, "batched");
}
