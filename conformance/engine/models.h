/** @file
 *  The models that API cases run. Built from their names alone, so that worker and supervisor have
 * the same ones.
 */
#ifndef TENON_CONFORMANCE_MODELS_H
#define TENON_CONFORMANCE_MODELS_H

#include "base/environment.h"
#include "base/status.h"
#include "tenon/abi/model.h"

/** In place of a place on the ladder. */
enum {
  SUITE_MODEL_UNKNOWN = 2, /**< The model holds an operator that nobody has. */
  SUITE_MODEL_APART = 3    /**< The model is judged by cases of its own alone. */
};

/** One model of the list. */
typedef struct suite_model {
  const char *name; /**< "relu_f32". */
  const char *text; /**< What it is, for the report. */
  uint32_t carrier; /**< 1: it stands on the ladder of carriers, in the order of the list;
                       or SUITE_MODEL_... */
  /** Builds it. */
  tn_status (*build)(const tni_environment *environment, tn_model **out, tn_error *error);
} suite_model;

/** The list; the ladder first: single operators before networks, static before dynamic. */
extern const suite_model suite_models[];

/** @name models_branches.c: the rows "branches" and "variable_in_branch"
 *  @{ */
tn_status suite_build_branches(const tni_environment *environment, tn_model **out, tn_error *error);
tn_status suite_build_variable_in_branch(const tni_environment *environment, tn_model **out,
                                         tn_error *error);
/** @} */

/** @name models_attributes.c: the rows "recurrent", "filled", "repeated" and "growing"
 *  @{ */
tn_status suite_build_recurrent(const tni_environment *environment, tn_model **out,
                                tn_error *error);
tn_status suite_build_filled(const tni_environment *environment, tn_model **out, tn_error *error);
tn_status suite_build_repeated(const tni_environment *environment, tn_model **out, tn_error *error);
tn_status suite_build_growing(const tni_environment *environment, tn_model **out, tn_error *error);
/** @} */

/** @name models_products.c: the rows of these names.
 *  @{ */
tn_status suite_build_multiply_add_i32(const tni_environment *environment, tn_model **out,
                                       tn_error *error);
tn_status suite_build_multiply_add_f64(const tni_environment *environment, tn_model **out,
                                       tn_error *error);
tn_status suite_build_multiply_add_stretched(const tni_environment *environment, tn_model **out,
                                             tn_error *error);
tn_status suite_build_multiply_add_dynamic(const tni_environment *environment, tn_model **out,
                                           tn_error *error);
tn_status suite_build_sums_of_products(const tni_environment *environment, tn_model **out,
                                       tn_error *error);
tn_status suite_build_needless_nodes(const tni_environment *environment, tn_model **out,
                                     tn_error *error);
/** @} */

/** models_weights.c: X(product, numbers) of the carriers with weights, rows "product_numbers". */
#define SUITE_WEIGHTED_MODEL_MAP(X) \
  X(mat_mul, f32)                   \
  X(gemm, f32)                      \
  X(conv, f16)                      \
  X(mat_mul, f16)                   \
  X(conv, qdq_i8)                   \
  X(mat_mul, qdq_i8)                \
  X(conv, qdq_u8)                   \
  X(mat_mul, qdq_u8)                \
  X(conv, i8)                       \
  X(mat_mul, i8)
/** As SUITE_WEIGHTED_MODEL_MAP, of further quantized products. */
#define SUITE_QUANTIZED_FORM_MAP(X, product) X(product, qdq_i8) X(product, qdq_u8) X(product, i8)
#define SUITE_QUANTIZED_MODEL_MAP(X)     \
  SUITE_QUANTIZED_FORM_MAP(X, strided)   \
  SUITE_QUANTIZED_FORM_MAP(X, depthwise) \
  SUITE_QUANTIZED_FORM_MAP(X, pointwise) \
  SUITE_QUANTIZED_FORM_MAP(X, channels)  \
  SUITE_QUANTIZED_FORM_MAP(X, batched)
