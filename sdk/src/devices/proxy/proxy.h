/** @file
 *  PROXY: one name for the devices of several plugins. What the plugin's files share.
 */
#ifndef TENON_DEVICES_PROXY_PROXY_H
#define TENON_DEVICES_PROXY_PROXY_H

#include "base/by_device.h"
#include "base/platform/thread.h"
#include "base/text.h"
#include "base/vector.h"
#include "devices/shared/device_list.h"
#include "tenon/abi.h"
#include "tenon/abi/ext/core.h"

/** What a device is known by: its UUID, or a digest of the name that its plugin gives it. */
typedef struct tni_proxy_key {
  uint64_t words[2]; /**< The UUID, or the digest. */
  uint64_t is_uuid;  /**< 1 or 0. */
} tni_proxy_key;

/** A property as it was set on the plugin or a device: HETERO, which does not know the plugins' own
 * values, gets it with each model. */
typedef struct tni_proxy_setting {
  tni_arena arena;    /**< Holds the entry. */
  tn_string plugin;   /**< Whose property it is: others need not have it. */
  tn_string device;   /**< Id of the device, or empty. */
  tn_map_entry entry; /**< What was set. */
} tni_proxy_setting;

/** An engine. */
typedef struct tni_proxy {
  tn_plugin base;          /**< First. */
  tn_maker maker;          /**< Of the engine; objects are others'. */
  const tn_host *host;     /**< The host. */
  tni_allocator allocator; /**< The host's memory. */
  tni_arena arena;         /**< Holds the names. */
  tni_devices plugins;     /**< Those that stand behind the name, by priority. */
  tni_devices fallback;    /**< Devices that take what these do not. */
  tn_string plugin_text;   /**< Both as text, separated by commas. */
  tn_string fallback_text; /**< See above. */
  tni_mutex mutex;         /**< Guards what follows. */
  uint32_t has_mutex;      /**< 1 once it was made. */
  tni_vector settings;     /**< tni_proxy_setting: what was set on the plugin and on devices. */
  char chosen[16];         /**< DEVICE_ID of the plugin; empty: the first device that is there. */
  tni_vector keys;         /**< tni_proxy_key: what is known by each number that was given. */
} tni_proxy;

/** A device as users see it. */
typedef struct tni_place {
  tn_device device; /**< Under its number, which is its id. */
  char id[12];      /**< The number. */
  tn_string
      *serving;   /**< Who can serve it, by priority: whole names, then those of the fallback. */
  uint32_t count; /**< How many; 0: it is not there. */
} tni_place;

/** All of them at one moment. */
typedef struct tni_places {
  tni_arena arena;      /**< Holds all that follows. */
  tni_place *items;     /**< By number. */
  uint32_t count;       /**< How many numbers there are. */
  uint64_t generation;  /**< Changes whenever the devices do. */
  tn_string *problems;  /**< Of each name (tni_proxy_name): why it gives no device; or empty. */
  tni_vector sightings; /**< Used while they are found. */
} tni_places;

/** The names that an engine is made of: its plugins, then its fallback. @{ */
static inline uint32_t tni_proxy_name_count(const tni_proxy *self) {
  return self->plugins.count + self->fallback.count;
}

static inline tn_string tni_proxy_name(const tni_proxy *self, uint32_t index) {
  return index < self->plugins.count ? self->plugins.names[index]
                                     : self->fallback.names[index - self->plugins.count];
}
/** @} */

/** The engine behind the plugin's object. */
static inline tni_proxy *tni_proxy_of(tn_plugin *plugin) {
  return (tni_proxy *)plugin;
}

/** Whether a plugin is one of this library; its extensions may be given others.
 *  @return TN_OK, TN_INVALID_ARGUMENT */
tn_status tni_proxy_check(const tn_plugin *plugin, tn_error *error);

/** The host's service.
 *  @return TN_OK, TN_UNSUPPORTED */
tn_status tni_proxy_core(const tni_proxy *self, const tn_core_api **out, tn_error *error);

/** Finds the devices. Plugins that do not work are no failure: `problems` tells why.
 *  @return TN_OK, TN_UNSUPPORTED, TN_OUT_OF_MEMORY; on failure there is nothing to destroy */
tn_status tni_places_find(tni_proxy *self, tni_places *out, tn_error *error);

/** Gives back what find took. */
void tni_places_destroy(tni_places *places);

/** The place of an id; the first that is there when it is empty.
 *  @return TN_OK, TN_NOT_FOUND, saying which ids there are, or why plugins give no device */
tn_status tni_places_choose(const tni_proxy *self, const tni_places *places, tn_string id,
                            const tni_place **out, tn_error *error);

/** Appends the ids of the devices that are there: "0, 2". */
void tni_places_append_ids(const tni_places *places, tni_text *out);

/** Whether a node is meant for another device than the first that serves the place: then that one
 * does not have the whole model, whatever it takes. */
int tni_proxy_is_meant_for_others(const tni_place *place, const tn_model *model);

/** Checks of a place that one device alone serves that no node is meant for another. Where several
 * do, HETERO judges it.
 *  @param model may be NULL, which is for others to refuse
 *  @return TN_OK, TN_NOT_FOUND, TN_OUT_OF_MEMORY */
tn_status tni_proxy_check_affinity(const tni_proxy *self, const tni_places *places,
                                   const tni_place *place, const tn_model *model, tn_error *error);

/** A property of PROXY itself. */
typedef struct tni_proxy_own {
  tn_property declaration; /**< At the level of the plugin. */
  tn_status (*read)(tni_proxy *self, tni_places *places,
                    tn_value *out); /**< NULL: it is read in a way of its own. */
  int needs_places;                 /**< 1: `places` are those of the moment; 0: NULL. */
} tni_proxy_own;

