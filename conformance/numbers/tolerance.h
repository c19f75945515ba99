/** @file
 *  The table of tolerances (tolerances.def) and what element types and precisions are worth.
 */
#ifndef TENON_CONFORMANCE_TOLERANCE_H
#define TENON_CONFORMANCE_TOLERANCE_H

#include <stdint.h>

#include "tenon/abi/string.h"

/** How results are compared. */
enum tolerance_rule {
  TOLERANCE_MOVE,  /**< The same bits. */
  TOLERANCE_EXACT, /**< The same numbers. */
  TOLERANCE_INDEX, /**< Indices; among equal elements any will do. */
  TOLERANCE_NEAR   /**< Within a bound for each element. */
};

/** What gamma_k and ULPs are multiplied with; see tolerances.def. */
enum tolerance_size {
  TOLERANCE_SIZE_NONE,    /**< 0. */
  TOLERANCE_SIZE_TERMS,   /**< The operator on absolute values. */
  TOLERANCE_SIZE_RESULT,  /**< The result. */
  TOLERANCE_SIZE_UNIT,    /**< 1. */
  TOLERANCE_SIZE_LARGEST, /**< The largest result of the output. */
  TOLERANCE_SIZE_INPUT,   /**< The same element of the first input. */
  TOLERANCE_SIZE_INPUTS   /**< The largest element of the first input. */
};

/** A row of the table. */
typedef struct tolerance {
  const char *operation;     /**< Name of the operator; "" for all others. */
  enum tolerance_rule rule;  /**< How it is compared. */
  enum tolerance_size terms; /**< Of gamma_k. */
  enum tolerance_size scale; /**< Of the ULPs, when it is larger than the result. */
  double ulps[4];            /**< f16, bf16, f32, f64. */
} tolerance;

/** The row of an operator; that for all others when it is not named. */
const tolerance *tolerance_of(const char *operation);

/** The ULPs of a row for a real type. */
double tolerance_ulps(const tolerance *self, uint32_t type);

/** What outputs of whole models may differ by; see tolerances.def. */
typedef struct whole_model_tolerance {
  uint32_t type;  /**< Element type. */
  double nmse;    /**< Of the sum of squares. */
  double largest; /**< Of the largest |r|. */
  uint32_t top;   /**< So many of the largest of a row are compared. */
  double order;   /**< How many mean errors those are apart whose order counts. */
} whole_model_tolerance;

/** The row of a real type, or NULL. */
const whole_model_tolerance *whole_model_tolerance_of(uint32_t type);

/** What outputs of the cases of the interface may differ by; see tolerances.def. */
typedef struct api_tolerance {
  uint32_t type;   /**< Element type. */
  double absolute; /**< Whatever the size of the result. */
  double relative; /**< Of |r|. */
} api_tolerance;

/** The row of a real type, or NULL. */
const api_tolerance *api_tolerance_of(uint32_t type);

/** The least relative bound of a node test by the type of its output; 0: the test's own. */
double node_test_tolerance(uint32_t type);

/** What the bound of a device that declares `normwise` is multiplied with; see tolerances.def. */
double tolerance_normwise(void);

/** Version of the table. */
uint32_t tolerance_version(void);

/** SHA-256 of tolerances.def in hexadecimal digits. */
const char *tolerance_digest(void);

/** What a real element type can hold (IEEE 754-2019, table 3.5; bf16 is the upper half of f32). */
typedef struct real_type {
  uint32_t type;        /**< TN_F16, ... */
  const char *name;     /**< "f16", as INFERENCE_PRECISION_HINT spells it. */
  double unit_roundoff; /**< Half the distance from 1 to the next number. */
  double largest;       /**< Largest finite number. */
  double normal;        /**< Smallest normal number. */
  double smallest;      /**< Smallest positive number. */
} real_type;

/** The facts of a real type, or NULL for other types. */
const real_type *real_type_of(uint32_t type);

/** Higham's gamma_k = k u / (1 - k u); INFINITY when k u is not below 1. */
double tolerance_gamma(double k, double unit_roundoff);

#endif
