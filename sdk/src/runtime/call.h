/** @file
 *  A call on a device by name: finds the engine, keeps it, and remembers the way that led to it.
 */
#ifndef TENON_RUNTIME_CALL_H
#define TENON_RUNTIME_CALL_H

#include "base/text.h"
#include "runtime/core.h"
#include "runtime/device_name.h"

/** Who asks for a device. */
typedef struct tni_caller {
  tn_core *core;      /**< The core. */
  tni_engine *engine; /**< The engine that asks through tn.core/1, or NULL for the application. */
} tni_caller;

/** A call in progress. Lies on the stack between begin and end. */
typedef struct tni_call {
  tni_device_name device;       /**< What was asked for. */
  tni_engine *engine;           /**< The engine, with one user of this call. */
  const struct tni_call *outer; /**< The call from within which this one came, or NULL. */
  const struct tni_call *saved; /**< What this thread was at before. */
} tni_call;

/** Begins a call.
 *  @param device as written; borrowed until the end
 *  @return TN_OK, TN_INVALID_ARGUMENT (grammar; a device that leads back to itself, with the way in
 * the message), TN_NOT_FOUND, and what keeps the plugin from working */
tn_status tni_call_begin(tni_call *call, tni_caller caller, tn_string device, tn_error *error);

/** Ends a call, and puts the plugin's name before the error of a failure.
 *  @return `status` */
tn_status tni_call_end(tni_call *call, tn_status status, tn_error *error);

/** 1 when the engine is on the way that led here; calls of an application begin a new way. */
int tni_call_passes(tni_caller caller, const tni_engine *engine);

/** Options as they are handed on: checked, and with DEVICE_PRIORITIES when the device has a list.
 */
typedef struct tni_call_options {
  const void *options;                                  /**< What to hand on; may be NULL. */
  tn_map_entry *properties;                             /**< Made here, or NULL. */
  tni_text list;                                        /**< DEVICE_PRIORITIES, without blanks. */
  const tni_allocator *allocator;                       /**< Of both. */
  _Alignas(16) unsigned char copy[TN_OPTIONS_MAX_SIZE]; /**< Room for changed options. */
} tni_call_options;

/** What becomes of the properties in options. */
typedef enum tni_call_kind {
  TNI_CALL_MODEL,  /**< Of query, compile, import: checked against the declarations. */
  TNI_CALL_CONTEXT /**< Of create_context: the plugin's own business. */
} tni_call_kind;

/** Prepares options of query, compile, import or create_context; end is to be called in any case.
 *  @param what for messages
 *  @return TN_OK, TN_INVALID_ARGUMENT, what tni_property_check returns, TN_OUT_OF_MEMORY */
tn_status tni_call_options_begin(tni_call_options *self, const tni_call *call, tni_call_kind kind,
                                 const char *what, const void *options, tn_error *error);

/** Gives back what begin took. */
void tni_call_options_end(tni_call_options *self);

/** 1 for a plugin that takes nodes as they are, and so hands on what it is given. */
int tni_engine_is_virtual(const tni_engine *engine);

#endif
