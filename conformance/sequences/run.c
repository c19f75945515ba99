/* A sequence in a worker: makes the calls of its steps one by one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/case_run.h"
#include "sequences/world.h"

static const sequence_call *row_of(const sequence_world *w) {
  return sequence_call_at(w->what->steps[w->step].call);
}

/* --- statuses */

static void describe(const sequence_statuses *set, char *out, size_t size) {
  size_t used = 0;
  out[0] = 0;
  for (uint32_t i = 0; i < set->count && used < size; i++)
    used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " or " : "",
                             tni_status_name(set->items[i]));
  if (set->any_failure && used < size)
    snprintf(out + used, size - used, "%sa failure", used ? " or " : "");
}

/* The rule that another status breaks; BUSY is for inferences in flight alone. */
static uint32_t broken_rule(const sequence_world *w, tn_status status) {
  if (status == TN_BUSY && !sequence_statuses_hold(&w->ask.statuses, TN_BUSY))
    return strncmp(row_of(w)->name, "start", 5) == 0 ? TNI_CLAUSE(ASYNC, 15)
                                                     : TNI_CLAUSE(REQUEST, 11);
  return w->ask.clause ? w->ask.clause : TNI_CLAUSE(ERROR, 1);
}

/* One asked status is recorded as it came, for the supervisor to compare; of several it is told
 * whether it is one. */
static void record_status(sequence_world *w, tn_status status) {
  const sequence_statuses *asked = &w->ask.statuses;
  char text[700], wanted[160];
  const bool holds = sequence_statuses_hold(asked, status);
  const char *why = holds || !w->t->error.message[0] ? "" : w->t->error.message;
  describe(asked, wanted, sizeof wanted);
  if (asked->count == 1 && !asked->any_failure)
    snprintf(text, sizeof text, "step %u, %s%s%.300s", w->step, w->text, *why ? ": " : "", why);
  else
    snprintf(text, sizeof text, "step %u, %s gave %s instead of %s%s%.300s", w->step, w->text,
             tni_status_name(status), wanted, *why ? ": " : "", why);
  record entry = {.kind = RECORD_STATUS,
                  .clause = broken_rule(w, status),
                  .observed = status,
                  .asked = asked->items[0]};
  if (asked->count != 1 || asked->any_failure) {
    entry.kind = RECORD_TRUTH;
    entry.observed = holds;
    entry.asked = 1;
  }
  record_append(case_log(w->t), &entry, text, __FILE__, NULL);
  w->over = w->over || !holds;
}

static void check_error(sequence_world *w, tn_status status) {
  const tn_error *error = &w->t->error;
  if (status == TN_OK)
    world_expect(w, TNI_CLAUSE(ERROR, 2), error->status == TN_OK && !error->message[0],
                 "a call that succeeds leaves the error record alone");
  else
    world_expect(w, TNI_CLAUSE(ERROR, 2), error->status == status && error->message[0],
                 "a call that fails says so in the error record, and why");
}

/* --- one step */

static void end_unsupported(sequence_world *w) {
  char text[400];
  snprintf(text, sizeof text, "model %s: %.300s",
           w->what->kind->models[w->what->steps[w->step].arguments[0]], w->t->error.message);
  record_append(case_log(w->t), &(record){.kind = RECORD_UNSUPPORTED}, text, NULL, NULL);
  w->over = true;
}

static void check_untouched(sequence_world *w, void *place, tn_status status) {
  void *now = NULL;
  memcpy(&now, place, sizeof now);
  if (status == TN_OK) {
    world_expect(w, TNI_CLAUSE(ERROR, 1), now && now != test_poison(),
                 "TN_OK comes with what was asked for");
    return;
  }
  world_expect(w, TNI_CLAUSE(ERROR, 5), now == test_poison(),
               "a call that fails leaves its out-parameter alone");
  now = NULL;
  memcpy(place, &now, sizeof now);
}

static bool is_row(const sequence_world *w, const char *name) {
  return strcmp(row_of(w)->name, name) == 0;
}

static void make_step(sequence_world *w, bool was_flying) {
  const sequence_call *row = row_of(w);
  const sequence_step *step = &w->what->steps[w->step];
  void *place = row->place ? row->place(w, step->arguments) : NULL;
  void *poison = test_poison();
  memset(&w->t->error, 0, sizeof w->t->error);
  sequence_text(step, row->text, w->text);
  w->fresh_end = was_flying;
  if (place) memcpy(place, &poison, sizeof poison);
  const tn_status status = row->make(w, step->arguments);
  if (w->over) { /* the step could not be made */
    if (place) memset(place, 0, sizeof poison);
    return;
  }
  if (status == TN_UNSUPPORTED && w->ask.ends) {
    if (place) memset(place, 0, sizeof poison);
    end_unsupported(w);
    return;
  }
  record_status(w, status);
  if (row->form != SEQUENCE_DOES && !w->over) check_error(w, status);
  if (place) check_untouched(w, place, status);
  if (!w->over) world_check(w, status);
}

/* --- the whole */

static void watch_no_more(sequence_world *w, uint32_t slot) {
  const sequence_watch *watch = w->watches[slot];
  const sequence_request *self = &w->model.requests[slot];
  for (uint32_t c = 1; watch && !w->over && !w->in_doubt && c <= 2; c++)
    world_expect(w, TNI_CLAUSE(ASYNC, 4), watch->calls[c] == self->calls[c],
                 "no callback after destroy");
}

static void destroy_requests(sequence_world *w) {
  for (uint32_t s = 0; s < SEQUENCE_STATE_HANDLES; s++)
    if (w->states[s]) world_destroy_state(w, s);
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++) {
    world_join_waiters(w, r);
    if (w->requests[r]) world_destroy_request(w, r);
    watch_no_more(w, r);
    if (w->watches[r]) w->watches[r]->world = NULL;
  }
}

static void destroy_all(sequence_world *w) {
  world_let_go(w);
  destroy_requests(w);
  for (uint32_t c = 0; c < SEQUENCE_MODELS; c++)
    if (w->compiled[c]) world_destroy_compiled(w, c);
  for (uint32_t t = 0; t < SEQUENCE_TENSORS; t++)
    if (w->model.tensors[t].ours && w->tensors[t]) tn_tensor_release(w->tensors[t]);
  for (uint32_t c = 0; c < SEQUENCE_CONTEXTS; c++)
    if (w->contexts[c]) world_release_context(w, c);
  for (uint32_t b = 0; b < SEQUENCE_BLOBS; b++)
    blob_clear(&w->blobs[b]);
  blob_clear(&w->nowhere);
}

/* A new request has watches and memories of its own. */
static void forget_request(sequence_world *w) {
  if (!is_row(w, "create_request")) return;
  const uint32_t slot = w->what->steps[w->step].arguments[0];
  w->watches[slot] = NULL;
  w->ended_known[slot] = false;
  memset(w->own[slot], 0, sizeof w->own[slot]);
}

void sequence_run(test *t, const sequence *what, const sequence_facts *facts,
                  const sequence_mask *dropped) {
  sequence_world *w = test_alloc(t, sizeof *w);
  w->t = t;
  w->what = what;
  sequence_state_init(&w->model, what, facts);
  for (w->step = 0; w->step < what->count && !w->over; w->step++) {
    const uint32_t slot = what->steps[w->step].arguments[0];
    const bool flying =
        slot < SEQUENCE_REQUESTS && w->model.requests[slot].phase == SEQUENCE_RACING;
    if (!sequence_follow(&w->model, what, w->step, dropped, &w->ask)) continue;
    forget_request(w);
    make_step(w, flying);
  }
  destroy_all(w);
}
