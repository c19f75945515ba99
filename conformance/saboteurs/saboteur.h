/** @file
 *  What a saboteur is made with: TEMPLATE with one defect.
 *
 *  A saboteur is one file in defects/ that fills `saboteur`: it replaces slots in copies of
 * TEMPLATE's tables as objects come by, or calls around them. Its first line names the case that is
 * meant to catch it.
 */
#ifndef TENON_CONFORMANCE_SABOTEUR_H
#define TENON_CONFORMANCE_SABOTEUR_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/abi.h"

/** The hooks of a saboteur; each may be NULL. Tables are copies, changed once, before the first
 * object is made. */
typedef struct saboteur_hooks {
  void (*plugin)(tn_plugin_api *api);                 /**< Changes the plugin's table. */
  void (*compiled_model)(tn_compiled_model_api *api); /**< Changes the table of compiled models. */
  void (*request)(tn_infer_request_api *api);         /**< Changes the table of requests. */
  void (*state)(tn_state_api *api);                   /**< Changes the table of states. */
  void (*context)(tn_remote_context_api *api);        /**< Changes the table of remote contexts. */
  /** In place of creation; calls saboteur_create. */
  tn_status (*create)(const tn_create_options *options, tn_plugin **out, tn_error *error);
  /** In place of the plugin's extensions: gives another table, or `table` as it is. */
  const void *(*plugin_extension)(tn_plugin *plugin, tn_string id, const void *table);
  const void *(*model_extension)(tn_compiled_model *model, tn_string id, const void *table);
  const void *(*request_extension)(tn_infer_request *request, tn_string id, const void *table);
} saboteur_hooks;

/** Defined by each saboteur. */
extern const saboteur_hooks saboteur;

/** @name TEMPLATE's own tables, to call around
 *  @{ */
extern const tn_plugin_api *honest_plugin;
extern const tn_compiled_model_api *honest_model;
extern const tn_infer_request_api *honest_request;
extern const tn_state_api *honest_state;
extern const tn_remote_context_api *honest_context;
/** @} */

/** TEMPLATE's creation, with the tables replaced. */
tn_status saboteur_create(const tn_create_options *options, tn_plugin **out, tn_error *error);

/** The host of the engine that was made last. */
extern const tn_host *saboteur_host;

#endif
