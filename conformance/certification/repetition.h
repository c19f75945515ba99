/** @file
 *  The repetition of drawn cases through the runtime, which scripts/repeat_drawn makes, as a
 *  certificate holds it.
 */
#ifndef TENON_CONFORMANCE_REPETITION_H
#define TENON_CONFORMANCE_REPETITION_H

#include <jansson.h>

#include "certification/evidence.h"

/** Reads the result of a repetition of this run; makes the member `repetition` of a certificate:
 * the digest of the file, and the counts in it.
 *  @return NULL after telling on standard error why */
json_t *repetition_read(const char *path, const evidence *run);

/** Why a run may not be certified with a repetition (NULL: without one): a constant, or NULL. Of
 * the node tests that passed one in twenty has to be repeated, with equal results. */
const char *repetition_is_refused(const json_t *repetition, const evidence *run);

#endif
