/** @file
 *  The cases of a run: checks and node tests that were selected, with what came out of them.
 */
#ifndef TENON_CONFORMANCE_CASES_H
#define TENON_CONFORMANCE_CASES_H

#include "engine/excuses.h"
#include "engine/judge.h"
#include "engine/options.h"
#include "engine/worker.h"

enum { CASE_ID_SIZE = 256 };

/** One case. */
typedef struct suite_case {
  char id[CASE_ID_SIZE];               /**< "tensor.takes/f32#1": group.case/parameter#seed. */
  const char *group;                   /**< "compile". */
  const char *text;                    /**< What must hold. */
  uint32_t clause;                     /**< TNI_CLAUSE. */
  uint32_t level;                      /**< 1 to 4. */
  const char *capability;              /**< "CORE", ... */
  const test_check *check;             /**< NULL for node tests. */
  const node_test *node;               /**< NULL for checks. */
  uint32_t index;                      /**< For worker_command. */
  uint64_t seed;                       /**< For worker_command. */
  uint32_t revision;                   /**< Raised when the case asks for something else. */
  char parameter[TEST_PARAMETER_SIZE]; /**< Of the check, or "". */
  case_result result;                  /**< What came out. */
  uint32_t is_shrunk;      /**< 1: it failed, and a smaller case that fails was looked for. */
  uint32_t required;       /**< 1: the device's profile asks for it: UNSUPPORTED is a failure. */
  uint32_t done;           /**< 1: result holds. */
  uint32_t fails;          /**< 1: it did not hold among others, and runs again alone. */
  uint32_t is_told;        /**< 1: the listener has been told of it, now or in the run that this one
                              goes on with. */
  uint32_t was_killed;     /**< 1: its worker was killed before, so it runs for the second time. */
  uint32_t is_unstarted;   /**< 1: the suite could not make a worker for it. */
  uint32_t is_kept;        /**< For shards_keep. */
  const excuse *excuse;    /**< What excused it, or NULL. */
  enum case_state excused; /**< Its state before that. */
  char *program; /**< A program in C that repeats the failure without the suite, or NULL. */
} suite_case;

/** All cases of a run. */
typedef struct suite_cases {
  suite_case *items; /**< In learning order, node tests last. */
  uint32_t count;    /**< Number of cases. */
  uint32_t capacity; /**< Cases that `items` has room for. */
} suite_cases;

/** Lists every case that is known without the plugin. A check that finds its parameters stands for
 * all its cases. Returns false after an error on standard error. */
bool cases_list(const suite_options *options, suite_cases *out);

/** Adds the case of one parameter that the check of `of` has found. */
bool cases_add_found(suite_cases *self, const suite_case *of, const char *parameter,
                     const suite_options *options);

/** Adds a copy of a case. */
bool cases_append(suite_cases *self, const suite_case *item);

/** Whether a case stands for all those of a check that finds its parameters. */
bool cases_waits_for_parameters(const suite_case *self);

/** Puts `times` cases in the place of each, with the seeds that follow its own. Returns false after
 * telling that there is no memory. */
bool cases_repeat(suite_cases *self, uint32_t times);

/** Whether all ids differ; tells on standard error when they do not. */
bool cases_are_unique(const suite_cases *cases);

/** The name of a check without the group that it begins with: what stands behind "group." in ids.
 */
const char *cases_short_name(const test_check *check);

/** Frees the list. */
void cases_free(suite_cases *cases);

/** Decides without running what the plugin does not declare or what was not handed in. Returns 1
 * when it is decided. */
int case_decide(suite_case *self, const worker_facts *facts, bool has_manifest);

/** Fails a case that is UNSUPPORTED although the device's profile asks for it. */
void case_judge_support(suite_case *self);

/** Gives a case a state without running it. */
void case_settle(suite_case *self, enum case_state state, const char *text);

#endif
