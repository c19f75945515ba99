/* After each step: what the model says of the objects, and what is there. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/case_run.h"
#include "engine/models.h"
#include "graph/tensor.h"
#include "sequences/rules.h"
#include "sequences/world.h"

bool world_expect(sequence_world *w, uint32_t clause, bool truth, const char *format, ...) {
  char text[700], said[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(said, sizeof said, format, arguments);
  va_end(arguments);
  snprintf(text, sizeof text, "after step %u, %s: %s", w->step, w->text, said);
  record_append(case_log(w->t),
                &(record){.kind = RECORD_TRUTH, .clause = clause, .observed = truth, .asked = 1},
                text, __FILE__, NULL);
  if (!truth) w->over = true;
  return truth;
}

static const sequence_call *row_of(const sequence_world *w) {
  return sequence_call_at(w->what->steps[w->step].call);
}

static bool is_row(const sequence_world *w, const char *name) {
  return strcmp(row_of(w)->name, name) == 0;
}

/* --- values: handed to the supervisor */

/* A dense copy in host memory of what a plugin gave. */
static tn_status take(sequence_world *w, tn_tensor *value, tn_tensor **out) {
  tn_error *error = &w->t->error;
  if (!(value->flags & TN_TENSOR_DEVICE)) {
    TN_TRY(tni_tensor_check(value, "a value", error));
    return tni_tensor_create_dense(tni_environment_system(), value, out, error);
  }
  const tn_copy_api *copies = value->api->get_extension(value, TN_STRING(TN_EXTENSION_COPY));
  if (!copies) return tni_fail(error, TN_UNSUPPORTED, "device memory without tn.copy/1");
  TN_TRY(tni_tensor_create(tni_environment_system(), value->type, value->rank, value->shape, out,
                           error));
  tn_status status = copies->copy_to(value, *out, error);
  if (status != TN_OK) tn_tensor_release(*out);
  return status;
}

static void hand_over(sequence_world *w, uint32_t clause, tn_tensor *value, uint32_t slot,
                      uint32_t output) {
  const sequence_request *request = &w->model.requests[slot];
  const uint64_t history_bytes = sequence_history_bytes(&request->history);
  record_reference reference = {.output = output, .size = (int64_t)history_bytes};
  tn_tensor *dense = NULL;
  if (!world_expect(w, TNI_CLAUSE(TENSOR, 3), take(w, value, &dense) == TN_OK,
                    "a value can be read: %.200s", w->t->error.message))
    return;
  memcpy(reference.model, w->model.facts[request->model].name, sizeof reference.model);
  char text[300];
  snprintf(text, sizeof text, "request[%u], %s %u, after step %u, %s", slot,
           output & RECORD_VARIABLE ? "variable" : "output", output & ~(uint32_t)RECORD_VARIABLE,
           w->step, w->text);
  char *room = record_reserve(
      case_log(w->t),
      &(record){.kind = RECORD_HISTORY,
                .clause = clause,
                .data_length = sizeof reference + history_bytes + record_tensor_bytes(dense)},
      text, __FILE__);
  if (room) {
    memcpy(room, &reference, sizeof reference);
    memcpy(room + sizeof reference, &request->history, history_bytes);
    record_tensor_store(dense, room + sizeof reference + history_bytes);
    record_commit(case_log(w->t));
  }
  tn_tensor_release(dense);
}

/* Which rule a wrong value of a variable breaks: that of what was done to it last, or before the
 * inference that has just ended. */
static uint32_t variable_clause(const sequence_history *history, uint32_t variable, bool inferred) {
  for (uint32_t i = history->count - (inferred && history->count); i-- > 0;) {
    const sequence_event *event = &history->events[i];
    if (event->kind == SEQUENCE_EVENT_INFER) return TNI_CLAUSE(STATE, 2);
    if (event->variable != variable) continue;
    return event->kind == SEQUENCE_EVENT_RESET ? TNI_CLAUSE(STATE, 4) : TNI_CLAUSE(STATE, 5);
  }
  return TNI_CLAUSE(STATE, 4);
}

