/** @file
 *  The verdict on one case, made outside of the plugin's process from the records of the worker.
 */
#ifndef TENON_CONFORMANCE_JUDGE_H
#define TENON_CONFORMANCE_JUDGE_H

#include "engine/node_tests.h"
#include "engine/record.h"
#include "engine/registry.h"

/** Why the case of a check that is run for what is found does not apply when nothing is. */
#define CASE_NOTHING_TO_RUN "the plugin has nothing that it is run for"

/** States of a case: X(name, 1 when it counts as failed, 1 when it counts as skipped). */
#define CASE_STATE_MAP(X)  \
  X(PASS, 0, 0)            \
  X(UNSUPPORTED, 0, 1)     \
  X(NOT_APPLICABLE, 0, 1)  \
  X(EXPECTED, 0, 1)        \
  X(WAIVED, 0, 1)          \
  X(WITHDRAWN, 0, 1)       \
  X(FAIL, 1, 0)            \
  X(CRASH, 1, 0)           \
  X(TIMEOUT, 1, 0)         \
  X(EARLY_EXIT, 1, 0)      \
  X(ORDER_DEPENDENT, 1, 0) \
  X(FLAKY, 1, 0)           \
  X(VACUOUS, 1, 0)         \
  X(INCONCLUSIVE, 1, 0)    \
  X(NOT_RUN, 1, 0)         \
  X(INFRA, 1, 0)

/** The states. */
enum case_state {
#define CASE_STATE_ENUMERATOR(name, failed, skipped) CASE_##name,
  CASE_STATE_MAP(CASE_STATE_ENUMERATOR)
#undef CASE_STATE_ENUMERATOR
      CASE_STATE_COUNT /**< Number of states. */
};

/** Name of a state. */
const char *case_state_name(enum case_state state);

/** 1 when it counts as failed. */
int case_state_failed(enum case_state state);

/** 1 when it counts as skipped. */
int case_state_skipped(enum case_state state);

enum { CASE_TEXT_SIZE = 1024, CASE_NOTES_SIZE = 4096 };

/** What came out of a case. */
typedef struct case_result {
  enum case_state state;     /**< The verdict. */
  uint32_t clause;           /**< The clause that did not hold, or the case's own. */
  uint32_t expectations;     /**< What was compared. */
  uint32_t line;             /**< Line of the check that did not hold, or 0. */
  uint32_t is_lost;          /**< 1: the records did not fit behind those of others; run again. */
  uint32_t is_killed;        /**< 1: somebody killed the worker, which says nothing of the case. */
  double seconds;            /**< How long it ran. */
  char text[CASE_TEXT_SIZE]; /**< First thing that did not hold: what was asked, what came. */
  char notes[CASE_NOTES_SIZE]; /**< Lines. */
} case_result;

/** What a case is judged by. */
typedef struct judge_terms {
  uint32_t clause;       /**< The case's own. */
  uint32_t precision;    /**< worker_facts.precision. */
  uint64_t capabilities; /**< worker_facts.capabilities. */
  uint64_t seed;         /**< Of the case: draws the element that the gate corrupts. */
  const node_test *node; /**< The node test that it is, or NULL. */
  const char *keep;      /**< Folder to write operator cases into (--write-cases), or NULL. */
} judge_terms;

/** Adds to the notes of a case. */
__attribute__((format(printf, 2, 3))) void case_note(case_result *out, const char *format, ...);

/** Judges the records of a case that ran to its end (RECORD_END is there). */
void judge_records(const record_log *log, const judge_terms *terms, case_result *out);

/** 1 when the worker wrote RECORD_END. */
int judge_is_complete(const record_log *log);

#endif
