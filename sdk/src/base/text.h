/** @file
 *  Text that grows, and copies of strings.
 */
#ifndef TENON_BASE_TEXT_H
#define TENON_BASE_TEXT_H

#include "base/allocator.h"
#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

/** A text under construction, always ended by a zero byte once something was appended. A failed
 * allocation is remembered and asked for once, at the end. */
typedef struct tni_text {
  const tni_allocator *allocator; /**< Borrowed. */
  char *data;                     /**< The bytes, or NULL while empty. */
  size_t length;                  /**< Bytes without the zero byte. */
  size_t capacity;                /**< Bytes at `data`. */
  int failed;                     /**< 1 once memory ran out; later appends do nothing. */
} tni_text;

/** Makes an empty text, which holds no memory yet. */
void tni_text_init(tni_text *text, const tni_allocator *allocator);

/** Gives the memory back; the text is then empty. */
void tni_text_destroy(tni_text *text);

/** Appends a string. */
void tni_text_append(tni_text *text, tn_string string);

/** Appends a zero-ended string. */
void tni_text_append_chars(tni_text *text, const char *chars);

/** Appends what printf would print. */
void tni_text_append_format(tni_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** TN_OK, or TN_OUT_OF_MEMORY when an append failed. */
tn_status tni_text_status(const tni_text *text);

/** Borrows what was built so far, until the next append. */
tn_string tni_text_string(const tni_text *text);

/** Hands over the zero-ended bytes, which the caller gives back with tni_free, and empties the
 * text; NULL when an append failed or there is no memory for the empty string. */
char *tni_text_take(tni_text *text);

/** Copies a string with a zero byte behind it; the caller gives `out->data` back with tni_free. */
tn_status tni_string_copy(const tni_allocator *allocator, tn_string string, tn_string *out);

/** The zero-ended copy of a string, or NULL when there is no memory. */
char *tni_string_to_chars(const tni_allocator *allocator, tn_string string);

/** Bytes of the UTF-8 character that `bytes` begins with, or 0 when it is not well formed or longer
 * than `length`. */
size_t tni_utf8_character(const char *bytes, size_t length);

#endif
