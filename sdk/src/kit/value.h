/** @file
 *  Values of properties that outlive the call they came with.
 */
#ifndef TENON_KIT_VALUE_H
#define TENON_KIT_VALUE_H

#include "base/allocator.h"
#include "base/status.h"
#include "tenon/abi/value.h"

enum {
  TNI_KIT_VALUE_DEPTH = 8 /**< Deepest nesting of lists and maps that is taken. */
};

/** Checks that a value is well formed: kind, pointers, nesting.
 *  @return TN_OK; TN_INVALID_ARGUMENT; TN_UNSUPPORTED (a kind that is not known) */
tn_status tni_kit_value_check(const tn_value *value, tn_error *error);

/** Copies a checked value with all that it points to into one block.
 *  @param block receives memory for tni_free, or NULL when none was needed */
tn_status tni_kit_value_copy(const tni_allocator *allocator, const tn_value *value, tn_value *out,
                             void **block, tn_error *error);

/** "a whole number", for messages. */
const char *tni_kit_value_kind_name(uint32_t kind);

/** Writes a value for messages, cut to the room there is. */
void tni_kit_value_print(const tn_value *value, char *text, size_t capacity);

/** 1 when both are the same number, truth value or text. */
int tni_kit_value_equal(const tn_value *a, const tn_value *b);

#endif
