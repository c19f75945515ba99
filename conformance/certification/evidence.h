/** @file
 *  A run as evidence: its JSON lines, and all that follows from them. What a report or certificate
 * claims is made here, by the one who signs it and again by everybody who verifies it.
 */
#ifndef TENON_CONFORMANCE_EVIDENCE_H
#define TENON_CONFORMANCE_EVIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/digest.h"
#include "report/run_file.h"

/** A run that was read. */
typedef struct evidence {
  run_file run;           /**< Its lines. */
  char root[DIGEST_SIZE]; /**< See events.h. */
  size_t lines;           /**< Number of lines. */
} evidence;

/** Reads the JSON lines of a run that came to its end.
 *  @return false after telling on standard error why */
bool evidence_load(evidence *out, const char *path);

/** Gives the memory back. */
void evidence_close(evidence *self);

/** Why the run is no ground for a report or certificate: a constant, or NULL. Something was left
 * out, expected, not merged, or the verdict line is not the one that follows from the cases. */
const char *evidence_is_refused(const evidence *self);

/** Why a waiver (its body) excuses nothing in the run: a constant, or NULL. None is given for a
 * case of level 1. */
const char *evidence_refuses_waiver(const evidence *self, const json_t *waiver);

/** Makes the members of a report's body that follow from the lines: run, files, unlisted,
 * environments, events, verdict.
 * `waivers` is an array of waivers (whole documents), `withdrawn` one of errata; both excuse cases
 * that failed, waivers none of level 1.
 *  @return NULL after telling on standard error why */
json_t *evidence_claims(const evidence *self, const json_t *waivers, const json_t *withdrawn);

/** The verdict with such waivers and errata, as a verdict line without its type. NULL without
 * memory. */
json_t *evidence_verdict(const evidence *self, const json_t *waivers, const json_t *withdrawn);

#endif
