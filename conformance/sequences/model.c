/* The model of the objects: what the contract says of them, in memory. */
#include <string.h>

#include "sequences/rules.h"

/* --- what is asked */

static void add_status(sequence_statuses *set, tn_status status) {
  if (!sequence_statuses_hold(set, status) && set->count < sizeof set->items / sizeof *set->items)
    set->items[set->count++] = status;
}

static void add_all(sequence_statuses *set, const sequence_statuses *more) {
  for (uint32_t i = 0; i < more->count; i++)
    add_status(set, more->items[i]);
  set->any_failure = set->any_failure || more->any_failure;
}

bool sequence_statuses_hold(const sequence_statuses *set, tn_status status) {
  for (uint32_t i = 0; i < set->count; i++)
    if (set->items[i] == status) return true;
  return set->any_failure && status != TN_OK;
}

bool sequence_blobs_are_equal(const sequence_state *m, uint32_t one, uint32_t other) {
  return one != other && m->blobs[one].exists && m->blobs[other].exists &&
         m->blobs[one].of_compiled && m->blobs[other].of_compiled;
}

void ask_for(sequence_ask *ask, uint32_t clause, tn_status status) {
  ask->clause = clause;
  ask->statuses = (sequence_statuses){.count = 1, .items = {status}};
}

void ask_also(sequence_ask *ask, tn_status status) {
  add_status(&ask->statuses, status);
}

void ask_failure(sequence_ask *ask, uint32_t clause) {
  ask->clause = clause;
  ask->statuses = (sequence_statuses){.any_failure = true};
}

void ask_one_of(sequence_ask *ask, uint32_t clause, const sequence_statuses *set) {
  ask->clause = clause;
  ask->statuses = *set;
}

void statuses_add(sequence_statuses *set, tn_status status) {
  add_status(set, status);
}

void statuses_join(sequence_statuses *set, const sequence_statuses *more) {
  add_all(set, more);
}

void ask_busy(const sequence_request *self, sequence_ask *ask, uint32_t clause) {
  if (self->phase == SEQUENCE_IDLE) return;
  if (ask->statuses.count && ask->statuses.items[0] != TN_OK)
    ask_also(ask, TN_BUSY);
  else
    ask_for(ask, clause, TN_BUSY);
}

/* --- requests and their models */

const sequence_request *request_at(const sequence_state *m, uint32_t slot) {
  return m->requests[slot].exists ? &m->requests[slot] : NULL;
}

bool has_requests(const sequence_state *m, uint32_t slot) {
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    if (request_at(m, r) && m->requests[r].model == slot) return true;
  return false;
}

bool is_decided(const sequence_request *self) {
  return self->phase != SEQUENCE_RACING;
}

bool is_free(const sequence_state *m, const sequence_request *self) {
  return self && self->phase == SEQUENCE_IDLE && m->hold == 0;
}

const sequence_place *place_at(const sequence_facts *facts, uint32_t port) {
  uint32_t ports = facts->input_count + facts->output_count;
  if (port < ports) return &facts->ports[port];
  return port - ports < facts->variable_count ? &facts->variables[port - ports] : NULL;
}

const sequence_facts *facts_of(const sequence_state *m, const sequence_request *self) {
  return &m->facts[self->model];
}

uint64_t next_seed(sequence_state *m) {
  return ++m->seeds;
}

bool is_output(const sequence_state *m, const sequence_request *self, uint32_t port) {
  return port >= facts_of(m, self)->input_count;
}

bool is_port(const sequence_state *m, const sequence_request *self, uint32_t port) {
  const sequence_facts *facts = facts_of(m, self);
  return port < facts->input_count + facts->output_count;
}

/* --- tensors */

bool tensor_fits(const sequence_place *place, const sequence_tensor *self, sequence_ask *ask,
                 uint32_t type_clause, uint32_t shape_clause) {
  const bool type_fits = self->type == place->type;
  bool shape_fits = self->rank == place->rank;
  for (uint32_t i = 0; i < self->rank && shape_fits; i++)
    shape_fits = self->shape[i] >= place->min[i] && self->shape[i] <= place->max[i];
  if (type_fits && shape_fits) return true;
  ask_for(ask, type_fits ? shape_clause : type_clause, type_fits ? TN_WRONG_SHAPE : TN_WRONG_TYPE);
  if (!type_fits && !shape_fits) ask_also(ask, TN_WRONG_SHAPE);
  return false;
}

void settle_tensor(sequence_tensor *self) {
  if (!self->ours && self->held == 0) memset(self, 0, sizeof *self);
}

static void let_go_of(sequence_tensor *self) {
  self->held--;
  settle_tensor(self);
}

