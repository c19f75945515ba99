/** @file
 *  The core: its plugins and engines.
 */
#ifndef TENON_RUNTIME_CORE_H
#define TENON_RUNTIME_CORE_H

#include "base/platform/thread.h"
#include "runtime/engine.h"

/** States of a registered plugin besides those of tn_plugin_state. */
enum { TNI_PLUGIN_LOADING = 100 /**< Some thread is opening it: wait. */ };

/** A registered plugin. Guarded by the core's mutex, but for `registration`, which is constant. */
typedef struct tni_plugin {
  tni_registration registration; /**< What was known from the beginning. */
  uint32_t state;                /**< One of tn_plugin_state, or TNI_PLUGIN_LOADING. */
  tn_error error;                /**< Why it is broken, disabled or shadowed. */
  tni_engine *engine;            /**< One user, when loaded. */
  uint32_t is_alias;             /**< 1: it stands for others, whose manifests name it; constant. */
  tni_arena alias;               /**< Of an alias: its properties. */
} tni_plugin;

/** The plugin at a place of the list, and the one that answers to a name, or NULL. With the mutex
 * held. @{ */
tni_plugin *tni_core_plugin_at(const struct tn_core *core, size_t index);
tni_plugin *tni_core_find_plugin(const struct tn_core *core, tn_string name);
/** @} */

/** Takes a plugin off the list. With the mutex held. */
void tni_core_take_off(struct tn_core *core, const tni_plugin *plugin);

/** Waits until no thread opens a plugin, and finds it again: NULL once it was taken away. With the
 * mutex held, which is given up meanwhile. */
tni_plugin *tni_core_settled_plugin(struct tn_core *core, tn_string name);

/** An empty plugin, and what takes one away that is on no list. @{ */
tni_plugin *tni_plugin_create(struct tn_core *core);
void tni_plugin_destroy(struct tn_core *core, tni_plugin *plugin);
/** @} */

/** A core. Its mutex is never held while a plugin, sink or callback runs. */
struct tn_core {
  tni_services *services;          /**< One reference. */
  tni_mutex mutex;                 /**< Guards what follows. */
  tni_condition changed;           /**< A plugin has left the state LOADING. */
  tni_vector plugins;              /**< tni_plugin *, in order of registration. */
  tni_engine *engines;             /**< All engines whose plugin lives, newest first. */
  uint32_t lists_hidden;           /**< 1: plugins behind an alias are listed; constant. */
  char *disabled;                  /**< Value of TENON_DISABLE_PLUGINS, or NULL; constant. */
  atomic_size_t users;             /**< The application, and each handle. */
  atomic_size_t retired;           /**< Engines that live on without a place on the list. */
  int has_mutex, has_condition;    /**< What destroy has to undo. */
  struct tn_core *previous, *next; /**< All cores of the process; see exit.h. */
};

/** TN_OK when the core may be used here and now, else the failure. */
tn_status tni_core_check(const tn_core *core, tn_error *error);

/** Takes one more user. */
void tni_core_use(tn_core *core);

/** Takes one user away; the last one ends all plugins. */
void tni_core_unuse(tn_core *core);

/** Puts an engine on the list. */
void tni_core_add_engine(tn_core *core, tni_engine *engine);

/** Takes an engine off the list. */
void tni_core_remove_engine(tn_core *core, tni_engine *engine);

/** Notes that `user` uses `target`, so that the target outlives it.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_core_note_use(tn_core *core, tni_engine *user, tni_engine *target, tn_error *error);

/** When nothing is left, engines that use one another in a circle would keep each other for ever:
 * all give their targets up, the oldest first. Nobody but this thread is left. */
void tni_core_break_circles(tn_core *core);

/** Where plugins were taken away that others keep in use: those that nothing was made with give
 * their targets up. Holds no lock. */
void tni_core_tidy(tn_core *core);

/** Notes that an engine belongs to no plugin on the list any more. NULL is legal. With the mutex
 * held. */
void tni_core_retire(tn_core *core, tni_engine *engine);

/** Takes from an engine the user that its place on the list was, and lets others give it up. NULL
 * is legal. Holds no lock. */
void tni_core_close(tn_core *core, tni_engine *engine);

/** The plugin's object for the application, which may make things with it that no handle tells of:
 * from then on the engine keeps its targets as long as it lives. Holds no lock. */
tn_plugin *tni_core_lend(tn_core *core, tni_engine *engine);

/** The engine of a plugin, created when this is its first use.
 *  @param out receives the engine with one more user
 *  @return TN_OK, TN_NOT_FOUND (the error names the plugins that are there), or what keeps the
 * plugin from working */
tn_status tni_core_engine(tn_core *core, tn_string plugin, tni_engine **out, tn_error *error);

/** Registers a plugin described by a manifest; a failure of the manifest itself is recorded as a
 * broken plugin.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_core_discover(tn_core *core, tn_string manifest, tn_error *error);

/** Disables a plugin that TENON_DISABLE_PLUGINS names. */
void tni_core_disable_if_listed(const tn_core *core, tni_plugin *plugin);

/** Brings the alias of that name in line with the plugins that stand behind it: there is one as
 * long as there is one of them, and it is opened anew after a change. Without a name nothing is
 * done. With the mutex held, while no thread opens the alias.
 *  @param closed receives an engine that is to lose one user once the mutex is given up, or NULL
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_alias_update(tn_core *core, tn_string name, tni_engine **closed);

/** Warns of an alias that is the name of a plugin. */
void tni_alias_warn(tn_core *core, tn_string name);

/** Gives an alias the names behind it as properties, before it is opened. With the mutex held.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_alias_configure(tn_core *core, tni_plugin *alias, tn_error *error);

/** The plugin of that name which is linked into the runtime, or NULL. */
const struct tni_built_in *tni_built_in_find(tn_string name);

/** Warns of names in TENON_DISABLE_PLUGINS that no plugin found bears: they disable nothing. */
void tni_core_warn_of_disabled(const tn_core *core);

/** Registers what the plugin folders hold. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_core_search(tn_core *core, const tn_core_options *options, tn_error *error);

/** Ends all plugins: takes every registration away. */
void tni_core_forget_plugins(tn_core *core);

#endif
