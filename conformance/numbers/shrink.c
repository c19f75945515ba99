#include "numbers/shrink.h"

#include <stdio.h>
#include <string.h>

#include "engine/run_steps.h"
#include "numbers/operator_model.h"

enum {
  MOST_CASES = 8,  /* of a run: what fails by the hundred has one cause */
  MOST_TRIALS = 60 /* of a case */
};

/* --- the search --------------------------------------------------------------------------------
 */

struct search {
  operator_spec *smallest;
  bool (*fails)(void *user, const operator_spec *spec);
  void *user;
  uint32_t left; /* trials */
};

static bool try_spec(struct search *self, const operator_spec *trial) {
  if (self->left == 0) return false;
  self->left--;
  if (!self->fails(self->user, trial)) return false;
  *self->smallest = *trial;
  return true;
}

static bool try_size(struct search *self, int64_t from, int64_t to) {
  operator_spec trial = *self->smallest;
  return to < from && spec_resize(&trial, from, to) && try_spec(self, &trial);
}

/* Tries every dimension; true when one became smaller. */
static bool shrink_dimensions(struct search *self) {
  for (uint32_t i = 0; i < self->smallest->input_count; i++) {
    const spec_input *input = &self->smallest->inputs[i];
    for (uint32_t j = 0; !input->written && j < input->rank; j++) {
      const int64_t extent = input->shape[j];
      if (extent > 1 && (try_size(self, extent, 1) || try_size(self, extent, (extent + 1) / 2)))
        return true;
    }
  }
  return false;
}

static bool shrink_attributes(struct search *self) {
  for (uint32_t i = 0; i < self->smallest->attribute_count; i++) {
    operator_spec trial = *self->smallest;
    char name[sizeof trial.attributes[i].name];
    memcpy(name, trial.attributes[i].name, sizeof name);
    if (spec_drop(&trial, name) && try_spec(self, &trial)) return true;
  }
  return false;
}

uint32_t operator_shrink(operator_spec *spec, bool (*fails)(void *user, const operator_spec *spec),
                         void *user, uint32_t trials) {
  struct search self = {spec, fails, user, trials};
  while (self.left && (shrink_attributes(&self) || shrink_dimensions(&self)))
    ;
  return trials - self.left;
}

/* --- on the plugin -----------------------------------------------------------------------------
 */

struct repetition {
  const suite_run *run;
  const suite_case *item; /* the case as it failed */
  suite_case trial;
};

/* Whether the case means something: the operator takes these shapes and attributes. */
static bool is_legal(const operator_spec *spec, uint64_t seed) {
  operator_data data = {{NULL}};
  tn_tensor *outputs[OPERATOR_MAX_OUTPUTS] = {NULL};
  uint32_t count = 0;
  tn_error error;
  tn_status status = operator_data_fill(spec, seed, &data, &error);
  if (status == TN_OK) status = operator_evaluate(spec, &data, outputs, &count, &error);
  for (uint32_t i = 0; i < count; i++)
    if (outputs[i]) tn_tensor_release(outputs[i]);
  operator_data_clear(&data);
  return status == TN_OK;
}

static void run_trial(struct repetition *self, const operator_spec *spec) {
  suite_case *trial = &self->trial;
  *trial = *self->item;
  memset(&trial->result, 0, sizeof trial->result);
  trial->done = trial->is_told = 0;
  snprintf(trial->parameter, sizeof trial->parameter, "%s", strchr(spec->name, '/') + 1);
  snprintf(trial->id, sizeof trial->id, "%s#%llu", spec->name, (unsigned long long)trial->seed);
  run_alone(self->run, trial);
}

static bool still_fails(void *user, const operator_spec *spec) {
  struct repetition *self = user;
  if (!is_legal(spec, self->item->seed)) return false;
  run_trial(self, spec);
  return self->trial.result.state == self->item->result.state;
}

/* Whether an earlier case of the same check has been made smaller, or too many have. */
static bool is_known(const suite_run *run, const suite_case *item) {
  uint32_t shrunk = 0;
  for (uint32_t i = 0; i < run->cases->count; i++) {
    const suite_case *other = &run->cases->items[i];
    if (!other->is_shrunk) continue;
    if (other->check == item->check) return true;
    shrunk++;
  }
  return shrunk >= MOST_CASES;
}

static void add_note(struct repetition *self, const operator_spec *spec, suite_case *item) {
  char command[2048];
  run_trial(self, spec); /* what came there is that of the smallest */
  run_repeat_command(self->run, &self->trial, command, sizeof command);
  const size_t used = strlen(item->result.notes);
  snprintf(item->result.notes + used, sizeof item->result.notes - used,
           "the smallest that fails: %s: %.300s\nrepeat the smallest: %s\n", spec->name,
           self->trial.result.text, command);
}

void operator_explain(const suite_run *run, suite_case *item) {
  operator_spec spec;
  tn_error error;
  struct repetition self = {.run = run, .item = item};
  char name[CASE_ID_SIZE];
  snprintf(name, sizeof name, "%.*s", (int)strcspn(item->id, "#"), item->id);
  if (run->options->no_shrink || strcmp(item->group, "operator") != 0 ||
      item->result.state != CASE_FAIL || item->result.expectations == 0 || is_known(run, item) ||
      spec_parse(name, &spec, &error) != TN_OK)
    return;
  item->is_shrunk = 1;
  operator_shrink(&spec, still_fails, &self, MOST_TRIALS);
  if (strcmp(spec.name, name) != 0) add_note(&self, &spec, item);
}
