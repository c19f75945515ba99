/** @file
 *  The kit's own part of a request: its ports, what is in flight, its variables, its profile.
 */
#ifndef TENON_KIT_REQUEST_STATE_H
#define TENON_KIT_REQUEST_STATE_H

#include <stdbool.h>

#include "base/vector.h"
#include "kit/compiled.h"
#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/states.h"

/** One port. */
typedef struct tni_kit_port {
  const tn_value_info *info; /**< What the model says of it. */
  bool is_input;             /**< Or an output. */
  tn_tensor *set;            /**< One reference: given by the application, or NULL. */
  tn_tensor *own;            /**< One reference: the request's own, made when it is needed. */
  tn_tensor *between;        /**< One reference: a dense stand-in during an inference, or NULL. */
  tn_tensor **batch;         /**< One reference each: what the input is made of; or NULL. */
  uint64_t batch_count;      /**< Number of them. */
  bool delegated;            /**< See tn_kit_request_delegate_port. */
  bool too_small; /**< `set` was too small; get_tensor gives `own`, of the shape needed. */
} tni_kit_port;

struct tni_kit_waiter;

/** What is in flight. A run is one inference by infer or start; runs are numbered from 1. */
typedef struct tni_kit_flight {
  atomic_uint_least64_t latest_run;    /**< The latest that began, or was started. */
  atomic_uint_least64_t cancelled_run; /**< Run that was last asked to end early. */
  uint64_t run;                        /**< The one that works; owned by it. */
  atomic_uint in_flight; /**< 1 from start until its callback has returned; changed with the mutex
                          * held. */
  tn_infer_callback callback; /**< For the next start. */
  void *callback_user;        /**< Handed to it. */

  tni_mutex mutex; /**< Guards all below. */
  tni_condition changed;
  tn_task task;
  tn_executor *posted_on;            /**< Where the task waits, or NULL. */
  uint32_t stage;                    /**< The next to run. */
  struct tni_kit_waiter *waiters;    /**< Those who sleep in wait. */
  uint64_t generation;               /**< Number of the latest start. */
  bool in_callback;                  /**< While the callback runs, */
  pthread_t callback_thread;         /**< on this thread. */
  bool restarted;                    /**< Start was called in the callback. */
  bool destroying;                   /**< No start any more. */
  tn_infer_callback flight_callback; /**< As of start. */
  void *flight_user;                 /**< As of start. */
  tn_status last_status;             /**< Of the latest generation that has ended. */
  tn_error last_error;               /**< Likewise. */
} tni_kit_flight;

/** The kit's own part. */
typedef struct tni_kit_request {
  tn_kit_request *owner; /**< The author's struct. */
  tni_kit_port *ports;   /**< Inputs, then outputs. */
  uint32_t input_count;  /**< Number of inputs. */
  uint32_t output_count; /**< Number of outputs. */
  tni_kit_flight flight;
  tn_tensor **variables; /**< One reference each, or NULL: the initial value. */
  tn_tensor **working;   /**< During an inference: what they are to become. */
  bool opened;           /**< Once the author's `open_request` was called. */
  bool profiled;         /**< When PERF_COUNT is on. */
  bool has_profile;      /**< Once an inference has ended. */
  tni_vector profile;    /**< Of tn_profile_entry. */
  int64_t began;         /**< When the inference began, by tni_clock_now. */
  uint64_t stage_began;  /**< When the present stage did, since then. */
} tni_kit_request;

/** @name ports.c
 *  @{ */
tn_status tni_kit_ports_create(tn_kit_request *request, tn_error *error);
void tni_kit_ports_destroy(tn_kit_request *request);
tn_status tni_kit_port_set(tn_kit_request *request, uint32_t port, tn_tensor *tensor,
                           tn_error *error);
tn_status tni_kit_port_get(tn_kit_request *request, uint32_t port, tn_tensor **out,
                           tn_error *error);
