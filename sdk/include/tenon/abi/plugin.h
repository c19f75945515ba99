/** @file
 *  Plugins: the one exported function, and the object that it makes.
 */
#ifndef TENON_ABI_PLUGIN_H
#define TENON_ABI_PLUGIN_H

#include "tenon/abi/compiled_model.h"
#include "tenon/abi/device.h"
#include "tenon/abi/host.h"
#include "tenon/abi/model.h"
#include "tenon/abi/option.h"
#include "tenon/abi/property.h"

TN_BEGIN_DECLARATIONS

struct tn_plugin;
struct tn_create_options;

/** The major version of the interface that these headers describe. */
#define TN_MAJOR 1u

/** Options of tn_create_plugin_engine. The first 32 bytes are frozen across all major versions. */
typedef struct tn_create_options {
  uint32_t size;         /**< TN_SIZE(tn_create_options) of the host. */
  uint32_t flags;        /**< 0. */
  uint16_t oldest_major; /**< Oldest major version that the host speaks. */
  uint16_t
      newest_major; /**< Newest major version that the host speaks; all between are spoken too. */
  uint32_t property_count; /**< Number of `properties`. */
  /** The host's table for one major version, or NULL when it does not speak it; one table per
   * engine, valid until the engine has called its `end`. Use tn_create_options_host. */
  const void *(TN_CALL *host_for)(const struct tn_create_options *options,
                                  uint32_t major)TN_ANY_THREAD;
  const tn_map_entry *properties;  /**< The plugin's configuration: values of properties of level
                                      PLUGIN that are WRITABLE or INITIAL. */
  const tn_option *const *entries; /**< See tn_options. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
} tn_create_options;

/** Smallest legal `size` of tn_create_options: what is frozen. A host may hand in no more than
 * that, whatever major versions it speaks, so a plugin reads `entries` only where
 * TN_HAS(tn_create_options, options, reserved) holds. */
#define TN_CREATE_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_create_options, properties)

/** A tn_create_options with its size and nothing else. */
TN_DEFINE_INIT(tn_create_options)

/** The host's table for the major version of these headers, or NULL: the plugin then fails with
 * TN_UNSUPPORTED and a message that names the version it needs and the versions offered. */
static inline const tn_host *tn_create_options_host(const tn_create_options *options) {
  if (options->oldest_major > TN_MAJOR || options->newest_major < TN_MAJOR) return NULL;
  return (const tn_host *)options->host_for(options, TN_MAJOR);
}

/** Flags of tn_plugin_info. */
enum {
  /** The library may be unmapped once the last engine has called the host's `end`: it leaves no
   * thread, no destructor at thread exit and no pointer to itself behind (TN_LIFE_014). */
  TN_PLUGIN_UNLOADABLE = 1u << 0
};

/** What a plugin says of itself. */
typedef struct tn_plugin_info {
  uint32_t size;     /**< TN_SIZE(tn_plugin_info) of the maker. */
  uint32_t flags;    /**< TN_PLUGIN_...; a reader ignores bits that it does not know. */
  tn_string name;    /**< Type of device as users write it ("TEMPLATE"): letters, digits and '_'. */
  tn_string version; /**< Version of the plugin, such as "1.4.0". */
  tn_string vendor;  /**< Who made it. */
  /** The operator sets that the plugin was built for, one per domain (TN_OPERATOR_001). The host
   * upgrades nodes at most to these, and never offers a node that has no equal there. */
  const tn_operator_set *const *operator_sets;
  uint64_t operator_set_count; /**< Number of operator sets. */
} tn_plugin_info;

/** Smallest legal `size` of tn_plugin_info. */
#define TN_PLUGIN_INFO_FIRST_SIZE TN_SIZE_THROUGH(tn_plugin_info, operator_set_count)

/** A tn_plugin_info with its size and nothing else. */
TN_DEFINE_INIT(tn_plugin_info)

/** Options of compile. */
typedef struct tn_compile_options {
  uint32_t size;                   /**< TN_SIZE(tn_compile_options) of the caller. */
  uint32_t flags;                  /**< 0. */
  const tn_option *const *entries; /**< See tn_options; "tn.progress/1", "tn.context/1". */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
  const tn_map_entry
      *properties; /**< Values that override the plugin's own for this model (TN_PROPERTY_010). */
  uint64_t property_count; /**< Number of properties. */
} tn_compile_options;

/** Smallest legal `size` of tn_compile_options. */
#define TN_COMPILE_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_compile_options, property_count)

/** A tn_compile_options with its size and nothing else. */
TN_DEFINE_INIT(tn_compile_options)

/** Options of query: those of compile, so that the answer holds for that compile. */
typedef tn_compile_options tn_query_options;

/** Why a node is not supported. Open. */
enum tn_query_reason {
  TN_REASON_NONE = 0,      /**< It is supported. */
  TN_REASON_OPERATOR = 1,  /**< The operator or its version is not known. */
  TN_REASON_TYPE = 2,      /**< An element type. */
  TN_REASON_SHAPE = 3,     /**< A rank, a shape, or that a dimension is not static. */
  TN_REASON_ATTRIBUTE = 4, /**< An attribute or its value. */
  TN_REASON_RESOURCE = 5,  /**< Memory or another limit of the device. */
  TN_REASON_OTHER = 6      /**< Told in the text. */
};

/** Answer for one node of the original model. */
typedef struct tn_node_support {
  uint32_t size;      /**< TN_SIZE(tn_node_support) of the maker. */
  uint32_t supported; /**< 1 or 0. */
  tn_string name;     /**< Name of the original node (tn_node::origins). */
  tn_string device;   /**< Id of the device that would run it; empty when it is not supported. */
  uint32_t group;  /**< 0: compiles in any subset with others of group 0; else only all nodes of the
                    * group  together (TN_QUERY_004). */
  uint32_t reason; /**< One of tn_query_reason. */
  tn_string reason_text; /**< For people: what is not supported; empty when it is. */
  double cost;           /**< Estimated seconds, or a negative number when there is no estimate. */
} tn_node_support;

/** Smallest legal `size` of tn_node_support. */
#define TN_NODE_SUPPORT_FIRST_SIZE TN_SIZE_THROUGH(tn_node_support, cost)

/** A tn_node_support with its size and nothing else. */
TN_DEFINE_INIT(tn_node_support)

/** Receives one record per original node, borrowed for the call. Returns TN_OK, or a failure that
 * query passes on. */
typedef tn_status(TN_CALL *tn_query_sink)(void *user, const tn_node_support *const *nodes,
                                          uint64_t count);

/** Why a plugin is destroyed. */
enum tn_destroy_reason {
  TN_DESTROY_NORMAL = 0,      /**< Everything is stopped and freed. */
  TN_DESTROY_PROCESS_EXIT = 1 /**< The process ends: joins nothing, frees nothing (TN_LIFE_009). */
};

/** Functions of a plugin. */
typedef struct tn_plugin_api {
  uint32_t size;  /**< Bytes of this table. */
  uint32_t major; /**< The major version that the plugin picked from those the host speaks. */
  /** See tn_object_api. Extensions: "tn.import/1", "tn.remote/1", "tn.targets/1". */
  const void *(TN_CALL *get_extension)(struct tn_plugin *plugin, tn_string id)TN_ANY_THREAD;
  /** Ends the plugin. Compiled models have been destroyed before; counted objects may outlive it.
   *  @param reason one of tn_destroy_reason */
  void(TN_CALL *destroy)(struct tn_plugin *plugin, uint32_t reason) TN_SETUP TN_MAY_BLOCK;
  /** What the plugin says of itself; constant, borrowed as long as the plugin lives. Never NULL. */
  const tn_plugin_info *(TN_CALL *info)(struct tn_plugin *plugin)TN_ANY_THREAD;
  /** Gives a snapshot of the devices to the sink, exactly once.
   *  @return TN_OK, or what the sink returned */
  tn_status(TN_CALL *devices)(struct tn_plugin *plugin, tn_device_sink sink, void *user,
                              tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Gives the declarations of all properties of all levels to the sink, exactly once.
   *  @return TN_OK, or what the sink returned */
  tn_status(TN_CALL *properties)(struct tn_plugin *plugin, tn_property_sink sink, void *user,
                                 tn_error *error) TN_ANY_THREAD;
  /** Reads a property of the plugin, or of one device.
   *  @param device id of a device, or empty for the plugin
   *  @return TN_OK, TN_NOT_FOUND (device, property, or not of that level), or what the sink
   * returned */
  tn_status(TN_CALL *get_property)(struct tn_plugin *plugin, tn_string device, tn_string name,
                                   tn_value_sink sink, void *user,
                                   tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Sets properties of the plugin, or of one device: all or, on failure, none (TN_PROPERTY_006).
   * Holds for what is compiled later.
   *  @param device id of a device, or empty for the plugin
   *  @return TN_OK, TN_NOT_FOUND, TN_READ_ONLY, TN_WRONG_TYPE, TN_OUT_OF_RANGE */
  tn_status(TN_CALL *set_properties)(struct tn_plugin *plugin, tn_string device,
                                     const tn_map_entry *entries, uint64_t count,
                                     tn_error *error) TN_ANY_THREAD;
  /** Says of every original node of the model whether the device runs it. Changes nothing.
   *  @param device id of a device; empty lets the plugin choose
   *  @param options may be NULL
   *  @return TN_OK, TN_NOT_FOUND (device, property), TN_MALFORMED, TN_BACKEND_MISSING (the compiler
   * is not installed), TN_OUT_OF_MEMORY, or what the sink returned */
  tn_status(TN_CALL *query)(struct tn_plugin *plugin, tn_string device, tn_model *model,
                            const tn_query_options *options, tn_query_sink sink, void *user,
                            tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Compiles a model for a device. The plugin retains the model when it needs it after the call.
   *  @param device id of a device; empty lets the plugin choose
   *  @param options may be NULL
   *  @param out receives the compiled model, owned by the caller
   *  @return TN_OK, TN_NOT_FOUND (device, property), TN_UNSUPPORTED (node, named; critical entry),
   * TN_MALFORMED, TN_CANCELLED (by progress), TN_BACKEND_MISSING (the compiler is not installed),
   * TN_OUT_OF_MEMORY, TN_OUT_OF_DEVICE_MEMORY, TN_DEVICE_LOST */
  tn_status(TN_CALL *compile)(struct tn_plugin *plugin, tn_string device, tn_model *model,
                              const tn_compile_options *options, tn_compiled_model **out,
                              tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_plugin_api;

/** Smallest legal `size` of tn_plugin_api. */
#define TN_PLUGIN_API_FIRST_SIZE TN_SIZE_THROUGH(tn_plugin_api, compile)

/** A plugin engine. Owned: destroyed last. */
typedef struct tn_plugin {
  const tn_plugin_api *api; /**< The maker's table. */
  const tn_maker *maker;    /**< Who made it. */
  void *host;               /**< The host's. */
} tn_plugin;

/** Makes an engine of the plugin: the one function that a plugin library exports, frozen across all
 * major versions. Host functions are legal during the call, but for those of "tn.core/1".
 *  @param options never NULL
 *  @param out receives the engine, owned by the caller; untouched on failure
 *  @param error may be NULL
 *  @return TN_OK, TN_UNSUPPORTED (no common major version, critical entry), TN_BACKEND_MISSING,
 * TN_BACKEND_VERSION, TN_NOT_FOUND or other refusals of a property, TN_OUT_OF_MEMORY Thread: any;
 * may block. */
TN_EXPORT tn_status TN_CALL tn_create_plugin_engine(const tn_create_options *options,
                                                    tn_plugin **out, tn_error *error);

/** Type of tn_create_plugin_engine, for hosts that look it up. */
typedef tn_status(TN_CALL *tn_create_plugin_engine_function)(const tn_create_options *options,
                                                             tn_plugin **out, tn_error *error);

/** See tn_object_api::get_extension. */
static inline const void *tn_plugin_get_extension(tn_plugin *plugin, tn_string id) {
  return plugin->api->get_extension(plugin, id);
}

/** See tn_plugin_api::destroy. */
static inline void tn_plugin_destroy(tn_plugin *plugin, uint32_t reason) {
  plugin->api->destroy(plugin, reason);
}

/** See tn_plugin_api::query. */
static inline tn_status tn_plugin_query(tn_plugin *plugin, tn_string device, tn_model *model,
                                        const tn_query_options *options, tn_query_sink sink,
                                        void *user, tn_error *error) {
  return plugin->api->query(plugin, device, model, options, sink, user, error);
}

/** See tn_plugin_api::compile. */
static inline tn_status tn_plugin_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                                          const tn_compile_options *options,
                                          tn_compiled_model **out, tn_error *error) {
  return plugin->api->compile(plugin, device, model, options, out, error);
}

TN_END_DECLARATIONS

#endif
