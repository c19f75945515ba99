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
  /** The plugin's configuration: values of properties of level PLUGIN that are WRITABLE or INITIAL.
   * Any other is refused with TN_READ_ONLY, and those HANDED_ON are not given here
   * (TN_PROPERTY_020). */
  const tn_map_entry *properties;
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
 * TN_UNSUPPORTED and a message that names the version it needs and the versions offered
 * (TN_ABI_007). */
static inline const tn_host *tn_create_options_host(const tn_create_options *options) {
  if (options->oldest_major > TN_MAJOR || options->newest_major < TN_MAJOR) return NULL;
  return (const tn_host *)options->host_for(options, TN_MAJOR);
}

/** Flags of tn_plugin_info. */
enum {
  /** The library may be unmapped once the last engine has called the host's `end`: it leaves no
   * thread, no destructor at thread exit and no pointer to itself behind (TN_LIFE_014). The host
   * unmaps no other library (TN_LIFE_018). */
  TN_PLUGIN_UNLOADABLE = 1u << 0
};

/** What a plugin says of itself. */
typedef struct tn_plugin_info {
  uint32_t size;  /**< TN_SIZE(tn_plugin_info) of the maker. */
  uint32_t flags; /**< TN_PLUGIN_...; a reader ignores bits that it does not know. */
  /** Type of device as users write it ("TEMPLATE"): letters, digits and '_' (TN_ABI_023). */
  tn_string name;
  tn_string version; /**< Version of the plugin, such as "1.4.0"; never empty. */
  tn_string vendor;  /**< Who made it. */
  /** The operator sets that the plugin was built for, one per domain (TN_OPERATOR_001). The host
   * upgrades nodes at most to these (TN_COMPILE_015), and never offers a node that has no equal
   * there: it answers for that one itself, with the reason (TN_COMPILE_016). */
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
  /** Values that override the plugin's own for this model, and leave those as they are
   * (TN_PROPERTY_010). */
  const tn_map_entry *properties;
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
  uint32_t size; /**< TN_SIZE(tn_node_support) of the maker. */
  /** 1 or 0. What is not supported fails to compile cleanly or gives right numbers (TN_QUERY_003).
   */
  uint32_t supported;
  /** Name of the original node (tn_node::origins), in whatever form the plugin fuses it
   * (TN_QUERY_002). */
  tn_string name;
  /** Id of the device that would run it, one of the enumeration (TN_QUERY_008); empty when it is
   * not supported. */
  tn_string device;
  uint32_t group; /**< 0: compiles in any subset with others of group 0; else only all nodes of the
                   * group together (TN_QUERY_004). */
  /** One of tn_query_reason; never NONE when it is not supported, which the text explains
   * (TN_QUERY_007). */
  uint32_t reason;
  tn_string reason_text; /**< For people: what is not supported; empty when it is. */
  /** Estimated seconds, a finite number, or a negative one when there is no estimate
   * (TN_QUERY_013). */
  double cost;
} tn_node_support;

/** Smallest legal `size` of tn_node_support. */
#define TN_NODE_SUPPORT_FIRST_SIZE TN_SIZE_THROUGH(tn_node_support, cost)

/** A tn_node_support with its size and nothing else. */
TN_DEFINE_INIT(tn_node_support)

/** Receives one record per original node, once, borrowed for the call. Returns TN_OK, or a failure
 * that query passes on (TN_QUERY_011). */
typedef tn_status(TN_CALL *tn_query_sink)(void *user, const tn_node_support *const *nodes,
                                          uint64_t count);

/** Why a plugin is destroyed. A process that has destroyed its engines, or made none, ends soon
 * with the status that it gives to exit (TN_LIFE_022). */
enum tn_destroy_reason {
  TN_DESTROY_NORMAL = 0, /**< Everything is stopped and freed. */
  /** The process ends: joins nothing, frees nothing, also with work in flight (TN_LIFE_009). After
   * this one destroy the process ends soon, with status 0 (TN_LIFE_013). */
  TN_DESTROY_PROCESS_EXIT = 1
};

