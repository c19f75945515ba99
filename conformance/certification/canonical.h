/** @file
 *  Canonical JSON: one text for each value, so that a digest or a signature of the text is one of
 * the value. The rules, a part of RFC 8785:
 *  - UTF-8 without a byte order mark; no blanks between tokens.
 *  - Members of objects by the bytes of their names, each name once.
 *  - Numbers are whole, from -(2^53 - 1) to 2^53 - 1, in decimal digits without a plus or leading
 * zeros. There are no others.
 *  - In strings only '"' and '\' are escaped, each by a '\', and of the control characters line
 * feed, carriage return, tab, backspace and form feed, as \n, \r, \t, \b, \f. Other control
 * characters below U+0020 do not occur.
 */
#ifndef TENON_CONFORMANCE_CANONICAL_H
#define TENON_CONFORMANCE_CANONICAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/** The canonical text, to be freed with free(). NULL when the value has none, or without memory. */
char *canonical_text(const json_t *value);

/** Reads a canonical text. Returns NULL when the bytes are not the canonical text of what they say;
 * `why` is then the reason, a constant. */
json_t *canonical_read(const char *bytes, size_t size, const char **why);

/** A copy that has a canonical text: fractional numbers become strings of 17 digits, whole ones
 * that are too large strings of decimal digits, and control characters that cannot be written '?'.
 * NULL without memory. */
json_t *canonical_copy(const json_t *value);

#endif
