/** @file
 *  A run as its JSON lines tell it, read back: for --resume and for the sub-commands.
 */
#ifndef TENON_CONFORMANCE_RUN_FILE_H
#define TENON_CONFORMANCE_RUN_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "report/verdict.h"

enum {
  RUN_FILE_FORMAT = 1,          /**< Number of the format in the run line. */
  RUN_FILE_MOST_BYTES = 1 << 30 /**< A larger file is no run. */
};

/** A run that was read. */
typedef struct run_file {
  const char *path;     /**< Borrowed. */
  json_t *run;          /**< The run line. */
  json_t *cases;        /**< Array: lines of type "case" and "probe" in the order of the file. */
  json_t *by_id;        /**< Object: the same lines by id. */
  json_t *parts;        /**< Array of the lines of type resumed and environment. */
  json_t *environments; /**< Array of one line for each part that was run apart, which tells where:
                           that of type environment, or if it was cut off the one it began with. */
  json_t *begun; /**< The line with which a part began that no line of type environment ends; NULL:
                    there is none. */
  json_t *verdict;    /**< The verdict line, or NULL: the run was cut off. */
  size_t whole_bytes; /**< Bytes of the lines that are whole. */
  bool is_torn;       /**< A last line without its end follows them. */
  verdict sum;        /**< What the lines come to. */
} run_file;

/** Reads a regular file of JSON lines. A last line that has no end is left out: whoever wrote it
 * was stopped. Everything else that is no run of this format is refused.
 *  @return false after telling on standard error why; nothing is to be closed then */
bool run_file_load(run_file *out, const char *path);

/** Whether the verdict line is the one that follows from the lines before it. */
bool run_file_verdict_follows(const run_file *self);

/** Gives the memory back. */
void run_file_close(run_file *self);

#endif
