/** @file
 *  All checks and all clauses.
 */
#ifndef TENON_CONFORMANCE_REGISTRY_H
#define TENON_CONFORMANCE_REGISTRY_H

#include "engine/check.h"

/** One clause of the contract. */
typedef struct suite_clause {
  uint32_t id;            /**< TNI_CLAUSE(area, number). */
  const char *binds;      /**< "PLUGIN", "HOST" or "ADVICE". */
  uint32_t level;         /**< 1 to 4. */
  const char *capability; /**< "CORE", or what a plugin must declare. */
  const char *text;       /**< The promise. */
  const char *reason;     /**< Why it is asked for. */
} suite_clause;

/** The clauses, in the order of the data file. */
extern const suite_clause suite_clauses[];

/** Number of clauses. */
extern const uint32_t suite_clause_count;

/** The clause with this id, or NULL. */
const suite_clause *suite_clause_find(uint32_t id);

enum {
  SUITE_CLAUSE_NAME_SIZE = 40 /**< Bytes that the name of a clause takes at most. */
};

/** Writes the name of a clause, such as "TN_COMPILE_003"; returns `buffer`. */
const char *suite_clause_name(uint32_t id, char buffer[SUITE_CLAUSE_NAME_SIZE]);

/** The clause of that name, or NULL. */
const suite_clause *suite_clause_named(const char *name);

/** Number of checks. */
uint32_t suite_check_count(void);

/** A check by its place in learning order: level, then group, then as the suites list them. */
const test_check *suite_check_at(uint32_t index);

/** Name of the parameter at that place of a check whose parameters the build knows, or NULL behind
 * the last. */
const char *suite_parameter_at(const test_check *check, uint32_t index);

/** Place of a parameter that the build knows; 0 for others. */
uint32_t suite_parameter_place(const test_check *check, const char *name);

/** Brings the checks into learning order; called once, before the two functions above. Ends the
 * program when two checks have one name, or a check cites a clause that is not there: defects of
 * the suite. */
void suite_registry_open(void);

#endif