/** Functions of a plugin. */
typedef struct tn_plugin_api {
  uint32_t size; /**< Bytes of this table. */
  /** The major version that the plugin picked from those the host speaks (TN_ABI_005). */
  uint32_t major;
  /** See tn_object_api. Extensions: "tn.import/1", "tn.remote/1", "tn.targets/1". */
  const void *(TN_CALL *get_extension)(struct tn_plugin *plugin, tn_string id)TN_ANY_THREAD;
  /** Ends the plugin. Compiled models have been destroyed before; counted objects may outlive it.
   * Processes that the plugin has started have ended when it returns (TN_THREAD_008).
   *  @param reason one of tn_destroy_reason */
  void(TN_CALL *destroy)(struct tn_plugin *plugin, uint32_t reason) TN_SETUP TN_MAY_BLOCK;
  /** What the plugin says of itself: the same constant record at every call, borrowed as long as
   * the plugin lives, never NULL (TN_ABI_022). */
  const tn_plugin_info *(TN_CALL *info)(struct tn_plugin *plugin)TN_ANY_THREAD;
  /** Gives a snapshot of the devices to the sink, exactly once. Enumerations that run at once give
   * equal answers (TN_DEVICE_009).
   *  @return TN_OK, or what the sink returned */
  tn_status(TN_CALL *devices)(struct tn_plugin *plugin, tn_device_sink sink, void *user,
                              tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Gives the declarations of all properties of all levels to the sink, exactly once.
   *  @return TN_OK, or what the sink returned */
  tn_status(TN_CALL *properties)(struct tn_plugin *plugin, tn_property_sink sink, void *user,
                                 tn_error *error) TN_ANY_THREAD;
  /** Reads a property of the plugin, or of one device. Each that is declared can be read
   * (TN_PROPERTY_002), as a value of its declared kind (TN_PROPERTY_003).
   *  @param device id of a device, or empty for the plugin
   *  @return TN_OK, TN_NOT_FOUND (device; property, or not of that level: the message names it,
   * TN_PROPERTY_008), or what the sink returned */
  tn_status(TN_CALL *get_property)(struct tn_plugin *plugin, tn_string device, tn_string name,
                                   tn_value_sink sink, void *user,
                                   tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Sets properties of the plugin, or of one device: all or, on failure, none (TN_PROPERTY_006).
   * What is set reads back, unless it is RESOLVED or VOLATILE (TN_PROPERTY_005). Holds for what is
   * compiled later, there and nowhere else (TN_PROPERTY_019).
   *  @param device id of a device, or empty for the plugin
   *  @return TN_OK, TN_NOT_FOUND (not declared, TN_PROPERTY_008), TN_READ_ONLY (not WRITABLE,
   * TN_PROPERTY_007), TN_WRONG_TYPE (of another kind, TN_PROPERTY_009), TN_OUT_OF_RANGE (outside
   * what is declared, TN_PROPERTY_011) */
  tn_status(TN_CALL *set_properties)(struct tn_plugin *plugin, tn_string device,
                                     const tn_map_entry *entries, uint64_t count,
                                     tn_error *error) TN_ANY_THREAD;
  /** Says of every original node of the model, exactly once (TN_QUERY_001), whether the device runs
   * it. All that it supports compiles together (TN_QUERY_012). The answer is the same each time
   * (TN_QUERY_005) and does not depend on the values of constants (TN_QUERY_009). Changes nothing,
   * neither model nor properties nor memory of the device (TN_QUERY_006).
   *  @param device id of a device; empty lets the plugin choose (TN_DEVICE_012)
   *  @param options may be NULL
   *  @return TN_OK, TN_NOT_FOUND (device, property), TN_MALFORMED, TN_BACKEND_MISSING (the compiler
   * is not installed; the message says what is missing, TN_IMPORT_011), TN_OUT_OF_MEMORY, or what
   * the sink returned */
  tn_status(TN_CALL *query)(struct tn_plugin *plugin, tn_string device, tn_model *model,
                            const tn_query_options *options, tn_query_sink sink, void *user,
                            tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Compiles a model for a device. What query accepts whole compiles (TN_COMPILE_001). The plugin
   * retains the model when it needs it after the call: the compiled model stays usable when the
   * caller has given it back (TN_LIFE_006). The same model compiles again, also after a failure, to
   * a compiled model of its own (TN_COMPILE_007). Compiles run side by side as well as one after
   * another (TN_COMPILE_008), and change no result of inferences that run meanwhile
   * (TN_COMPILE_009). A model without nodes, or whose outputs are constants, compiles or is refused
   * cleanly (TN_COMPILE_005).
   *  @param device id of a device; empty lets the plugin choose (TN_DEVICE_012)
   *  @param options may be NULL
   *  @param out receives the compiled model, owned by the caller; untouched on failure
   * (TN_COMPILE_003)
   *  @return TN_OK, TN_NOT_FOUND (device, property), TN_UNSUPPORTED (node, named with its operator,
   * TN_COMPILE_004; critical entry), TN_MALFORMED (a model that contradicts itself, unless it
   * compiles, TN_COMPILE_013), TN_CANCELLED (by progress), TN_BACKEND_MISSING (the compiler is not
   * installed, as for query), TN_OUT_OF_MEMORY, TN_OUT_OF_DEVICE_MEMORY, TN_DEVICE_LOST */
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

/** Makes an engine of the plugin: the function that a plugin library exports (TN_ABI_001), and, but
 * for what sanitizers add, the only symbol (TN_ABI_002); frozen across all major versions. The
 * library loads with RTLD_NOW and RTLD_LOCAL (TN_ABI_016); what it leaves undefined its own
 * dependencies resolve, not the host (TN_ABI_003). It registers no fork handlers, and its engines
 * work as before when a forked child has exited or called exec (TN_LIFE_016).
 *
 *  But for the reasons below this succeeds, and so does the engine's destroy (TN_LIFE_002). Engines
 * can be made and destroyed 100 times in one process (TN_LIFE_003); several live at once, with
 * hosts and properties of their own, and the others go on when one is destroyed (TN_LIFE_004). Host
 * functions are legal during the call, but for those of "tn.core/1", which fail with TN_WRONG_STATE
 * (TN_HOST_008). Whatever the environment variables and the working directory are, the engine
 * works, or this fails with TN_BACKEND_MISSING (TN_HOST_012).
 *  @param options never NULL
 *  @param out receives the engine, owned by the caller; untouched on failure, as is the process
 * (TN_ABI_020)
 *  @param error may be NULL
 *  @return TN_OK, TN_UNSUPPORTED (no common major version, critical entry), TN_BACKEND_MISSING or
 * TN_BACKEND_VERSION (the driver is not there, unless the engine then has no device,
 * TN_DEVICE_004), the latter with the version found and the one needed (TN_DEVICE_006),
 * TN_NOT_FOUND or other refusals of a property, TN_OUT_OF_MEMORY
 *
 *  Thread: any; may block. */
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
