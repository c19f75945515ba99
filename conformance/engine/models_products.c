/* Models of products and sums: what devices like to fuse, where they may not, and what a fused node
 * has to be right about. */
#include "engine/model_draft.h"

/* What looks like the pair that devices fuse, in a type that their fused node may not have. */
static tn_status build_typed(const tni_environment *environment, const char *name, uint32_t type,
                             tn_model **out, tn_error *error) {
  struct draft d = begin(environment, name, error);
  const tn_dimension shape[] = {fixed(4), fixed(8)};
  tni_value *a = add_input(&d, "a", type, 2, shape), *b = add_input(&d, "b", type, 2, shape);
  tni_value *product = binary(&d, "product", "Mul", 14, a, b);
  add_output(&d, binary(&d, "sum", "Add", 14, product, b));
  return finish(&d, out);
}

tn_status suite_build_multiply_add_i32(const tni_environment *environment, tn_model **out,
                                       tn_error *error) {
  return build_typed(environment, "multiply_add_i32", TN_I32, out, error);
}

tn_status suite_build_multiply_add_f64(const tni_environment *environment, tn_model **out,
                                       tn_error *error) {
  return build_typed(environment, "multiply_add_f64", TN_F64, out, error);
}

/* Every input is stretched along dimensions of its own, and there is enough to do for a host to cut
 * it into parts. */
tn_status suite_build_multiply_add_stretched(const tni_environment *environment, tn_model **out,
                                             tn_error *error) {
  struct draft d = begin(environment, "multiply_add_stretched", error);
  tni_value *a = add_input(&d, "a", TN_F32, 3, (tn_dimension[]){fixed(16), fixed(1), fixed(24)}),
            *b = add_input(&d, "b", TN_F32, 2, (tn_dimension[]){fixed(20), fixed(1)}),
            *c = add_input(&d, "c", TN_F32, 4,
                           (tn_dimension[]){fixed(2), fixed(1), fixed(20), fixed(1)}),
            *scalar = add_input(&d, "scalar", TN_F32, 0, NULL);
  tni_value *product = binary(&d, "product", "Mul", 14, a, b);
  tni_value *sum = binary(&d, "sum", "Add", 14, product, c);
  tni_value *scaled = binary(&d, "scaled", "Mul", 14, scalar, scalar);
  add_output(&d, sum);
  add_output(&d, binary(&d, "shifted", "Add", 14, scaled, scalar));
  add_output(&d, binary(&d, "scaled_rows", "Add", 14, b, binary(&d, "rows", "Mul", 14, b, scalar)));
  return finish(&d, out);
}

/* Two sizes without a common symbol, which may be zero: that they fit is known at the inference. */
tn_status suite_build_multiply_add_dynamic(const tni_environment *environment, tn_model **out,
                                           tn_error *error) {
  struct draft d = begin(environment, "multiply_add_dynamic", error);
  const tn_dimension shape[] = {between(0, 64), fixed(8)};
  tni_value *a = add_input(&d, "a", TN_F32, 2, shape), *b = add_input(&d, "b", TN_F32, 2, shape);
  tni_value *c = add_input(&d, "c", TN_F32, 2, shape);
  add_output(&d, binary(&d, "sum", "Add", 14, binary(&d, "product", "Mul", 14, a, b), c));
  return finish(&d, out);
}

/* Sums of two products, of a product with itself, and of what no product is: some of them can be
 * fused, one after the other. */
tn_status suite_build_sums_of_products(const tni_environment *environment, tn_model **out,
                                       tn_error *error) {
  struct draft d = begin(environment, "sums_of_products", error);
  tni_value *a = small_input(&d, "a"), *b = small_input(&d, "b"), *c = small_input(&d, "c");
  tni_value *first = binary(&d, "first", "Mul", 14, a, b),
            *second = binary(&d, "second", "Mul", 14, b, c),
            *twice = binary(&d, "twice", "Mul", 14, a, c),
            *last = binary(&d, "last", "Mul", 14, c, c);
  tni_value *quotient = binary(&d, "quotient", "Sub", 14, a, b);
  add_output(&d, binary(&d, "of_both", "Add", 14, first, second));
  add_output(&d, binary(&d, "of_one", "Add", 14, twice, twice));
  tni_value *inner = binary(&d, "inner", "Add", 14, quotient, last);
  add_output(&d, binary(&d, "outer", "Sub", 14, inner, binary(&d, "more", "Mul", 14, inner, b)));
  return finish(&d, out);
}

/* Nodes that need not run: what they compute is known before, is there already or is their input.
 */
tn_status suite_build_needless_nodes(const tni_environment *environment, tn_model **out,
                                     tn_error *error) {
  struct draft d = begin(environment, "needless_nodes", error);
  const int64_t shape[] = {4, 8};
  tni_value *known = add_constant(&d, "known", TN_F32, 2, shape, 41);
  tni_value *folded = unary(&d, "folded", "Relu", 14, known),
            *folded_again = binary(&d, "folded_again", "Add", 14, folded, known);
  tni_value *x = unary(&d, "copy_of_x", "Identity", 25, small_input(&d, "x"));
  tni_value *kept = binary(&d, "kept", "Mul", 14, x, folded_again),
            *repeated = binary(&d, "repeated", "Mul", 14, x, folded_again);
  tni_value *difference = binary(&d, "difference", "Sub", 14, kept, x);
  add_output(&d, binary(&d, "sum", "Max", 13, difference, repeated));
  add_output(&d, unary(&d, "copy_of_it", "Identity", 25, difference));
  return finish(&d, out);
}
