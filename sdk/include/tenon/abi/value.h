/** @file
 *  Values of properties and options' payloads.
 */
#ifndef TENON_ABI_VALUE_H
#define TENON_ABI_VALUE_H

#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

TN_BEGIN_DECLARATIONS

/** Kinds of tn_value. Open: a reader answers UNSUPPORTED to a kind that it does not know
 * (TN_ABI_015). */
enum tn_value_kind {
  TN_VALUE_NONE = 0,    /**< No value; only as a bound or default that is absent. */
  TN_VALUE_BOOL = 1,    /**< `as.boolean`, 0 or 1. */
  TN_VALUE_INT64 = 2,   /**< `as.int64`. */
  TN_VALUE_FLOAT64 = 3, /**< `as.float64`. */
  TN_VALUE_STRING = 4,  /**< `as.string`. */
  TN_VALUE_BYTES = 5,   /**< `as.bytes`. */
  TN_VALUE_LIST = 6,    /**< `as.list`. */
  TN_VALUE_MAP = 7      /**< `as.map`; keys are unique. */
};

struct tn_value;
struct tn_map_entry;

/** Raw bytes, borrowed. Frozen. */
typedef struct tn_bytes {
  const void *data; /**< First byte. */
  uint64_t size;    /**< Bytes. */
} tn_bytes;

/** Values in order, borrowed. Frozen. */
typedef struct tn_list {
  const struct tn_value *items; /**< First value. */
  uint64_t count;               /**< Number of values. */
} tn_list;

/** Values by key, borrowed. Frozen. */
typedef struct tn_map {
  const struct tn_map_entry *entries; /**< First entry. */
  uint64_t count;                     /**< Number of entries. */
} tn_map;

/** A tagged value of 24 bytes. Frozen. Everything that it points to is borrowed for the call. */
typedef struct tn_value {
  uint32_t kind;     /**< One of tn_value_kind; says which member of `as` holds. */
  uint32_t reserved; /**< 0. */
  union {
    uint64_t boolean;
    int64_t int64;
    double float64;
    tn_string string;
    tn_bytes bytes;
    tn_list list;
    tn_map map;
  } as; /**< The value. */
} tn_value;

/** One value by name. Frozen. */
typedef struct tn_map_entry {
  tn_string key;  /**< Name. */
  tn_value value; /**< Value. */
} tn_map_entry;

/** Receives one value. What it points to is borrowed for the call: the sink copies what it keeps.
 *  Returns TN_OK, or a failure that the giving call passes on. */
typedef tn_status(TN_CALL *tn_value_sink)(void *user, const tn_value *value);

/** A value of kind BOOL. */
static inline tn_value tn_value_of_bool(int boolean) {
  tn_value value = {TN_VALUE_BOOL, 0, {0}};
  value.as.boolean = boolean != 0;
  return value;
}

/** A value of kind INT64. */
static inline tn_value tn_value_of_int64(int64_t number) {
  tn_value value = {TN_VALUE_INT64, 0, {0}};
  value.as.int64 = number;
  return value;
}

/** A value of kind FLOAT64. */
static inline tn_value tn_value_of_float64(double number) {
  tn_value value = {TN_VALUE_FLOAT64, 0, {0}};
  value.as.float64 = number;
  return value;
}

/** A value of kind STRING that borrows `string`. */
static inline tn_value tn_value_of_string(tn_string string) {
  tn_value value = {TN_VALUE_STRING, 0, {0}};
  value.as.string = string;
  return value;
}

/** A value of kind LIST that borrows `count` items. */
static inline tn_value tn_value_of_list(const tn_value *items, uint64_t count) {
  tn_value value = {TN_VALUE_LIST, 0, {0}};
  value.as.list.items = items;
  value.as.list.count = count;
  return value;
}

TN_END_DECLARATIONS

#endif
