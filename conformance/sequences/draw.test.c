#include <criterion/criterion.h>
#include <string.h>

#include "sequences/shrink.h"

static sequence_case *draw(const char *kind, const char *parameter, uint64_t seed) {
  sequence_case *self = calloc(1, sizeof *self);
  cr_assert(self && sequence_case_draw(kind, parameter, "relu_f32", 0, seed, self));
  return self;
}

Test(sequences, the_same_seed_draws_the_same_sequence) {
  for (uint32_t k = 0; k < sequence_kind_count; k++) {
    sequence_case *first = draw(sequence_kinds[k].name, "64.1", 7);
    sequence_case *second = draw(sequence_kinds[k].name, "64.1", 7);
    sequence_case *other = draw(sequence_kinds[k].name, "64.1", 8);
    cr_expect(memcmp(first->what.steps, second->what.steps, sizeof first->what.steps) == 0);
    cr_expect(memcmp(first->what.steps, other->what.steps, sizeof first->what.steps) != 0);
    free(first);
    free(second);
    free(other);
  }
}

Test(sequences, every_step_is_defined_where_it_stands) {
  uint32_t steps[SEQUENCE_STEPS];
  for (uint32_t k = 0; k < sequence_kind_count; k++)
    for (uint64_t seed = 1; seed <= 20; seed++) {
      sequence_case *self = draw(sequence_kinds[k].name, "128.1", seed);
      cr_expect(self->what.count > 64);
      cr_expect_eq(sequence_list_steps(self, steps), self->what.count);
      free(self);
    }
}

/* A row that is never drawn tests nothing; one that is never refused is no wrong call. */
Test(sequences, every_row_is_drawn) {
  enum { MAX_ROWS = 128 };
  bool drawn[MAX_ROWS] = {false};
  cr_assert(sequence_call_count() <= MAX_ROWS);
  for (uint32_t k = 0; k < sequence_kind_count; k++)
    for (uint64_t seed = 1; seed <= 20; seed++) {
      sequence_case *self = draw(sequence_kinds[k].name, "128.1", seed);
      for (uint32_t i = 0; i < self->what.count; i++)
        drawn[self->what.steps[i].call] = true;
      free(self);
    }
  for (uint32_t i = 0; i < sequence_call_count(); i++)
    cr_expect(drawn[i], "%s is never drawn", sequence_call_at(i)->name);
}

Test(sequences, right_and_wrong_calls_are_drawn) {
  uint32_t right = 0, wrong = 0;
  for (uint32_t k = 0; k < sequence_kind_count; k++) {
    sequence_case *self = draw(sequence_kinds[k].name, "220.1", 3);
    sequence_state m;
    sequence_ask ask;
    sequence_state_init(&m, &self->what, self->facts);
    for (uint32_t i = 0; i < self->what.count; i++) {
      cr_assert(sequence_follow(&m, &self->what, i, NULL, &ask));
      cr_expect(ask.statuses.count > 0 || ask.statuses.any_failure);
      if (sequence_statuses_hold(&ask.statuses, TN_OK))
        right++;
      else
        wrong++;
    }
    free(self);
  }
  cr_expect(wrong > 100 && right > 4 * wrong, "%u right, %u wrong", right, wrong);
}

Test(sequences, arguments_are_put_into_the_text) {
  const sequence_step step = {.arguments = {1, 20, 3, 4}};
  char text[SEQUENCE_TEXT_SIZE];
  sequence_text(&step, "call(request[ARG0], ARG1, tensor[ARG2], ARG, ARG3)", text);
  cr_expect_str_eq(text, "call(request[1], 20, tensor[3], ARG, 4)");
}

Test(sequences, parameters_carry_what_is_left_out) {
  sequence_mask dropped = {{0}};
  char name[TEST_PARAMETER_SIZE];
  sequence_mask_set(&dropped, 3, true);
  sequence_mask_set(&dropped, 200, true);
  sequence_case_name("64.1", &dropped, name);
  sequence_case *self = draw("async", name, 7);
  cr_expect(memcmp(&self->dropped, &dropped, sizeof dropped) == 0);
  uint32_t steps[SEQUENCE_STEPS];
  const uint32_t count = sequence_list_steps(self, steps);
  for (uint32_t i = 0; i < count; i++)
    cr_expect(steps[i] != 3);
  free(self);
}

Test(sequences, what_is_no_parameter_is_refused) {
  sequence_case *self = calloc(1, sizeof *self);
  cr_assert(self);
  cr_expect(!sequence_case_draw("async", "many", "relu_f32", 0, 1, self));
  cr_expect(!sequence_case_draw("async", "8.1:12", "relu_f32", 0, 1, self));
  cr_expect(!sequence_case_draw("no_kind", "8.1", "relu_f32", 0, 1, self));
  cr_expect(!sequence_case_draw("async", "8.1", "", 0, 1, self));
  free(self);
}
