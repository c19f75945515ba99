/** @file
 *  Borrowed text.
 */
#ifndef TENON_ABI_STRING_H
#define TENON_ABI_STRING_H

#include <string.h>
#include "tenon/abi/platform.h"

TN_BEGIN_DECLARATIONS

/** UTF-8 text, not ended by a zero byte, borrowed for the call or for as long as the struct that
 * holds it lives. A plugin reads one that it is handed by its length alone, and not after that time
 * (TN_ABI_017); one that it hands out is valid UTF-8 of exactly that length (TN_ABI_021). Frozen.
 * An empty string has length 0 and any pointer, NULL among them. */
typedef struct tn_string {
  const char *data; /**< First byte. */
  uint64_t length;  /**< Bytes. */
} tn_string;

/** Initializer of a tn_string with static storage from a literal. */
#define TN_STRING_INIT(literal) \
  { "" literal, sizeof(literal) - 1 }

/** A literal as tn_string. */
#define TN_STRING(literal) tn_string_make("" literal, sizeof(literal) - 1)

/** The string of `length` bytes at `data`. */
static inline tn_string tn_string_make(const char *data, uint64_t length) {
  tn_string string = {data, length};
  return string;
}

/** Borrows a zero-ended string; NULL gives the empty string. */
static inline tn_string tn_string_from(const char *text) {
  return tn_string_make(text, text ? strlen(text) : 0);
}

/** 1 when both hold the same bytes. A string that has a length and lies at NULL equals none. */
static inline int tn_string_equal(tn_string a, tn_string b) {
  if (a.length != b.length) return 0;
  return a.length == 0 || (a.data && b.data && memcmp(a.data, b.data, (size_t)a.length) == 0);
}

/** 1 when `text` holds exactly what the zero-ended `chars` do: tn_string_is(node->operation,
 * "Add"). */
static inline int tn_string_is(tn_string text, const char *chars) {
  return tn_string_equal(text, tn_string_from(chars));
}

TN_END_DECLARATIONS

#endif
