#include <criterion/criterion.h>
#include <string.h>

#include "sequences/shrink.h"

/* A plugin that fails when it meets some rows in that order. */
struct fault {
  const sequence_case *what;
  const char *rows[3];
  uint32_t row_count, trials, most_trials;
};

static int meets(void *user, const sequence_mask *dropped) {
  struct fault *self = user;
  uint32_t met = 0;
  if (self->trials++ == self->most_trials) return -1;
  sequence_case *what = calloc(1, sizeof *what);
  cr_assert(what);
  *what = *self->what;
  what->dropped = *dropped;
  uint32_t steps[SEQUENCE_STEPS], count = sequence_list_steps(what, steps);
  for (uint32_t i = 0; i < count && met < self->row_count; i++) {
    const sequence_call *row = sequence_call_at(what->what.steps[steps[i]].call);
    met += strcmp(row->name, self->rows[met]) == 0;
  }
  free(what);
  return met == self->row_count;
}

static uint32_t shrink(struct fault *fault, sequence_case *what) {
  fault->what = what;
  cr_assert(meets(fault, &what->dropped) == 1, "the sequence does not fail");
  fault->trials = 0;
  return sequence_shrink(what, meets, fault);
}

static sequence_case *draw(const char *kind) {
  sequence_case *self = calloc(1, sizeof *self);
  cr_assert(self && sequence_case_draw(kind, "220.1", "relu_f32", 0, 5, self));
  return self;
}

Test(shrinking, one_call_needs_only_what_makes_it_defined) {
  sequence_case *what = draw("async");
  struct fault fault = {.rows = {"cancel"}, .row_count = 1, .most_trials = 1000};
  cr_expect_eq(shrink(&fault, what), 3, "compile, create_request, cancel");
  free(what);
}

Test(shrinking, calls_in_order_are_kept) {
  sequence_case *what = draw("async");
  struct fault fault = {
      .rows = {"start_refused", "start", "wait"}, .row_count = 3, .most_trials = 1000};
  /* compile, create_request and the three; a start of another request has to be waited for as well
   */
  cr_expect(shrink(&fault, what) <= 8);
  cr_expect(fault.trials < 400, "%u trials", fault.trials);
  uint32_t steps[SEQUENCE_STEPS], count = sequence_list_steps(what, steps);
  cr_expect_str_eq(sequence_call_at(what->what.steps[steps[count - 1]].call)->name, "wait");
  free(what);
}

Test(shrinking, no_step_of_the_result_can_be_left_out) {
  sequence_case *what = draw("state");
  struct fault fault = {.rows = {"set_state", "get_state"}, .row_count = 2, .most_trials = 1000};
  uint32_t steps[SEQUENCE_STEPS], count = shrink(&fault, what);
  cr_assert_eq(sequence_list_steps(what, steps), count);
  for (uint32_t i = 0; i < count; i++) {
    sequence_mask less = what->dropped;
    sequence_mask_set(&less, steps[i], true);
    cr_expect(meets(&fault, &less) == 0, "step %u is not needed", steps[i]);
  }
  free(what);
}

Test(shrinking, ends_when_the_trial_says_so) {
  sequence_case *what = draw("async");
  struct fault fault = {.rows = {"wait"}, .row_count = 1, .most_trials = 3};
  cr_expect(shrink(&fault, what) >= 3);
  cr_expect_eq(fault.trials, 4);
  cr_expect(meets(&(struct fault){.what = what, .rows = {"wait"}, .row_count = 1, .most_trials = 9},
                  &what->dropped) == 1,
            "what is left still fails");
  free(what);
}
