/** @file
 *  Whether a run holds every case of its suite, each as the suite has it. The list of a suite's
 * cases is told by a digest: that of one line for each, sorted by bytes, which tells the id without
 * the seed, and the group, clause, level and capability, by which a verdict goes. Two kinds of
 * cases are not in it, since who made the list cannot know them: node tests (of group onnx,
 * capability OPERATORS and level 3), which come from a folder, and those that follow from what a
 * plugin declares; the checks of the latter are `open`, and stand in the list by their names
 * without parameters.
 */
#ifndef TENON_CONFORMANCE_CASE_LIST_H
#define TENON_CONFORMANCE_CASE_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/digest.h"

/** The list of this suite.
 *  @param open names of the open checks, an array; the caller's
 *  @return false without memory */
bool case_list_of_suite(char digest[DIGEST_SIZE], json_t **open);

/** The list of a run.
 *  @param cases lines of type case
 *  @return false without memory */
bool case_list_of_run(const json_t *cases, const json_t *open, char digest[DIGEST_SIZE]);

/** The level of a case of this program's suite, by its id without the seed; 0 for one that it does
 * not know. A check that is run for what a plugin declares has one level. */
uint32_t case_list_level(const char *name);

#endif
