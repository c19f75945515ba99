/** @file
 *  The cases of a run: checks and node tests that were selected, with what came out of them.
 */
#ifndef TENON_CONFORMANCE_CASES_H
#define TENON_CONFORMANCE_CASES_H

#include "engine/judge.h"
#include "engine/options.h"
#include "engine/worker.h"

enum { CASE_ID_SIZE = 256 };

/** One case. */
typedef struct suite_case {
  char id[CASE_ID_SIZE];   /**< "compile.failed_leaves_out#1": group.case#seed. */
  const char *group;       /**< "compile". */
  const char *text;        /**< What must hold. */
  uint32_t clause;         /**< TNI_CLAUSE. */
  uint32_t level;          /**< 1 to 4. */
  const char *capability;  /**< "CORE", ... */
  const test_check *check; /**< NULL for node tests. */
  const node_test *node;   /**< NULL for checks. */
  uint32_t index;          /**< For worker_command. */
  uint64_t seed;           /**< For worker_command. */
  case_result result;      /**< What came out. */
  uint32_t done;           /**< 1: result holds. */
} suite_case;

/** All cases of a run. */
typedef struct suite_cases {
  suite_case *items; /**< In learning order, node tests last. */
  uint32_t count;    /**< Number of cases. */
} suite_cases;

/** Makes the list of what the options select. Returns false after an error on standard error. */
bool cases_select(const suite_options *options, suite_cases *out);

/** Frees the list. */
void cases_free(suite_cases *cases);

/** Decides without running what the plugin does not declare or what was not handed in. Returns 1
 * when it is decided. */
int case_decide(suite_case *self, const worker_facts *facts, bool has_manifest);

#endif
