/** @file
 *  For tests: building models by the names of values. Whatever fails ends the test.
 */
#ifndef TENON_PASSES_TEST_BUILD_H
#define TENON_PASSES_TEST_BUILD_H

#include "graph/graph.h"

/** An empty model of an operator set. */
tni_model *tni_test_model(uint32_t operator_set);

/** Adds an input; dimensions below 0 are not known. */
tni_value *tni_test_input(tni_model *model, const char *name, uint32_t type, uint32_t rank,
                          const int64_t *shape);

/** Adds a constant of `type`; `data` holds its dense elements. */
tni_value *tni_test_constant(tni_graph *graph, const char *name, uint32_t type, uint32_t rank,
                             const int64_t *shape, const void *data);

/** Adds a node, named as the first output, its own origin. Names are separated by blanks, "-" is
 * one that is left out; outputs are made. The version is the one of the model's operator set. */
tni_node *tni_test_add(tni_graph *graph, const char *operation, const char *inputs,
                       const char *outputs);

/** As tni_test_add, for tests in which allocations fail. */
tn_status tni_test_try_add(tni_graph *graph, const char *operation, const char *inputs,
                           const char *outputs, tni_node **out, tn_error *error);

/** A model of operator set 7 with something for every pass to do: x (f32, [batch,3]) and flag
 * (bool); a = Clip(x), six = 2 * 3, b = c = a + six, a node that nobody uses, y = If(flag) {Add(b,
 * c)} else {Abs(b)}, z = Softmax(y) over everything. */
tn_status tni_test_rich_model(const tni_environment *environment, tni_model **out, tn_error *error);

/** The value of that name seen from the graph. */
tni_value *tni_test_find(const tni_graph *graph, const char *name);

/** Makes values outputs of the graph, by names separated by blanks. */
void tni_test_outputs(tni_graph *graph, const char *names);

/** The shape of a value as text: "[2,batch,?]", "?" when nothing is known. Static. */
const char *tni_test_shape(const tni_value *value);

/** The operators of a graph in order: "Relu Add". Static. */
const char *tni_test_operators(tni_model *model, const tni_graph *graph);

/** Runs a model on one f32 input of `count` elements of the shape of the model's first input.
 *  @param output receives the elements of the first output, which has at most `room`
 *  @return number of elements */
uint64_t tni_test_run(tni_model *model, uint32_t rank, const int64_t *shape, const float *input,
                      float *output, uint64_t room);

#endif