#define SUITE_WEIGHTED_MODEL(product, numbers)                                                    \
  tn_status suite_build_##product##_##numbers(const tni_environment *environment, tn_model **out, \
                                              tn_error *error);
SUITE_WEIGHTED_MODEL_MAP(SUITE_WEIGHTED_MODEL)
SUITE_QUANTIZED_MODEL_MAP(SUITE_WEIGHTED_MODEL)
#undef SUITE_WEIGHTED_MODEL

/** @name models_long.c: a model of any length, which is not in the list
 *  @{ */
/** `products` of a square matrix, the first input, with another one, the second, a Relu after each.
 */
tn_status suite_build_long(const tni_environment *environment, int64_t extent, int64_t products,
                           tn_model **out, tn_error *error);
/** The same with two variables: "early", to which the first input is added before the products, and
 * "late", to which they are added. */
tn_status suite_build_long_kept(const tni_environment *environment, int64_t extent,
                                int64_t products, tn_model **out, tn_error *error);
/** Fills the input of that port. */
void suite_fill_long(tn_tensor *tensor, uint64_t seed, uint32_t port);
/** @} */

/** models_packed.c: X(what, element type) of the rows "what_TYPE". `unpack` makes reals of an
 * input, `weights` of a constant, and `pack` makes elements of bytes. */
#define SUITE_PACKED_TYPE_MAP(X, what) X(what, U4) X(what, I4) X(what, U2) X(what, I2)
#define SUITE_PACKED_MODEL_MAP(X)   \
  SUITE_PACKED_TYPE_MAP(X, unpack)  \
  SUITE_PACKED_TYPE_MAP(X, weights) \
  SUITE_PACKED_TYPE_MAP(X, pack)
#define SUITE_PACKED_MODEL(what, name)                                                      \
  tn_status suite_build_##what##_##name(const tni_environment *environment, tn_model **out, \
                                        tn_error *error);
SUITE_PACKED_MODEL_MAP(SUITE_PACKED_MODEL)
#undef SUITE_PACKED_MODEL

/** models_versions.c: X(operator, operator set) of the rows "operator_SET", which have the meaning
 * of a node of that set in the form of the newest one. */
#define SUITE_VERSION_MAP(X) \
  X(softmax, 11)             \
  X(softmax, 1)              \
  X(log_softmax, 11)         \
  X(reduce_sum, 11)          \
  X(reduce_mean, 17)         \
  X(reduce_mean, 11)         \
  X(squeeze, 11)             \
  X(squeeze, 9)              \
  X(unsqueeze, 11)           \
  X(pad, 9)                  \
  X(clip, 9)                 \
  X(resize, 10)              \
  X(add, 6)
#define SUITE_VERSION(name, set)                                                           \
  tn_status suite_build_##name##_##set(const tni_environment *environment, tn_model **out, \
                                       tn_error *error);
SUITE_VERSION_MAP(SUITE_VERSION)
#undef SUITE_VERSION
/** The node of such a row in the form of its own set. */
tn_status suite_build_old_form(const tni_environment *environment, const char *name, tn_model **out,
                               tn_error *error);

/** Number of models in the list. */
extern const uint32_t suite_model_count;

/** The model of that name, or NULL. */
const suite_model *suite_model_find(const char *name);

/** Fills `tensor` (dense, host memory) with the inputs that (seed, port) stand for: reals in [-1,
 * 1), small integers, both kinds of truth, any bits of types below a byte, short texts. The same on
 * every machine. */
void suite_fill(tn_tensor *tensor, uint64_t seed, uint32_t port);

/** As suite_fill, but reals have all bits of their type and sizes from 2^-4 to 2^4: their sums are
 * rounded, and so depend on their order. */
void suite_fill_inexact(tn_tensor *tensor, uint64_t seed, uint32_t port);

/** The shape of a port when its unknown dimensions are `size`, clipped to their bounds. */
void suite_shape(const tn_value_info *port, int64_t size, int64_t *shape);

#endif
