/* Clip to an interval whose ends may be left out; with min above max, everything becomes max. NaN
 * stays. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

/* An end of the interval, in the class of the input's type. */
typedef struct limits {
  int has_min, has_max;
  double real_min, real_max;
  int64_t signed_min, signed_max;
  uint64_t unsigned_min, unsigned_max;
} limits;

static limits read_limits(const tni_evaluation *evaluation) {
  limits out = {0};
  const tn_tensor *min = evaluation->input_count > 1 ? evaluation->inputs[1] : NULL;
  const tn_tensor *max = evaluation->input_count > 2 ? evaluation->inputs[2] : NULL;
  if (min) {
    out.has_min = 1;
    tni_load_reals(min->type, min->data, 0, 1, 1, &out.real_min);
    tni_load_signed(min->type, min->data, 0, 1, 1, &out.signed_min);
    tni_load_unsigned(min->type, min->data, 0, 1, 1, &out.unsigned_min);
  }
  if (max) {
    out.has_max = 1;
    tni_load_reals(max->type, max->data, 0, 1, 1, &out.real_max);
    tni_load_signed(max->type, max->data, 0, 1, 1, &out.signed_max);
    tni_load_unsigned(max->type, max->data, 0, 1, 1, &out.unsigned_max);
  }
  return out;
}

/* Loads, clips and stores one chunk of one class of numbers. */
#define CLIP_CHUNK(class, number, suffix)                                               \
  static void clip_##class(const limits *to, const tn_tensor *input, tn_tensor *output, \
                           int64_t position, size_t count) {                            \
    number x[TNI_CHUNK];                                                                \
    tni_load_##suffix(input->type, input->data, position, 1, count, x);                 \
    for (size_t i = 0; i < count; i++) {                                                \
      if (to->has_min && x[i] < to->class##_min) x[i] = to->class##_min;                \
      if (to->has_max && x[i] > to->class##_max) x[i] = to->class##_max;                \
    }                                                                                   \
    tni_store_##suffix(output->type, output->data, position, count, x);                 \
  }

CLIP_CHUNK(real, double, reals)
CLIP_CHUNK(signed, int64_t, signed)
CLIP_CHUNK(unsigned, uint64_t, unsigned)

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const tn_tensor *input = evaluation->inputs[0];
  const limits to = read_limits(evaluation);
  const tni_class class = tni_type_class(input->type);
  const uint64_t total = tn_tensor_element_count(input);
  for (uint64_t done = 0; done < total; done += TNI_CHUNK) {
    const size_t count = total - done < TNI_CHUNK ? (size_t)(total - done) : TNI_CHUNK;
    (class == TNI_REAL ? clip_real
     : class == TNI_SIGNED
         ? clip_signed
         : clip_unsigned)(&to, input, evaluation->outputs[0], (int64_t)done, count);
  }
  return TN_OK;
}

/* A limit holds one element; a vector of one is tolerated, as many models have it. */
static tn_status infer(tni_inference *inference, tn_error *error) {
  for (uint32_t i = 1; i < inference->input_count; i++)
    if (inference->inputs[i]) TN_TRY(tni_expect_scalar(inference, i, error));
  return tni_infer_same_as_input(inference, error);
}

TNI_OPERATOR(Clip) = {.name = "Clip",
                      .since = 13,
                      .inputs = {{"input", TNI_REAL_TYPES, "T", 0},
                                 {"min", TNI_REAL_TYPES, "T", TNI_OPTIONAL},
                                 {"max", TNI_REAL_TYPES, "T", TNI_OPTIONAL}},
                      .outputs = {{"output", TNI_REAL_TYPES, "T", 0}},
                      .infer = infer,
                      .evaluate = evaluate};
