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
  FILE *files[OUTPUT_COUNT];       /**< Opened devices and pipes. */
} outputs;

/** Looks whether those that have a path can be written, so that what cannot is known before a run.
 * A file that is there stays as it is. Returns false after telling on standard error. */
bool outputs_open(outputs *self);

/** Writes all of them. A file takes the place of the one that was there once it is whole.
 *  @return false after telling on standard error what was not written whole */
bool outputs_write(outputs *self, FILE *lines);

/** Closes devices and pipes; returns false after telling on standard error what was not written
 * whole. */
bool outputs_close(outputs *self);

#endif
