/** @file
 *  Sequences as cases of the suite. The parameter of a case is "LENGTH.DRAW", such as "20.1"; while
 * a failure is shrunk, ":" and the steps that are left out follow, as hexadecimal digits.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_CASES_H
#define TENON_CONFORMANCE_SEQUENCE_CASES_H

#include "sequences/sequence.h"

/** All that a case stands for. Large: not for the stack of a plugin's thread. */
typedef struct sequence_case {
  sequence what;
  sequence_facts facts[SEQUENCE_MODELS];
  sequence_mask dropped;
} sequence_case;

/** Names of the parameters, by place; NULL behind the last. */
const char *sequence_parameter_at(uint32_t index);

/** Draws the sequence of a case.
 *  @param kind name of a kind
 *  @param parameter see above
 *  @param carrier name of the model that "carrier" stands for
 *  @return false when sequences do not know the carrier, or the parameter is none */
bool sequence_case_draw(const char *kind, const char *parameter, const char *carrier,
                        uint32_t requests, uint64_t seed, sequence_case *out);

/** Writes the parameter of a case with some of its steps left out. */
void sequence_case_name(const char *parameter, const sequence_mask *dropped,
                        char out[TEST_PARAMETER_SIZE]);

/** The check: draws and runs the sequence of the test's parameter. */
void sequence_case_run(test *t, const char *kind);

#endif
