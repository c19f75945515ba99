/** @file
 *  What a run writes: lines for people on standard output, and JSON lines, from which everything
 * else is made.
 */
#ifndef TENON_CONFORMANCE_REPORT_H
#define TENON_CONFORMANCE_REPORT_H

#include "engine/run.h"

/** The reports of a run. */
typedef struct report report;

/** Opens the files and writes the first line. NULL after an error on standard error. */
report *report_open(const suite_run *run);

/** A listener: writes one case. */
void report_case(void *reports, const suite_case *item);

/** What came out in all. */
typedef struct report_totals {
  uint32_t passed;  /**< Cases in state PASS. */
  uint32_t failed;  /**< Cases whose state counts as failed. */
  uint32_t skipped; /**< Cases whose state counts as skipped. */
  uint32_t broken;  /**< 1: a report could not be written. */
} report_totals;

/** Writes the verdict, makes JUnit and HTML from the JSON lines, prints the last line, and frees.
 */
report_totals report_close(report *reports);

/** Makes JUnit XML of JSON lines. Returns 0, or -1 after an error on standard error. */
int report_write_junit(FILE *lines, const char *path);

/** Makes a page to read of JSON lines: one file, no network, its main content without scripts.
 * Returns as above. */
int report_write_html(FILE *lines, const char *path);

#endif
