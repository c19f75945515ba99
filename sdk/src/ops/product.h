/** @file
 *  Products of matrices in f64: the core of Conv, Gemm and MatMul.
 *
 *  The left factor is packed once; the right factor and the result go by in blocks of
 * TNI_PRODUCT_COLUMNS columns, so that any operand which can fill such a block (a matrix, a
 * transposed one, the windows of an image) can be multiplied.
 */
#ifndef TENON_OPS_PRODUCT_H
#define TENON_OPS_PRODUCT_H

#include "base/allocator.h"
#include "base/status.h"

enum {
  TNI_PRODUCT_COLUMNS = 64, /**< Columns of a block. */
  TNI_PRODUCT_ROWS = 4      /**< Rows that are computed together. */
};

/** Working memory of one product: rows x depth times depth x columns. */
typedef struct tni_product {
  const tni_allocator *allocator; /**< *Borrowed.* */
  int64_t rows;                   /**< Rows of the left factor and of the result. */
  int64_t depth;                  /**< Columns of the left factor, rows of the right one. */
  double *left;                   /**< The packed left factor. */
  double *right;  /**< The block of the right factor: depth x TNI_PRODUCT_COLUMNS. */
  double *result; /**< The block of the result: rows x TNI_PRODUCT_COLUMNS. */
} tni_product;

/** Takes memory for a product; both factors are zero. On failure nothing is held.
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tni_product_create(const tni_allocator *allocator, int64_t rows, int64_t depth,
                             tni_product *out, tn_error *error);

/** Gives the memory back. A zeroed struct is legal. */
void tni_product_destroy(tni_product *self);

/** Sets row `row` of the left factor from `depth` values. */
void tni_product_set_row(tni_product *self, int64_t row, const double *values);

/** Computes `result` from `left` and `right`, all columns of them. */
void tni_product_run(tni_product *self);

#endif
