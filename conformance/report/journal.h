/** @file
 *  The JSON lines of a run while it runs: only ever appended to, each line whole or not there.
 */
#ifndef TENON_CONFORMANCE_JOURNAL_H
#define TENON_CONFORMANCE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** A journal. */
typedef struct journal journal;

/** Opens a journal at `path`, which may be a pipe or a device; NULL: one that nobody asked for.
 *  @param keep bytes that stay of a file that is there; what follows them is cut off
 *  @return NULL after telling on standard error why */
journal *journal_open(const char *path, size_t keep);

/** Appends a line, without its end in `text`. It has been handed to the system when the call
 * returns, so that the end of this process loses none; it is on the disk within a second, so that
 * the end of the machine loses few. What can only be written in part is taken back.
 *  @return false when the journal is broken, which is told on standard error once */
bool journal_write(journal *self, const char *text);

/** Sees to it that all lines are on the disk. Returns false as journal_write does. */
bool journal_sync(journal *self);

/** All lines, to be read from the start; the journal's. NULL when they cannot be read or somebody
 * else has written to the file, which is told on standard error. */
FILE *journal_lines(journal *self);

/** Closes. Accepts NULL.
 *  @return false when the journal is broken, or its file is not what was written to it */
bool journal_close(journal *self);

#endif
