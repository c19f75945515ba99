/** @file
 *  The calls that take options, as one table.
 */
#ifndef TENON_CONFORMANCE_OPTION_CALLS_H
#define TENON_CONFORMANCE_OPTION_CALLS_H

#include "engine/check.h"

/** The calls. */
enum option_call {
  CALL_CREATE,         /**< tn_create_plugin_engine. */
  CALL_QUERY,          /**< query. */
  CALL_COMPILE,        /**< compile. */
  CALL_CREATE_REQUEST, /**< create_request. */
  CALL_START,          /**< start, then wait. */
  CALL_EXPORT,         /**< export_model. */
  CALL_IMPORT,         /**< import_model, of what export has written. */
  CALL_CREATE_CONTEXT, /**< create_context. */
  CALL_COUNT           /**< Number of them. */
};

/** One of them. */
typedef struct option_call_row {
  const char *name;    /**< "compile". */
  uint32_t size;       /**< Bytes of its options. */
  uint32_t first_size; /**< Smallest legal size. */
  uint64_t capability; /**< What a device declares that has the call; 0: every device. */
} option_call_row;

/** The table. */
extern const option_call_row option_calls[CALL_COUNT];

/** Fills `options` (option_calls[call].size bytes) with the defaults. */
void option_call_defaults(enum option_call call, void *options);

/** Sets the entries of any of them. */
void option_call_set_entries(enum option_call call, void *options, const tn_option *const *entries,
                             uint32_t count);

/** The reserved word of any of them. */
uint32_t *option_call_reserved(enum option_call call, void *options);

/** Makes the call with `options` on the carrier, and takes away again what it made. */
tn_status option_call_run(test *t, enum option_call call, const void *options, tn_error *error);

#endif
