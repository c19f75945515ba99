#include "ops/product.h"

#include <string.h>

/* Two values of a vector register that every 64-bit target has; compilers lower it to plain code
 * elsewhere. */
typedef double lanes __attribute__((vector_size(16), may_alias));

enum { ROWS = TNI_PRODUCT_ROWS, COLUMNS = TNI_PRODUCT_COLUMNS, TILE = 4 };

static int64_t padded_rows(int64_t rows) {
  return (rows + ROWS - 1) / ROWS * ROWS;
}

/* `count` x `width` doubles aligned to a cache line, or NULL. */
static double *allocate_matrix(const tni_allocator *allocator, int64_t count, int64_t width) {
  size_t elements;
  size_t bytes;
  if (__builtin_mul_overflow(count, width, &elements) ||
      __builtin_mul_overflow(elements, sizeof(double), &bytes))
    return NULL;
  return tni_alloc_aligned(allocator, bytes ? bytes : sizeof(double), 64);
}

tn_status tni_product_create(const tni_allocator *allocator, int64_t rows, int64_t depth,
                             tni_product *out, tn_error *error) {
  tni_product self = {.allocator = allocator, .rows = rows, .depth = depth};
  const int64_t padded = padded_rows(rows);
  self.left = allocate_matrix(allocator, padded, depth);
  self.right = allocate_matrix(allocator, depth, COLUMNS);
  self.result = allocate_matrix(allocator, padded, COLUMNS);
  if (!self.left || !self.right || !self.result) {
    tni_product_destroy(&self);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a product of %lld rows and depth %lld",
                    (long long)rows, (long long)depth);
  }
  memset(self.left, 0, (size_t)padded * (size_t)depth * sizeof(double));
  memset(self.right, 0, COLUMNS * (size_t)depth * sizeof(double));
  *out = self;
  return TN_OK;
}

void tni_product_destroy(tni_product *self) {
  tni_free(self->allocator, self->left);
  tni_free(self->allocator, self->right);
  tni_free(self->allocator, self->result);
}

void tni_product_set_row(tni_product *self, int64_t row, const double *values) {
  double *packed = self->left + row / ROWS * ROWS * self->depth + row % ROWS;
  for (int64_t k = 0; k < self->depth; k++)
    packed[k * ROWS] = values[k];
}

/* A tile of ROWS x TILE results, kept in registers: `left` has ROWS values per step of depth. */
static void multiply_tile(const double *left, const double *right, int64_t depth, double *result) {
  lanes sum[ROWS][2] = {{{0}}};
  for (int64_t k = 0; k < depth; k++) {
    const lanes *b = (const lanes *)(right + k * COLUMNS);
    const double *a = left + k * ROWS;
    sum[0][0] += a[0] * b[0];
    sum[0][1] += a[0] * b[1];
    sum[1][0] += a[1] * b[0];
    sum[1][1] += a[1] * b[1];
    sum[2][0] += a[2] * b[0];
    sum[2][1] += a[2] * b[1];
    sum[3][0] += a[3] * b[0];
    sum[3][1] += a[3] * b[1];
  }
  for (int64_t r = 0; r < ROWS; r++) {
    lanes *out = (lanes *)(result + r * COLUMNS);
    out[0] = sum[r][0];
    out[1] = sum[r][1];
  }
}

void tni_product_run(tni_product *self) {
  for (int64_t column = 0; column < COLUMNS; column += TILE)
    for (int64_t row = 0; row < self->rows; row += ROWS)
      multiply_tile(self->left + row * self->depth, self->right + column, self->depth,
                    self->result + row * COLUMNS + column);
}
