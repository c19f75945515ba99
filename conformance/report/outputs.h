/** @file
 *  The files that are made from JSON lines once all of them are there.
 */
#ifndef TENON_CONFORMANCE_OUTPUTS_H
#define TENON_CONFORMANCE_OUTPUTS_H

#include <stdbool.h>
#include <stdio.h>

/** The formats. */
enum { OUTPUT_JUNIT, OUTPUT_TAP, OUTPUT_HTML, OUTPUT_COUNT };

/** The files of a run. */
typedef struct outputs {
  const char *paths[OUTPUT_COUNT]; /**< Where to; NULL: nowhere. */
  FILE *files[OUTPUT_COUNT];       /**< The opened ones. */
} outputs;

/** Opens those that have a path, so that what cannot be written is known before a run. Returns
 * false after telling on standard error. */
bool outputs_open(outputs *self);

/** Writes all of them. */
void outputs_write(outputs *self, FILE *lines);

/** Closes them; returns false after telling on standard error what was not written whole. */
bool outputs_close(outputs *self);

#endif
