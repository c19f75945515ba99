/* Variables: handles, values, resets. */
#include <string.h>

#include "sequences/calls.h"

static const sequence_request *request_of(const sequence_state *m, uint32_t handle) {
  return &m->requests[m->states[handle].owner];
}

static bool is_usable(const sequence_state *m, uint32_t handle) {
  return m->states[handle].exists && is_decided(request_of(m, handle)) &&
         (m->hold == 0 || request_of(m, handle)->phase == SEQUENCE_HELD);
}

/* Asks for BUSY in flight; returns whether nothing is. */
static bool ask_idle(const sequence_request *self, sequence_ask *ask) {
  if (self->phase == SEQUENCE_IDLE) return true;
  if (ask->statuses.count && ask->statuses.items[0] != TN_OK)
    ask_also(ask, TN_BUSY);
  else
    ask_for(ask, TNI_CLAUSE(STATE, 8), TN_BUSY);
  return false;
}

TN_SEQUENCE_GIFT(open_state, SEQUENCE_IN_STATE, 10, SEQUENCE_REQUESTS, SEQUENCE_VARIABLES,
                 SEQUENCE_STATE_HANDLES, 0, state[ARG2],
                 states_of(ARG0)->open(request[ARG0], find_state(ARG0, ARG1), &state[ARG2],
                                       &error)) {
  ask_for(ask, TNI_CLAUSE(STATE, 1), TN_OK);
  if (!ask_idle(&m->requests[arg[0]], ask)) return;
  m->states[arg[2]].exists = true;
  m->states[arg[2]].owner = arg[0];
  m->states[arg[2]].variable = arg[1];
}

TN_SEQUENCE_LEGAL(open_state) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && !m->states[arg[2]].exists &&
         arg[1] < facts_of(m, self)->variable_count;
}

TN_SEQUENCE_GIFT(open_unknown_state, SEQUENCE_IN_STATE, 1, SEQUENCE_REQUESTS,
                 SEQUENCE_STATE_HANDLES, 0, 0, state[ARG1],
                 states_of(ARG0)->open(request[ARG0], 99, &state[ARG1], &error)) {
  ask_for(ask, TNI_CLAUSE(STATE, 10), TN_OUT_OF_RANGE);
  ask_idle(&m->requests[arg[0]], ask);
}

TN_SEQUENCE_LEGAL(open_unknown_state) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && !m->states[arg[1]].exists;
}

TN_SEQUENCE_DEED(destroy_state, SEQUENCE_IN_STATE, 2, SEQUENCE_STATE_HANDLES, 0, 0, 0,
                 destroy_state(ARG0)) {
  m->states[arg[0]].exists = false;
  ask_for(ask, TNI_CLAUSE(LIFE, 5), TN_OK);
}

TN_SEQUENCE_LEGAL(destroy_state) {
  return m->states[arg[0]].exists;
}

TN_SEQUENCE_CALL(reset_state, SEQUENCE_IN_STATE, 24, SEQUENCE_STATE_HANDLES, 0, 0, 0,
                 state[ARG0]->api->reset(state[ARG0], &error)) {
  sequence_request *self = &m->requests[m->states[arg[0]].owner];
  const uint32_t variable = m->states[arg[0]].variable;
  ask_for(ask, TNI_CLAUSE(STATE, 4), TN_OK);
  if (!ask_idle(self, ask)) return;
  self->unknown[variable] = false;
  add_event(m, self, &(sequence_event){.kind = SEQUENCE_EVENT_RESET, .variable = variable});
}

TN_SEQUENCE_LEGAL(reset_state) {
  return is_usable(m, arg[0]) && request_of(m, arg[0])->history.count < SEQUENCE_EVENTS - 2;
}

TN_SEQUENCE_CALL(set_state, SEQUENCE_IN_STATE, 20, SEQUENCE_STATE_HANDLES, SEQUENCE_TENSORS, 0, 0,
                 state[ARG0]->api->set(state[ARG0], tensor[ARG1], &error)) {
  sequence_request *self = &m->requests[m->states[arg[0]].owner];
  const uint32_t variable = m->states[arg[0]].variable;
  const sequence_tensor *value = &m->tensors[arg[1]];
  if (tensor_fits(&facts_of(m, self)->variables[variable], value, ask, TNI_CLAUSE(STATE, 6),
                  TNI_CLAUSE(STATE, 6)))
    ask_for(ask, TNI_CLAUSE(STATE, 5), TN_OK);
  if (!ask_idle(self, ask) || !sequence_statuses_hold(&ask->statuses, TN_OK)) return;
  sequence_event event = {.kind = SEQUENCE_EVENT_SET, .variable = variable};
  event.values[0].seed = value->seed;
  memcpy(event.values[0].shape, value->shape, sizeof value->shape);
  self->unknown[variable] = value->seed == 0;
  add_event(m, self, &event);
}

TN_SEQUENCE_LEGAL(set_state) {
  return is_usable(m, arg[0]) && m->tensors[arg[1]].ours && !m->tensors[arg[1]].remote &&
         !m->tensors[arg[1]].spoiled && request_of(m, arg[0])->history.count < SEQUENCE_EVENTS - 2;
}

TN_SEQUENCE_GIFT(get_state, SEQUENCE_IN_STATE, 24, SEQUENCE_STATE_HANDLES, 0, 0, 0, got,
                 state[ARG0]->api->get(state[ARG0], &got, &error)) {
  const sequence_request *self = request_of(m, arg[0]);
  ask_for(ask, TNI_CLAUSE(STATE, 2), TN_OK);
  ask->gives_reference = true;
  if (ask_idle(self, ask) && !self->unknown[m->states[arg[0]].variable])
    ask->variable_of = arg[0] + 1;
}

TN_SEQUENCE_LEGAL(get_state) {
  return is_usable(m, arg[0]);
}
