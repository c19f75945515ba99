/* Checks of how elements below a byte are packed, on models that show the place of each. */
#define TN_GROUP "tensor"
#include <stdio.h>

#include "engine/check.h"

static const char *const types[] = {"U4", "I4", "U2", "I2", NULL};

/* Runs the model of that name for the type of the case. */
static void run_packed(test *t, const char *what) {
  char *name = test_alloc(t, 64);
  snprintf(name, 64, "%s_%s", what, t->parameter);
  tn_infer_request *request = test_request(t, test_compile(t, name));
  NEED(request);
  if (!test_set_inputs(t, request, name, t->seed, 1)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, name, t->seed, 1);
}

TN_CHECK_WITH(tensor_packed_input, TENSOR, 15, 0,
              "elements below a byte of an input are read low bits first", .names = types) {
  run_packed(t, "unpack");
}

TN_CHECK_WITH(tensor_packed_constant, TENSOR, 15, 0,
              "elements below a byte of a constant are read low bits first", .names = types) {
  run_packed(t, "weights");
}

TN_CHECK_WITH(tensor_packed_output, TENSOR, 15, 0,
              "elements below a byte of an output are written low bits first", .names = types) {
  run_packed(t, "pack");
}
