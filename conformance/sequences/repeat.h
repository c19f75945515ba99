/** @file
 *  A failing sequence in the supervisor: shrunk in processes of its own, and printed as C.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_REPEAT_H
#define TENON_CONFORMANCE_SEQUENCE_REPEAT_H

#include "engine/run.h"

/** Where the case is a sequence of calls and has failed: finds the shortest sequence that fails in
 * the same way, and keeps it as `item->program`, a program in C. Of each clause only the first
 * failure of a run is shrunk, and of a run only the first few. */
void sequence_explain(const suite_run *run, suite_case *item);

#endif
