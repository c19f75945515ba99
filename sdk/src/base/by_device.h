/** @file
 *  Properties of one device, where those of a plugin differ: what PROXY, whose devices are those of
 * several plugins, tells the runtime beyond what it declares to every host.
 */
#ifndef TENON_BASE_BY_DEVICE_H
#define TENON_BASE_BY_DEVICE_H

#include "tenon/abi/plugin.h"

/** Id of the extension of the plugin's object, whose table is a tni_by_device_api. */
#define TNI_EXTENSION_BY_DEVICE "x-tenon.by_device/1"

/** The table. */
typedef struct tni_by_device_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */

  /** Gives the declarations for a device; without an id those for the plugin as a whole.
   *  @param options of a call, whose device counts where no id is given; NULL: of no call
   *  @return as tn_plugin_api::properties, and TN_NOT_FOUND when no such device is there */
  tn_status(TN_CALL *properties)(tn_plugin *plugin, tn_string device,
                                 const tn_compile_options *options, tn_property_sink sink,
                                 void *user, tn_error *error);

  /** As tn_plugin_api::get_property; SUPPORTED_PROPERTIES names what `properties` gives. */
  tn_status(TN_CALL *get_property)(tn_plugin *plugin, tn_string device, tn_string name,
                                   tn_value_sink sink, void *user, tn_error *error);

  /** Gives the id of the device that a call is for, a STRING.
   *  @param options as for `properties`
   *  @return TN_OK, TN_NOT_FOUND and TN_INVALID_ARGUMENT as the call would, or what the sink
   * returned */
  tn_status(TN_CALL *choose)(tn_plugin *plugin, tn_string device, const tn_compile_options *options,
                             tn_value_sink sink, void *user, tn_error *error);
} tni_by_device_api;

#endif
