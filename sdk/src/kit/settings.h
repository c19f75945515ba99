/** @file
 *  The kit's own side of properties.
 */
#ifndef TENON_KIT_SETTINGS_H
#define TENON_KIT_SETTINGS_H

#include "base/allocator.h"
#include "tenon/kit/property.h"

struct tn_kit_plugin;

/** Makes settings without a value.
 *  @param fallback asked for values that are not set here; may be NULL: then the defaults hold */
tn_status tni_kit_settings_create(const struct tn_kit_plugin *plugin,
                                  const tni_allocator *allocator, tn_kit_settings *fallback,
                                  tn_kit_settings **out, tn_error *error);

/** Frees settings; NULL is legal. */
void tni_kit_settings_destroy(tn_kit_settings *settings);

/** What a value is set for. */
typedef struct tni_kit_setting {
  struct tn_kit_engine *engine; /**< The engine. */
  uint32_t level;               /**< The TN_LEVEL_... at which it is set. */
  uint32_t flags; /**< TN_PROPERTY_... of which the property needs one to be writable here. */
} tni_kit_setting;

/** Sets values: all, or on failure none. Thread: any. */
tn_status tni_kit_settings_set(tn_kit_settings *settings, const tni_kit_setting *how,
                               const tn_map_entry *entries, uint64_t count, tn_error *error);

/** Copies what holds at this moment into settings without a fallback: those of a compiled model. */
tn_status tni_kit_settings_snapshot(tn_kit_settings *from, tn_kit_settings **out, tn_error *error);

/** Reads a property. Thread: any. */
tn_status tni_kit_settings_read(tn_kit_settings *settings, const tn_kit_reading *reading,
                                tn_string name, tn_value_sink sink, void *user, tn_error *error);

/** Whether a property can have a value: its kind, its range, its choices, its own check.
 *  @return TN_OK, TN_WRONG_TYPE, TN_INVALID_ARGUMENT, TN_OUT_OF_RANGE, what the check returns */
tn_status tni_kit_check_value(const tn_kit_property *row, struct tn_kit_engine *engine,
                              const tn_value *value, tn_error *error);

/** Number of the property of that name in the plugin's table, or the number of rows. */
uint64_t tni_kit_property_index(const struct tn_kit_plugin *plugin, tn_string name);

/** @name What standard properties are computed by
 *  @{ */
tn_status tni_kit_check_device_id(struct tn_kit_engine *engine, const tn_value *value,
                                  tn_error *error);
tn_status tni_kit_get_available_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error);
tn_status tni_kit_get_supported_properties(const tn_kit_reading *reading, tn_value_sink sink,
                                           void *user, tn_error *error);
tn_status tni_kit_get_caching_properties(const tn_kit_reading *reading, tn_value_sink sink,
                                         void *user, tn_error *error);
tn_status tni_kit_get_range_for_streams(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error);
tn_status tni_kit_get_full_device_name(const tn_kit_reading *reading, tn_value_sink sink,
                                       void *user, tn_error *error);
tn_status tni_kit_get_device_uuid(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error);
tn_status tni_kit_get_device_type(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error);
tn_status tni_kit_get_execution_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error);
tn_status tni_kit_get_loaded_from_cache(const tn_kit_reading *reading, tn_value_sink sink,
                                        void *user, tn_error *error);
tn_status tni_kit_get_network_name(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                   tn_error *error);
/** @} */

#endif
