#include "ops/attributes.h"
#include "ops/recurrent.h"
#include "ops/shape_rules.h"

enum { X, W, R, B, LENGTHS, INITIAL_H, INITIAL_C, P, INPUTS };

static const char *const names[INPUTS] = {"X",         "W",         "R", "B", "sequence_lens",
                                          "initial_h", "initial_c", "P"};

/* Extents as far as the operands tell. */
typedef struct extents {
  tn_dimension steps, batch, inputs, hidden;
  int64_t directions, gates;
  int batch_first;
} extents;

static const tni_facts *operand(const tni_inference *inference, uint32_t index) {
  return index < inference->input_count && inference->inputs[index] &&
                 inference->inputs[index]->has_rank
             ? inference->inputs[index]
             : NULL;
}

static tn_dimension times(tn_dimension dimension, int64_t factor) {
  return (tn_dimension){tni_bound_multiply(dimension.min, factor),
                        tni_bound_multiply(dimension.max, factor), NULL};
}

/* Fails unless an operand that is there has this shape. */
static tn_status expect_shape(const tni_inference *inference, uint32_t index, uint32_t rank,
                              const tn_dimension *shape, tn_error *error) {
  const tni_facts *facts = operand(inference, index);
  tni_facts wanted = {0};
  char have[160];
  char want[160];
  if (!facts) return TN_OK;
  int fits = facts->rank == rank;
  for (uint32_t i = 0; fits && i < rank; i++)
    fits = !tni_dimension_differs(facts->dimensions[i], shape[i]);
  if (fits) return TN_OK;
  tni_facts_set_shape(&wanted, rank, shape);
  return tni_node_fail(inference->node, error, TN_WRONG_SHAPE, "%s must be %s, but is %s",
                       names[index], tni_shape_text(&wanted, want, sizeof want),
                       tni_shape_text(facts, have, sizeof have));
}

static tn_status read_direction(const tn_node *node, int64_t *out, tn_error *error) {
  const tn_string direction = tni_attribute_string(node, "direction", TN_STRING("forward"));
  *out = 1;
  if (tn_string_equal(direction, TN_STRING("bidirectional"))) *out = 2;
  if (*out == 2 || tn_string_equal(direction, TN_STRING("forward")) ||
      tn_string_equal(direction, TN_STRING("reverse")))
    return TN_OK;
  return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                       "direction must be forward, reverse or bidirectional, but is \"%.*s\"",
                       TNI_TEXT(direction));
}

static tn_status find_extents(tni_inference *inference, const tni_cell *cell, extents *out,
                              tn_error *error) {
  const tn_node *node = inference->node;
  const tn_dimension unknown = {0, TN_UNBOUNDED, NULL};
  const tni_facts *x = operand(inference, X);
  const tni_facts *r = operand(inference, R);
  const int64_t hidden = tni_attribute_int(node, "hidden_size", 0);
  *out = (extents){unknown,
                   unknown,
                   unknown,
                   unknown,
                   1,
                   cell->gates,
                   tni_attribute_int(node, "layout", 0) != 0};
  TN_TRY(read_direction(node, &out->directions, error));
  TN_TRY(tni_expect_rank(inference, X, 3, error));
  TN_TRY(tni_expect_rank(inference, R, 3, error));
  if (x) {
    out->steps = x->dimensions[out->batch_first];
    out->batch = x->dimensions[!out->batch_first];
    out->inputs = x->dimensions[2];
  }
  if (r) out->hidden = r->dimensions[2];
  if (hidden < 0 || (hidden > 0 && tni_dimension_differs(out->hidden, tni_dimension_of(hidden))))
    return tni_node_fail(node, error, TN_INVALID_ARGUMENT,
                         "hidden_size is %lld, but R has %lld columns", (long long)hidden,
                         (long long)out->hidden.min);
  if (hidden > 0) out->hidden = tni_dimension_of(hidden);
  return TN_OK;
}

static tn_status check_operands(const tni_inference *inference, const extents *of,
                                tn_error *error) {
  const tn_dimension directions = tni_dimension_of(of->directions);
  const tn_dimension rows = times(of->hidden, of->gates);
  const tn_dimension state[2][3] = {{directions, of->batch, of->hidden},
                                    {of->batch, directions, of->hidden}};
  const struct {
    uint32_t rank;
    tn_dimension shape[3];
  } wanted[] = {
      [W] = {3, {directions, rows, of->inputs}},     [R] = {3, {directions, rows, of->hidden}},
      [B] = {2, {directions, times(rows, 2)}},       [LENGTHS] = {1, {of->batch}},
      [P] = {2, {directions, times(of->hidden, 3)}},
  };
  for (uint32_t i = W; i <= LENGTHS; i++)
    TN_TRY(expect_shape(inference, i, wanted[i].rank, wanted[i].shape, error));
  TN_TRY(expect_shape(inference, P, wanted[P].rank, wanted[P].shape, error));
  TN_TRY(expect_shape(inference, INITIAL_H, 3, state[of->batch_first], error));
  return expect_shape(inference, INITIAL_C, 3, state[of->batch_first], error);
}

/* A dimension as it is where it is known by itself, else a new one. */
static tn_dimension named(tni_inference *inference, tn_dimension dimension) {
  return dimension.symbol ? dimension
                          : tni_dimension_between(inference, dimension.min, dimension.max);
}

tn_status tni_recurrent_infer(tni_inference *inference, const tni_cell *cell, tn_error *error) {
  extents of;
  for (uint32_t i = 0; i < inference->output_count; i++)
    inference->outputs[i].type = inference->inputs[X]->type;
  TN_TRY(find_extents(inference, cell, &of, error));
  TN_TRY(check_operands(inference, &of, error));
  const tn_dimension directions = tni_dimension_of(of.directions);
  const tn_dimension steps = named(inference, of.steps);
  const tn_dimension batch = named(inference, of.batch);
  const tn_dimension hidden = named(inference, of.hidden);
  const tn_dimension sequence[2][4] = {{steps, directions, batch, hidden},
                                       {batch, steps, directions, hidden}};
  const tn_dimension state[2][3] = {{directions, batch, hidden}, {batch, directions, hidden}};
  for (uint32_t i = 0; i < inference->output_count; i++)
    tni_facts_set_shape(&inference->outputs[i], i == 0 ? 4 : 3,
                        i == 0 ? sequence[of.batch_first] : state[of.batch_first]);
  return TN_OK;
}
