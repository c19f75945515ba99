#include "sequences/history.h"

#include <criterion/criterion.h>
#include <string.h>

#include "engine/models.h"
#include "graph/tensor.h"

static sequence_event infer(uint64_t seed) {
  return (sequence_event){.kind = SEQUENCE_EVENT_INFER, .values = {{.seed = seed, .shape = {4}}}};
}

/* The elements of a filling of four numbers. */
static const float *filled(uint64_t seed) {
  static float numbers[8][4];
  static int next;
  float *at = numbers[next++ % 8];
  tn_tensor *tensor = NULL;
  cr_assert(tni_tensor_create(tni_environment_system(), TN_F32, 1, (const int64_t[]){4}, &tensor,
                              NULL) == TN_OK);
  suite_fill(tensor, seed, 0);
  memcpy(at, tensor->data, 4 * sizeof *at);
  tn_tensor_release(tensor);
  return at;
}

/* Element 0 of the variable of "accumulator" after a history. */
static double total_after(const sequence_history *history) {
  tn_tensor *value = NULL;
  tn_error error;
  cr_assert(sequence_replay("accumulator", history, RECORD_VARIABLE, &value, &error) == TN_OK);
  const double total = (double)((const float *)value->data)[0];
  tn_tensor_release(value);
  return total;
}

Test(histories, variables_begin_go_on_and_are_reset) {
  sequence_history history = {.count = 0};
  const double start = total_after(&history);
  history.events[history.count++] = infer(3);
  history.events[history.count++] = infer(4);
  cr_expect_float_eq(total_after(&history), start + (double)filled(3)[0] + (double)filled(4)[0],
                     1e-6);
  history.events[history.count++] = (sequence_event){.kind = SEQUENCE_EVENT_RESET};
  cr_expect_float_eq(total_after(&history), start, 1e-9);
  history.events[history.count++] =
      (sequence_event){.kind = SEQUENCE_EVENT_SET, .values = {{.seed = 9, .shape = {4}}}};
  history.events[history.count++] = infer(3);
  cr_expect_float_eq(total_after(&history), (double)filled(9)[0] + (double)filled(3)[0], 1e-6);
}

/* Row 0 is filled as a tensor of one row, and so are those behind it. */
Test(histories, a_batch_is_filled_row_by_row) {
  const sequence_value batch = {.seed = 3, .shape = {3, 8}, .more = {4, 5}};
  const uint64_t seeds[] = {3, 4, 5};
  sequence_history history = {.count = 1};
  tn_tensor *all = NULL, *one = NULL;
  tn_error error;
  history.events[0] = (sequence_event){.kind = SEQUENCE_EVENT_INFER, .values = {batch}};
  cr_assert(sequence_replay("relu_dynamic", &history, 0, &all, &error) == TN_OK);
  cr_assert(all->rank == 2 && all->shape[0] == 3);
  for (size_t i = 0; i < 3; i++) {
    history.events[0].values[0] = (sequence_value){.seed = seeds[i], .shape = {1, 8}};
    cr_assert(sequence_replay("relu_dynamic", &history, 0, &one, &error) == TN_OK);
    cr_expect(memcmp((const float *)all->data + 8 * i, one->data, 8 * sizeof(float)) == 0);
    tn_tensor_release(one);
  }
  tn_tensor_release(all);
}

Test(histories, what_is_not_well_formed_is_refused) {
  tn_tensor *value = NULL;
  tn_error error;
  sequence_history history = {.count = 1};
  history.events[0] = (sequence_event){.kind = SEQUENCE_EVENT_SET, .variable = 7};
  cr_expect(sequence_replay("accumulator", &history, 0, &value, &error) != TN_OK);
  history.count = 0;
  cr_expect(sequence_replay("accumulator", &history, 0, &value, &error) != TN_OK, "nothing ran");
  history.count = 1;
  history.events[0] = (sequence_event){.kind = SEQUENCE_EVENT_INFER,
                                       .values = {{.seed = 3, .shape = {2, 8}, .more = {4, 5}}}};
  cr_expect(sequence_replay("relu_dynamic", &history, 0, &value, &error) != TN_OK, "3 rows in 2");
  cr_expect(sequence_replay("nothing of that name", &history, 0, &value, &error) != TN_OK);
  cr_expect(value == NULL);
}

Test(histories, facts_tell_ports_and_variables) {
  sequence_facts facts;
  cr_assert(sequence_facts_read("two_variables", &facts));
  cr_expect(facts.input_count == 2 && facts.output_count == 2 && facts.variable_count == 2);
  cr_expect(facts.variables[1].rank == 2 && facts.variables[1].max[1] == 3);
  cr_assert(sequence_facts_read("add_dynamic", &facts));
  cr_expect(facts.ports[0].min[0] == 1 && facts.ports[0].max[0] == 64);
  cr_expect(!sequence_facts_read("nothing of that name", &facts));
}
