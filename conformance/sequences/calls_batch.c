/* Inputs made of several tensors. */
#include <string.h>

#include "sequences/calls.h"

enum {
  PORTS = 3, /* of the models of the kind */
  BEYOND = SEQUENCE_BATCH + 1,
  NARROW = 0, /* what items are made as: other than their port, or else (the larger part) like it */
  OF_OTHER_TYPE = 1,
  ITEMS_DRAWN = 10
};

/* What is handed over. */
struct batch {
  uint32_t owner, port, count;
  uint32_t slots[SEQUENCE_BATCH];
};

/* --- tensors of one row */

TN_SEQUENCE_DEED(make_item, SEQUENCE_IN_BATCH, 14, SEQUENCE_TENSORS, SEQUENCE_MODELS, PORTS,
                 ITEMS_DRAWN, make_tensor(ARG0, ARG1, ARG2, ARG3)) {
  const sequence_place *place = place_at(&m->facts[arg[1]], arg[2]);
  sequence_tensor *self = &m->tensors[arg[0]];
  memset(self, 0, sizeof *self);
  self->exists = self->ours = true;
  self->type = arg[3] == OF_OTHER_TYPE ? TN_I32 : place->type;
  self->rank = place->rank;
  memcpy(self->shape, place->min, sizeof self->shape);
  self->shape[0] = 1;
  if (arg[3] == NARROW) self->shape[self->rank - 1]--;
  self->seed = next_seed(m);
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(make_item) {
  const sequence_place *place = place_at(&m->facts[arg[1]], arg[2]);
  return !m->tensors[arg[0]].exists && place && place->rank > 1;
}

/* --- giving them to an input */

static void refuse(sequence_ask *ask, const sequence_statuses *more) {
  if (sequence_statuses_hold(&ask->statuses, TN_OK))
    ask_one_of(ask, TNI_CLAUSE(REQUEST, 13), more);
  else
    statuses_join(&ask->statuses, more);
}

static void ask_fit(const sequence_state *m, const sequence_place *place, const struct batch *batch,
                    sequence_ask *ask) {
  static const sequence_statuses wrong_shape = {.count = 1, .items = {TN_WRONG_SHAPE}};
  sequence_place item = *place;
  item.min[0] = item.max[0] = 1;
  if (batch->count < place->min[0] || batch->count > place->max[0]) refuse(ask, &wrong_shape);
  for (uint32_t i = 0; i < batch->count; i++) {
    sequence_ask own = {0};
    if (!tensor_fits(&item, &m->tensors[batch->slots[i]], &own, 0, 0)) refuse(ask, &own.statuses);
  }
}

static void set_batch(sequence_state *m, const struct batch *batch, sequence_ask *ask) {
  static const sequence_statuses unsupported = {.count = 1, .items = {TN_UNSUPPORTED}};
  sequence_request *self = &m->requests[batch->owner];
  sequence_port *port = &self->ports[batch->port];
  ask_for(ask, TNI_CLAUSE(REQUEST, 12), TN_OK);
  ask->references = TNI_CLAUSE(REQUEST, 14);
  if (is_output(m, self, batch->port)) refuse(ask, &unsupported);
  ask_fit(m, place_at(facts_of(m, self), batch->port), batch, ask);
  ask_busy(self, ask, TNI_CLAUSE(REQUEST, 11));
  if (!sequence_statuses_hold(&ask->statuses, TN_OK)) return;
  for (uint32_t i = 0; i < batch->count; i++)
    m->tensors[batch->slots[i]].held++;
  unset_port(m, port);
  port->batch_count = batch->count;
  memcpy(port->batch, batch->slots, sizeof port->batch);
  memcpy(port->batch_shape, m->tensors[batch->slots[0]].shape, sizeof port->batch_shape);
  port->batch_shape[0] = batch->count;
}

static bool is_item(const sequence_state *m, const sequence_request *self, uint32_t slot) {
  const sequence_tensor *given = &m->tensors[slot];
  if (m->hold && self->phase == SEQUENCE_IDLE && is_in_use(m, slot)) return false;
  return given->ours && !given->fixed && !given->spoiled && !is_written(m, slot);
}

/* How many references of a tensor a batch takes in which it stands twice is told nowhere. */
static bool is_batch(const sequence_state *m, const struct batch *batch) {
  const sequence_request *self = request_at(m, batch->owner);
  if (!self || !is_decided(self) || !is_port(m, self, batch->port)) return false;
  for (uint32_t i = 0; i < batch->count; i++) {
    if (!is_item(m, self, batch->slots[i])) return false;
    for (uint32_t other = 0; other < i; other++)
      if (batch->slots[other] == batch->slots[i]) return false;
  }
  return true;
}

TN_SEQUENCE_CALL(set_batch_of_1, SEQUENCE_IN_BATCH, 6, SEQUENCE_REQUESTS, PORTS, SEQUENCE_TENSORS,
                 0,
                 batches_of(ARG0)->set_tensors(request[ARG0], ARG1, ITEMS(tensor[ARG2]), &error)) {
  set_batch(m, &(struct batch){arg[0], arg[1], 1, {arg[2]}}, ask);
}

TN_SEQUENCE_LEGAL(set_batch_of_1) {
  return is_batch(m, &(struct batch){arg[0], arg[1], 1, {arg[2]}});
}

TN_SEQUENCE_CALL(set_batch_of_2, SEQUENCE_IN_BATCH, 50, SEQUENCE_REQUESTS, PORTS, SEQUENCE_TENSORS,
                 SEQUENCE_TENSORS,
                 batches_of(ARG0)->set_tensors(request[ARG0], ARG1,
                                               ITEMS(tensor[ARG2], tensor[ARG3]), &error)) {
  set_batch(m, &(struct batch){arg[0], arg[1], 2, {arg[2], arg[3]}}, ask);
}

TN_SEQUENCE_LEGAL(set_batch_of_2) {
  return is_batch(m, &(struct batch){arg[0], arg[1], 2, {arg[2], arg[3]}});
}

TN_SEQUENCE_CALL(set_batch_of_3, SEQUENCE_IN_BATCH, 36, SEQUENCE_REQUESTS, SEQUENCE_TENSORS,
                 SEQUENCE_TENSORS, SEQUENCE_TENSORS,
                 batches_of(ARG0)->set_tensors(request[ARG0], 0,
                                               ITEMS(tensor[ARG1], tensor[ARG2], tensor[ARG3]),
                                               &error)) {
  set_batch(m, &(struct batch){arg[0], 0, 3, {arg[1], arg[2], arg[3]}}, ask);
}

TN_SEQUENCE_LEGAL(set_batch_of_3) {
  return is_batch(m, &(struct batch){arg[0], 0, 3, {arg[1], arg[2], arg[3]}});
}

/* --- what is no batch */

TN_SEQUENCE_CALL(set_batch_of_none, SEQUENCE_IN_BATCH, 2, SEQUENCE_REQUESTS, PORTS, 0, 0,
                 batches_of(ARG0)->set_tensors(request[ARG0], ARG1, NULL, 0, &error)) {
  ask_for(ask, TNI_CLAUSE(ERROR, 11), TN_INVALID_ARGUMENT);
  ask_busy(&m->requests[arg[0]], ask, TNI_CLAUSE(REQUEST, 11));
}

TN_SEQUENCE_LEGAL(set_batch_of_none) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && is_port(m, self, arg[1]) && !is_output(m, self, arg[1]);
}

