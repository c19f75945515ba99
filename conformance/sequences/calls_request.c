/* Tensors, ports and inferences on the calling thread. */
#include <string.h>

#include "sequences/calls.h"

enum {
  ANY_PORT = SEQUENCE_PORTS + SEQUENCE_VARIABLES, /* variables count as ports behind the others */
  BASIC = SEQUENCE_IN_ALL & ~SEQUENCE_IN_MODEL
};

/* --- tensors of the application */

static const int64_t sizes[SEQUENCE_VARIETY_COUNT] = {
    [SEQUENCE_FITS_2] = 2, [SEQUENCE_FITS_3] = 3, [SEQUENCE_FITS_5] = 5, [SEQUENCE_FIXED] = 1};

static bool has_open_dimension(const sequence_place *place) {
  for (uint32_t i = 0; i < place->rank; i++)
    if (place->min[i] != place->max[i]) return true;
  return false;
}

static int64_t extent_of(const sequence_place *place, uint32_t dimension, uint32_t variety) {
  const int64_t min = place->min[dimension], max = place->max[dimension];
  if (min == max) return min;
  if (variety == SEQUENCE_OUTSIDE) return max + 6;
  const int64_t size = sizes[variety] ? sizes[variety] : 2;
  return size < min ? min : size > max ? max : size;
}

/* Tensors that fit are drawn more often than others. */
enum { VARIETIES_DRAWN = SEQUENCE_VARIETY_COUNT + 8 };

static uint32_t variety_of(uint32_t drawn) {
  return drawn < SEQUENCE_VARIETY_COUNT ? drawn : drawn % 3 + SEQUENCE_FITS_2;
}

static void describe_tensor(sequence_tensor *self, const sequence_place *place, uint32_t variety) {
  memset(self, 0, sizeof *self);
  self->exists = self->ours = true;
  self->type = place->type;
  self->rank = place->rank;
  self->fixed = variety == SEQUENCE_FIXED;
  if (variety == SEQUENCE_WRONG_TYPE) self->type = place->type == TN_I32 ? TN_F32 : TN_I32;
  for (uint32_t i = 0; i < place->rank; i++)
    self->shape[i] = extent_of(place, i, variety);
  if (variety == SEQUENCE_WRONG_SHAPE) self->shape[self->rank++] = 1;
}

TN_SEQUENCE_DEED(make_tensor, SEQUENCE_IN_ALL, 14, SEQUENCE_TENSORS, SEQUENCE_MODELS, ANY_PORT,
                 VARIETIES_DRAWN, make_tensor(ARG0, ARG1, ARG2, ARG3)) {
  sequence_tensor *self = &m->tensors[arg[0]];
  describe_tensor(self, place_at(&m->facts[arg[1]], arg[2]), variety_of(arg[3]));
  self->seed = next_seed(m);
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(make_tensor) {
  const sequence_place *place = place_at(&m->facts[arg[1]], arg[2]);
  const bool needs_open = arg[3] == SEQUENCE_OUTSIDE || arg[3] == SEQUENCE_FIXED;
  return !m->tensors[arg[0]].exists && place && (!needs_open || has_open_dimension(place));
}

TN_SEQUENCE_DEED(release_tensor, SEQUENCE_IN_ALL, 6, SEQUENCE_TENSORS, 0, 0, 0,
                 release_tensor(ARG0)) {
  m->tensors[arg[0]].ours = false;
  settle_tensor(&m->tensors[arg[0]]);
  ask_for(ask, TNI_CLAUSE(LIFE, 7), TN_OK);
}

TN_SEQUENCE_LEGAL(release_tensor) {
  return m->tensors[arg[0]].ours;
}

TN_SEQUENCE_DEED(fill_tensor, BASIC, 6, SEQUENCE_TENSORS, 0, 0, 0, fill_tensor(ARG0)) {
  m->tensors[arg[0]].seed = next_seed(m);
  ask_for(ask, TNI_CLAUSE(REMOTE, 2), TN_OK);
}

TN_SEQUENCE_LEGAL(fill_tensor) {
  return m->tensors[arg[0]].ours && !is_in_use(m, arg[0]);
}

/* --- ports */

/* What replaces a batch gives its references back. */
static void ask_batch_back(const sequence_port *port, sequence_ask *ask) {
  if (port->batch_count) ask->references = TNI_CLAUSE(REQUEST, 14);
}

TN_SEQUENCE_CALL(set_tensor, BASIC, 34, SEQUENCE_REQUESTS, SEQUENCE_PORTS, SEQUENCE_TENSORS, 0,
                 tn_infer_request_set_tensor(request[ARG0], ARG1, tensor[ARG2], &error)) {
  sequence_request *self = &m->requests[arg[0]];
  sequence_tensor *given = &m->tensors[arg[2]];
  const sequence_place *place = place_at(facts_of(m, self), arg[1]);
  if (tensor_fits(place, given, ask, TNI_CLAUSE(REQUEST, 8), TNI_CLAUSE(REQUEST, 9)))
    ask_for(ask, given->remote ? TNI_CLAUSE(REMOTE, 3) : TNI_CLAUSE(TENSOR, 1), TN_OK);
  ask_busy(self, ask, TNI_CLAUSE(REQUEST, 11));
  if (!sequence_statuses_hold(&ask->statuses, TN_OK)) return;
  ask_batch_back(&self->ports[arg[1]], ask);
  given->held++;
  unset_port(m, &self->ports[arg[1]]);
  self->ports[arg[1]].set = arg[2] + 1;
}

/* A tensor is an input of many ports, or the output of one: what it means to be both is told
 * nowhere. */
TN_SEQUENCE_LEGAL(set_tensor) {
  const sequence_request *self = request_at(m, arg[0]);
  const sequence_tensor *given = &m->tensors[arg[2]];
  if (!self || !is_decided(self) || !is_port(m, self, arg[1]) || !given->ours) return false;
  if (m->hold && self->phase == SEQUENCE_IDLE && is_in_use(m, arg[2])) return false;
  if (!is_output(m, self, arg[1]))
    return !is_written(m, arg[2]) && !given->fixed && !given->spoiled;
  sequence_ask unused;
  const sequence_place *place = place_at(facts_of(m, self), arg[1]);
  const bool here = self->ports[arg[1]].set == arg[2] + 1;
  return given->held == (here ? 1u : 0u) &&
         (given->type != place->type || tensor_fits(place, given, &unused, 0, 0));
}

TN_SEQUENCE_CALL(unset_tensor, BASIC, 5, SEQUENCE_REQUESTS, SEQUENCE_PORTS, 0, 0,
                 tn_infer_request_set_tensor(request[ARG0], ARG1, NULL, &error)) {
  sequence_request *self = &m->requests[arg[0]];
  ask_for(ask, TNI_CLAUSE(REQUEST, 7), TN_OK);
  ask_busy(self, ask, TNI_CLAUSE(REQUEST, 11));
  if (self->phase != SEQUENCE_IDLE) return;
  ask_batch_back(&self->ports[arg[1]], ask);
  unset_port(m, &self->ports[arg[1]]);
}

TN_SEQUENCE_LEGAL(unset_tensor) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && is_port(m, self, arg[1]);
}

