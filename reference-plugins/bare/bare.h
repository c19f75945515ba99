/** @file
 *  A plugin written against the headers alone, without the kit: rectified linear units on the
 * host's processor. It shows what the binary interface asks of an implementer, and nothing besides.
 */
#ifndef TENON_BARE_H
#define TENON_BARE_H

#define _POSIX_C_SOURCE 200809L /* clocks of conditions */

#include <pthread.h>
#include <stdbool.h>

#include "tenon/abi.h"

/* The engine. It has no counted objects, so it ends with its plugin. */
struct bare_plugin {
  tn_plugin base;
  tn_maker maker;
  const tn_host *host;
  tn_executor *executor;
};

/* Output j is the rectified (or, when no node lies between, the plain) input `input`. */
struct bare_step {
  uint32_t input;
  bool rectify;
};

struct bare_compiled {
  tn_compiled_model base;
  struct bare_plugin *plugin;
  tn_model *model; /* retained: the ports are its values */
  tn_port_list ports;
  struct bare_step *steps; /* one per output */
};

/* Somebody who waits for one generation; lies on the stack of wait. */
struct bare_waiter {
  struct bare_waiter *next;
  uint64_t generation;
  bool done;
  tn_status status;
  tn_error error;
};

struct bare_request {
  tn_infer_request base;
  struct bare_compiled *compiled;
  tn_tensor **own; /* one per port, made when first needed */
  tn_tensor **set; /* one per port, NULL where the request's own holds */
  bool *too_small; /* per port: `set` was too small; get_tensor gives `own`, of the shape needed */
  tn_infer_callback callback;
  void *callback_user;
  uint64_t inferences; /* begun so far */

  pthread_mutex_t mutex; /* guards all below */
  pthread_cond_t changed;
  tn_task task;
  struct bare_waiter *waiters;
  uint64_t generation; /* the latest that was started */
  bool in_flight;      /* from start until its callback has returned */
  bool in_callback;
  bool restarted; /* start was called in the callback */
  bool cancelled;
  bool destroying;
  pthread_t callback_thread;
  tn_infer_callback flight_callback; /* as of start */
  void *flight_user;
  tn_status last_status; /* of the latest generation that has ended */
  tn_error last_error;
};

/* Fills the record and returns the status. */
tn_status bare_fail(tn_error *error, tn_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The status of a receiver of the host, with a record of it where it failed. */
tn_status bare_pass_on(tn_status received, tn_error *error);

/* Zeroed memory of the host; NULL when there is none left. */
void *bare_allocate(const tn_host *host, uint64_t size);

/* TN_OK, or TN_INVALID_ARGUMENT for NULL. */
tn_status bare_check_argument(const void *argument, const char *name, tn_error *error);

/* Refuses options that are too small, flags, and critical entries other than progress; reports
 * progress. */
tn_status bare_check_options(const void *options, uint32_t first_size, tn_error *error);

tn_status bare_query(tn_plugin *plugin, tn_string device, tn_model *model,
                     const tn_query_options *options, tn_query_sink sink, void *user,
                     tn_error *error);

tn_status bare_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_compile_options *options, tn_compiled_model **out, tn_error *error);

tn_status bare_check_device(tn_string device, tn_error *error);

tn_status bare_create_request(tn_compiled_model *model, const tn_create_request_options *options,
                              tn_infer_request **out, tn_error *error);

/* Computes all outputs, looking at request->cancelled in between. */
tn_status bare_run(struct bare_request *request, tn_error *error);

/* The table's slots that start, wait for and end an inference in flight. */
tn_status bare_start(tn_infer_request *request, const tn_start_options *options, tn_error *error);
tn_status bare_wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error);
tn_status bare_cancel(tn_infer_request *request, tn_error *error);

/* Ends what is in flight before the request is freed. */
void bare_finish(struct bare_request *request);

/* TN_OK when a serial call may touch the request now: nothing is in flight, or this is its
 * callback. */
tn_status bare_check_idle(struct bare_request *request, tn_error *error);

#endif
