/** @file
 *  Cases whose failure is known: the vendor's expectations (--expect), waivers of a lab, errata.
 */
#ifndef TENON_CONFORMANCE_EXCUSES_H
#define TENON_CONFORMANCE_EXCUSES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/judge.h"

/** One of them. Strings belong to the list. */
typedef struct excuse {
  const char *selector;    /**< Id of a case without its seed; '*' stands for anything. */
  enum case_state permits; /**< The state that is excused; CASE_PASS: every one that fails. */
  enum case_state becomes; /**< EXPECTED, WAIVED or WITHDRAWN. */
  const char *reason;      /**< Why. */
  const char *owner;       /**< Who answers for it. */
  const char *expires;     /**< The last day on which it holds, "2030-01-31"; "": it always does. */
  bool has_expired;        /**< It holds no more. */
  uint32_t used;           /**< Cases that it excused. */
  uint32_t contradicted;   /**< Cases that pass although they are expected not to. */
} excuse;

/** All of a run. */
typedef struct excuses {
  excuse *items;  /**< In the order of the files. */
  uint32_t count; /**< Number of them. */
  json_t *source; /**< Array of the entries, as they stand in the run line. */
} excuses;

/** Takes the entries of a file of expectations:
 *  {"expect": [{"case": "async.*", "state": "FAIL", "reason": "...", "owner": "...", "expires":
 * "2030-01-31"}]}. All five are needed.
 *  @param today "2030-01-31"
 *  @return false after telling on standard error what is wrong */
bool excuses_load(excuses *self, const char *path, const char *today);

/** Takes entries that were read elsewhere, such as those of signed files, which have the same
 * members as expectations; `state` and `expires` may be missing.
 *  @return false after telling what is wrong; `origin` names where they come from */
bool excuses_add(excuses *self, const char *origin, const json_t *entries, enum case_state becomes,
                 const char *today);

/** Takes the entries of a run line, for a verdict on a run that was made before. */
bool excuses_restore(excuses *self, const json_t *run);

/** Changes the result of a case that is excused: its state is what the excuse makes of it. A case
 * that passes although it is expected not to becomes FAIL.
 *  @return the excuse, or NULL */
const excuse *excuses_apply(excuses *self, const char *id, case_result *result);

/** Counts what the line of a case, told before, says of its excuse. */
void excuses_restore_use(excuses *self, const json_t *line);

/** What is wrong with an expectation after all cases: that it has expired, or that no case needed
 * it. Writes it to `out`; false when nothing is wrong.
 *  @param is_whole every case of the suite was run: in other runs an expectation that no case
 *  needed may be for one that was left out */
bool excuse_is_wrong(const excuse *self, bool is_whole, char *out, size_t size);

/** Gives the memory back. */
void excuses_clear(excuses *self);

/** Whether a case is one that a selector names. */
bool excuse_selects(const char *selector, const char *id);

#endif
