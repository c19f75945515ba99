/** @file
 *  Where clauses are spoken of: lines of the headers, and sections of the guide.
 */
#ifndef TENON_CONFORMANCE_CITATIONS_H
#define TENON_CONFORMANCE_CITATIONS_H

#include <stdint.h>

/** A header's line that cites a clause. */
typedef struct suite_citation {
  const char *clause; /**< "TN_COMPILE_011". */
  const char *place;  /**< "tenon/abi/option.h:52". */
} suite_citation;

/** The first citation of a clause in the headers, or NULL when there is none (of mere advice).
 * `clause` is a clause's whole name. */
const suite_citation *suite_citation_find(const char *clause);

/** The section of the guide about the area of a clause. */
const char *suite_guide_section(uint32_t clause);

#endif
