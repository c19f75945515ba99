/** @file
 *  How far a run is: one line on a terminal, which is written over. Where standard output is no
 *  terminal there is nothing.
 */
#ifndef TENON_CONFORMANCE_PROGRESS_H
#define TENON_CONFORMANCE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** What is shown. Zeros show nothing. */
typedef struct progress {
  uint32_t total;   /**< Cases of the run. */
  uint32_t told;    /**< Cases whose verdict is final. */
  uint32_t failed;  /**< Those of them that count as failed. */
  double shown_at;  /**< When it was written, in seconds of the monotonic clock. */
  bool is_terminal; /**< Standard output is one that can take a line back. */
  bool is_shown;    /**< The line stands there. */
} progress;

/** Begins with a run of so many cases, of which some are told already, and of those some failed. */
void progress_begin(progress *self, uint32_t total, uint32_t told, uint32_t failed);

/** Takes the verdict on a case, and shows it now and then. */
void progress_tell(progress *self, const char *id, bool failed);

/** Takes the line away, before something else is printed. */
void progress_hide(progress *self);

#endif
