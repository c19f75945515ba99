/** @file
 *  Copies of values, and what is said of them in messages.
 */
#ifndef TENON_BASE_VALUE_H
#define TENON_BASE_VALUE_H

#include "base/arena.h"
#include "base/status.h"
#include "tenon/abi/value.h"

enum { TNI_MAX_VALUE_DEPTH = 16 /**< Deepest nesting of lists and maps. */ };

/** Copies a value with all that it points to into the arena.
 *  @return TN_OK, TN_INVALID_ARGUMENT (an unknown kind, NULL with a count, nested too deep),
 * TN_OUT_OF_MEMORY */
tn_status tni_value_copy(tni_arena *arena, const tn_value *value, tn_value *out, tn_error *error);

/** Copies entries likewise; `*out` is NULL when there is none. */
tn_status tni_entries_copy(tni_arena *arena, const tn_map_entry *entries, uint64_t count,
                           const tn_map_entry **out, tn_error *error);

/** "BOOL", "INT64", ...; "a kind that is not known". Static. */
const char *tni_value_kind_name(uint32_t kind);

/** 1 when kind and content are the same; lists and maps by their items. */
int tni_value_equal(const tn_value *a, const tn_value *b);

/** Writes a value for a message, cut at `capacity` with its zero byte. */
void tni_value_print(const tn_value *value, char *text, size_t capacity);

/** Prints values one after the other ("A", "B"), cut where there is no more room. */
void tni_value_print_all(const tn_value *values, uint64_t count, char *text, size_t capacity);

#endif
