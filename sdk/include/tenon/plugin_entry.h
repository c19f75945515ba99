/** @file
 *  What an application tells the runtime of a plugin, and what it learns of each; `tenon/tenon.h`
 * includes it.
 */
#ifndef TENON_PLUGIN_ENTRY_H
#define TENON_PLUGIN_ENTRY_H

#include "tenon/abi.h"

TN_BEGIN_DECLARATIONS

/** Options of tn_core_register_plugin. */
typedef struct tn_plugin_options {
  uint32_t size;    /**< TN_SIZE(tn_plugin_options) of the caller. */
  uint32_t flags;   /**< 0. */
  const char *name; /**< Name of the device type; NULL: what the plugin says of itself. */
  const tn_map_entry *properties; /**< Initial values of properties of level PLUGIN, copied. */
  uint64_t property_count;        /**< Number of properties. */
} tn_plugin_options;

/** Smallest legal `size` of tn_plugin_options. */
#define TN_PLUGIN_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_plugin_options, property_count)

/** A tn_plugin_options with its size and nothing else. */
TN_DEFINE_INIT(tn_plugin_options)

/** What became of a plugin. */
enum tn_plugin_state {
  TN_PLUGIN_REGISTERED = 0, /**< Not opened yet. */
  TN_PLUGIN_LOADED = 1,     /**< Works. */
  /** Its manifest, its library or its creation failed, or the manifest names it otherwise than it
   * names itself: see `error`, for a library with the loader's reason; the others are used
   * (TN_DISCOVERY_004). */
  TN_PLUGIN_BROKEN = 2,
  /** Named by TENON_DISABLE_PLUGINS; its library is not loaded (TN_DISCOVERY_005). */
  TN_PLUGIN_DISABLED = 3,
  TN_PLUGIN_SHADOWED = 4 /**< Another one of the same name was found first. */
};

/** One plugin. */
typedef struct tn_plugin_entry {
  uint32_t size;         /**< TN_SIZE(tn_plugin_entry) of the library. */
  uint32_t state;        /**< One of tn_plugin_state. */
  tn_string name;        /**< Name; of a manifest that cannot be read, its path. */
  tn_string library;     /**< Path of the library; empty when it is not known. */
  tn_string manifest;    /**< Path of the manifest; empty when there is none. */
  tn_string version;     /**< As the plugin says, or its manifest while it is not loaded. */
  tn_string vendor;      /**< As the plugin says; empty while it is not loaded. */
  tn_string description; /**< As the manifest says. */
  const tn_error *error; /**< Why it is broken, disabled or shadowed; else NULL. */
} tn_plugin_entry;

/** Smallest legal `size` of tn_plugin_entry. */
#define TN_PLUGIN_ENTRY_FIRST_SIZE TN_SIZE_THROUGH(tn_plugin_entry, error)

/** Receives all plugins, borrowed for the call. */
typedef tn_status(TN_CALL *tn_plugin_sink)(void *user, const tn_plugin_entry *const *plugins,
                                           uint64_t count);

TN_END_DECLARATIONS

#endif
