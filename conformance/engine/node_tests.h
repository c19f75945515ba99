/** @file
 *  Node tests in the layout of the ONNX project: DIR/.../NAME/model.onnx with
 * test_data_set_N/input_M.pb, output_M.pb.
 */
#ifndef TENON_CONFORMANCE_NODE_TESTS_H
#define TENON_CONFORMANCE_NODE_TESTS_H

#include "engine/check.h"
#include "engine/record.h"

/** One node test. */
typedef struct node_test {
  char *name;      /**< Name of its folder: "test_relu". */
  char *folder;    /**< Path of its folder. */
  double relative; /**< Tolerance: relative part. */
  double absolute; /**< Tolerance: absolute part. */
} node_test;

/** Finds all folders below `folder` that hold a model.onnx, in order of their names. Returns their
 * number. */
uint32_t node_tests_open(const char *folder);

/** The node test at `index`, or NULL. */
const node_test *node_tests_at(uint32_t index);

/** In the worker: runs the test on the plugin, on its own data and on what the seed makes of them,
 * and hands over the outputs. Opens no output_M.pb. */
void node_test_run(const test_setup *setup, const node_test *node, uint64_t seed, record_log *log);

/** Beside the number of a data set: its inputs, turned, so that what is computed stands in no file.
 */
#define NODE_TEST_FRESH (UINT64_C(1) << 32)

/** In the supervisor: what the reference kernels give for the turned inputs of data set 0.
 *  @return TN_OK; a failure where they have no answer */
tn_status node_test_fresh(const node_test *node, uint64_t seed, uint32_t output, tn_tensor **out,
                          tn_error *error);

/** In the supervisor: reads the expected output `output` of data set `set`. */
tn_status node_test_expected(const node_test *node, uint32_t set, uint32_t output, tn_tensor **out,
                             tn_error *error);

#endif
