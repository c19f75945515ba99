/** @file
 *  What shape rules are made of: dimensions, shapes of facts, elements of small integer tensors,
 * and the rules that many operators share. Rules are called after tni_operator_check: inputs that
 * must be there are there.
 */
#ifndef TENON_OPS_SHAPE_RULES_H
#define TENON_OPS_SHAPE_RULES_H

#include "graph/shape_text.h"
#include "ops/operator.h"

enum {
  TNI_MAX_ELEMENTS = 64 /**< Tensors with more elements are not followed element by element. */
};

/** A dimension that is known. */
static inline tn_dimension tni_dimension_of(int64_t value) {
  const tn_dimension dimension = {value, value, NULL};
  return dimension;
}

/** 1 when the dimension is known. */
static inline int tni_dimension_is_static(tn_dimension dimension) {
  return dimension.min == dimension.max;
}

/** 1 when both are equal in every inference, as far as is known. */
int tni_dimension_same(tn_dimension a, tn_dimension b);

/** 1 when the two can be equal in no inference. */
static inline int tni_dimension_differs(tn_dimension a, tn_dimension b) {
  return a.max < b.min || b.max < a.min;
}

/** What is known of a dimension that both describe: the one with the narrower bounds. */
static inline tn_dimension tni_dimension_narrower(tn_dimension a, tn_dimension b) {
  if (tni_dimension_is_static(a) || tni_dimension_is_static(b))
    return tni_dimension_is_static(a) ? a : b;
  return b.max < a.max || (b.max == a.max && b.min > a.min) ? b : a;
}

/** The product of `count` dimensions; keeps the symbol of the one that is not known when all others
 * are 1. */
tn_dimension tni_dimension_product(tni_inference *inference, const tn_dimension *dimensions,
                                   uint32_t count);

/** A dimension within [min, max]: known when both are equal, else new. */
tn_dimension tni_dimension_between(tni_inference *inference, int64_t min, int64_t max);

/** `a` + `b`, also of sums below zero; TN_UNBOUNDED stays and overflow becomes TN_UNBOUNDED. For
 * bounds. */
int64_t tni_bound_add(int64_t a, int64_t b);

/** `a` * `b` of numbers >= 0; TN_UNBOUNDED stays but for 0, and overflow becomes TN_UNBOUNDED. For
 * bounds. */
int64_t tni_bound_multiply(int64_t a, int64_t b);

/** 1 when the rank and every dimension are known. */
int tni_facts_are_static(const tni_facts *facts);

/** Sets the shape of facts; `dimensions` may be those of the facts themselves. */
void tni_facts_set_shape(tni_facts *facts, uint32_t rank, const tn_dimension *dimensions);

/** Sets the rank to 1 with this dimension. */
void tni_facts_set_vector(tni_facts *facts, tn_dimension dimension);

/** Copies what is known of the shape, without the elements. */
void tni_facts_copy_shape(tni_facts *facts, const tni_facts *from);

/** Bounds of the number of elements: `*min` to `*max`, which may be TN_UNBOUNDED. */
void tni_facts_element_bounds(const tni_facts *facts, int64_t *min, int64_t *max);

/** What is known of the elements of an integer tensor, from its constant or its partial elements.
 *  @param elements room for TNI_MAX_ELEMENTS
 *  @return 1 with `*count` elements, 0 when nothing is known of them (or there are too many) */
int tni_facts_elements(const tni_facts *facts, tn_dimension *elements, uint32_t *count);

/** The elements of an integer tensor when all are known.
 *  @param values room for TNI_MAX_ELEMENTS
 *  @return 1 with `*count` values, else 0 */
int tni_facts_integers(const tni_facts *facts, int64_t *values, uint32_t *count);

/** Says of an output what its elements are; drops the statement when there is no room, when there
 * are too many, or when one that is not known may be negative. */
void tni_facts_set_elements(tni_inference *inference, uint32_t output, const tn_dimension *elements,
                            uint32_t count);

/** Lets an output have the elements of an input, where both are integers. */
void tni_facts_pass_elements(tni_inference *inference, uint32_t output, const tni_facts *input);

/** Brings an axis into [0, rank); `what` names it in the message.
 *  @return TN_OK or TN_OUT_OF_RANGE */
tn_status tni_resolve_axis(const tn_node *node, const char *what, int64_t axis, uint32_t rank,
                           uint32_t *out, tn_error *error);

/** Brings `count` axes into [0, rank) and refuses one that is named twice; `what` names them in the
 * message. */
tn_status tni_resolve_axes(const tn_node *node, const char *what, const int64_t *axes,
                           uint64_t count, uint32_t rank, uint32_t *out, tn_error *error);

/** Fails unless an input's rank is unknown or `rank`. */
tn_status tni_expect_rank(const tni_inference *inference, uint32_t input, uint32_t rank,
                          tn_error *error);

/** Fails unless an input may hold exactly one element, whatever its rank. */
tn_status tni_expect_scalar(const tni_inference *inference, uint32_t input, tn_error *error);

/** Fails unless an input can be a vector of at most `most` elements. */
tn_status tni_expect_vector(const tni_inference *inference, uint32_t input, int64_t most,
                            tn_error *error);

/** Fails unless an input can have exactly one element, of whatever rank. */
tn_status tni_expect_one(const tni_inference *inference, uint32_t input, tn_error *error);

/** Shape of facts for messages: "[2,batch,?]" or "of unknown rank". Returns `text`. */
const char *tni_shape_text(const tni_facts *facts, char *text, size_t capacity);

/** Rule: output 0 has type and shape of input 0. */
tn_status tni_infer_same_as_input(tni_inference *inference, tn_error *error);

/** Rule: output 0 is bool and has the shape of input 0. */
tn_status tni_infer_bool_like_input(tni_inference *inference, tn_error *error);

#endif
