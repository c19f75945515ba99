/** @file
 *  Engines: a plugin's object together with the host that it was made for.
 *
 *  Two counts. *Users* are handles, calls and other engines: with the last of them the plugin is
 *  destroyed. *References* keep the record itself: the plugin holds one until it calls `end`, and
 *  each object of the host that was made in this engine's name holds one.
 */
#ifndef TENON_RUNTIME_ENGINE_H
#define TENON_RUNTIME_ENGINE_H

#include "base/vector.h"
#include "runtime/registration.h"
#include "runtime/services.h"

struct tn_core;

/** An engine. */
typedef struct tni_engine {
  tn_host host;   /**< What the plugin sees; first, so that the one leads to the other. */
  tn_maker maker; /**< Of objects that the host makes for it. */
  tni_environment environment; /**< Likewise. */
  tni_services *services;      /**< One reference. */
  struct tn_core *core;        /**< Borrowed; the core outlives the plugin. */
  tn_plugin *plugin;           /**< NULL before creation and after destruction. */
  const tn_plugin_info *info;  /**< What the plugin says of itself. */
  char *name;                  /**< As it was registered; ended by a zero byte. */
  char *log_name;              /**< Likewise, or the library's path: what its log messages carry,
                                * from the creating call on. */
  atomic_uint created;         /**< 1 between the return of the creating call and destroy. */
  atomic_size_t users;         /**< See above. */
  atomic_size_t references;    /**< See above. */
  uint32_t is_alias;           /**< 1: its devices are served by those of other plugins. */
  uint32_t is_retired;         /**< 1: its plugin was taken off the list; guarded likewise. */
  uint32_t is_lent;            /**< 1: the application was given the plugin's object; likewise. */
  tni_vector targets; /**< tni_engine *: engines that this one has used through tn.core/1, each with
                       * one user; guarded by the core's mutex. */
  struct tni_engine *previous, *next; /**< All engines of the core, newest first; likewise. */
} tni_engine;

/** Opens a plugin's library, creates an engine and checks it.
 *  @param name as registered; empty: what the plugin says of itself
 *  @param out receives the engine with one user
 *  @return TN_OK, and whatever keeps the plugin from working */
tn_status tni_engine_create(struct tn_core *core, const tni_registration *registration,
                            tni_engine **out, tn_error *error);

/** Takes one more user; there is one already. */
void tni_engine_use(tni_engine *engine);

/** Takes one user away; the last one destroys the plugin. NULL is legal. Holds no lock. */
void tni_engine_unuse(tni_engine *engine);

/** Tells the plugin that the process exits; `created` is 0 already. */
void tni_engine_exit(tni_engine *engine);

/** Fills in the functions of the host's table. */
void tni_host_init(tni_engine *engine);

/** Takes a reference away. */
void tni_engine_release(tni_engine *engine);

/** The engine behind a host's table. */
static inline tni_engine *tni_engine_of(const tn_host *host) {
  return (tni_engine *)host;
}

/** Puts the engine's name before the message of a failure of its plugin, and returns `status`. */
tn_status tni_engine_fail(const tni_engine *engine, tn_status status, tn_error *error);

#endif
