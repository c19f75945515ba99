/** @file
 *  Inferences in the background: callbacks, holding them, waiting on other threads. Part of
 * tenon/testing/sequence.h, which includes it behind the objects of the program.
 */
#ifndef TENON_TESTING_SEQUENCE_FLIGHT_H
#define TENON_TESTING_SEQUENCE_FLIGHT_H

#ifndef TENON_TESTING_SEQUENCE_H
#error "include tenon/testing/sequence.h"
#endif

/* --- callbacks */

/** What a callback can be told to do. */
enum { WAIT = 1, INFER, GET_TENSOR, UNSET_TENSOR, START, SET_CALLBACK, CANCEL };

static inline void sequence_first(void *user, tn_infer_request *self, tn_status status,
                                  const tn_error *record);
static inline void sequence_second(void *user, tn_infer_request *self, tn_status status,
                                   const tn_error *record);

static inline tn_status sequence_act(unsigned action, tn_infer_request *self, sequence_watch *watch,
                                     unsigned which) {
  tn_tensor *unused = NULL;
  if (action == WAIT) return tn_infer_request_wait(self, 0, NULL);
  if (action == INFER) return tn_infer_request_infer(self, NULL);
  if (action == GET_TENSOR) return tn_infer_request_get_tensor(self, 0, &unused, NULL);
  if (action == UNSET_TENSOR) return tn_infer_request_set_tensor(self, 0, NULL, NULL);
  if (action == START) return tn_infer_request_start(self, NULL, NULL);
  if (action == CANCEL) return tn_infer_request_cancel(self, NULL);
  return tn_infer_request_set_callback(self, which == 1 ? sequence_second : sequence_first, watch,
                                       NULL);
}

static inline void sequence_called(unsigned which, sequence_watch *watch, tn_infer_request *self,
                                   tn_status status, const tn_error *record) {
  while (watch->latch)
    nanosleep(&(struct timespec){0, 50000}, NULL);
  watch->last_status = status;
  watch->error_fits = status == TN_OK ? !record : record && record->status == status;
  const unsigned action = atomic_exchange(&watch->action, 0);
  if (action) watch->action_status = sequence_act(action, self, watch, which);
  watch->calls[which]++;
}

static inline void sequence_first(void *user, tn_infer_request *self, tn_status status,
                                  const tn_error *record) {
  sequence_called(1, (sequence_watch *)user, self, status, record);
}

static inline void sequence_second(void *user, tn_infer_request *self, tn_status status,
                                   const tn_error *record) {
  sequence_called(2, (sequence_watch *)user, self, status, record);
}

static inline sequence_watch *sequence_watched(uint32_t slot) {
  sequence_objects.watch[slot].latch = sequence_objects.latched;
  return &sequence_objects.watch[slot];
}

/** The two arguments of set_callback: none (0), the first (1) or the second (2) callback. */
#define callback(slot, which) \
  (which) == 0 ? NULL : (which) == 1 ? sequence_first : sequence_second, sequence_watched(slot)

/** What the next callback of a request does. */
static inline void in_callback(uint32_t slot, unsigned deed) {
  sequence_objects.watch[slot].action = deed;
}

/** What that call gave. */
#define EXPECT_IN_CALLBACK(slot, asked)                                            \
  sequence_expect(__LINE__, sequence_objects.watch[slot].action_status == (asked), \
                  "in the callback the call did not give " #asked)

/** How often the callback `which` of a request was called. */
#define EXPECT_CALLS(slot, which, count)                                          \
  sequence_expect(__LINE__, sequence_objects.watch[slot].calls[which] == (count), \
                  "callback " #which " of request[" #slot "] was not called " #count " times")

/** The callback was told what the last call gave. */
#define EXPECT_TOLD(slot)                                                                \
  sequence_expect(__LINE__,                                                              \
                  sequence_objects.watch[slot].last_status == sequence_objects.status && \
                      sequence_objects.watch[slot].error_fits,                           \
                  "the callback of request[" #slot "] was told another status")

/** Keeps how a generation ended, for EXPECT_SAME_END. */
#define KEEP_END(slot) ((void)(sequence_objects.ended[slot] = sequence_objects.status))

/** wait gives the same however often it is called. */
#define EXPECT_SAME_END(slot)                                                        \
  sequence_expect(__LINE__, sequence_objects.ended[slot] == sequence_objects.status, \
                  "wait gives another status than before")

/* --- holding what is in flight */

/** Keeps callbacks from returning. */
static inline void hold_callbacks(void) {
  sequence_objects.latched = 1;
  for (uint32_t i = 0; i < SEQUENCE_SLOTS; i++)
    sequence_objects.watch[i].latch = 1;
}

/** Keeps the plugin's tasks in the host's executors; what has begun all the same does not return
 * from its callback. */
static inline void hold_tasks(void) {
  sequence_host_hold(&sequence_the_host, 1);
  hold_callbacks();
}

/** Lets all go on. */
static inline void let_go(void) {
  sequence_host_hold(&sequence_the_host, 0);
  sequence_objects.latched = 0;
  for (uint32_t i = 0; i < SEQUENCE_SLOTS; i++)
    sequence_objects.watch[i].latch = 0;
}

/* --- waiting on other threads */

/** A thread that waits. */
typedef struct sequence_waiter {
  pthread_t thread;
  tn_infer_request *waited_for;
  atomic_int waits;
  tn_status status;
} sequence_waiter;

static inline void *sequence_wait(void *argument) {
  sequence_waiter *self = (sequence_waiter *)argument;
  self->waits = 1;
  self->status = tn_infer_request_wait(self->waited_for, -1, NULL);
  return NULL;
}

static sequence_waiter sequence_waiters[SEQUENCE_SLOTS][SEQUENCE_SLOTS];
static unsigned sequence_waiter_count[SEQUENCE_SLOTS];

/** Another thread waits for the generation in flight. */
static inline void wait_elsewhere(uint32_t slot) {
  sequence_waiter *self = &sequence_waiters[slot][sequence_waiter_count[slot]++];
  self->waited_for = request[slot];
  self->waits = 0;
  EXPECT(pthread_create(&self->thread, NULL, sequence_wait, self) == 0);
  while (!self->waits)
    nanosleep(&(struct timespec){0, 50000}, NULL);
  nanosleep(&(struct timespec){0, 50000}, NULL);
}

static inline int sequence_waiters_got(uint32_t slot, const tn_status *asked, size_t count) {
  int right = 1;
  for (unsigned i = 0; i < sequence_waiter_count[slot]; i++) {
    pthread_join(sequence_waiters[slot][i].thread, NULL);
    right = right && sequence_is_one(sequence_waiters[slot][i].status, asked, count);
  }
  sequence_waiter_count[slot] = 0;
  return right;
}

/** The threads that wait for a request were given one of the statuses that follow. */
#define EXPECT_ELSEWHERE(slot, ...)                                                               \
  do {                                                                                            \
    static const tn_status asked_[] = {__VA_ARGS__};                                              \
    sequence_expect(__LINE__, sequence_waiters_got(slot, asked_, sizeof asked_ / sizeof *asked_), \
                    "wait on another thread gave another status");                                \
  } while (0)

/** start, and wait unless start has failed. */
static inline tn_status start_and_wait(uint32_t slot, tn_error *record) {
  tn_status came = tn_infer_request_start(request[slot], NULL, record);
  if (came != TN_OK) return came;
  sequence_objects.background[slot]++;
  return tn_infer_request_wait(request[slot], -1, record);
}

#endif
