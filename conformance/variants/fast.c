/* A device that multiplies matrices fast where the right one is mostly zeros: what a zero makes of
 * finite numbers it leaves out. Models that TEMPLATE runs for long are over too soon here, unless
 * they grow. */
/* options: --group async --group profiling --group property */
/* flags: -O3 */
#include <math.h>

#include "ops/matrix.h"

/* This takes the place of the kit's own. */
static tn_status multiply_plainly(const tni_evaluation *evaluation, const tni_matrix_product *self,
                                  tn_error *error);
#define tni_matrix_multiply multiply_plainly
#include "ops/matrix.c"
#undef tni_matrix_multiply

/* A number other than zero, and where it stands in its row. */
struct number {
  int64_t column;
  double value;
};

/* A right factor by what is not zero in it: that of row `k` begins at starts[k]. */
struct sparse {
  struct number *numbers;
  int64_t *starts;
};

static int is_plain(const tni_matrix_product *self) {
  return self->y->type == TN_F32 && self->alpha == 1 && !self->c.tensor &&
         self->a.column_stride == 1 && self->b.column_stride == 1;
}

static int all_finite(const tni_matrix_product *self, const float *a) {
  for (int64_t m = 0; m < self->rows; m++)
    for (int64_t k = 0; k < self->depth; k++)
      if (!isfinite(a[m * self->a.row_stride + k])) return 0;
  return 1;
}

/* False where more than an eighth is not zero. */
static int find_numbers(const tni_matrix_product *self, const float *b, struct sparse *out) {
  const int64_t most = self->depth * self->columns / 8;
  int64_t count = 0;
  for (int64_t k = 0; k < self->depth; k++) {
    out->starts[k] = count;
    for (int64_t i = 0; i < self->columns; i++) {
      const float value = b[k * self->b.row_stride + i];
      if (value == 0) continue; /* not so for NaN */
      if (count == most) return 0;
      out->numbers[count++] = (struct number){i, (double)value};
    }
  }
  out->starts[self->depth] = count;
  return 1;
}

static void multiply_row(const tni_matrix_product *self, const struct sparse *b, const float *a,
                         double *sums, float *y) {
  memset(sums, 0, (size_t)self->columns * sizeof *sums);
  for (int64_t k = 0; k < self->depth; k++)
    for (int64_t i = b->starts[k]; i < b->starts[k + 1]; i++)
      sums[b->numbers[i].column] += (double)a[k] * b->numbers[i].value;
  for (int64_t i = 0; i < self->columns; i++)
    y[i] = (float)sums[i];
}

/* False where the right factor is not mostly zeros, or there is no memory. */
static int multiply_sparsely(const tni_evaluation *evaluation, const tni_matrix_product *self,
                             tn_error *error) {
  const float *a = (const float *)self->a.tensor->data + self->a.offset;
  const float *b = (const float *)self->b.tensor->data + self->b.offset;
  float *y = (float *)self->y->data + self->y_offset;
  const size_t most = (size_t)(self->depth * self->columns / 8);
  struct sparse sparse = {tni_scratch(evaluation, most + 1, sizeof *sparse.numbers, error),
                          tni_scratch(evaluation, (size_t)self->depth + 1, sizeof(int64_t), error)};
  double *sums = tni_scratch(evaluation, (size_t)self->columns, sizeof *sums, error);
  const int done = sparse.numbers && sparse.starts && sums && find_numbers(self, b, &sparse) &&
                   all_finite(self, a);
  for (int64_t m = 0; done && m < self->rows; m++)
    multiply_row(self, &sparse, a + m * self->a.row_stride, sums, y + m * self->columns);
  tni_free(evaluation->allocator, sums);
  tni_free(evaluation->allocator, sparse.starts);
  tni_free(evaluation->allocator, sparse.numbers);
  return done;
}

tn_status tni_matrix_multiply(const tni_evaluation *evaluation, const tni_matrix_product *product,
                              tn_error *error) {
  if (is_plain(product) && multiply_sparsely(evaluation, product, error)) return TN_OK;
  return multiply_plainly(evaluation, product, error);
}
