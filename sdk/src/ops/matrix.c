#include "ops/matrix.h"

#include <string.h>

#include "ops/elements.h"
#include "ops/product.h"
#include "ops/scratch.h"

enum { COLUMNS = TNI_PRODUCT_COLUMNS };

static void load_real_block(const tni_matrix *b, int64_t depth, int64_t first, int64_t count,
                            double *right) {
  for (int64_t k = 0; k < depth; k++)
    tni_load_reals(b->tensor->type, b->tensor->data,
                   b->offset + k * b->row_stride + first * b->column_stride, b->column_stride,
                   (size_t)count, right + k * COLUMNS);
}

static void store_real_block(const tni_matrix_product *self, const double *result, int64_t first,
                             int64_t count) {
  const tni_matrix *c = &self->c;
  double row[COLUMNS];
  for (int64_t m = 0; m < self->rows; m++) {
    double sum[COLUMNS] = {0};
    if (c->tensor)
      tni_load_reals(c->tensor->type, c->tensor->data,
                     c->offset + m * c->row_stride + first * c->column_stride, c->column_stride,
                     (size_t)count, sum);
    for (int64_t i = 0; i < count; i++) {
      row[i] = self->alpha * result[m * COLUMNS + i];
      if (c->tensor) row[i] += self->beta * sum[i];
    }
    tni_store_reals(self->y->type, self->y->data, self->y_offset + m * self->columns + first,
                    (size_t)count, row);
  }
}

static tn_status multiply_reals(const tni_evaluation *evaluation, const tni_matrix_product *self,
                                tn_error *error) {
  tni_product product;
  TN_TRY(tni_product_create(evaluation->allocator, self->rows, self->depth, &product, error));
  double *row = tni_scratch(evaluation, (size_t)self->depth, sizeof *row, error);
  for (int64_t m = 0; row && m < self->rows; m++) {
    tni_load_reals(self->a.tensor->type, self->a.tensor->data,
                   self->a.offset + m * self->a.row_stride, self->a.column_stride,
                   (size_t)self->depth, row);
    tni_product_set_row(&product, m, row);
  }
  for (int64_t first = 0; row && first < self->columns; first += COLUMNS) {
    const int64_t count = self->columns - first < COLUMNS ? self->columns - first : COLUMNS;
    load_real_block(&self->b, self->depth, first, count, product.right);
    tni_product_run(&product);
    store_real_block(self, product.result, first, count);
  }
  tni_free(evaluation->allocator, row);
  tni_product_destroy(&product);
  return row ? TN_OK : TN_OUT_OF_MEMORY;
}

/* `factor` times an integer given modulo 2^64. */
static uint64_t scale(uint32_t type, double factor, uint64_t value) {
  if (factor == 1) return value;
  if (tni_type_in(type, TNI_UNSIGNED_TYPES))
    return tni_saturate_unsigned(factor * (double)value, 64);
  return (uint64_t)tni_saturate_signed(factor * (double)(int64_t)value, 64);
}

static void store_integer_row(const tni_matrix_product *self, const uint64_t *sums, int64_t m,
                              int64_t first, int64_t count) {
  const tni_matrix *c = &self->c;
  uint64_t row[COLUMNS];
  uint64_t added[COLUMNS] = {0};
  if (c->tensor)
    tni_load_unsigned(c->tensor->type, c->tensor->data,
                      c->offset + m * c->row_stride + first * c->column_stride, c->column_stride,
                      (size_t)count, added);
  for (int64_t i = 0; i < count; i++)
    row[i] =
        scale(self->y->type, self->alpha, sums[i]) + scale(self->y->type, self->beta, added[i]);
  tni_store_unsigned(self->y->type, self->y->data, self->y_offset + m * self->columns + first,
                     (size_t)count, row);
}

static tn_status multiply_integers(const tni_evaluation *evaluation, const tni_matrix_product *self,
                                   tn_error *error) {
  uint64_t *right = tni_scratch(evaluation, (size_t)self->depth, COLUMNS * sizeof *right, error);
  if (!right) return TN_OUT_OF_MEMORY;
  for (int64_t first = 0; first < self->columns; first += COLUMNS) {
    const int64_t count = self->columns - first < COLUMNS ? self->columns - first : COLUMNS;
    for (int64_t k = 0; k < self->depth; k++)
      tni_load_unsigned(self->b.tensor->type, self->b.tensor->data,
                        self->b.offset + k * self->b.row_stride + first * self->b.column_stride,
                        self->b.column_stride, (size_t)count, right + k * COLUMNS);
    for (int64_t m = 0; m < self->rows; m++) {
      uint64_t sums[COLUMNS] = {0};
      for (int64_t k = 0; k < self->depth; k++) {
        uint64_t a;
        tni_load_unsigned(self->a.tensor->type, self->a.tensor->data,
                          self->a.offset + m * self->a.row_stride + k * self->a.column_stride, 1, 1,
                          &a);
        for (int64_t i = 0; i < COLUMNS; i++)
          sums[i] += a * right[k * COLUMNS + i];
      }
      store_integer_row(self, sums, m, first, count);
    }
  }
  tni_free(evaluation->allocator, right);
  return TN_OK;
}

tn_status tni_matrix_multiply(const tni_evaluation *evaluation, const tni_matrix_product *product,
                              tn_error *error) {
  if (product->rows == 0 || product->columns == 0) return TN_OK;
  if (tni_type_class(product->y->type) == TNI_REAL)
    return multiply_reals(evaluation, product, error);
  return multiply_integers(evaluation, product, error);
}
