/* Checks of variables while several threads infer. */
#define TN_GROUP "thread"
#include "engine/check.h"
#include "engine/together.h"

enum { THREADS = 4, STEPS = 30 };

struct sequence {
  tn_infer_request *request;
  tn_tensor *input;
  uint64_t seed;
  int failures;
};

static void run_sequence(void *argument) {
  struct sequence *self = argument;
  for (uint64_t i = 0; i < STEPS; i++) {
    suite_fill(self->input, self->seed + i, 0);
    self->failures += tn_infer_request_infer(self->request, NULL) != TN_OK;
  }
}

TN_CHECK(thread_sequences_with_states, STATE, 3, TEST_NEEDS_STATES,
         "sequences in several threads at once keep their variables apart") {
  tn_compiled_model *model = test_compile(t, "accumulator");
  struct sequence sequences[THREADS];
  for (uint64_t i = 0; i < THREADS; i++) {
    sequences[i] = (struct sequence){.request = test_request(t, model), .seed = 1000 * (i + 1)};
    sequences[i].input = test_tensor(t, TN_F32, 1, (int64_t[]){4});
    NEED(sequences[i].request && sequences[i].input);
    REQUIRE_OK(tn_infer_request_set_tensor(sequences[i].request, 0, sequences[i].input, &t->error));
  }
  together_run(sequences, sizeof *sequences, THREADS, run_sequence);
  for (int i = 0; i < THREADS; i++) {
    tn_tensor *sum = NULL;
    EXPECT(sequences[i].failures == 0);
    REQUIRE_OK(tn_infer_request_get_tensor(sequences[i].request, 1, &sum, &t->error));
    test_expect_output_after(t, sum, "accumulator", 0, sequences[i].seed, STEPS);
  }
}
