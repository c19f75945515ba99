/** @file
 *  Models that several tests use.
 */
#ifndef TENON_GRAPH_TEST_MODELS_H
#define TENON_GRAPH_TEST_MODELS_H

#include "graph/graph.h"

/** A model "branches": inputs `x` (f32, [batch, 3]) and `flag` (bool), a constant `w`, nodes in the
 * wrong order: choose: If(flag) with then_branch {then_node: Add(captured, w)} and else_branch
 * {else_node: Relu(captured)} make:   Relu(x) -> captured and the output `y` of `choose`. Every
 * kind of attribute but graphs stands on `make`. */
tn_status tni_test_model_with_branches(const tni_environment *environment, tni_model **out,
                                       tn_error *error);

#endif
