/** @file
 *  What can be done with a device by name, for applications and, through tn.core/1, for engines.
 *  Arguments and results are those of the functions of the same name of `tenon/tenon.h`.
 */
#ifndef TENON_RUNTIME_OPERATIONS_H
#define TENON_RUNTIME_OPERATIONS_H

#include "runtime/call.h"

/** A compiled model with the engine that it belongs to. */
typedef struct tni_made {
  tn_compiled_model *object; /**< Checked. */
  tni_engine *engine;        /**< With one more user. */
} tni_made;

/** See tn_core_devices; `plugin` empty: all but those that the caller came through. */
tn_status tni_devices(tni_caller caller, tn_string plugin, tn_device_sink sink, void *user,
                      tn_error *error);

/** See tn_core_targets; `plugin` empty: all but those that the caller came through. */
tn_status tni_targets(tni_caller caller, tn_string plugin, tn_device_sink sink, void *user,
                      tn_error *error);

/** See tn_core_properties. */
tn_status tni_properties(tni_caller caller, tn_string device, tn_property_sink sink, void *user,
                         tn_error *error);

/** See tn_core_get_property. */
tn_status tni_get_property(tni_caller caller, tn_string device, tn_string name, tn_value_sink sink,
                           void *user, tn_error *error);

/** See tn_core_set_properties. */
tn_status tni_set_properties(tni_caller caller, tn_string device, const tn_map_entry *entries,
                             uint64_t count, tn_error *error);

/** See tn_core_query. */
tn_status tni_query(tni_caller caller, tn_string device, tn_model *model,
                    const tn_query_options *options, tn_query_sink sink, void *user,
                    tn_error *error);

/** See tn_core_compile. */
tn_status tni_compile(tni_caller caller, tn_string device, tn_model *model,
                      const tn_compile_options *options, tni_made *out, tn_error *error);

/** See tn_core_check_blob. */
tn_status tni_check_blob(tni_caller caller, tn_string device, const void *head, uint64_t head_size,
                         const tn_import_options *options, tn_error *error);

/** See tn_core_import. */
tn_status tni_import(tni_caller caller, tn_string device, const tn_source *source,
                     const tn_import_options *options, tni_made *out, tn_error *error);

/** See tn_core_create_context. */
tn_status tni_create_context(tni_caller caller, tn_string device,
                             const tn_create_context_options *options, tn_remote_context **out,
                             tn_error *error);

/** See tn_core_default_context. */
tn_status tni_default_context(tni_caller caller, tn_string device, tn_remote_context **out,
                              tn_error *error);

#endif
