/** @file
 *  A failing operator case in the supervisor: made smaller as long as it fails.
 */
#ifndef TENON_CONFORMANCE_SHRINK_H
#define TENON_CONFORMANCE_SHRINK_H

#include "engine/run.h"
#include "numbers/operator_spec.h"

/** Makes a case smaller: dimensions to 1 or half, attributes left out, as long as `fails` answers
 * true for it.
 *  @param spec a case that fails; receives the smallest found
 *  @param trials how often `fails` may be asked
 *  @return how often it was asked */
uint32_t operator_shrink(operator_spec *spec, bool (*fails)(void *user, const operator_spec *spec),
                         void *user, uint32_t trials);

/** Where the case is one of an operator and has failed: finds the smallest that fails in the same
 * way, and adds its name, what came there and the command that repeats it to the notes. Of each
 * operator only the first failure of a run is made smaller, and of a run only the first few. */
void operator_explain(const suite_run *run, suite_case *item);

#endif
