/** @file
 *  Moments in UTC as text, "2030-01-31T23:59:59Z". They compare as texts do.
 */
#ifndef TENON_CONFORMANCE_MOMENT_H
#define TENON_CONFORMANCE_MOMENT_H

#include <stdbool.h>

enum { MOMENT_SIZE = 21 /**< Bytes of a moment, with the zero. */ };

/** Whether the text is a moment that the calendar has. */
bool moment_is_valid(const char *text);

/** The present. */
void moment_now(char out[MOMENT_SIZE]);

/** The moment so many days later. Returns false when the year would not have four digits. */
bool moment_add_days(const char *text, long days, char out[MOMENT_SIZE]);

/** Whether `at` lies from `from` to `until`, both included. */
bool moment_is_within(const char *at, const char *from, const char *until);

#endif
