/* Remote contexts and their tensors; profiles. */
#include <string.h>

#include "sequences/calls.h"

/* --- contexts */

TN_SEQUENCE_GIFT(default_context, SEQUENCE_IN_REMOTE, 8, SEQUENCE_CONTEXTS, 0, 0, 0, context[ARG0],
                 remote_of()->default_context(plugin, device, &context[ARG0], &error)) {
  m->contexts[arg[0]].exists = m->contexts[arg[0]].is_default = true;
  ask_for(ask, TNI_CLAUSE(REMOTE, 11), TN_OK);
}

TN_SEQUENCE_LEGAL(default_context) {
  return !m->contexts[arg[0]].exists;
}

TN_SEQUENCE_GIFT(create_context, SEQUENCE_IN_REMOTE, 4, SEQUENCE_CONTEXTS, 0, 0, 0, context[ARG0],
                 remote_of()->create_context(plugin, device, NULL, &context[ARG0], &error)) {
  m->contexts[arg[0]].exists = true;
  m->contexts[arg[0]].is_default = false;
  ask_for(ask, TNI_CLAUSE(REMOTE, 1), TN_OK);
}

TN_SEQUENCE_LEGAL(create_context) {
  return !m->contexts[arg[0]].exists;
}

TN_SEQUENCE_GIFT(create_context_on_no_device, SEQUENCE_IN_REMOTE, 2, SEQUENCE_CONTEXTS, 0, 0, 0,
                 context[ARG0],
                 remote_of()->create_context(plugin, TN_STRING("no such device"), NULL,
                                             &context[ARG0], &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(DEVICE, 7), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(create_context_on_no_device) {
  return !m->contexts[arg[0]].exists;
}

TN_SEQUENCE_DEED(release_context, SEQUENCE_IN_REMOTE, 4, SEQUENCE_CONTEXTS, 0, 0, 0,
                 release_context(ARG0)) {
  m->contexts[arg[0]].exists = false;
  ask_for(ask, TNI_CLAUSE(REMOTE, 6), TN_OK);
}

TN_SEQUENCE_LEGAL(release_context) {
  return m->contexts[arg[0]].exists;
}

/* --- their tensors */

TN_SEQUENCE_DEED(make_remote, SEQUENCE_IN_REMOTE, 14, SEQUENCE_TENSORS, SEQUENCE_MODELS,
                 SEQUENCE_PORTS, SEQUENCE_CONTEXTS, make_remote(ARG0, ARG1, ARG2, ARG3)) {
  const sequence_place *place = place_at(&m->facts[arg[1]], arg[2]);
  sequence_tensor *self = &m->tensors[arg[0]];
  memset(self, 0, sizeof *self);
  self->exists = self->ours = self->remote = true;
  self->type = place->type;
  self->rank = place->rank;
  memcpy(self->shape, place->min, sizeof self->shape);
  self->seed = next_seed(m);
  ask_for(ask, TNI_CLAUSE(REMOTE, 2), TN_OK);
}

TN_SEQUENCE_LEGAL(make_remote) {
  return !m->tensors[arg[0]].exists && m->contexts[arg[3]].exists &&
         m->contexts[arg[3]].is_default && place_at(&m->facts[arg[1]], arg[2]);
}

/* --- profiles */

TN_SEQUENCE_CALL(get_profile, SEQUENCE_IN_PROFILE, 14, SEQUENCE_REQUESTS, 0, 0, 0,
                 profiling_of(ARG0)->get(request[ARG0], take_profile(), &error)) {
  const sequence_request *self = &m->requests[arg[0]];
  const bool flies = self->phase == SEQUENCE_HELD;
  if (flies) {
    ask_for(ask, TNI_CLAUSE(PROFILING, 5), TN_BUSY);
    if (!self->profiled || !self->ran_before) ask_also(ask, TN_WRONG_STATE);
    return;
  }
  if (!self->profiled || !self->ran)
    ask_for(ask, TNI_CLAUSE(PROFILING, 2), TN_WRONG_STATE);
  else
    ask_for(ask, TNI_CLAUSE(PROFILING, 1), TN_OK);
  if (self->profiled && self->ran && !self->ran_well) ask_also(ask, TN_WRONG_STATE);
  ask->profile = self->profiled && self->ran_well;
}

TN_SEQUENCE_LEGAL(get_profile) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}
