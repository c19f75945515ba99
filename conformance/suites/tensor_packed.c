/* Checks of how elements below a byte are packed, on models that show the place of each. */
#define TN_GROUP "tensor"
#include <stdio.h>

#include "engine/computed.h"

static const char *const types[] = {"U4", "I4", "U2", "I2", NULL};
static const char *const places[] = {"unpack", "weights", "pack"};

static char *model_of(test *t, const char *place, const char *type) {
  char *name = test_alloc(t, 64);
  snprintf(name, 64, "%s_%s", place, type);
  return name;
}

/* Whether the device runs a model with elements below a byte at all. */
static bool knows_small_elements(test *t) {
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    for (const char *const *type = types; *type; type++)
      if (computed_supports(t, test_model(t, model_of(t, places[i], *type)))) return true;
  return false;
}

/* Runs the model of that name for the type of the case. */
static void run_packed(test *t, const char *what) {
  const char *name = model_of(t, what, t->parameter);
  if (!computed_supports(t, test_model(t, name)) && !knows_small_elements(t))
    NOT_APPLICABLE("the device runs none of the models with elements below a byte");
  tn_infer_request *request = test_request(t, test_compile(t, name));
  NEED(request);
  if (!test_set_inputs(t, request, name, t->seed, 1)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, name, t->seed, 1);
}

TN_CHECK_WITH(tensor_packed_input, TENSOR, 15, 0,
              "elements below a byte of an input are read low bits first", .names = types,
              .revision = 2) {
  run_packed(t, "unpack");
}

TN_CHECK_WITH(tensor_packed_constant, TENSOR, 15, 0,
              "elements below a byte of a constant are read low bits first", .names = types,
              .revision = 2) {
  run_packed(t, "weights");
}

TN_CHECK_WITH(tensor_packed_output, TENSOR, 15, 0,
              "elements below a byte of an output are written low bits first", .names = types,
              .revision = 2) {
  run_packed(t, "pack");
}
