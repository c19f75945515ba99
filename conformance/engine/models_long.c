/* A model for inferences that are to take long: as many products as one likes, of matrices as large
 * as one likes. Nothing shortens it: both matrices come with the request, and what lies between two
 * products keeps one from joining them. Nothing is rounded either, since the right matrix moves
 * columns: however many products there are, values neither grow nor vanish, and are the same in any
 * order of sums. */
#include <stdio.h>
#include <string.h>

#include "engine/model_draft.h"

/* y times w, as many times. */
static tni_value *add_products(struct draft *d, tni_value *y, tni_value *w, int64_t products) {
  for (int64_t i = 0; i < products; i++) {
    char name[32];
    snprintf(name, sizeof name, "product%lld", (long long)i);
    y = binary(d, name, "MatMul", 13, y, w);
    snprintf(name, sizeof name, "limit%lld", (long long)i);
    y = unary(d, name, "Relu", 14, y);
  }
  return y;
}

tn_status suite_build_long(const tni_environment *environment, int64_t extent, int64_t products,
                           tn_model **out, tn_error *error) {
  struct draft d = begin(environment, "long", error);
  const tn_dimension square[] = {fixed(extent), fixed(extent)};
  tni_value *x = add_input(&d, "x", TN_F32, 2, square), *w = add_input(&d, "w", TN_F32, 2, square);
  add_output(&d, add_products(&d, x, w, products));
  return finish(&d, out);
}

/* What comes in is added to one variable, what comes out to the other. */
tn_status suite_build_long_kept(const tni_environment *environment, int64_t extent,
                                int64_t products, tn_model **out, tn_error *error) {
  struct draft d = begin(environment, "long_kept", error);
  const int64_t shape[] = {extent, extent};
  const tn_dimension square[] = {fixed(extent), fixed(extent)};
  tni_value *x = add_input(&d, "x", TN_F32, 2, square), *w = add_input(&d, "w", TN_F32, 2, square);
  tni_value *start = add_constant(&d, "start", TN_F32, 2, shape, 23);
  x = add_variable(&d, "early", "Add", x, start);
  add_output(&d, add_variable(&d, "late", "Add", add_products(&d, x, w, products), start));
  return finish(&d, out);
}

void suite_fill_long(tn_tensor *tensor, uint64_t seed, uint32_t port) {
  const int64_t extent = tensor->shape[0];
  if (port == 0) {
    suite_fill(tensor, seed, port);
    return;
  }
  float *elements = tensor->data;
  memset(elements, 0, (size_t)(extent * extent) * sizeof *elements);
  for (int64_t i = 0; i < extent; i++)
    elements[i * extent + (i + 1 + extent / 3) % extent] = 1;
}