void unset_port(sequence_state *m, sequence_port *port) {
  if (port->set) let_go_of(&m->tensors[port->set - 1]);
  for (uint32_t i = 0; i < port->batch_count; i++)
    let_go_of(&m->tensors[port->batch[i]]);
  port->set = port->batch_count = 0;
  port->too_small = false;
  port->own_seed = 0;
  port->changes++;
}

static bool holds_tensor(const sequence_port *port, uint32_t slot) {
  bool found = port->set == slot + 1;
  for (uint32_t i = 0; i < port->batch_count; i++)
    found = found || port->batch[i] == slot;
  return found;
}

bool is_in_use(const sequence_state *m, uint32_t slot) {
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++) {
    const sequence_request *request = request_at(m, r);
    for (uint32_t p = 0; request && request->phase != SEQUENCE_IDLE && p < SEQUENCE_PORTS; p++)
      if (holds_tensor(&request->ports[p], slot)) return true;
  }
  return false;
}

bool is_written(const sequence_state *m, uint32_t slot) {
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++) {
    const sequence_request *self = request_at(m, r);
    for (uint32_t p = 0; self && p < SEQUENCE_PORTS; p++)
      if (self->ports[p].set == slot + 1 && is_output(m, self, p)) return true;
  }
  return false;
}

/* --- inferences */

static bool is_static(const sequence_place *place) {
  for (uint32_t i = 0; i < place->rank; i++)
    if (place->min[i] != place->max[i]) return false;
  return true;
}

/* The shape of an input in use: of the tensor or the batch that was set, or of the port. */
static const int64_t *shape_in_use(const sequence_state *m, const sequence_request *self,
                                   uint32_t port) {
  const uint32_t set = self->ports[port].set;
  if (self->ports[port].batch_count) return self->ports[port].batch_shape;
  return set ? m->tensors[set - 1].shape : facts_of(m, self)->ports[port].min;
}

/* Rows of the result: of the longest input, since one row goes with any number. */
static int64_t result_rows(const sequence_state *m, const sequence_request *self) {
  int64_t rows = 0;
  for (uint32_t i = 0; i < facts_of(m, self)->input_count; i++)
    if (shape_in_use(m, self, i)[0] > rows) rows = shape_in_use(m, self, i)[0];
  return rows;
}

/* Inputs of dynamic models have the rows of their output, or one, or cannot be combined. */
static bool inputs_agree(const sequence_state *m, const sequence_request *self) {
  const sequence_facts *facts = facts_of(m, self);
  if (is_static(&facts->ports[0])) return true;
  const int64_t rows = result_rows(m, self);
  for (uint32_t i = 0; i < facts->input_count; i++) {
    const int64_t *has = shape_in_use(m, self, i);
    if (has[0] != rows && has[0] != 1) return false;
    for (uint32_t d = 1; d < facts->ports[i].rank; d++)
      if (has[d] != shape_in_use(m, self, 0)[d]) return false;
  }
  return true;
}

/* The output's tensor cannot be resized: 0 it has the shape of the result, 1 it is too small, 2 it
 * has another shape, which the contract leaves open. */
static int compare_output(const sequence_state *m, const sequence_request *self, uint32_t port) {
  const sequence_facts *facts = facts_of(m, self);
  const uint32_t set = self->ports[port].set;
  if (!set || !m->tensors[set - 1].fixed || is_static(&facts->ports[port])) return 0;
  const int64_t has = m->tensors[set - 1].shape[0], needs = result_rows(m, self);
  return has == needs ? 0 : has < needs ? 1 : 2;
}

bool can_run(const sequence_state *m, const sequence_request *self) {
  const sequence_facts *facts = facts_of(m, self);
  for (uint32_t i = 0; i < facts->input_count; i++)
    if (!self->ports[i].set && !self->ports[i].batch_count && !is_static(&facts->ports[i]))
      return false;
  for (uint32_t o = 0; o < facts->output_count; o++)
    if (compare_output(m, self, facts->input_count + o) == 2) return false;
  return self->history.count < SEQUENCE_EVENTS - 2;
}

void ask_run(const sequence_state *m, const sequence_request *self, sequence_ask *ask) {
  const sequence_facts *facts = facts_of(m, self);
  bool small = false;
  for (uint32_t o = 0; o < facts->output_count; o++)
    small = small || compare_output(m, self, facts->input_count + o) == 1;
  if (!inputs_agree(m, self))
    ask_failure(ask, TNI_CLAUSE(INFER, 14));
  else if (small)
    ask_for(ask, TNI_CLAUSE(INFER, 8), TN_TOO_SMALL);
  else
    ask_for(ask, TNI_CLAUSE(INFER, 1), TN_OK);
}

