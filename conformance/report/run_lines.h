/** @file
 *  Making the JSON lines of a run; FORMAT.md and lines.schema.json tell what they hold.
 */
#ifndef TENON_CONFORMANCE_RUN_LINES_H
#define TENON_CONFORMANCE_RUN_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/run.h"

/** The line of type run: what is tested, by what, with what. NULL without memory. */
json_t *run_line_make(const suite_run *run);

/** The line of type resumed: when and where a run went on. */
json_t *run_line_resumed(const suite_run *run);

/** Why a run cannot go on from the lines of an earlier one, in words: what differs; NULL when it
 * can. Both are run lines. */
const char *run_line_differs(const json_t *before, const json_t *now);

/** Something in which two run lines differ. */
typedef struct run_line_difference {
  size_t place;      /**< Where the search goes on; 0 at first. */
  const char *key;   /**< The member of the run line. */
  const char *part;  /**< The member of that member; NULL: the whole. */
  const char *what;  /**< The same in words. */
  const json_t *was; /**< Borrowed from the line before; NULL: it has none. */
  const json_t *is;  /**< Likewise of the other line. */
} run_line_difference;

/** Finds what differs next. When and where they ran is not compared.
 *  @return false when nothing else differs */
bool run_line_next_difference(const json_t *before, const json_t *now, run_line_difference *at);

/** The line of a case, or of the probe (type "probe"). */
json_t *case_line_make(const suite_run *run, const char *type, const suite_case *item);

/** The line of an expectation that is wrong; `number` counts from 1. */
json_t *expectation_line_make(const excuse *item, uint32_t number, const char *why);

/** Restores the state of a case from its line. Returns false when the line is that of another
 * revision or clause. */
bool case_line_restore(const json_t *line, suite_case *item);

/** The line of type environment: where the run ran, with all that its processes have been seen to
 * hold, and the files in the plugin's folder that are none of those it ships. */
json_t *environment_line_make(const suite_run *run);

/** The object `environment` of lines.
 *  @param is_end whether libraries are digested however large they are; else those are named
 * without a digest, since reading drivers of hundreds of megabytes would hold up the first case */
json_t *environment_object(const suite_run *run, bool is_end);

/** The array `unlisted` of lines; `is_end` as above. */
json_t *unlisted_files(const suite_run *run, bool is_end);

/** A file: its path and its digest, which is empty where it cannot be read or is not asked for. */
json_t *run_lines_file(const char *path, bool is_digested);

/** Array of the files of a plugin: the library, its manifest, and those beside it that the manifest
 * lists. */
json_t *run_lines_plugin_files(const char *library, bool is_digested);

/** The path in an argument of --with, PLUGIN.so=NAME. */
void run_lines_with_path(const char *argument, char *out, size_t size);

/** A string of text that may hold anything; what is no UTF-8 becomes '?'. */
json_t *run_lines_text(const char *text);

#endif
