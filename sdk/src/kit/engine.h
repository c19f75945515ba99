/** @file
 *  What the kit's files share of an engine.
 */
#ifndef TENON_KIT_ENGINE_H
#define TENON_KIT_ENGINE_H

#include "base/allocator.h"
#include "base/environment.h"
#include "base/platform/thread.h"
#include "base/status.h"
#include "kit/settings.h"
#include "tenon/kit/plugin.h"

#include <stdatomic.h>

/** The kit's own part of an engine. Together with the author's it lives until the last counted
 * object of the engine is gone. */
typedef struct tni_kit_engine {
  tn_maker maker;                    /**< Put into every object. */
  tni_allocator allocator;           /**< The host's memory. */
  tni_environment environment;       /**< For tensors, models and the author's counted objects. */
  atomic_size_t references;          /**< The plugin, and each counted object. */
  atomic_uint_least64_t changes;     /**< Of the devices; added to their list's generation. */
  tn_kit_settings *settings;         /**< Of the plugin. */
  tn_kit_settings **device_settings; /**< Of each device. */
  tn_executor *executor;             /**< The shared one. */
  bool opened;                       /**< Once the author's `open` was called. */
} tni_kit_engine;

/** Gives back one reference; the last one frees the engine and tells the host. */
void tni_kit_engine_release(tn_kit_engine *engine);

/** What plugin.destroy does, unless the process ends. */
void tni_kit_engine_destroy(tn_kit_engine *engine);

/** Whether an object was made by this library, so that its struct is known here. */
int tni_kit_is_ours(const void *object);

/** TN_OK, or TN_INVALID_ARGUMENT when an object handed to an extension is not of this library.
 *  @param what "compiled model", for the message */
tn_status tni_kit_check_maker(const void *object, const char *what, tn_error *error);

/** TN_OK, or TN_INVALID_ARGUMENT when a mandatory argument is NULL. */
tn_status tni_kit_check_argument(const void *argument, const char *name, tn_error *error);

/** Chooses the device of a call: its argument, the property given with it, the plugin's.
 *  @param values properties of the call */
tn_status tni_kit_choose_device(tn_kit_engine *engine, tn_string argument,
                                const tn_map_entry *values, uint64_t count, const tn_device **out,
                                tn_error *error);

/** Finds a device by its id, also among the targets when `also_targets`. */
tn_status tni_kit_find_device(const tn_kit_engine *engine, tn_string id, bool also_targets,
                              const tn_device **out, tn_error *error);

/** TN_OK for a device that is there, TN_NOT_FOUND for a target. */
tn_status tni_kit_check_present(const tn_kit_engine *engine, const tn_device *device,
                                tn_error *error);

/** Devices that have settings: those that are there, then the targets. */
uint32_t tni_kit_device_count(const tn_kit_engine *engine);

/** Number of a device among these. */
uint32_t tni_kit_device_index(const tn_kit_engine *engine, const tn_device *device);

/** The table of a plugin. */
extern const tn_plugin_api tni_kit_plugin_api;
/** The table "tn.import/1". */
extern const tn_import_api tni_kit_import_api;
/** The table "tn.export/1". */
extern const tn_export_api tni_kit_export_api;
/** The table "tn.targets/1". */
extern const tn_targets_api tni_kit_targets_api;

/** tn_plugin_api::query. */
tn_status tni_kit_query(tn_plugin *plugin, tn_string device, tn_model *model,
                        const tn_query_options *options, tn_query_sink sink, void *user,
                        tn_error *error);
/** tn_plugin_api::compile. */
tn_status tni_kit_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

/** Checks the arguments that query, compile and import have in common.
 *  @param out filled on success: its settings are then to be destroyed */
tn_status tni_kit_call_begin(tn_kit_engine *engine, tn_string device,
                             const tn_compile_options *options, tn_kit_call *out, tn_error *error);
/** Frees what is only for the author's functions, once a compiled model has taken the settings. */
void tni_kit_call_done(tn_kit_call *call);
/** Frees what tni_kit_call_begin made and nobody has taken. */
void tni_kit_call_end(tn_kit_call *call);

/** What tn_kit_virtual::hand_on gives, if there is one; else `*out` stays as it is. */
tn_status tni_kit_hand_on(tn_kit_call *call, tn_model *model, const tn_source *source,
                          tn_compiled_model **out, tn_error *error);

/** Makes a compiled model that holds the call's settings, which it takes over, and nothing else
 * yet. */
tn_status tni_kit_compiled_create(tn_kit_call *call, tn_kit_compiled **out, tn_error *error);

#endif
