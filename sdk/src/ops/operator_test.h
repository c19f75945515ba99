/** @file
 *  For tests: runs one operator's check, rule and kernel without a model around it.
 */
#ifndef TENON_OPS_OPERATOR_TEST_H
#define TENON_OPS_OPERATOR_TEST_H

#include "ops/operator.h"

enum {
  TNI_TEST_PORTS = 8,     /**< Most inputs, outputs and attributes of a node under test. */
  TNI_TEST_ELEMENTS = 256 /**< Partial elements that a rule may ask for. */
};

/** A node under test and what surrounds it. Zeroed but for `name`, it has no inputs. Inputs are
 * given as tensors, or as facts where only the rule is tested. */
typedef struct tni_operator_test {
  const char *domain;                /**< NULL: "". */
  const char *name;                  /**< The operator. */
  uint32_t input_count;              /**< Number of inputs. */
  tn_tensor *inputs[TNI_TEST_PORTS]; /**< Borrowed; NULL: left out, or given by `facts` alone. */
  const tni_facts *facts[TNI_TEST_PORTS];  /**< Facts of inputs instead of what the tensor tells. */
  uint32_t output_count;                   /**< Number of outputs; 0 stands for 1. */
  uint32_t attribute_count;                /**< Number of attributes. */
  tn_attribute attributes[TNI_TEST_PORTS]; /**< Borrowed contents. */
  const tni_allocator *allocator; /**< NULL: the system's. Of scratch memory and all tensors. */
  tn_status (*infer_graph)(struct tni_inference *inference, const tn_graph *graph,
                           const tni_facts *const *inputs, tni_facts *outputs,
                           tn_error *error); /**< May be NULL. */
  tn_status (*evaluate_graph)(struct tni_evaluation *evaluation, const tn_graph *graph,
                              tn_tensor *const *inputs, uint32_t input_count, tn_tensor **outputs,
                              uint32_t output_count, tn_error *error); /**< May be NULL. */
  tni_variable *variable;      /**< The only variable, whatever its name. */
  tni_environment environment; /**< Made from `allocator`; the outputs' tensors belong to it. */
  tni_facts inferred[TNI_TEST_PORTS];       /**< What the rule said. */
  tn_tensor *outputs[TNI_TEST_PORTS];       /**< What the kernel computed, one reference each. */
  tn_dimension elements[TNI_TEST_ELEMENTS]; /**< Room of partial elements. */
  uint32_t element_count;                   /**< Used of it. */
  tn_error error;                           /**< Of the last failure. */
} tni_operator_test;

/** A dense tensor of `count` numbers; `rank` -1 stands for a vector of them. Fails the test without
 * memory. */
tn_tensor *tni_test_tensor(uint32_t type, int rank, const int64_t *shape, size_t count,
                           const double *values);

/** The elements of a tensor of a basic type as doubles. */
void tni_test_values(const tn_tensor *tensor, double *values);

/** Adds attributes. @{ */
void tni_test_int(tni_operator_test *test, const char *name, const int64_t *value);
void tni_test_ints(tni_operator_test *test, const char *name, const int64_t *values,
                   uint64_t count);
void tni_test_float(tni_operator_test *test, const char *name, const float *value);
void tni_test_string(tni_operator_test *test, const char *name, const tn_string *value);
void tni_test_tensor_attribute(tni_operator_test *test, const char *name, tn_tensor *const *value);
void tni_test_graph(tni_operator_test *test, const char *name, const tn_graph *const *value);
/** @} */

/** Checks the node and applies the rule; fills `inferred`. */
tn_status tni_test_infer(tni_operator_test *test);

/** As tni_test_infer, then runs the kernel; fills `outputs`. */
tn_status tni_test_run(tni_operator_test *test);

/** Releases the outputs. */
void tni_test_end(tni_operator_test *test);

#endif
