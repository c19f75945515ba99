/** @file
 *  What sinks of a plugin were given, copied, for checks to look at. Everything lives until the
 * check returns.
 */
#ifndef TENON_CONFORMANCE_OBSERVE_H
#define TENON_CONFORMANCE_OBSERVE_H

#include "engine/check.h"

/** Devices. */
typedef struct seen_devices {
  uint32_t calls;                /**< How often the sink was called. */
  uint32_t count;                /**< Devices of the last call. */
  uint64_t generation;           /**< Of the last call. */
  const tn_device *const *items; /**< Copies. */
} seen_devices;

/** Declarations of properties. */
typedef struct seen_properties {
  uint32_t calls;                  /**< How often the sink was called. */
  uint32_t count;                  /**< Declarations of the last call. */
  const tn_property *const *items; /**< Copies. */
} seen_properties;

/** A value. */
typedef struct seen_value {
  uint32_t calls; /**< How often the sink was called. */
  tn_value value; /**< A copy of the last; kind NONE when there was none. */
} seen_value;

/** Answers of query. */
typedef struct seen_answers {
  uint32_t calls;                      /**< How often the sink was called. */
  uint32_t count;                      /**< Answers of the last call. */
  const tn_node_support *const *items; /**< Copies. */
} seen_answers;

/** Where a property is read and set: a plugin, one of its devices, or a compiled model. */
typedef struct property_place {
  const char *name;         /**< "plugin", "device" or "model", for messages. */
  uint32_t level;           /**< TN_LEVEL_... */
  tn_plugin *plugin;        /**< For plugin and device. */
  tn_string device;         /**< Empty for the plugin. */
  tn_compiled_model *model; /**< For models. */
} property_place;

/** Enumerates; `out` is set on success. */
tn_status see_devices(test *t, tn_plugin *plugin, seen_devices *out, tn_error *error);

/** Reads the declarations. */
tn_status see_properties(test *t, tn_plugin *plugin, seen_properties *out, tn_error *error);

/** Reads a property. */
tn_status see_property(test *t, const property_place *place, tn_string name, seen_value *out,
                       tn_error *error);

/** Sets properties there. */
tn_status set_properties_at(const property_place *place, const tn_map_entry *entries,
                            uint64_t count, tn_error *error);

/** Queries a model on the tested device. */
tn_status see_query(test *t, tn_plugin *plugin, tn_model *model, const tn_query_options *options,
                    seen_answers *out, tn_error *error);

/** The answer for a node, or NULL. */
const tn_node_support *answer_for(const seen_answers *answers, tn_string name);

/** The declaration of that name for that level, or NULL. */
const tn_property *declaration_of(const seen_properties *properties, tn_string name,
                                  uint32_t level);

/** 1 when the bytes are well-formed UTF-8. */
bool is_utf8(tn_string text);

/** A copy of a string that lives until the check returns, ended by a zero. */
tn_string copy_string(test *t, tn_string text);

#endif
