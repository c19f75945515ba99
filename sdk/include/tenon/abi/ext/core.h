/** @file
 *  Extension "tn.core/1" of the host: the other devices by name, for virtual devices, and never
 * another plugin's own plugin object (TN_CORE_001).
 *
 *  Objects that come from here are the other plugins' own; a virtual device may hand them on as
 * they are (TN_CORE_005). What it does not hand on it destroys or releases (TN_CORE_006). Its own
 * plugin object returns no table of another plugin (TN_CORE_004). It gives the results of the
 * devices below within their tolerance (TN_CORE_007), and their failures with the device's name
 * before the message (TN_CORE_008). A compiled model of another device is made for an object of the
 * virtual device's own, and goes with it: once the application holds nothing of a virtual device,
 * plugins that it used may end, when the application has taken them away. Every function fails with
 * TN_WRONG_STATE until tn_create_plugin_engine of the calling engine has returned (TN_HOST_008).
 * compile, query and import may be entered again from the compile, query and import of a plugin; a
 * device that leads back to itself, as an alias may, is refused, and the message tells the way
 * round (TN_CORE_002). */
#ifndef TENON_ABI_EXT_CORE_H
#define TENON_ABI_EXT_CORE_H

#include "tenon/abi/ext/import.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/plugin.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_core_api. */
#define TN_EXTENSION_CORE "tn.core/1"

/** Functions of the extension. A device is named as applications name it ("TEMPLATE", "TEMPLATE.1",
 * "HETERO:A,B"). */
typedef struct tn_core_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Gives all devices of all plugins but the calling one; the `id` of each is its whole name
   * ("TEMPLATE.0").
   *  @return TN_OK, or what the sink returned; a plugin that cannot be loaded is left out */
  tn_status(TN_CALL *devices)(const tn_host *host, tn_device_sink sink, void *user,
                              tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_plugin_api::query. The host upgrades the model for the device first, by its operator
   * sets (TN_CORE_003). */
  tn_status(TN_CALL *query)(const tn_host *host, tn_string device, tn_model *model,
                            const tn_query_options *options, tn_query_sink sink, void *user,
                            tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_plugin_api::compile. The host upgrades the model for the device first, by its operator
   * sets (TN_CORE_003). */
  tn_status(TN_CALL *compile)(const tn_host *host, tn_string device, tn_model *model,
                              const tn_compile_options *options, tn_compiled_model **out,
                              tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_import_api::check; TN_UNSUPPORTED where the device cannot. */
  tn_status(TN_CALL *check_blob)(const tn_host *host, tn_string device, const void *head,
                                 uint64_t head_size, const tn_import_options *options,
                                 tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_import_api::import_model; TN_UNSUPPORTED where the device cannot. */
  tn_status(TN_CALL *import_model)(const tn_host *host, tn_string device, const tn_source *source,
                                   const tn_import_options *options, tn_compiled_model **out,
                                   tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_remote_api::create_context; TN_UNSUPPORTED where the device cannot. */
  tn_status(TN_CALL *create_context)(const tn_host *host, tn_string device,
                                     const tn_create_context_options *options,
                                     tn_remote_context **out,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_remote_api::default_context; TN_UNSUPPORTED where the device cannot. */
  tn_status(TN_CALL *default_context)(const tn_host *host, tn_string device,
                                      tn_remote_context **out,
                                      tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_plugin_api::get_property. */
  tn_status(TN_CALL *get_property)(const tn_host *host, tn_string device, tn_string name,
                                   tn_value_sink sink, void *user,
                                   tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** See tn_plugin_api::set_properties. */
  tn_status(TN_CALL *set_properties)(const tn_host *host, tn_string device,
                                     const tn_map_entry *entries, uint64_t count,
                                     tn_error *error) TN_ANY_THREAD;
  /** Gives the devices of one plugin as `devices` does, and opens no other.
   *  @param plugin name of a plugin ("TEMPLATE")
   *  @return TN_OK, TN_NOT_FOUND, what keeps the plugin from working, or what the sink returned */
  tn_status(TN_CALL *devices_of)(const tn_host *host, tn_string plugin, tn_device_sink sink,
                                 void *user, tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Gives the properties that one plugin declares. See tn_plugin_api::properties.
   *  @param plugin as for devices_of, or a device ("TEMPLATE.1"): those of an alias may differ
   *  @return as devices_of */
  tn_status(TN_CALL *properties_of)(const tn_host *host, tn_string plugin, tn_property_sink sink,
                                    void *user, tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_core_api;

/** Smallest legal `size` of tn_core_api. */
#define TN_CORE_API_FIRST_SIZE TN_SIZE_THROUGH(tn_core_api, set_properties)

TN_END_DECLARATIONS

#endif
