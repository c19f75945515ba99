/** @file
 *  Text of plugins, which may hold anything.
 */
#ifndef TENON_CONFORMANCE_PLAIN_TEXT_H
#define TENON_CONFORMANCE_PLAIN_TEXT_H

/** Writes '?' over what is no UTF-8, and over control characters other than line ends and tabs. */
void plain_text_clean(char *text);

#endif