/* Which rule a wrong output breaks. */
static uint32_t output_clause(const sequence_world *w, const sequence_request *self) {
  if (w->model.facts[self->model].variable_count) return variable_clause(&self->history, 0, true);
  for (uint32_t p = 0; p < SEQUENCE_PORTS; p++) {
    if (self->ports[p].batch_count) return TNI_CLAUSE(REQUEST, 12);
    if (self->ports[p].set && w->model.tensors[self->ports[p].set - 1].remote)
      return TNI_CLAUSE(REMOTE, 3);
  }
  const bool dynamic = w->what->kind->bit & (SEQUENCE_IN_DYNAMIC | SEQUENCE_IN_BATCH);
  return dynamic              ? TNI_CLAUSE(INFER, 10)
         : is_row(w, "infer") ? TNI_CLAUSE(INFER, 2)
                              : TNI_CLAUSE(ASYNC, 2);
}

static void check_outputs(sequence_world *w, uint32_t slot) {
  const sequence_request *self = &w->model.requests[slot];
  const sequence_facts *facts = &w->model.facts[self->model];
  for (uint32_t o = 0; o < facts->output_count && !w->over; o++) {
    tn_tensor *value = NULL;
    tn_status status = tn_infer_request_get_tensor(w->requests[slot], facts->input_count + o,
                                                   &value, &w->t->error);
    if (world_expect(w, TNI_CLAUSE(REQUEST, 5), status == TN_OK && value,
                     "get_tensor of output %u gave %s", o, tni_status_name(status)))
      hand_over(w, output_clause(w, self), value, slot, o);
  }
}

/* --- pointers */

static void check_own(sequence_world *w, uint32_t slot, uint32_t port) {
  const sequence_request *self = &w->model.requests[slot];
  const sequence_place *place = &w->model.facts[self->model].ports[port];
  if (!world_expect(w, TNI_CLAUSE(REQUEST, 5), w->got->type == place->type,
                    "the request's own tensor of port %u has element type %u instead of %u", port,
                    w->got->type, place->type))
    return;
  const uint32_t changes = self->ports[port].changes;
  if (w->own[slot][port] && w->own_changes[slot][port] == changes)
    world_expect(w, TNI_CLAUSE(REQUEST, 6), w->got == w->own[slot][port],
                 "get_tensor gives the same tensor as before");
  for (uint32_t t = 0; t < SEQUENCE_TENSORS; t++)
    if (w->model.tensors[t].ours)
      world_expect(w, TNI_CLAUSE(REQUEST, 7), w->got != w->tensors[t],
                   "get_tensor gives the request's own tensor, not tensor[%u]", t);
  w->own[slot][port] = w->got;
  w->own_changes[slot][port] = changes;
}

static void check_pointer(sequence_world *w) {
  const sequence_step *step = &w->what->steps[w->step];
  if (!world_expect(w, TNI_CLAUSE(ERROR, 1), w->got != NULL, "TN_OK comes with a tensor")) return;
  if (w->ask.pointer >= SEQUENCE_POINTER_TENSOR)
    world_expect(w, is_row(w, "get_item") ? TNI_CLAUSE(REQUEST, 14) : TNI_CLAUSE(REQUEST, 7),
                 w->got == w->tensors[w->ask.pointer - SEQUENCE_POINTER_TENSOR],
                 "get_tensor gives tensor[%u], which was set",
                 w->ask.pointer - SEQUENCE_POINTER_TENSOR);
  else if (w->ask.pointer == SEQUENCE_POINTER_OWN && is_row(w, "get_tensor"))
    check_own(w, step->arguments[0], step->arguments[1]);
}

/* --- references */

