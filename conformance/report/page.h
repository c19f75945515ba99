/** @file
 *  The parts of the page that is made of JSON lines; see report_write_html.
 */
#ifndef TENON_CONFORMANCE_PAGE_H
#define TENON_CONFORMANCE_PAGE_H

#include <jansson.h>
#include <stdio.h>

/** What a page is made of. */
typedef struct page {
  FILE *out;           /**< Where it goes. */
  FILE *lines;         /**< The JSON lines. */
  json_t *run;         /**< The line of the run. */
  json_t *environment; /**< The line of the environment; NULL in a run that was cut off. */
  json_t *verdict;     /**< The line of the verdict. */
  json_t *groups;      /**< See lines_by_group. */
} page;

/** How many cases came out how. */
typedef struct page_counts {
  unsigned passed, failed, skipped;
  double seconds;
} page_counts;

/** "passed", "failed" or "skipped": the class of a state. */
const char *page_class_of_state(const char *state);

/** The class of several: failed when one is, passed when one is and none failed. */
const char *page_class_of_counts(const page_counts *counts);

/** Adds a case. */
void page_count(page_counts *counts, const json_t *line);

/** Adds those of an array of cases that belong to a capability. */
void page_count_capability(page_counts *counts, const json_t *cases, const char *capability);

/** Writes an element with a text in it, which is escaped. `open` is the tag with its attributes. */
void page_put(const page *self, const char *open, const char *text, const char *close);

/** The verdict, the levels and the capabilities. */
void page_put_verdict(const page *self);

/** What was tested, by what, where. */
void page_put_subject(const page *self);

/** Every case that counts as failed, in the order of the lines, with the command that repeats it.
 */
void page_put_failures(const page *self);

/** Groups against capabilities. */
void page_put_matrix(const page *self);

/** How long the groups took, and the cases that took longest. */
void page_put_times(const page *self);

/** Every case, folded by group. */
void page_put_cases(const page *self);

#endif
