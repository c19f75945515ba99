/** @file
 *  Declarations of properties: a plugin's, and of an alias, whose devices are those of several, a
 * device's.
 */
#ifndef TENON_RUNTIME_DECLARATIONS_H
#define TENON_RUNTIME_DECLARATIONS_H

#include "runtime/engine.h"

/** Whose declarations count. */
typedef struct tni_declarer {
  const tni_engine *engine; /**< The plugin or alias. */
  tn_string device;         /**< Id of the device; empty: the plugin as a whole. */
  const tn_compile_options
      *options; /**< Of a call, checked: an alias looks for the device there; NULL: of no call. */
} tni_declarer;

/** Gives them to the sink.
 *  @return what tn_plugin_api::properties returns, and of an alias TN_NOT_FOUND for a device that
 * is not there */
tn_status tni_declarations(const tni_declarer *declarer, tn_property_sink sink, void *user,
                           tn_error *error);

/** A property of the plugin or of a device; SUPPORTED_PROPERTIES of an alias names what
 * tni_declarations gives. See tn_plugin_api::get_property. */
tn_status tni_declarer_get_property(const tni_declarer *declarer, tn_string name,
                                    tn_value_sink sink, void *user, tn_error *error);

#endif