static uint32_t reference_clause(const sequence_world *w, tn_status status, uint32_t slot) {
  const bool sets = is_row(w, "set_tensor");
  const bool keeps = sets || is_row(w, "set_unknown_port") || w->ask.references;
  if (status != TN_OK && keeps) return TNI_CLAUSE(LIFE, 12);
  if (sets && w->what->steps[w->step].arguments[2] == slot) return TNI_CLAUSE(LIFE, 11);
  if (w->ask.references) return w->ask.references;
  if (sets || is_row(w, "unset_tensor")) return TNI_CLAUSE(REQUEST, 4);
  return is_row(w, "get_tensor") || is_row(w, "get_item") ? TNI_CLAUSE(LIFE, 10)
                                                          : TNI_CLAUSE(LIFE, 5);
}

static void check_references(sequence_world *w, tn_status status) {
  for (uint32_t t = 0; t < SEQUENCE_TENSORS && !w->over; t++) {
    const sequence_tensor *self = &w->model.tensors[t];
    if (!self->ours || self->remote || is_in_use(&w->model, t)) continue;
    const long has = suite_tensor_references(w->tensors[t]);
    world_expect(w, reference_clause(w, status, t), has == 1 + (long)self->held,
                 "tensor[%u] has %ld references instead of %u", t, has, 1 + self->held);
  }
}

/* --- inputs stay as they were */

static bool is_as_filled(sequence_world *w, const tn_tensor *self, uint64_t seed) {
  tn_tensor *fresh = NULL;
  if (tni_tensor_create(tni_environment_system(), self->type, self->rank, self->shape, &fresh,
                        &w->t->error) != TN_OK)
    return true; /* the suite itself is out of memory */
  suite_fill(fresh, seed, 0);
  const bool same = memcmp(fresh->data, self->data, (size_t)fresh->capacity_bytes) == 0;
  tn_tensor_release(fresh);
  return same;
}

static void check_inputs(sequence_world *w) {
  for (uint32_t t = 0; t < SEQUENCE_TENSORS && !w->over; t++) {
    const sequence_tensor *self = &w->model.tensors[t];
    if (self->ours && !self->remote && self->seed && !is_in_use(&w->model, t))
      world_expect(w, TNI_CLAUSE(INFER, 3), is_as_filled(w, w->tensors[t], self->seed),
                   "tensor[%u] has the elements that it was given", t);
  }
}

/* --- callbacks */

static void check_last_call(sequence_world *w, uint32_t slot, tn_status status) {
  const sequence_request *self = &w->model.requests[slot];
  const sequence_watch *watch = w->watches[slot];
  if (!self->flight_callback || !watch) return;
  world_expect(w, TNI_CLAUSE(ASYNC, 8), watch->last_status == status,
               "the callback was given %s, and wait gave %s", tni_status_name(watch->last_status),
               tni_status_name(status));
  world_expect(w, TNI_CLAUSE(ASYNC, 24), watch->error_fits,
               "the callback is given an error record just when the inference has failed");
}

static void check_action(sequence_world *w, uint32_t slot) {
  const sequence_request *self = &w->model.requests[slot];
  const sequence_watch *watch = w->watches[slot];
  if (!self->acted || !watch) return;
  const tn_status came = watch->action_status;
  world_expect(w, self->acted_clause, sequence_statuses_hold(&self->acted_statuses, came),
               "in the callback the call gave %s instead of %s", tni_status_name(came),
               tni_status_name(self->acted_statuses.items[0]));
}

static void check_calls(sequence_world *w, uint32_t slot) {
  const sequence_request *self = &w->model.requests[slot];
  const sequence_watch *watch = w->watches[slot];
  if (!watch || self->phase != SEQUENCE_IDLE) return;
  const uint32_t clause = is_row(w, "infer") ? TNI_CLAUSE(INFER, 6) : TNI_CLAUSE(ASYNC, 1);
  for (uint32_t c = 1; c <= 2; c++)
    world_expect(w, clause, watch->calls[c] == self->calls[c],
                 "the %s callback of request[%u] was called %u times instead of %u",
                 c == 1 ? "first" : "second", slot, watch->calls[c], self->calls[c]);
  world_expect(w, TNI_CLAUSE(ASYNC, 5), !watch->overlapped, "callbacks do not overlap");
}

