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
#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/handles.h"
#include "tenon/abi/ext/import.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"

/** The hooks of a saboteur; each may be NULL. Tables are copies, changed once, before the first
 * object is made. */
typedef struct saboteur_hooks {
  void (*plugin)(tn_plugin_api *api);                 /**< Changes the plugin's table. */
  void (*compiled_model)(tn_compiled_model_api *api); /**< Changes the table of compiled models. */
  void (*request)(tn_infer_request_api *api);         /**< Changes the table of requests. */
  void (*state)(tn_state_api *api);                   /**< Changes the table of states. */
  void (*context)(tn_remote_context_api *api);        /**< Changes the table of remote contexts. */
  void (*handles)(tn_handles_api *api);               /**< Changes the table of "tn.handles/1". */
  void (*importing)(tn_import_api *api);              /**< Changes the table of "tn.import/1". */
  void (*exporting)(tn_export_api *api);              /**< Changes the table of "tn.export/1". */
  void (*remote)(tn_remote_api *api);                 /**< Changes the table of "tn.remote/1". */
  void (*states)(tn_states_api *api);                 /**< Changes the table of "tn.states/1". */
  void (*profiling)(tn_profiling_api *api);           /**< Changes the table of "tn.profiling/1". */
  void (*batch)(tn_batch_api *api);                   /**< Changes the table of "tn.batch/1". */
  uint64_t hidden; /**< Capabilities that the devices have and do not declare. */
  /** Changes the table of "tn.runtime_model/1". */
  void (*runtime_model)(tn_runtime_model_api *api);
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
extern const tn_handles_api *honest_handles;
extern const tn_import_api *honest_import;
extern const tn_export_api *honest_export;
extern const tn_remote_api *honest_remote;
extern const tn_states_api *honest_states;
extern const tn_profiling_api *honest_profiling;
extern const tn_batch_api *honest_batch;
extern const tn_runtime_model_api *honest_runtime_model;
/** @} */

/** TEMPLATE's creation, with the tables replaced. */
tn_status saboteur_create(const tn_create_options *options, tn_plugin **out, tn_error *error);

/** The host of the engine that was made last. */
extern const tn_host *saboteur_host;

#endif
