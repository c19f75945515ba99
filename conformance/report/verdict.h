/** @file
 *  The verdict on a run, made from its JSON lines alone: by the run itself, and by whoever reads
 * them later. FORMAT.md tells the rules.
 */
#ifndef TENON_CONFORMANCE_VERDICT_H
#define TENON_CONFORMANCE_VERDICT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/judge.h"

enum { VERDICT_LEVELS = 4 /**< L1 to L4. */ };

/** What the cases of one level came to. */
typedef struct verdict_tally {
  uint32_t cases;    /**< All. */
  uint32_t passed;   /**< Cases in state PASS. */
  uint32_t failed;   /**< Cases that count as failed. */
  uint32_t expected; /**< Cases in state EXPECTED: the vendor knows that they fail. */
} verdict_tally;

/** How much of what a profile may ask for a device takes. */
typedef struct verdict_share {
  uint32_t cases;   /**< All. */
  uint32_t passed;  /**< Those in state PASS. */
  uint32_t refused; /**< Those in state UNSUPPORTED. */
} verdict_share;

/** A verdict that is being made. */
typedef struct verdict {
  const json_t *run;    /**< The run line; borrowed. */
  json_t *capabilities; /**< By name, [cases that passed, cases that did not hold]. */
  json_t *clauses; /**< By level and name of those of CORE, [cases that passed, UNSUPPORTED]. */
  json_t *shown;   /**< By capability and clause, [cases that passed, NOT_APPLICABLE]. */
  uint32_t states[CASE_STATE_COUNT];        /**< Cases in each state. */
  verdict_tally levels[VERDICT_LEVELS + 1]; /**< By level. */
  uint32_t passed;                          /**< Cases in state PASS. */
  uint32_t failed;                          /**< Cases that count as failed. */
  verdict_share operators;                  /**< Of the groups operator and quantized. */
  verdict_share nodes;                      /**< Of the ONNX project's node tests. */
  uint32_t skipped;                         /**< Cases that count as skipped. */
} verdict;

/** Begins. `run` is the run line, and is kept by the caller. */
void verdict_begin(verdict *self, const json_t *run);

/** Takes a line of type case, probe or expectation. A state that is not known counts as failed. */
void verdict_add(verdict *self, const json_t *line);

/** Whether every case of the suite is in the run of that run line: capabilities are judged then. */
bool verdict_is_whole(const json_t *run);

/** Whether levels are judged: nothing of the suite was left out but levels as a whole. */
bool verdict_judges_levels(const json_t *run);

/** Whether a level ("L2") is judged: levels are, and --level did not leave this one out. */
bool verdict_judges_level(const json_t *run, const char *level);

/** Whether a verdict on that run says that the device refused all that shows a clause of a level
 * that was asked for: L1, or up to that of --level. */
bool verdict_refuses(const json_t *run, const json_t *line);

/** The line of type verdict; the caller's. NULL without memory. */
json_t *verdict_line(const verdict *self);

/** Gives the memory back. */
void verdict_end(verdict *self);

#endif