static void check_callbacks(sequence_world *w, tn_status status) {
  const uint32_t slot = w->what->steps[w->step].arguments[0];
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS && !w->over && !w->in_doubt; r++) {
    check_action(w, r);
    check_calls(w, r);
  }
  const bool waited = is_row(w, "wait") || is_row(w, "start_and_wait");
  if (waited && !w->over && w->model.requests[slot].phase == SEQUENCE_IDLE &&
      w->model.requests[slot].calls[w->model.requests[slot].flight_callback] && w->fresh_end)
    check_last_call(w, slot, status);
}

/* --- how generations ended */

/* wait gives the same however often it is called, once it is known. */
static void check_end(sequence_world *w, tn_status status) {
  const uint32_t slot = w->what->steps[w->step].arguments[0];
  const bool looks = is_row(w, "wait") || is_row(w, "wait_again") || is_row(w, "look") ||
                     is_row(w, "wait_shortly") || (is_row(w, "start_and_wait") && w->fresh_end);
  if (!looks || w->model.requests[slot].phase != SEQUENCE_IDLE) return;
  if (w->ended_known[slot] && !w->fresh_end)
    world_expect(w, TNI_CLAUSE(ASYNC, 13), status == w->ended[slot],
                 "wait gave %s, and before that %s", tni_status_name(status),
                 tni_status_name(w->ended[slot]));
  w->ended[slot] = status;
  w->ended_known[slot] = true;
}

/* Those who waited on other threads were given how their generation ended. */
static void check_waiters(sequence_world *w, tn_status status) {
  const uint32_t slot = w->what->steps[w->step].arguments[0];
  const sequence_statuses *asked = &w->ask.elsewhere;
  if (!is_row(w, "wait") || asked->count == 0) return;
  const uint32_t count = w->waiter_count[slot];
  world_join_waiters(w, slot);
  for (uint32_t i = 0; i < count; i++) {
    const tn_status came = w->waiters[slot][i].status;
    world_expect(w, TNI_CLAUSE(ASYNC, 11), sequence_statuses_hold(asked, came),
                 "wait on another thread gave %s, and here %s", tni_status_name(came),
                 tni_status_name(status));
  }
}

static void check_extension(sequence_world *w, tn_status status) {
  if (w->ask.profile && status == TN_OK)
    world_expect(w, TNI_CLAUSE(PROFILING, 1), w->profile_entries > 0,
                 "the profile has at least one entry");
  if (w->ask.blob && status == TN_OK) world_check_blob(w, w->ask.blob - 1);
  if (w->ask.variable_of && status == TN_OK) {
    const uint32_t handle = w->ask.variable_of - 1, owner = w->model.states[handle].owner,
                   variable = w->model.states[handle].variable;
    hand_over(w, variable_clause(&w->model.requests[owner].history, variable, false), w->got, owner,
              variable | RECORD_VARIABLE);
  }
}

void world_check(sequence_world *w, tn_status status) {
  if (row_of(w)->out && strcmp(row_of(w)->out, "got") == 0 && status == TN_OK) check_pointer(w);
  check_waiters(w, status);
  if (!w->over) check_end(w, status);
  if (!w->over) check_callbacks(w, status);
  check_references(w, status);
  check_inputs(w);
  if (!w->over && w->ask.outputs_of && status == TN_OK) check_outputs(w, w->ask.outputs_of - 1);
  if (!w->over) check_extension(w, status);
  if (w->ask.gives_reference && status == TN_OK && w->got) tn_tensor_release(w->got);
}
