/* Inferences in the background: generations, callbacks, waiting, cancelling. */
#include <string.h>

#include "sequences/calls.h"

static bool all_idle(const sequence_state *m) {
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    if (request_at(m, r) && m->requests[r].phase != SEQUENCE_IDLE) return false;
  return true;
}

/* --- holding what is in flight: tasks stay in the executors of the host, or callbacks do not
 * return. With tasks held callbacks do not return either, so that plugins with threads of their own
 * are held as well; a generation that is to be held has a callback. */

TN_SEQUENCE_DEED(hold_tasks, SEQUENCE_IN_FLIGHT, 6, 0, 0, 0, 0, hold_tasks()) {
  (void)arg;
  m->hold = 1;
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(hold_tasks) {
  (void)arg;
  return m->hold == 0 && all_idle(m);
}

TN_SEQUENCE_DEED(hold_callbacks, SEQUENCE_IN_FLIGHT, 3, 0, 0, 0, 0, hold_callbacks()) {
  (void)arg;
  m->hold = 2;
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(hold_callbacks) {
  (void)arg;
  return m->hold == 0 && all_idle(m);
}

TN_SEQUENCE_DEED(let_go, SEQUENCE_IN_FLIGHT, 8, 0, 0, 0, 0, let_go()) {
  (void)arg;
  m->hold = 0;
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    if (m->requests[r].exists && m->requests[r].phase == SEQUENCE_HELD)
      m->requests[r].phase = SEQUENCE_RACING;
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(let_go) {
  (void)arg;
  return m->hold != 0;
}

/* --- starting */

static void begin_generation(sequence_state *m, sequence_request *self) {
  const sequence_statuses well = {.count = 1, .items = {TN_OK}};
  self->phase = m->hold ? SEQUENCE_HELD : SEQUENCE_RACING;
  self->now = self->next = well;
  self->flight_callback = self->callback;
  self->flying = self->callback ? self->armed : SEQUENCE_DO_NOTHING;
  if (self->callback) self->armed = SEQUENCE_DO_NOTHING;
  note_run(m, self, false);
}

TN_SEQUENCE_CALL(start, SEQUENCE_IN_FLIGHT, 28, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_start(request[ARG0], NULL, &error)) {
  sequence_request *self = &m->requests[arg[0]];
  if (self->phase == SEQUENCE_HELD) {
    ask_for(ask, TNI_CLAUSE(ASYNC, 15), TN_BUSY);
    return;
  }
  ask_for(ask, TNI_CLAUSE(ASYNC, 2), TN_OK);
  begin_generation(m, self);
}

TN_SEQUENCE_LEGAL(start) {
  const sequence_request *self = request_at(m, arg[0]);
  sequence_ask ask = {0};
  if (!self || !is_decided(self)) return false;
  if (self->phase == SEQUENCE_HELD) return true;
  if (!can_run(m, self) || (m->hold && !self->callback)) return false;
  ask_run(m, self, &ask);
  return sequence_statuses_hold(&ask.statuses, TN_OK);
}

TN_SEQUENCE_CALL(start_refused, SEQUENCE_IN_FLIGHT, 2, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_start(request[ARG0], unknown_flags(tn_start_options), &error)) {
  ask_for(ask, TNI_CLAUSE(ABI, 6), TN_INVALID_ARGUMENT);
  if (m->requests[arg[0]].phase == SEQUENCE_HELD) ask_also(ask, TN_BUSY);
}

TN_SEQUENCE_LEGAL(start_refused) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}

/* Whether start finds what is wrong with the inputs, or the inference does, is the plugin's. */
TN_SEQUENCE_CALL(start_and_wait, SEQUENCE_IN_DYNAMIC | SEQUENCE_IN_ASYNC | SEQUENCE_IN_BATCH, 14,
                 SEQUENCE_REQUESTS, 0, 0, 0, start_and_wait(ARG0, &error)) {
  sequence_request *self = &m->requests[arg[0]];
  ask_run(m, self, ask);
  ask->clause = TNI_CLAUSE(ASYNC, 24);
  const bool right = sequence_statuses_hold(&ask->statuses, TN_OK);
  self->flight_callback = self->callback;
  note_run(m, self, !right);
  if (right && outputs_are_known(m, self)) ask->outputs_of = arg[0] + 1;
  if (right)
    self->last = ask->statuses;
  else
    statuses_join(&self->last, &ask->statuses); /* when start has failed, it is as before */
}

TN_SEQUENCE_LEGAL(start_and_wait) {
  const sequence_request *self = request_at(m, arg[0]);
  return is_free(m, self) && can_run(m, self) && !self->armed;
}

/* --- waiting */

/* The generation has ended; its callback may have started the next one. */
static void end_generation(sequence_state *m, sequence_request *self) {
  const bool again = self->flying == SEQUENCE_DO_START;
  if (self->now.count > 1) note_doubt(m, self);
  self->last = self->now;
  note_callback(m, self);
  self->phase = again ? SEQUENCE_RACING : SEQUENCE_IDLE;
  if (!again) return;
  self->now = self->next;
  note_run(m, self, false);
}

TN_SEQUENCE_CALL(wait, SEQUENCE_IN_FLIGHT, 60, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_wait(request[ARG0], -1, &error)) {
  sequence_request *self = &m->requests[arg[0]];
  ask_one_of(ask, TNI_CLAUSE(ASYNC, 10), &self->now);
  if (self->flying == SEQUENCE_DO_START) statuses_join(&ask->statuses, &self->next);
  if (self->waiters) statuses_join(&self->elsewhere, &ask->statuses);
  const bool known = outputs_are_known(m, self) && self->flying != SEQUENCE_DO_START;
  end_generation(m, self);
  if (known) ask->outputs_of = arg[0] + 1;
  if (self->phase != SEQUENCE_IDLE) return;
  ask->elsewhere = self->elsewhere;
  self->elsewhere.count = self->waiters = 0;
}

TN_SEQUENCE_LEGAL(wait) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && self->phase == SEQUENCE_RACING;
}

/* Other threads wait for the generation that is held. */
TN_SEQUENCE_DEED(wait_elsewhere, SEQUENCE_IN_ASYNC | SEQUENCE_IN_CALLBACK, 8, SEQUENCE_REQUESTS, 0,
                 0, 0, wait_elsewhere(ARG0)) {
  m->requests[arg[0]].waiters++;
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(wait_elsewhere) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && self->phase == SEQUENCE_HELD && self->waiters < SEQUENCE_WAITERS;
}

TN_SEQUENCE_CALL(wait_again, SEQUENCE_IN_FLIGHT, 12, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_wait(request[ARG0], -1, &error)) {
  ask_one_of(ask, TNI_CLAUSE(ASYNC, 13), &m->requests[arg[0]].last);
}

TN_SEQUENCE_LEGAL(wait_again) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && self->phase == SEQUENCE_IDLE;
}

