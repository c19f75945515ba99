/** @file
 *  The objects of a sequence as the worker has them, and the deeds that steps are made of.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_WORLD_H
#define TENON_CONFORMANCE_SEQUENCE_WORLD_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/blob.h"
#include "sequences/sequence.h"
#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/ext/states.h"

enum { WATCH_CALLS = 64 };

/** What the callbacks of a request have seen. */
typedef struct sequence_watch {
  atomic_uint calls[3];         /**< Of each callback. */
  atomic_int last_status;       /**< Of the latest call. */
  atomic_bool error_fits;       /**< Whether it had an error record just when it failed. */
  atomic_uint action;           /**< What the next call is to do. */
  atomic_int action_status;     /**< What that gave. */
  atomic_bool latch;            /**< The callback does not return before this is false. */
  atomic_bool inside;           /**< It is running. */
  atomic_bool overlapped;       /**< It ran twice at once. */
  struct sequence_world *world; /**< NULL when the sequence is over. */
} sequence_watch;

/** A thread that waits for a generation. */
typedef struct sequence_waiter {
  pthread_t thread;
  tn_infer_request *request;
  atomic_bool waits; /**< It is about to call wait. */
  tn_status status;  /**< What wait gave. */
} sequence_waiter;

/** All objects. */
typedef struct sequence_world {
  test *t;
  const sequence *what;
  sequence_state model;          /**< After the present step. */
  sequence_ask ask;              /**< What is asked of the present step. */
  uint32_t step;                 /**< The present step. */
  char text[SEQUENCE_TEXT_SIZE]; /**< The present step as C. */
  bool over;                     /**< Nothing more can be said. */
  bool fresh_end; /**< The present step has waited for a generation that had not been waited for. */
  bool in_doubt;  /**< The plugin could not be held: callbacks are not counted any more. */
  tn_compiled_model *compiled[SEQUENCE_MODELS];
  tn_infer_request *requests[SEQUENCE_REQUESTS];
  tn_tensor *tensors[SEQUENCE_TENSORS];
  tn_state *states[SEQUENCE_STATE_HANDLES];
  tn_remote_context *contexts[SEQUENCE_CONTEXTS];
  tn_tensor *got;                                    /**< What get_tensor or a state gave. */
  tn_tensor *own[SEQUENCE_REQUESTS][SEQUENCE_PORTS]; /**< The requests' own tensors, as seen, */
  uint32_t own_changes[SEQUENCE_REQUESTS]
                      [SEQUENCE_PORTS]; /**< after so many changes of the port. */
  tn_status ended[SEQUENCE_REQUESTS];   /**< How the latest generation ended, once it is known. */
  bool ended_known[SEQUENCE_REQUESTS];
  sequence_watch *watches[SEQUENCE_REQUESTS];
  sequence_waiter waiters[SEQUENCE_REQUESTS][SEQUENCE_WAITERS];
  uint32_t waiter_count[SEQUENCE_REQUESTS];
  uint64_t profile_entries;
  blob blobs[SEQUENCE_BLOBS];
  blob nowhere;       /**< What an export that is to fail writes into. */
  tn_target target;   /**< Of the export that is made. */
  blob_source source; /**< Of the import that is made. */
} sequence_world;

/** Makes the sequence's calls in a worker, and records what came. */
void sequence_run(test *t, const sequence *what, const sequence_facts *facts,
                  const sequence_mask *dropped);

/** @name Deeds of the rows
 *  @{ */
tn_model *world_model(sequence_world *w, uint32_t slot);
tn_model *world_refused_model(sequence_world *w);
tn_status world_make_tensor(sequence_world *w, uint32_t slot, uint32_t model, uint32_t port,
                            uint32_t variety);
tn_status world_make_remote(sequence_world *w, uint32_t slot, uint32_t model, uint32_t port,
                            uint32_t context);
tn_status world_release_tensor(sequence_world *w, uint32_t slot);
tn_status world_fill_tensor(sequence_world *w, uint32_t slot);
tn_status world_fill_own(sequence_world *w, uint32_t request, uint32_t port);
tn_status world_hold(sequence_world *w, uint32_t what);
tn_status world_let_go(sequence_world *w);
tn_status world_start_and_wait(sequence_world *w, uint32_t request);
tn_status world_wait_elsewhere(sequence_world *w, uint32_t request);
void world_join_waiters(sequence_world *w, uint32_t request);
tn_status world_arm(sequence_world *w, uint32_t request, uint32_t action);
tn_infer_callback world_callback(uint32_t which);
void *world_watch(sequence_world *w, uint32_t request);
tn_status world_destroy_request(sequence_world *w, uint32_t slot);
tn_status world_destroy_compiled(sequence_world *w, uint32_t slot);
tn_status world_destroy_state(sequence_world *w, uint32_t slot);
tn_status world_release_context(sequence_world *w, uint32_t slot);
uint32_t world_find_state(sequence_world *w, uint32_t request, uint32_t variable);
const tn_states_api *world_states(sequence_world *w, uint32_t request);
const tn_batch_api *world_batches(sequence_world *w, uint32_t request);
const tn_remote_api *world_remote(sequence_world *w);
const tn_profiling_api *world_profiling(sequence_world *w, uint32_t request);
const tn_compile_options *world_perf_count(void);
const tn_map_entry *world_unknown_property(void);
const tn_export_api *world_exports(sequence_world *w, uint32_t model);
const tn_import_api *world_imports(sequence_world *w);
const tn_target *world_into(sequence_world *w, uint32_t slot);
const tn_target *world_into_nowhere(sequence_world *w);
const tn_source *world_from(sequence_world *w, uint32_t slot, uint32_t in_memory);
const tn_source *world_half_of(sequence_world *w, uint32_t slot);
const void *world_head(sequence_world *w, uint32_t slot);
uint64_t world_head_size(sequence_world *w, uint32_t slot);
tn_status world_drop_blob(sequence_world *w, uint32_t slot);
tn_status world_value_sink(void *user, const tn_value *value);
tn_status world_profile_sink(void *user, const tn_profile_entry *const *entries, uint64_t count);
tn_status world_query_sink(void *user, const tn_node_support *const *nodes, uint64_t count);
/** @} */

/** @name Checks; checks.c
 *  @{ */

/** A truth about the present step, under the clause that it belongs to. */
bool world_expect(sequence_world *w, uint32_t clause, bool truth, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** After a blob was written. */
void world_check_blob(sequence_world *w, uint32_t slot);

/** After a step that gave `status`: all that the model says of the objects. */
void world_check(sequence_world *w, tn_status status);
/** @} */

#endif
