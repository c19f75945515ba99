/** @file
 *  Products of matrices that lie in tensors, in any order of rows and columns: Gemm and MatMul.
 */
#ifndef TENON_OPS_MATRIX_H
#define TENON_OPS_MATRIX_H

#include "ops/operator.h"

/** A matrix in a dense tensor: element (r, c) is `offset` + r * row_stride + c * column_stride. */
typedef struct tni_matrix {
  const tn_tensor *tensor; /**< *Borrowed.* NULL: the matrix is left out. */
  int64_t offset;          /**< Element (0, 0). */
  int64_t row_stride;      /**< 0: all rows are the same. */
  int64_t column_stride;   /**< 0: all columns are the same. */
} tni_matrix;

/** alpha * A B + beta * C, with A of rows x depth, B of depth x columns and C of rows x columns. */
typedef struct tni_matrix_product {
  int64_t rows, depth, columns; /**< Extents. */
  tni_matrix a, b, c;           /**< Operands of the type of `y`. */
  double alpha, beta;           /**< Factors. */
  tn_tensor *y;                 /**< Receives the result, dense. *Borrowed.* */
  int64_t y_offset;             /**< Its first element there. */
} tni_matrix_product;

/** Computes the product: reals in f64, rounded once; integers modulo their size, where factors
 * other than 1 are applied in f64 and truncated.
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tni_matrix_multiply(const tni_evaluation *evaluation, const tni_matrix_product *product,
                              tn_error *error);

#endif
