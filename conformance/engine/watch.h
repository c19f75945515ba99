/** @file
 *  Callbacks under observation: what a callback saw, and what it is to do.
 */
#ifndef TENON_CONFORMANCE_WATCH_H
#define TENON_CONFORMANCE_WATCH_H

#include "engine/check.h"

struct watch;

/** The status of a record that a callback was given and that says OK. */
enum { WATCH_EMPTY_ERROR = -1 };

/** What a callback does besides watching. */
typedef void (*watch_action)(struct watch *watch, tn_infer_request *request);

/** A callback under observation. It outlives the check: a broken plugin may call back whenever it
 * likes. */
typedef struct watch {
  atomic_int calls;            /**< Callbacks that have returned. */
  atomic_int begun;            /**< Callbacks that have begun. */
  atomic_int running;          /**< Callbacks at this moment. */
  atomic_int overlaps;         /**< Callbacks that began while another one ran. */
  atomic_int last_status;      /**< The status that the last was given. */
  atomic_int error_status;     /**< Of the record that the last was given; 0: none. */
  atomic_int restarts;         /**< Starts that the callback still has to make, one in each call. */
  atomic_int start_status;     /**< What the last of them gave. */
  atomic_int answers[8];       /**< For `action`: statuses of its calls. */
  atomic_bool inside_start;    /**< The callback ran while start had not returned. */
  atomic_bool starting;        /**< Inside watch_start. */
  atomic_bool gate;            /**< The callback stays, at most 10 s, until this is false. */
  atomic_bool after_destroy;   /**< A callback ran although the request had been destroyed. */
  atomic_bool destroyed;       /**< Set by the check once destroy has returned. */
  atomic_long linger_ns;       /**< How long the callback stays before it restarts. */
  atomic_long linger_after_ns; /**< How long it stays after it has restarted. */
  suite_host *held_by; /**< The callback stays until this lets go; NULL: executors hold the task, or
                        * nothing does. */
  watch_action action; /**< What else it does, at its beginning; or NULL. */
  void *user;          /**< For `action`. */
  pthread_t starter;   /**< The thread inside watch_start. */
} watch;

/** A watch that nothing has been told to. */
watch *watch_create(void);

/** Makes it the callback of a request. False after recording the failure. */
bool watch_request(test *t, watch *self, tn_infer_request *request);

/** A request of the carrier with inputs and a watching callback; NULL after recording why. */
tn_infer_request *watch_carrier(test *t, watch **out);

/** The callback itself. */
void watch_callback(void *user, tn_infer_request *request, tn_status status, const tn_error *error);

/** start, with a look at whether the callback comes inside it. */
tn_status watch_start(watch *self, tn_infer_request *request, tn_error *error);

/** As test_start_held for a request with this callback, which stays where the plugin runs on
 * threads of its own: then `held_by` is set, and the work of the generation has been done. */
bool watch_start_held(test *t, watch *self, tn_infer_request *request);

/** Destroys a request that watch_start_held has started; lets go once destroy waits for the
 * callback, or after it where an executor holds the task. */
void watch_destroy_held(test *t, watch *self, tn_infer_request *request);

/** Waits until that many callbacks have returned and nothing is in flight. False: that never came.
 */
bool watch_settle(watch *self, tn_infer_request *request, int calls);

/** Waits at most 10 s until a callback has begun that many times. */
bool watch_until_begun(watch *self, int times);

/** Sleeps. */
void watch_sleep(long nanoseconds);

/** A thread that calls wait without a limit. */
typedef struct watch_waiter {
  tn_infer_request *request; /**< To wait for. */
  tn_status status;          /**< What wait gave, once the thread is joined. */
  atomic_long thread;        /**< Its number in the system, just before it calls wait; else 0. */
  pthread_t id;              /**< The thread. */
} watch_waiter;

/** Starts the thread, and returns once it sleeps inside wait, or has had a second to get there. */
bool watch_waiter_start(watch_waiter *self, tn_infer_request *request);

/** Joins the thread and gives what wait gave. */
tn_status watch_waiter_end(watch_waiter *self);

#endif