static void ask_in_flight(const sequence_request *self, sequence_ask *ask) {
  if (self->phase == SEQUENCE_HELD)
    ask_for(ask, TNI_CLAUSE(ASYNC, 14), TN_TIMEOUT);
  else
    ask_one_of(ask, TNI_CLAUSE(ASYNC, 13), &self->last);
}

TN_SEQUENCE_CALL(look, SEQUENCE_IN_FLIGHT, 3, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_wait(request[ARG0], 0, &error)) {
  ask_in_flight(&m->requests[arg[0]], ask);
}

TN_SEQUENCE_LEGAL(look) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}

TN_SEQUENCE_CALL(wait_shortly, SEQUENCE_IN_ASYNC, 2, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_wait(request[ARG0], 200000, &error)) {
  ask_in_flight(&m->requests[arg[0]], ask);
}

TN_SEQUENCE_LEGAL(wait_shortly) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}

/* --- cancelling */

TN_SEQUENCE_CALL(cancel, SEQUENCE_IN_FLIGHT, 8, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_cancel(request[ARG0], &error)) {
  sequence_request *self = &m->requests[arg[0]];
  const bool idle = self->phase == SEQUENCE_IDLE;
  ask_for(ask, idle ? TNI_CLAUSE(ASYNC, 19) : TNI_CLAUSE(ASYNC, 20), TN_OK);
  if (idle) return;
  statuses_add(&self->now, TN_CANCELLED);
  if (self->phase == SEQUENCE_RACING && self->flying == SEQUENCE_DO_START)
    statuses_add(&self->next, TN_CANCELLED);
}

