/** @file
 *  Reading the JSON lines of a run again.
 */
#ifndef TENON_CONFORMANCE_LINES_H
#define TENON_CONFORMANCE_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "engine/judge.h"

/** The first line of that type, from the start of the file on; the caller's, or NULL. */
json_t *lines_find(FILE *lines, const char *type);

/** Calls `visit` for every line of type "case", and for one of type "probe", which has its fields.
 */
void lines_each_case(FILE *lines, void (*visit)(void *user, const json_t *line), void *user);

/** All cases by their group, in the order in which groups and cases come: an object of arrays, the
 * caller's. NULL without memory. */
json_t *lines_by_group(FILE *lines);

/** Reads a file that is one JSON value, without duplicate members; the caller's, or NULL after
 * telling on standard error why. */
json_t *lines_load(const char *path);

/** The string under `key`, or "". */
const char *lines_text(const json_t *object, const char *key);

/** Whether there is a state of that name. */
bool lines_knows_state(const char *name);

/** The state of that name; INFRA for one that is not known. */
enum case_state lines_state(const char *name);

/** 1 when a state of that name counts as failed; unknown ones do. */
int lines_is_failed(const char *state);

/** Writes text as it may stand in XML and HTML; characters that cannot stand there are left out. */
void lines_put_escaped(FILE *out, const char *text);

#endif
