#include "ops/elementwise.h"
#include "base/status.h"

/* One chunk of numbers of one class. */
typedef union chunk {
  double reals[TNI_CHUNK];
  int64_t signeds[TNI_CHUNK];
  uint64_t unsigneds[TNI_CHUNK];
} chunk;

static size_t chunk_size(uint64_t left) {
  return left < TNI_CHUNK ? (size_t)left : TNI_CHUNK;
}

static void load(tni_class class, const tn_tensor *tensor, int64_t offset, int64_t stride,
                 size_t count, chunk *out) {
  if (class == TNI_REAL)
    tni_load_reals(tensor->type, tensor->data, offset, stride, count, out->reals);
  if (class == TNI_SIGNED)
    tni_load_signed(tensor->type, tensor->data, offset, stride, count, out->signeds);
  if (class == TNI_UNSIGNED)
    tni_load_unsigned(tensor->type, tensor->data, offset, stride, count, out->unsigneds);
}

static void store(tni_class class, tn_tensor *tensor, int64_t offset, size_t count,
                  const chunk *values) {
  if (class == TNI_REAL) tni_store_reals(tensor->type, tensor->data, offset, count, values->reals);
  if (class == TNI_SIGNED)
    tni_store_signed(tensor->type, tensor->data, offset, count, values->signeds);
  if (class == TNI_UNSIGNED)
    tni_store_unsigned(tensor->type, tensor->data, offset, count, values->unsigneds);
}

static void apply_unary(const tni_unary *function, tni_class class, size_t count, chunk *x) {
  if (class == TNI_REAL)
    for (size_t i = 0; i < count; i++)
      x->reals[i] = function->real(x->reals[i]);
  if (class == TNI_SIGNED)
    for (size_t i = 0; i < count; i++)
      x->signeds[i] = function->of_signed(x->signeds[i]);
  if (class == TNI_UNSIGNED)
    for (size_t i = 0; i < count; i++)
      x->unsigneds[i] = function->of_unsigned(x->unsigneds[i]);
}

/* a = function(a, b) */
static void apply_binary(const tni_binary *function, tni_class class, size_t count, chunk *a,
                         const chunk *b) {
  if (class == TNI_REAL)
    for (size_t i = 0; i < count; i++)
      a->reals[i] = function->real(a->reals[i], b->reals[i]);
  if (class == TNI_SIGNED)
    for (size_t i = 0; i < count; i++)
      a->signeds[i] = function->of_signed(a->signeds[i], b->signeds[i]);
  if (class == TNI_UNSIGNED)
    for (size_t i = 0; i < count; i++)
      a->unsigneds[i] = function->of_unsigned(a->unsigneds[i], b->unsigneds[i]);
}

tn_status tni_evaluate_unary(tni_evaluation *evaluation, const tni_unary *function) {
  const tn_tensor *input = evaluation->inputs[0];
  const tni_class class = tni_type_class(input->type);
  const uint64_t total = tn_tensor_element_count(input);
  chunk x;
  for (uint64_t done = 0; done < total; done += TNI_CHUNK) {
    const size_t count = chunk_size(total - done);
    load(class, input, (int64_t)done, 1, count, &x);
    apply_unary(function, class, count, &x);
    store(class, evaluation->outputs[0], (int64_t)done, count, &x);
  }
  return TN_OK;
}

tn_status tni_evaluate_parametric(tni_evaluation *evaluation,
                                  double (*function)(double x, const double *parameters),
                                  const double *parameters) {
  const tn_tensor *input = evaluation->inputs[0];
  tn_tensor *output = evaluation->outputs[0];
  const uint64_t total = tn_tensor_element_count(input);
  double x[TNI_CHUNK];
  for (uint64_t done = 0; done < total; done += TNI_CHUNK) {
    const size_t count = chunk_size(total - done);
    tni_load_reals(input->type, input->data, (int64_t)done, 1, count, x);
    for (size_t i = 0; i < count; i++)
      x[i] = function(x[i], parameters);
    tni_store_reals(output->type, output->data, (int64_t)done, count, x);
  }
  return TN_OK;
}

tn_status tni_evaluate_binary(tni_evaluation *evaluation, const tni_binary *function) {
  tn_tensor *output = evaluation->outputs[0];
  tn_tensor *const *inputs = evaluation->inputs;
  const tni_class class = tni_type_class(inputs[0]->type);
  chunk a, b;
  tni_broadcast walk;
  tni_broadcast_start(&walk, output, inputs, 2);
  while (tni_broadcast_next(&walk)) {
    load(class, inputs[0], walk.offset[0], walk.stride[0], walk.count, &a);
    load(class, inputs[1], walk.offset[1], walk.stride[1], walk.count, &b);
    apply_binary(function, class, walk.count, &a, &b);
    store(class, output, walk.position, walk.count, &a);
  }
  return TN_OK;
}

/* Numbers of any class take eight bytes, so that a part of the accumulator can be handled as a
 * chunk. */
static void accumulate(const tni_binary *function, tni_class class, const tn_tensor *output,
                       tn_tensor *input, int is_first, double *accumulator) {
  chunk a, b;
  tni_broadcast walk;
  tni_broadcast_start(&walk, output, &input, 1);
  while (tni_broadcast_next(&walk)) {
    const size_t bytes = walk.count * sizeof *accumulator;
    load(class, input, walk.offset[0], walk.stride[0], walk.count, &b);
    if (!is_first) {
      memcpy(&a, accumulator + walk.position, bytes);
      apply_binary(function, class, walk.count, &a, &b);
    }
    memcpy(accumulator + walk.position, is_first ? &b : &a, bytes);
  }
}

tn_status tni_evaluate_variadic(tni_evaluation *evaluation, const tni_binary *function,
                                double (*finish)(double x, double count), tn_error *error) {
  tn_tensor *output = evaluation->outputs[0];
  const tni_class class = tni_type_class(output->type);
  const uint64_t total = tn_tensor_element_count(output);
  double *accumulator = tni_alloc_array(evaluation->allocator, (size_t)total, sizeof *accumulator);
  if (!accumulator)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for %llu elements",
                    (unsigned long long)total);
  for (uint32_t i = 0; i < evaluation->input_count; i++)
    accumulate(function, class, output, evaluation->inputs[i], i == 0, accumulator);
  chunk values;
  for (uint64_t done = 0; done < total; done += TNI_CHUNK) {
    const size_t count = chunk_size(total - done);
    memcpy(&values, accumulator + done, count * sizeof *accumulator);
    for (size_t i = 0; finish && class == TNI_REAL && i < count; i++)
      values.reals[i] = finish(values.reals[i], (double)evaluation->input_count);
    store(class, output, (int64_t)done, count, &values);
  }
  tni_free(evaluation->allocator, accumulator);
  return TN_OK;
}