TN_SEQUENCE_CALL(set_batch_with_gap, SEQUENCE_IN_BATCH, 2, SEQUENCE_REQUESTS, PORTS,
                 SEQUENCE_TENSORS, 0,
                 batches_of(ARG0)->set_tensors(request[ARG0], ARG1, ITEMS(tensor[ARG2], NULL),
                                               &error)) {
  ask_for(ask, TNI_CLAUSE(ERROR, 11), TN_INVALID_ARGUMENT);
  ask->references = TNI_CLAUSE(REQUEST, 14);
  ask_busy(&m->requests[arg[0]], ask, TNI_CLAUSE(REQUEST, 11));
}

/* With nothing else wrong: what is looked at first is the plugin's. */
TN_SEQUENCE_LEGAL(set_batch_with_gap) {
  const struct batch batch = {arg[0], arg[1], 1, {arg[2]}};
  sequence_ask ask = {.statuses = {.count = 1, .items = {TN_OK}}};
  if (!is_batch(m, &batch) || is_output(m, &m->requests[arg[0]], arg[1])) return false;
  ask_fit(m, place_at(facts_of(m, &m->requests[arg[0]]), arg[1]), &batch, &ask);
  return sequence_statuses_hold(&ask.statuses, TN_OK);
}

TN_SEQUENCE_CALL(set_batch_of_unknown_port, SEQUENCE_IN_BATCH, 2, SEQUENCE_REQUESTS,
                 SEQUENCE_TENSORS, 0, 0,
                 batches_of(ARG0)->set_tensors(request[ARG0], 99, ITEMS(tensor[ARG1]), &error)) {
  ask_for(ask, TNI_CLAUSE(REQUEST, 13), TN_OUT_OF_RANGE);
  ask->references = TNI_CLAUSE(REQUEST, 14);
  ask_busy(&m->requests[arg[0]], ask, TNI_CLAUSE(REQUEST, 11));
}

TN_SEQUENCE_LEGAL(set_batch_of_unknown_port) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && m->tensors[arg[1]].ours;
}

/* --- getting them back */

TN_SEQUENCE_GIFT(get_item, SEQUENCE_IN_BATCH, 8, SEQUENCE_REQUESTS, PORTS, BEYOND, 0, got,
                 batches_of(ARG0)->get_tensor(request[ARG0], ARG1, ARG2, &got, &error)) {
  const sequence_request *self = &m->requests[arg[0]];
  const sequence_port *port = &self->ports[arg[1]];
  const bool there = arg[2] < port->batch_count;
  ask_for(ask, TNI_CLAUSE(REQUEST, 14), there ? TN_OK : TN_OUT_OF_RANGE);
  ask_busy(self, ask, TNI_CLAUSE(REQUEST, 11));
  if (there) ask->pointer = SEQUENCE_POINTER_TENSOR + port->batch[arg[2]];
}

TN_SEQUENCE_LEGAL(get_item) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self) && is_port(m, self, arg[1]);
}

TN_SEQUENCE_GIFT(get_item_of_unknown_port, SEQUENCE_IN_BATCH, 1, SEQUENCE_REQUESTS, 0, 0, 0, got,
                 batches_of(ARG0)->get_tensor(request[ARG0], 99, 0, &got, &error)) {
  ask_for(ask, TNI_CLAUSE(REQUEST, 14), TN_OUT_OF_RANGE);
  ask_busy(&m->requests[arg[0]], ask, TNI_CLAUSE(REQUEST, 11));
}

TN_SEQUENCE_LEGAL(get_item_of_unknown_port) {
  const sequence_request *self = request_at(m, arg[0]);
  return self && is_decided(self);
}