/* The elements of an input in use, and their shape. */
static void read_input(const sequence_state *m, const sequence_request *self, uint32_t input,
                       sequence_value *out) {
  const sequence_port *port = &self->ports[input];
  memcpy(out->shape, shape_in_use(m, self, input), sizeof out->shape);
  out->seed = port->set ? m->tensors[port->set - 1].seed : port->own_seed;
  if (port->batch_count) out->seed = m->tensors[port->batch[0]].seed;
  for (uint32_t i = 1; i < port->batch_count; i++) {
    out->more[i - 1] = m->tensors[port->batch[i]].seed;
    if (!out->more[i - 1]) out->seed = 0;
  }
}

void add_event(sequence_state *m, sequence_request *self, const sequence_event *event) {
  if (facts_of(m, self)->variable_count == 0) self->history.count = 0;
  if (self->history.count < SEQUENCE_EVENTS) self->history.events[self->history.count++] = *event;
}

/* Results of the latest inference lie in the output's tensor; it has their shape. */
static void note_output(sequence_state *m, sequence_request *self, uint32_t port, bool failed) {
  sequence_port *output = &self->ports[port];
  output->too_small = failed && compare_output(m, self, port) == 1;
  output->own_seed = 0;
  if (!output->set) return;
  sequence_tensor *tensor = &m->tensors[output->set - 1];
  tensor->seed = 0;
  if (is_static(&facts_of(m, self)->ports[port]) || tensor->fixed) return;
  tensor->spoiled = failed;
  if (!failed) tensor->shape[0] = result_rows(m, self);
}

void note_run(sequence_state *m, sequence_request *self, bool failed) {
  const sequence_facts *facts = facts_of(m, self);
  sequence_event event = {.kind = SEQUENCE_EVENT_INFER};
  bool known = true;
  self->ran_before = self->ran;
  self->ran = true;
  self->ran_well = !failed;
  for (uint32_t i = 0; i < facts->input_count; i++) {
    read_input(m, self, i, &event.values[i]);
    known = known && event.values[i].seed != 0;
  }
  add_event(m, self, &event);
  for (uint32_t v = 0; v < SEQUENCE_VARIABLES; v++)
    self->unknown[v] = self->unknown[v] || failed || !known;
  for (uint32_t o = 0; o < facts->output_count; o++)
    note_output(m, self, facts->input_count + o, failed);
}

void note_doubt(sequence_state *m, sequence_request *self) {
  const sequence_facts *facts = facts_of(m, self);
  self->ran_well = false;
  for (uint32_t v = 0; v < SEQUENCE_VARIABLES; v++)
    self->unknown[v] = true;
  for (uint32_t o = 0; o < facts->output_count; o++)
    note_output(m, self, facts->input_count + o, true);
}

bool outputs_are_known(const sequence_state *m, const sequence_request *self) {
  const sequence_facts *facts = facts_of(m, self);
  if (self->history.count == 0) return false;
  const sequence_event *event = &self->history.events[self->history.count - 1];
  for (uint32_t i = 0; i < facts->input_count; i++)
    if (event->values[i].seed == 0) return false;
  for (uint32_t v = 0; v < facts->variable_count; v++)
    if (self->unknown[v]) return false;
  return true;
}

/* --- callbacks */

static void note_action(sequence_state *m, sequence_request *self) {
  static const struct {
    uint32_t clause;
    tn_status status;
  } rows[SEQUENCE_ACTION_COUNT] = {
      [SEQUENCE_DO_WAIT] = {TNI_CLAUSE(ASYNC, 17), TN_WRONG_STATE},
      [SEQUENCE_DO_INFER] = {TNI_CLAUSE(ASYNC, 17), TN_WRONG_STATE},
      [SEQUENCE_DO_GET] = {TNI_CLAUSE(ASYNC, 16), TN_OK},
      [SEQUENCE_DO_SET] = {TNI_CLAUSE(ASYNC, 16), TN_OK},
      [SEQUENCE_DO_START] = {TNI_CLAUSE(ASYNC, 16), TN_OK},
      [SEQUENCE_DO_REPLACE] = {TNI_CLAUSE(ASYNC, 26), TN_OK},
      [SEQUENCE_DO_CANCEL] = {TNI_CLAUSE(ASYNC, 19), TN_OK},
  };
  self->acted = self->flying;
  self->acted_clause = rows[self->flying].clause;
  self->acted_statuses = (sequence_statuses){.count = 1, .items = {rows[self->flying].status}};
  if (self->flying == SEQUENCE_DO_SET) unset_port(m, &self->ports[0]);
  if (self->flying == SEQUENCE_DO_REPLACE) self->callback = 3 - self->callback;
}

void note_callback(sequence_state *m, sequence_request *self) {
  if (self->flight_callback) {
    self->calls[self->flight_callback]++;
    if (self->flying) note_action(m, self);
  }
  self->flying = SEQUENCE_DO_NOTHING;
}

/* --- the beginning */

void sequence_state_init(sequence_state *m, const sequence *what, const sequence_facts *facts) {
  memset(m, 0, sizeof *m);
  m->sequence = what;
  m->facts = facts;
}