TN_SEQUENCE_LEGAL(cancel) {
  return request_at(m, arg[0]) != NULL;
}

/* --- callbacks */

TN_SEQUENCE_CALL(set_callback, SEQUENCE_IN_FLIGHT, 8, SEQUENCE_REQUESTS, 3, 0, 0,
                 tn_infer_request_set_callback(request[ARG0], callback(ARG0, ARG1), &error)) {
  sequence_request *self = &m->requests[arg[0]];
  if (self->phase == SEQUENCE_HELD) {
    ask_for(ask, TNI_CLAUSE(REQUEST, 11), TN_BUSY);
    return;
  }
  ask_for(ask, TNI_CLAUSE(ASYNC, 26), TN_OK);
  self->callback = arg[1];
}

TN_SEQUENCE_LEGAL(set_callback) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}

TN_SEQUENCE_DEED(in_callback, SEQUENCE_IN_CALLBACK | SEQUENCE_IN_ASYNC, 12, SEQUENCE_REQUESTS,
                 SEQUENCE_ACTION_COUNT, 0, 0, in_callback(ARG0, ARG1)) {
  m->requests[arg[0]].armed = arg[1];
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(in_callback) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && self->phase == SEQUENCE_IDLE && self->callback && arg[1] != SEQUENCE_DO_NOTHING;
}

/* --- destroying */

static uint32_t count_in_flight(const sequence_state *m) {
  uint32_t count = 0;
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    count += request_at(m, r) && m->requests[r].phase != SEQUENCE_IDLE;
  return count;
}

TN_SEQUENCE_DEED(destroy_request, SEQUENCE_IN_ALL, 2, SEQUENCE_REQUESTS, 0, 0, 0,
                 destroy_request(ARG0)) {
  sequence_request *self = &m->requests[arg[0]];
  ask_for(ask, TNI_CLAUSE(LIFE, 5), TN_OK);
  if (self->phase != SEQUENCE_IDLE) {
    const bool refused = self->flying == SEQUENCE_DO_START;
    ask->clause = TNI_CLAUSE(ASYNC, 12);
    note_doubt(m, self);
    note_callback(m, self);
    if (refused) {
      self->acted_clause = TNI_CLAUSE(ASYNC, 12);
      self->acted_statuses = (sequence_statuses){.count = 1, .items = {TN_WRONG_STATE}};
    }
  }
  for (uint32_t p = 0; p < SEQUENCE_PORTS; p++)
    unset_port(m, &self->ports[p]);
  self->phase = SEQUENCE_IDLE;
  self->exists = false;
}

TN_SEQUENCE_LEGAL(destroy_request) {
  const sequence_request *self = request_at(m, arg[0]);
  if (!self) return false;
  for (uint32_t s = 0; s < SEQUENCE_STATE_HANDLES; s++)
    if (m->states[s].exists && m->states[s].owner == arg[0]) return false;
  if (self->phase == SEQUENCE_IDLE) return true;
  if (self->waiters) return false; /* no other call may be running */
  const bool starts = self->flying == SEQUENCE_DO_START;
  if (self->phase == SEQUENCE_RACING) return !starts;
  return count_in_flight(m) == 1 && (m->hold == 1 || !starts);
}
