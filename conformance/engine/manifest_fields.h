/** @file
 *  What the fields of a manifest hold.
 */
#ifndef TENON_CONFORMANCE_MANIFEST_FIELDS_H
#define TENON_CONFORMANCE_MANIFEST_FIELDS_H

#include <jansson.h>
#include <stdbool.h>

/** A field that hosts do not take. */
typedef struct manifest_problem {
  const char *field;    /**< "majors". */
  const char *expected; /**< What it has to be: "[oldest, newest]". */
} manifest_problem;

/** Finds the first known field that is missing though it has to be there, is not of its type, or
 * stands without the one that it belongs to. Fields that nobody knows are passed over.
 *  @return false when there is none */
bool manifest_find_problem(const json_t *root, manifest_problem *out);

#endif
