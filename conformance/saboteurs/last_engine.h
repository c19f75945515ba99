/** @file
 *  For saboteurs that ask the host for something of their own: `saboteur_host` may be called as
 * long as the engine that was made last lives.
 */
#ifndef TENON_CONFORMANCE_SABOTEUR_LAST_ENGINE_H
#define TENON_CONFORMANCE_SABOTEUR_LAST_ENGINE_H

#include "saboteur.h"

static atomic_int last_engine_lives; /**< Whether saboteur_host may be called. */

/** In place of creation. */
static inline tn_status create_last_engine(const tn_create_options *options, tn_plugin **out,
                                           tn_error *error) {
  const tn_status status = saboteur_create(options, out, error);
  last_engine_lives = status == TN_OK;
  return status;
}

/** In place of the plugin's destroy. Of several engines it may have been another one. */
static inline void destroy_last_engine(tn_plugin *plugin, uint32_t reason) {
  last_engine_lives = 0;
  honest_plugin->destroy(plugin, reason);
}

#endif
