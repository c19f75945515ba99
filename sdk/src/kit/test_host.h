/** @file
 *  For tests of plugins: a host with an allocator that can fail, executors with real threads, and
 * small models.
 */
#ifndef TENON_KIT_TEST_HOST_H
#define TENON_KIT_TEST_HOST_H

#include "base/environment.h"
#include "base/fault_allocator.h"
#include "tenon/abi.h"

#include <stdatomic.h>

/** The host of one engine. */
typedef struct test_host {
  tn_host table;
  tn_maker maker;
  tni_allocator allocator;
  tni_environment environment;
  atomic_int executors; /**< That live. */
  atomic_int ended;     /**< Calls of `end`. */
  atomic_int forgotten; /**< Calls of `forget`. */
} test_host;

/** Prepares a host.
 *  @param allocator lends all memory; NULL: the system's */
void test_host_init(test_host *host, const tni_allocator *allocator);

/** Options of creation for this host, without properties. */
tn_create_options test_host_options(const test_host *host);

/** A model "y = operation(operation(... x))" of `length` nodes over floats of shape [n, 4], n from
 * `min` to `max`; one reference. Node i is called "node<i>", its value "value<i>".
 *  @param environment NULL: the system's */
tn_model *test_model_chain(const tni_environment *environment, const char *operation,
                           uint32_t since_version, uint32_t length, int64_t min, int64_t max);

/** A model "y = x * w + x" with nodes "mul" and "add" over floats of shape [2, 4]; w is constant.
 */
tn_model *test_model_product_and_sum(const tni_environment *environment);

/** A model with the variable "memory": y = memory + x, memory = y; floats of shape [2, 4]. */
tn_model *test_model_with_variable(const tni_environment *environment);

/** A host tensor of floats with these elements; one reference. */
tn_tensor *test_tensor(uint32_t rank, const int64_t *shape, const float *elements);

#endif
