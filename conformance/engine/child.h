/** @file
 *  A piece of a check in a forked child: for what ends a process, or needs one of its own.
 */
#ifndef TENON_CONFORMANCE_CHILD_H
#define TENON_CONFORMANCE_CHILD_H

#include "engine/check.h"

enum { CHILD_TEXT_SIZE = 3072 };

/** How a child ended. */
typedef struct child_end {
  int exited;                 /**< 1: by exit, 0: by a signal or not at all within the limit. */
  int code;                   /**< Exit status, or number of the signal; -1: past the limit. */
  char text[CHILD_TEXT_SIZE]; /**< What it wrote with child_say. */
} child_end;

/** Runs `body` in a forked child that ends with its result as exit status. No plugin has to work in
 * the child of a process that has used it (TN_LIFE_020): the check is a TEST_NEW_PROCESS, and
 * enters the plugin itself only when its last child has ended.
 *  @param seconds limit; the child is killed after it
 *  @return false when there is no child */
bool child_run(test *t, double seconds, int (*body)(test *t, int say), child_end *out);

/** In the child: writes a line for child_end::text. */
void child_say(int say, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** How it ended, in words: "exit status 3" or "signal 11 (Segmentation fault)". */
const char *child_describe(const child_end *end, char *buffer, size_t size);

#endif
