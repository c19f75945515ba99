/** @file
 *  Threads, mutexes and conditions.
 */
#ifndef TENON_BASE_PLATFORM_THREAD_H
#define TENON_BASE_PLATFORM_THREAD_H

#include "base/status.h"

#include <pthread.h>

/** A mutex. */
typedef struct tni_mutex {
  pthread_mutex_t handle; /**< The system's. */
} tni_mutex;

/** A condition whose deadlines are of the monotonic clock. */
typedef struct tni_condition {
  pthread_cond_t handle; /**< The system's. */
} tni_condition;

/** What a thread runs. */
typedef void (*tni_thread_function)(void *user);

/** A thread. Stays where it is until it was joined. */
typedef struct tni_thread {
  pthread_t handle;             /**< The system's. */
  tni_thread_function function; /**< What it runs. */
  void *user;                   /**< Handed to `function`. */
  char name[16];                /**< For debuggers. */
} tni_thread;

/** Makes a mutex. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_mutex_init(tni_mutex *mutex);
/** Destroys a mutex that nobody holds. */
void tni_mutex_destroy(tni_mutex *mutex);
/** Takes the mutex; not recursive. */
void tni_mutex_lock(tni_mutex *mutex);
/** Gives the mutex back. */
void tni_mutex_unlock(tni_mutex *mutex);

/** Makes a condition. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_condition_init(tni_condition *condition);
/** Destroys a condition that nobody waits for. */
void tni_condition_destroy(tni_condition *condition);
/** Wakes one waiter. */
void tni_condition_signal(tni_condition *condition);
/** Wakes all waiters. */
void tni_condition_broadcast(tni_condition *condition);
/** Gives the mutex back, sleeps until woken (or for no reason), and takes the mutex again. */
void tni_condition_wait(tni_condition *condition, tni_mutex *mutex);
/** As tni_condition_wait, but sleeps no longer than to `deadline` of tni_clock_now
 * (TNI_NO_DEADLINE: without end).
 *  @return TN_OK when woken, TN_TIMEOUT when the deadline has passed */
tn_status tni_condition_wait_until(tni_condition *condition, tni_mutex *mutex, int64_t deadline);

/** Starts a thread with all signals blocked.
 *  @param name for debuggers; cut at 15 bytes
 *  @return TN_OK or TN_OUT_OF_MEMORY (the system has no room for another thread) */
tn_status tni_thread_start(tni_thread *thread, const char *name, tni_thread_function function,
                           void *user, tn_error *error);
/** Waits for the end of a thread that was started. */
void tni_thread_join(tni_thread *thread);
/** Lets other threads have the processor for a moment. */
void tni_thread_yield(void);

/** 1 when called on that thread. */
int tni_thread_is_current(const tni_thread *thread);

#endif
