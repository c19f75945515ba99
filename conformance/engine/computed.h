/** @file
 *  Whether models are supported, and whether what was compiled computes right.
 */
#ifndef TENON_CONFORMANCE_COMPUTED_H
#define TENON_CONFORMANCE_COMPUTED_H

#include "engine/check.h"

/** Whether query supports all nodes of a model; false for NULL. */
bool computed_supports(test *t, tn_model *model);

/** Adds the suite's model `name` when query supports all of its nodes. */
void computed_find(test *t, test_parameters *found, const char *name);

/** Says that it is not known for a model, whose query failed. */
void computed_miss(test_parameters *found, const char *name, tn_status status);

/** Makes a request of a compiled model, which may be NULL after a failure, and expects the outputs
 * of the suite's model `name` for inputs of the next seed. */
void computed_expect(test *t, tn_compiled_model *model, const char *name);

#endif
