/** @file
 *  The supervisor: runs the cases on workers, again alone what did not pass, and tells who listens.
 */
#ifndef TENON_CONFORMANCE_RUN_H
#define TENON_CONFORMANCE_RUN_H

#include "engine/cases.h"
#include "engine/holdings.h"
#include "engine/process.h"
#include "engine/shards.h"

/** Called when the verdict on a case is final. Returns false when it cannot be kept: the run ends.
 */
typedef bool (*run_listener)(void *user, const suite_case *item);

/** A run. */
typedef struct suite_run {
  const suite_options *options; /**< What was asked for. */
  process_family *family;       /**< To which its workers belong. */
  suite_cases *cases;           /**< The cases. */
  worker_facts facts;           /**< What the plugin is. */
  holdings held;                /**< What the processes had that opened the plugin. */
  shards shards;                /**< How the cases were cut. */
  excuses excuses;              /**< Cases whose failure is known. */
  suite_case probe;             /**< How finding that out went, told as a case. */
  bool is_worker_lost;    /**< A worker could not be made or reached, so the suite itself could
                             not run. */
  double operation;       /**< Seconds of an engine that compiles and runs the carrier once. */
  struct run_pace *paces; /**< How long the cases of each group take. */
  uint32_t pace_count;    /**< Groups of which that is known. */
  uint32_t killed;        /**< Cases that run again since somebody killed their worker. */
  double tried;           /**< Seconds spent on cases that had failed, alone. */
  run_listener listener;  /**< Called for each final verdict. */
  void *user;             /**< Handed to it. */
} suite_run;

/** The operator profile of a run: that of --profile, else the one that the device declares when the
 * suite knows it; else NULL. */
const char *run_profile(const suite_run *run);

/** Has a worker find out what the plugin is. `probe` is then named, and holds how the worker ended
 * when it did not come back.
 *  @return false when no worker could be made or it did not come back */
bool run_probe(suite_run *run);

/** Puts in the place of each check that finds its parameters, and is asked for, the cases that it
 * finds.
 *  @return false when there is no memory, after telling so */
bool run_find_parameters(suite_run *run);

/** Runs all cases. With `options->next` it stops after the first that failed.
 *  @return false when the suite itself could not run */
bool run_cases(suite_run *run);

/** Frees what a run holds beside its cases. */
void run_clear(suite_run *run);

/** Runs the one selected case in this process, without a worker or deadline. */
bool run_in_process(suite_run *run);

/** The command that repeats a case, or the probe. */
void run_repeat_command(const suite_run *run, const suite_case *item, char *out, size_t size);

#endif
