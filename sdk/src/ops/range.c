/* Range: start, start + delta, ... up to but without limit; computed in f64 or int64_t and rounded
 * once. */
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/outputs.h"
#include "ops/shape_rules.h"

#include <inttypes.h>
#include <math.h>

/* The three inputs, in the class of their type. */
typedef struct range {
  double start, limit, delta;
  int64_t integer_start, integer_limit, integer_delta;
} range;

static range read_range(const tn_tensor *start, const tn_tensor *limit, const tn_tensor *delta) {
  range out;
  tni_load_reals(start->type, start->data, 0, 1, 1, &out.start);
  tni_load_reals(limit->type, limit->data, 0, 1, 1, &out.limit);
  tni_load_reals(delta->type, delta->data, 0, 1, 1, &out.delta);
  tni_load_signed(start->type, start->data, 0, 1, 1, &out.integer_start);
  tni_load_signed(limit->type, limit->data, 0, 1, 1, &out.integer_limit);
  tni_load_signed(delta->type, delta->data, 0, 1, 1, &out.integer_delta);
  return out;
}

static int64_t count_integers(const range *of) {
  const uint64_t up = (uint64_t)of->integer_limit - (uint64_t)of->integer_start;
  const uint64_t step = (uint64_t)of->integer_delta;
  uint64_t count = 0;
  if (of->integer_delta > 0 && of->integer_limit > of->integer_start) count = (up - 1) / step + 1;
  if (of->integer_delta < 0 && of->integer_limit < of->integer_start)
    count = (0 - up - 1) / (0 - step) + 1;
  return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

static tn_status count_elements(const tn_node *node, uint32_t type, const range *of, int64_t *out,
                                tn_error *error) {
  const int is_real = tni_type_class(type) == TNI_REAL;
  if (is_real ? of->delta == 0 : of->integer_delta == 0)
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT, "input 'delta' is 0");
  const double count = ceil((of->limit - of->start) / of->delta);
  if (is_real && !(count < 0x1p62))
    return tni_node_fail(node, error, TN_OUT_OF_RANGE,
                         "from %g to %g by %g: the number of elements is not finite", of->start,
                         of->limit, of->delta);
  *out = !is_real ? count_integers(of) : count > 0 ? (int64_t)count : 0;
  return TN_OK;
}

/* The elements of a short range of integers whose ends are known. */
static void follow(tni_inference *inference, const range *of, int64_t count) {
  tn_dimension elements[TNI_MAX_ELEMENTS];
  if (count > TNI_MAX_ELEMENTS || !tni_type_in(inference->outputs[0].type, TNI_INDEX_TYPES)) return;
  for (int64_t i = 0; i < count; i++)
    elements[i] = tni_dimension_of(
        (int64_t)((uint64_t)of->integer_start + (uint64_t)i * (uint64_t)of->integer_delta));
  tni_facts_set_elements(inference, 0, elements, (uint32_t)count);
}

/* What is known of the length when only elements are: of 0, 1, 2, ... the limit. */
static tn_dimension length_from_elements(tni_inference *inference) {
  tn_dimension parts[3][TNI_MAX_ELEMENTS];
  for (uint32_t i = 0; i < 3; i++) {
    uint32_t count;
    if (!tni_facts_elements(inference->inputs[i], parts[i], &count) || count != 1)
      return tni_dimension_between(inference, 0, TN_UNBOUNDED);
  }
  const tn_dimension start = parts[0][0], limit = parts[1][0], delta = parts[2][0];
  if (start.min == 0 && start.max == 0 && delta.min == 1 && delta.max == 1 && limit.min >= 0)
    return limit;
  return tni_dimension_between(inference, 0, TN_UNBOUNDED);
}

/* The range when all three inputs are known. */
static int read_known_range(const tni_facts *const *inputs, range *out) {
  if (inputs[0]->constant && inputs[1]->constant && inputs[2]->constant) {
    *out = read_range(inputs[0]->constant, inputs[1]->constant, inputs[2]->constant);
    return 1;
  }
  int64_t values[3][TNI_MAX_ELEMENTS];
  for (uint32_t i = 0; i < 3; i++) {
    uint32_t count;
    if (!tni_facts_integers(inputs[i], values[i], &count) || count != 1) return 0;
  }
  out->integer_start = values[0][0];
  out->integer_limit = values[1][0];
  out->integer_delta = values[2][0];
  out->start = out->limit = out->delta = 0;
  return 1;
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tni_facts *const *inputs = inference->inputs;
  tni_facts *out = &inference->outputs[0];
  out->type = inputs[0]->type;
  for (uint32_t i = 0; i < 3; i++)
    TN_TRY(tni_expect_scalar(inference, i, error));
  range of;
  if (!read_known_range(inputs, &of)) {
    tni_facts_set_vector(out, length_from_elements(inference));
    return TN_OK;
  }
  int64_t count;
  TN_TRY(count_elements(inference->node, out->type, &of, &count, error));
  tni_facts_set_vector(out, tni_dimension_of(count));
  follow(inference, &of, count);
  return TN_OK;
}

static void fill(const range *of, tn_tensor *out, int64_t position, size_t count) {
  double reals[TNI_CHUNK];
  int64_t integers[TNI_CHUNK];
  for (size_t i = 0; i < count; i++) {
    const uint64_t index = (uint64_t)position + i;
    reals[i] = of->start + (double)index * of->delta;
    integers[i] = (int64_t)((uint64_t)of->integer_start + index * (uint64_t)of->integer_delta);
  }
  if (tni_type_class(out->type) == TNI_REAL)
    tni_store_reals(out->type, out->data, position, count, reals);
  else
    tni_store_signed(out->type, out->data, position, count, integers);
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  tn_tensor *const *inputs = evaluation->inputs;
  const range of = read_range(inputs[0], inputs[1], inputs[2]);
  int64_t total;
  TN_TRY(count_elements(evaluation->node, inputs[0]->type, &of, &total, error));
  TN_TRY(tni_prepare_output(evaluation, 0, inputs[0]->type, 1, &total, error));
  for (int64_t done = 0; done < total; done += TNI_CHUNK)
    fill(&of, evaluation->outputs[0], done,
         total - done < TNI_CHUNK ? (size_t)(total - done) : TNI_CHUNK);
  return TN_OK;
}

#define TYPES (TNI_FLOAT_TYPES | TNI_TYPE(TN_I16) | TNI_INDEX_TYPES)

/* Everything is computed in a type that is wider than attribute 'stash_type' can ask for. */
static const tni_formal_attribute attributes[] = {{"stash_type", TN_ATTRIBUTE_INT, 0},
                                                  {NULL, 0, 0}};

TNI_OPERATOR(Range) = {
    .name = "Range",
    .since = 27,
    .inputs = {{"start", TYPES, "T", 0}, {"limit", TYPES, "T", 0}, {"delta", TYPES, "T", 0}},
    .outputs = {{"output", TYPES, "T", 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = evaluate};
