/** @file
 *  Text of plugins and documents, which may hold anything.
 */
#ifndef TENON_CONFORMANCE_PLAIN_TEXT_H
#define TENON_CONFORMANCE_PLAIN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/** Writes '?' over what is no UTF-8, and over control characters other than line ends and tabs. */
void plain_text_clean(char *text);

/** Whether a text is UTF-8 in one line: nothing in it ends a line, moves what stands beside it or
 * commands a terminal. */
bool plain_text_is_line(const char *text);

/** Prints what printf would print as one line, whatever the arguments hold: '?' stands for each
 * byte that plain_text_is_line refuses. */
void plain_text_print_line(FILE *stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
