/* Drawing sequences from seeds, and following them. */
#include <stdio.h>
#include <string.h>

#include "engine/carrier.h"
#include "engine/random.h"
#include "sequences/sequence.h"

/* --- the table */

#define SEQUENCE_ROW(identifier) extern const sequence_call sequence_call_##identifier;
#include "sequences/calls.inc"
#undef SEQUENCE_ROW

static const sequence_call *const table[] = {
#define SEQUENCE_ROW(identifier) &sequence_call_##identifier,
#include "sequences/calls.inc"
#undef SEQUENCE_ROW
};

enum { ROW_COUNT = sizeof table / sizeof *table };

const sequence_call *sequence_call_at(uint32_t index) {
  return index < ROW_COUNT ? table[index] : NULL;
}

uint32_t sequence_call_count(void) {
  return ROW_COUNT;
}

uint32_t sequence_call_find(const char *name) {
  uint32_t i = 0;
  while (i < ROW_COUNT && strcmp(table[i]->name, name) != 0)
    i++;
  return i;
}

void sequence_text(const sequence_step *step, const char *text, char out[SEQUENCE_TEXT_SIZE]) {
  size_t used = 0;
  while (*text && used + 12 < SEQUENCE_TEXT_SIZE) {
    if (strncmp(text, "ARG", 3) == 0 && text[3] >= '0' && text[3] < '0' + SEQUENCE_ARGUMENTS) {
      used += (size_t)snprintf(out + used, SEQUENCE_TEXT_SIZE - used, "%u",
                               step->arguments[text[3] - '0']);
      text += 4;
    } else {
      out[used++] = *text++;
    }
  }
  out[used] = 0;
}

/* --- the kinds */

static const char *const with_inputs[] = {"compile 0",
                                          "create_request 0 0",
                                          "make_tensor 0 0 0 0",
                                          "make_tensor 1 0 1 0",
                                          "set_tensor 0 0 0",
                                          "set_tensor 0 1 1",
                                          NULL};
static const char *const with_callback[] = {
    "compile 0",        "create_request 0 0", "make_tensor 0 0 0 0", "make_tensor 1 0 1 0",
    "set_tensor 0 0 0", "set_tensor 0 1 1",   "set_callback 0 1",    NULL};
static const char *const with_context[] = {
    "compile 0",        "create_request 0 0",  "default_context 0", "make_remote 0 0 0 0",
    "set_tensor 0 0 0", "make_tensor 1 0 1 0", "set_tensor 0 1 1",  NULL};
static const char *const with_profile[] = {"compile_profiled 0", "create_request 0 0",
                                           "make_tensor 0 0 0 0", "set_tensor 0 0 0", NULL};
static const char *const with_states[] = {
    "compile 0",        "create_request 0 0", "make_tensor 0 0 0 0", "make_tensor 1 0 1 0",
    "set_tensor 0 0 0", "set_tensor 0 1 1",   "open_state 0 0 0",    NULL};
static const char *const with_blob[] = {
    "compile 0",           "export_model 0 0",    "import_model 1 0 1",
    "create_request 0 1",  "make_tensor 0 1 0 0", "set_tensor 0 0 0",
    "make_tensor 1 1 1 0", "set_tensor 0 1 1",    NULL};
static const char *const with_batch[] = {"compile 0",
                                         "create_request 0 0",
                                         "make_item 0 0 0 9",
                                         "make_item 1 0 0 9",
                                         "make_item 2 0 0 9",
                                         "make_tensor 3 0 1 0",
                                         "set_batch_of_2 0 0 0 1",
                                         "set_tensor 0 1 3",
                                         NULL};
static const char *const nothing[] = {NULL};

const sequence_kind sequence_kinds[] = {
    {"request", SEQUENCE_IN_REQUEST, {"carrier", "carrier"}, with_inputs},
    {"async", SEQUENCE_IN_ASYNC, {"carrier", "carrier"}, with_inputs},
    {"callback", SEQUENCE_IN_CALLBACK, {"carrier", "carrier"}, with_callback},
    {"tensor", SEQUENCE_IN_TENSOR, {"two_inputs_f32", "carrier"}, with_inputs},
    {"dynamic", SEQUENCE_IN_DYNAMIC, {"add_dynamic", "add_dynamic"}, with_inputs},
    {"state", SEQUENCE_IN_STATE, {"accumulator", "two_variables"}, with_states},
    {"remote", SEQUENCE_IN_REMOTE, {"carrier", "carrier"}, with_context},
    {"profile", SEQUENCE_IN_PROFILE, {"carrier", "carrier"}, with_profile},
    {"blob", SEQUENCE_IN_BLOB, {"carrier", "carrier"}, with_blob},
    {"batch", SEQUENCE_IN_BATCH, {"add_dynamic", "relu_dynamic"}, with_batch},
    {"model", SEQUENCE_IN_MODEL, {"carrier", "carrier"}, nothing},
};

