/** @file
 *  Which cases were asked for: --level, --group, --case.
 */
#ifndef TENON_CONFORMANCE_SELECTION_H
#define TENON_CONFORMANCE_SELECTION_H

#include "engine/cases.h"

/** The seed that --case gives to the case with this id, so that a printed id repeats just that
 * case; else that of the run. */
uint64_t selection_seed(const suite_options *options, const char *id);

/** Whether every --group and --case names something. A check that finds its parameters answers to
 * all of them as long as it stands in the list itself. Tells on standard error when not. */
bool selection_is_meant(const suite_options *options, const suite_cases *all);

/** Whether a case of a group may be asked for, as far as --group and --case tell. */
bool selection_may_hold(const suite_options *options, const char *group);

/** Whether a case, or with a check that stands for all its parameters any of them, is asked for. */
bool selection_holds(const suite_options *options, const suite_case *item);

/** Keeps the cases that were asked for.
 *  @return false after telling on standard error that there is none */
bool selection_keep(const suite_options *options, suite_cases *cases);

#endif