/** Whether a port is the business of the author's functions; 0 for a port that there is not. */
int tni_kit_port_is_delegated(const tn_kit_request *request, uint32_t port);
/** Whether every input has a tensor that fits, before an inference. */
tn_status tni_kit_ports_check(tn_kit_request *request, tn_error *error);
/** Copies what outputs have in between to where it belongs. */
tn_status tni_kit_ports_deliver(tn_kit_request *request, tn_error *error);
/** Gives back what only the inference needed. */
void tni_kit_ports_finish(tn_kit_request *request);
/** @} */

/** @name What ports.c and batch.c share
 *  @{ */
/** Whether the tensor has the port's rank and, from dimension `from` on, sizes that it takes. */
int tni_kit_shape_fits(const tn_value_info *info, const tn_tensor *tensor, uint32_t from);
tn_status tni_kit_find_port(tn_kit_request *request, uint32_t index, tni_kit_port **out,
                            tn_error *error);
/** Whether a tensor can be read, and is of the port's element type. */
tn_status tni_kit_check_header(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error);
tn_status tni_kit_wrong_shape(const tni_kit_port *port, const tn_tensor *tensor, tn_error *error);
/** @} */

/** @name batch.c
 *  @{ */
extern const tn_batch_api tni_kit_batch_api;
/** Whether the tensors of a port's batch fit, before an inference. */
tn_status tni_kit_batch_check(const tni_kit_port *port, tn_error *error);
/** Puts them one behind the other into `port->between`. */
tn_status tni_kit_batch_gather(tn_kit_request *request, tni_kit_port *port, tn_error *error);
/** Gives them back. */
void tni_kit_batch_drop(tn_kit_request *request, tni_kit_port *port);
/** @} */

/** @name async.c
 *  @{ */
tn_status tni_kit_flight_create(tn_kit_request *request, tn_error *error);
/** Ends what is in flight; afterwards nobody else uses the request. */
void tni_kit_flight_destroy(tn_kit_request *request);
/** TN_OK when a serial call may touch the request now: nothing is in flight, or this is its
 * callback. */
tn_status tni_kit_check_idle(tn_kit_request *request, tn_error *error);
tn_status tni_kit_infer(tn_infer_request *request, tn_error *error);
tn_status tni_kit_start(tn_infer_request *request, const tn_start_options *options,
                        tn_error *error);
tn_status tni_kit_wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error);
tn_status tni_kit_cancel(tn_infer_request *request, tn_error *error);
/** Number of threads that sleep in wait; with the mutex held. */
int tni_kit_count_waiters(const tni_kit_flight *flight);
tn_status tni_kit_set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                               tn_error *error);
/** @} */

/** @name run.c
 *  @{ */
void tni_kit_run_begin(tn_kit_request *request, uint64_t run);
tn_status tni_kit_run_stage(tn_kit_request *request, uint32_t stage, tn_error *error);
/** Ends an inference, well or not. @return `status`, or what failed while ending it */
tn_status tni_kit_run_end(tn_kit_request *request, tn_status status, tn_error *error);
/** @} */

/** @name states.c and profiling.c
 *  @{ */
extern const tn_states_api tni_kit_states_api;
extern const tn_profiling_api tni_kit_profiling_api;
tn_status tni_kit_variables_create(tn_kit_request *request, tn_error *error);
void tni_kit_variables_destroy(tn_kit_request *request);
void tni_kit_variables_begin(tn_kit_request *request);
/** @param keep 1: the working values become the variables' */
void tni_kit_variables_end(tn_kit_request *request, int keep);
void tni_kit_profile_create(tn_kit_request *request);
void tni_kit_profile_destroy(tn_kit_request *request);
void tni_kit_profile_begin(tn_kit_request *request);
/** Writes the entry of a stage that has ended. */
tn_status tni_kit_profile_stage(tn_kit_request *request, uint32_t stage, tn_error *error);
/** @} */

#endif