/** All of them. @{ */
enum { TNI_PROXY_OWN_COUNT = 7 };
extern const tni_proxy_own tni_proxy_owns[];
/** @} */

/** The row of a name, or NULL. */
const tni_proxy_own *tni_proxy_find_own(tn_string name);

/** Whose declarations are asked for. */
typedef struct tni_proxy_asked {
  tn_string device;                  /**< Id of the device; empty: the plugin as a whole. */
  const tn_compile_options *options; /**< Of a call, which may choose a device; NULL: of no call. */
} tni_proxy_asked;

/** Gives PROXY's own declarations, and those of the plugin that serves what is asked for.
 *  @param asked NULL: those that the plugins of all devices have alike
 *  @return TN_OK, TN_NOT_FOUND (no such device), TN_MALFORMED, TN_OUT_OF_MEMORY, or what the sink
 * returned */
tn_status tni_proxy_declare(tni_proxy *self, const tni_proxy_asked *asked, tn_property_sink sink,
                            void *user, tn_error *error);

/** The table of TNI_EXTENSION_BY_DEVICE, and slots of it. @{ */
extern const tni_by_device_api tni_proxy_by_device;
tn_status TN_CALL tni_proxy_get_of_device(tn_plugin *plugin, tn_string device, tn_string name,
                                          tn_value_sink sink, void *user, tn_error *error);
tn_status TN_CALL tni_proxy_tell_choice(tn_plugin *plugin, tn_string device,
                                        const tn_compile_options *options, tn_value_sink sink,
                                        void *user, tn_error *error);
/** @} */

/** Properties: slots of tn_plugin_api. @{ */
tn_status TN_CALL tni_proxy_properties(tn_plugin *plugin, tn_property_sink sink, void *user,
                                       tn_error *error);
tn_status TN_CALL tni_proxy_get_property(tn_plugin *plugin, tn_string device, tn_string name,
                                         tn_value_sink sink, void *user, tn_error *error);
tn_status TN_CALL tni_proxy_set_properties(tn_plugin *plugin, tn_string device,
                                           const tn_map_entry *entries, uint64_t count,
                                           tn_error *error);
/** @} */

/** 1 for DEVICE_ID, which chooses among the devices that users see. */
int tni_proxy_is_choice(tn_string name);

/** DEVICE_ID of the plugin: checks that such a device is there, sets it, gives it to the sink.
 *  @return TN_OK, TN_WRONG_TYPE, TN_NOT_FOUND, or what the sink returned
 *  @{ */
tn_status tni_proxy_check_choice(const tni_proxy *self, const tni_places *places,
                                 const tn_map_entry *entry, tn_error *error);
tn_status tni_proxy_set_choice(tni_proxy *self, const tn_map_entry *entry, tn_error *error);
tn_status tni_proxy_get_choice(tni_proxy *self, tn_value_sink sink, void *user, tn_error *error);
/** @} */

/** The context that options name, or NULL. */
const tn_context_option *tni_proxy_context_of(const tn_compile_options *options);

/** The place that a call is for.
 *  @param device argument of the call; may be empty
 *  @param options of the call, not checked yet; may be NULL
 *  @return TN_OK, TN_NOT_FOUND, TN_WRONG_TYPE (DEVICE_ID), TN_INVALID_ARGUMENT (it names another
 * device than the argument) */
tn_status tni_proxy_choose(tni_proxy *self, const tni_places *places, tn_string device,
                           const tn_compile_options *options, const tni_place **out,
                           tn_error *error);

/** Keeps what was set on the plugin or a device; gives it all back.
 *  @param plugin that took it
 *  @return TN_OK, TN_OUT_OF_MEMORY
 *  @{ */
tn_status tni_proxy_keep(tni_proxy *self, tn_string plugin, tn_string device,
                         const tn_map_entry *entry, tn_error *error);
void tni_proxy_forget_settings(tni_proxy *self);
/** @} */

/** Takes the properties that were given at creation.
 *  @return TN_OK, TN_NOT_FOUND, TN_WRONG_TYPE, TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY */
tn_status tni_proxy_configure(tni_proxy *self, const tn_create_options *options, tn_error *error);

/** Options of a call as they are handed to one device. */
typedef struct tni_handed {
  tni_arena arena;                   /**< Holds what is made here. */
  const tn_compile_options *options; /**< What to hand on; may be NULL. */
} tni_handed;

/** Puts what DEVICE_PROPERTIES says of a device in its place, and for "HETERO:..." what was set on
 * the plugins of the place before the rest; end is to be called in any case.
 *  @param options of query, compile, import or create_context; checked by the host; may be NULL
 *  @return TN_OK, TN_INVALID_ARGUMENT (properties at NULL), TN_NOT_FOUND and TN_WRONG_TYPE (in
 * DEVICE_PROPERTIES), TN_OUT_OF_MEMORY */
tn_status tni_handed_begin(tni_handed *handed, tni_proxy *self, const tni_place *place,
                           tn_string device, const tn_compile_options *options, tn_error *error);

/** Gives back what begin took. */
void tni_handed_end(tni_handed *handed);

/** Models: slots of the plugin and of its extensions. @{ */
tn_status TN_CALL tni_proxy_query(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_query_options *options, tn_query_sink sink, void *user,
                                  tn_error *error);
tn_status TN_CALL tni_proxy_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                                    const tn_compile_options *options, tn_compiled_model **out,
                                    tn_error *error);
extern const tn_import_api tni_proxy_import;
extern const tn_remote_api tni_proxy_remote;
/** @} */

/** tn_create_plugin_engine of PROXY. */
tn_status tni_proxy_create(const tn_create_options *options, tn_plugin **out, tn_error *error);

#endif
