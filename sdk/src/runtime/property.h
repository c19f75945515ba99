/** @file
 *  Properties against their declarations: what a plugin declares is what the runtime lets through.
 */
#ifndef TENON_RUNTIME_PROPERTY_H
#define TENON_RUNTIME_PROPERTY_H

#include "base/allocator.h"
#include "runtime/declarations.h"

/** What the values are given for. */
typedef enum tni_property_use {
  TNI_PROPERTY_SET_PLUGIN,  /**< Set on the plugin. */
  TNI_PROPERTY_SET_DEVICE,  /**< Set on a device. */
  TNI_PROPERTY_SET_MODEL,   /**< Set on a compiled model. */
  TNI_PROPERTY_CALL,        /**< Given to query, compile or import. */
  TNI_PROPERTY_CALL_VIRTUAL /**< Likewise, for a plugin that hands unknown ones on to others. */
} tni_property_use;

/** Checks values against declarations. What an alias does not know is for the plugin behind it to
 * judge, but for what is set on a compiled model.
 *  @return TN_OK, TN_NOT_FOUND, TN_READ_ONLY, TN_WRONG_TYPE, TN_OUT_OF_RANGE, TN_INVALID_ARGUMENT
 * (a name given twice, entries at NULL); the error names the property and what is legal */
tn_status tni_property_check(const tni_declarer *declarer, tni_property_use use,
                             const tn_map_entry *entries, uint64_t count, tn_error *error);

/** Converts text by the declared kind, checks the value, and gives it to the sink. See
 * tn_core_parse_property. */
tn_status tni_property_parse(const tni_declarer *declarer, const tni_allocator *allocator,
                             tn_string name, tn_string text, tn_value_sink sink, void *user,
                             tn_error *error);

/** Converts text to a value of a kind and gives it to the sink; `name` is for messages. */
tn_status tni_value_parse(const tni_allocator *allocator, tn_string name, uint32_t kind,
                          tn_string text, tn_value_sink sink, void *user, tn_error *error);

#endif
