/* Sequences of calls, right and wrong ones, drawn from the case's seed. A failure names the clause
 * of the call that was not answered as the model of the objects asks; the supervisor then looks for
 * the shortest sequence that still fails. */
#define TN_GROUP "sequence"
#include "sequences/cases.h"

#define TEXT                                                                               \
  "calls drawn at random, right and wrong ones, do what the contract asks, and all works " \
  "afterwards"

TN_CHECK_WITH(sequence_request, ERROR, 12, 0, TEXT, .name_at = sequence_parameter_at) {
  sequence_case_run(t, "request");
}

TN_CHECK_WITH(sequence_tensor, ERROR, 12, 0, TEXT, .name_at = sequence_parameter_at) {
  sequence_case_run(t, "tensor");
}

TN_CHECK_WITH(sequence_model, ERROR, 12, 0, TEXT, .name_at = sequence_parameter_at) {
  sequence_case_run(t, "model");
}

TN_CHECK_WITH(sequence_async, ERROR, 12, 0, TEXT, .name_at = sequence_parameter_at) {
  sequence_case_run(t, "async");
}

TN_CHECK_WITH(sequence_callback, ERROR, 12, 0, TEXT, .name_at = sequence_parameter_at) {
  sequence_case_run(t, "callback");
}

TN_CHECK_WITH(sequence_dynamic, ERROR, 12, TEST_NEEDS_DYNAMIC, TEXT,
              .name_at = sequence_parameter_at) {
  sequence_case_run(t, "dynamic");
}

TN_CHECK_WITH(sequence_batch, ERROR, 12, TEST_NEEDS_BATCHES | TEST_NEEDS_DYNAMIC, TEXT,
              .name_at = sequence_parameter_at) {
  sequence_case_run(t, "batch");
}

TN_CHECK_WITH(sequence_state, ERROR, 12, TEST_NEEDS_STATES, TEXT,
              .name_at = sequence_parameter_at) {
  sequence_case_run(t, "state");
}

TN_CHECK_WITH(sequence_remote, ERROR, 12, TEST_NEEDS_REMOTE, TEXT,
              .name_at = sequence_parameter_at) {
  sequence_case_run(t, "remote");
}

TN_CHECK_WITH(sequence_blob, ERROR, 12, TEST_NEEDS_IMPORT, TEXT, .name_at = sequence_parameter_at) {
  sequence_case_run(t, "blob");
}

TN_CHECK_WITH(sequence_profile, ERROR, 12, TEST_NEEDS_PROFILING, TEXT,
              .name_at = sequence_parameter_at) {
  sequence_case_run(t, "profile");
}
