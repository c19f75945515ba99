/** @file
 *  One case from its engine to its end: what a worker does for each.
 */
#ifndef TENON_CONFORMANCE_CASE_RUN_H
#define TENON_CONFORMANCE_CASE_RUN_H

#include "engine/check.h"
#include "engine/hygiene.h"
#include "engine/record.h"

/** Runs one check, and leaves in `last` how the process is afterwards, zeroed for the first: makes
 * an engine, runs it, destroys what it left, and records what was left behind. The last record is
 * RECORD_END.
 *  @param what setup, check, seed and handed of the case
 *  @param output the descriptor that standard output was led to */
void case_run(const test *what, record_log *log, int output, hygiene *last);

/** Runs `found` of a check: makes an engine where the check needs one, and records the name of each
 * parameter. The last record is RECORD_END. */
void case_find_parameters(const test *what, record_log *log);

/** The log of the running case; for the functions of check.h. */
record_log *case_log(const test *t);

/** @name Objects of a case; objects.c
 *  @{ */

/** Makes the list. */
struct test_objects *objects_create(record_log *log);

/** Destroys all objects, children first, then the engines made by test_another_engine, and the
 * list.
 *  @return whether there was anything to destroy, so that the plugin was called */
bool objects_destroy(test *t);

/** The log kept in the list. */
record_log *objects_log(struct test_objects *objects);
/** @} */

/** @name Engines; engine_run.c
 *  @{ */

/** Makes host and engine of a test whose setup is set. Records a failure.
 *  @return false when there is no engine */
bool engine_start(test *t);

/** Destroys the engine and records what it left behind: memory, tensors, executors, a missing end.
 */
void engine_end(test *t);
/** @} */

#endif
