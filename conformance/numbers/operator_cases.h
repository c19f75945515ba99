/** @file
 *  The group `operator`: one check for each operator and kind, with a case for each element type,
 * rank and variant of its recipes.
 */
#ifndef TENON_CONFORMANCE_OPERATOR_CASES_H
#define TENON_CONFORMANCE_OPERATOR_CASES_H

#include "engine/check.h"
#include "numbers/operator_spec.h"

/** Makes the checks once and tells their number. Ends the program when there is no memory. */
uint32_t operator_checks_open(void);

/** A check by its place. */
const test_check *operator_check_at(uint32_t index);

/** Calls `visit` for every case that the recipes stand for, in their order, until it answers false.
 */
void operator_cases_visit(bool (*visit)(void *user, const operator_spec *spec), void *user);

/** Runs one: the case's name is that of the check and its parameter. */
void operator_case_run(test *t);

#endif