const uint32_t sequence_kind_count = sizeof sequence_kinds / sizeof *sequence_kinds;

const sequence_kind *sequence_kind_find(const char *name) {
  for (uint32_t i = 0; i < sequence_kind_count; i++)
    if (strcmp(sequence_kinds[i].name, name) == 0) return &sequence_kinds[i];
  return NULL;
}

bool sequence_facts_of(const sequence_kind *kind, const char *carrier, sequence_facts *facts) {
  for (uint32_t i = 0; i < SEQUENCE_MODELS; i++) {
    char kin[CARRIER_NAME_SIZE];
    if (!sequence_facts_read(carrier_resolve(carrier, kind->models[i], kin), &facts[i]))
      return false;
  }
  return true;
}

/* --- following */

bool sequence_mask_has(const sequence_mask *mask, uint32_t step) {
  return mask && (mask->words[step / 64] >> (step % 64) & 1);
}

void sequence_mask_set(sequence_mask *mask, uint32_t step, bool value) {
  const uint64_t bit = UINT64_C(1) << (step % 64);
  if (value)
    mask->words[step / 64] |= bit;
  else
    mask->words[step / 64] &= ~bit;
}

bool sequence_follow(sequence_state *m, const sequence *what, uint32_t step,
                     const sequence_mask *dropped, sequence_ask *ask) {
  const sequence_step *self = &what->steps[step];
  const sequence_call *call = table[self->call];
  if (sequence_mask_has(dropped, step) || !call->legal(m, self->arguments)) return false;
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    m->requests[r].acted = SEQUENCE_DO_NOTHING;
  memset(ask, 0, sizeof *ask);
  call->apply(m, self->arguments, ask);
  return true;
}

/* --- drawing */

struct dice {
  uint64_t state;
};

static uint64_t next(struct dice *self) {
  return suite_random_next(&self->state);
}

static uint32_t below(struct dice *self, uint32_t bound) {
  return bound < 2 ? 0 : (uint32_t)((next(self) >> 32) % bound);
}

static bool add_step(sequence_state *m, sequence *out, const sequence_step *step) {
  sequence_ask ask;
  if (out->count == SEQUENCE_STEPS) return false;
  out->steps[out->count] = *step;
  if (!sequence_follow(m, out, out->count, NULL, &ask)) return false;
  out->count++;
  return true;
}

/* A step as text: the name of a row and its arguments. */
static void add_written(sequence_state *m, sequence *out, const char *text) {
  sequence_step step = {0};
  char name[48];
  uint32_t *a = step.arguments;
  if (sscanf(text, "%47s %u %u %u %u", name, &a[0], &a[1], &a[2], &a[3]) < 1) return;
  step.call = sequence_call_find(name);
  if (step.call < ROW_COUNT) add_step(m, out, &step);
}

static uint32_t draw_row(struct dice *dice, uint32_t kind) {
  uint32_t total = 0;
  for (uint32_t i = 0; i < ROW_COUNT; i++)
    total += table[i]->kinds & kind ? table[i]->weight : 0;
  uint32_t left = below(dice, total);
  for (uint32_t i = 0; i < ROW_COUNT; i++) {
    uint32_t weight = table[i]->kinds & kind ? table[i]->weight : 0;
    if (left < weight) return i;
    left -= weight;
  }
  return 0;
}

static bool add_drawn(sequence_state *m, struct dice *dice, sequence *out) {
  enum { ROWS_TRIED = 240, ARGUMENTS_TRIED = 6 };
  for (int row = 0; row < ROWS_TRIED; row++) {
    sequence_step step = {.call = draw_row(dice, out->kind->bit)};
    for (int i = 0; i < ARGUMENTS_TRIED; i++) {
      for (uint32_t a = 0; a < SEQUENCE_ARGUMENTS; a++)
        step.arguments[a] = below(dice, table[step.call]->bounds[a]);
      if (add_step(m, out, &step)) return true;
    }
  }
  return false;
}

/* Whatever came before, everything still works. */
static void add_end(sequence_state *m, sequence *out) {
  static const char *const steps[] = {"let_go", "wait 0",  "wait 0",  "wait 1",
                                      "wait 1", "infer 0", "infer 1", NULL};
  for (uint32_t i = 0; steps[i]; i++)
    add_written(m, out, steps[i]);
}

void sequence_draw(const sequence_kind *kind, const sequence_facts *facts, uint32_t length,
                   uint64_t seed, sequence *out) {
  enum { ROOM = 16 }; /* for beginning and end */
  sequence_state m;
  struct dice dice = {seed};
  memset(out, 0, sizeof *out);
  out->kind = kind;
  sequence_state_init(&m, out, facts);
  for (uint32_t i = 0; kind->prelude[i]; i++)
    add_written(&m, out, kind->prelude[i]);
  for (uint32_t i = 0; i < length && out->count < SEQUENCE_STEPS - ROOM; i++)
    if (!add_drawn(&m, &dice, out)) break;
  add_end(&m, out);
}