TN_SEQUENCE_CALL(set_unknown_port, BASIC, 1, SEQUENCE_REQUESTS, SEQUENCE_TENSORS, 0, 0,
                 tn_infer_request_set_tensor(request[ARG0], 99, tensor[ARG1], &error)) {
  ask_for(ask, TNI_CLAUSE(ERROR, 1), TN_OUT_OF_RANGE);
  ask_busy(&m->requests[arg[0]], ask, TNI_CLAUSE(REQUEST, 11));
}

TN_SEQUENCE_LEGAL(set_unknown_port) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && m->tensors[arg[1]].ours;
}

TN_SEQUENCE_GIFT(get_tensor, BASIC, 8, SEQUENCE_REQUESTS, SEQUENCE_PORTS, 0, 0, got,
                 tn_infer_request_get_tensor(request[ARG0], ARG1, &got, &error)) {
  const sequence_request *self = &m->requests[arg[0]];
  const sequence_port *port = &self->ports[arg[1]];
  if (port->batch_count)
    ask_for(ask, TNI_CLAUSE(REQUEST, 14), TN_WRONG_STATE);
  else
    ask_for(ask, TNI_CLAUSE(REQUEST, 5), TN_OK);
  ask_busy(self, ask, TNI_CLAUSE(REQUEST, 11));
  if (port->too_small)
    ask->pointer = SEQUENCE_POINTER_ANY;
  else
    ask->pointer = port->set ? SEQUENCE_POINTER_TENSOR + port->set - 1 : SEQUENCE_POINTER_OWN;
}

TN_SEQUENCE_LEGAL(get_tensor) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && is_port(m, self, arg[1]);
}

TN_SEQUENCE_GIFT(get_unknown_port, BASIC, 1, SEQUENCE_REQUESTS, 0, 0, 0, got,
                 tn_infer_request_get_tensor(request[ARG0], 99, &got, &error)) {
  ask_for(ask, TNI_CLAUSE(ERROR, 1), TN_OUT_OF_RANGE);
  ask_busy(&m->requests[arg[0]], ask, TNI_CLAUSE(REQUEST, 11));
}

TN_SEQUENCE_LEGAL(get_unknown_port) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}

TN_SEQUENCE_DEED(fill_own, BASIC, 4, SEQUENCE_REQUESTS, SEQUENCE_PORTS, 0, 0,
                 fill_own(ARG0, ARG1)) {
  m->requests[arg[0]].ports[arg[1]].own_seed = next_seed(m);
  ask_for(ask, TNI_CLAUSE(REQUEST, 5), TN_OK);
}

TN_SEQUENCE_LEGAL(fill_own) {
  const sequence_request *self = request_at(m, arg[0]);
  return is_free(m, self) && is_port(m, self, arg[1]) && !is_output(m, self, arg[1]) &&
         !self->ports[arg[1]].set && !self->ports[arg[1]].batch_count &&
         !has_open_dimension(place_at(facts_of(m, self), arg[1]));
}

/* --- inferences */

TN_SEQUENCE_CALL(infer, BASIC, 30, SEQUENCE_REQUESTS, 0, 0, 0,
                 tn_infer_request_infer(request[ARG0], &error)) {
  sequence_request *self = &m->requests[arg[0]];
  if (self->phase == SEQUENCE_HELD) {
    ask_for(ask, TNI_CLAUSE(INFER, 7), TN_BUSY);
    return;
  }
  ask_run(m, self, ask);
  const bool right = sequence_statuses_hold(&ask->statuses, TN_OK);
  note_run(m, self, !right);
  if (right && outputs_are_known(m, self)) ask->outputs_of = arg[0] + 1;
}

TN_SEQUENCE_LEGAL(infer) {
  const sequence_request *self = request_at(m, arg[0]);
  if (!self || !is_decided(self)) return false;
  return self->phase == SEQUENCE_HELD || (m->hold == 0 && can_run(m, self));
}
