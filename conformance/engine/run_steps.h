/** @file
 *  Steps that finding out about a plugin and running its cases share.
 */
#ifndef TENON_CONFORMANCE_RUN_STEPS_H
#define TENON_CONFORMANCE_RUN_STEPS_H

#include "engine/process.h"
#include "engine/run.h"

/** Seconds of the monotonic clock. */
double run_now(void);

/** Seconds that a case may take: 20 times what one operation takes, or the usual case of its group,
 * and 10 at least; slow ones six times as long. NULL: what a probe may take. */
double run_deadline(const suite_run *run, const suite_case *item);

/** Adds to `held` what a worker has, which has to be alive; 0 is none. */
void run_look(const suite_run *run, holdings *held, pid_t pid);

/** Learns from a case that has passed how long those of its group take. Slow cases wait on purpose,
 * and tell nothing of the device. */
void run_take_pace(suite_run *run, const suite_case *item);

/** Frees what was learned. */
void run_clear_paces(suite_run *run);

/** The command that runs a case. */
worker_command run_command(const suite_run *run, const suite_case *item);

/** A worker that did not answer: which state that is, and what it said last. `item->done` stays. */
void run_judge_end(suite_case *item, const process *worker, enum process_end end, int code);

/** Runs one case in a new process of its own. */
void run_alone(const suite_run *run, suite_case *item);

#endif
