/** @file
 *  What a run writes: lines for people on standard output, and JSON lines, from which everything
 * else is made.
 */
#ifndef TENON_CONFORMANCE_REPORT_H
#define TENON_CONFORMANCE_REPORT_H

#include "engine/run.h"

/** The reports of a run. */
typedef struct report report;

/** Opens the files and writes the first line: what the probe found. With `options->resume` it goes
 * on with the lines that are there, and marks the cases that they tell.
 *  @return EXIT_PASSED, or how the command ends, after telling why on standard error */
int report_open(suite_run *run, report **out);

/** Writes the probe, for a run that ends with it. */
void report_probe(report *reports);

/** A listener: writes one case. Returns false when it could not be written. */
bool report_case(void *reports, const suite_case *item);

/** What came out in all. */
typedef struct report_totals {
  uint32_t passed;  /**< Cases in state PASS. */
  uint32_t failed;  /**< Cases whose state counts as failed. */
  uint32_t skipped; /**< Cases whose state counts as skipped. */
  uint32_t refused; /**< 1: a clause of a level that was asked for was refused (verdict_refuses). */
  uint32_t broken;  /**< 1: a report could not be written; its name stands on standard error. */
} report_totals;

/** Writes the verdict, makes the other reports from the JSON lines, prints the last line, and
 * frees. A run that is not whole, because the suite could not go on, gets no verdict. */
report_totals report_close(report *reports, bool is_whole);

/** Makes JUnit XML of JSON lines. The caller looks for errors of `out`. */
void report_write_junit(FILE *lines, FILE *out);

/** Makes TAP, version 14, of JSON lines. */
void report_write_tap(FILE *lines, FILE *out);

/** Makes a page to read of JSON lines: one file, no network, its main content without scripts. */
void report_write_html(FILE *lines, FILE *out);

#endif
