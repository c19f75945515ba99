/** @file
 *  What a person is told at the end of a run.
 */
#ifndef TENON_CONFORMANCE_SUMMARY_H
#define TENON_CONFORMANCE_SUMMARY_H

#include "report/verdict.h"

/** Prints the plugin, levels, capabilities and states to standard output.
 *  @param line the line that verdict_line made */
void summary_print(const verdict *came, const json_t *line);

/** Prints the last line: "N passed, N failed, N skipped". */
void summary_print_counts(const verdict *came);

#endif
