/* Checks that outputs depend on what they have to depend on, and on nothing else. */
#define TN_GROUP "infer"
#include <string.h>

#include "base/half.h"
#include "engine/altered.h"
#include "engine/check.h"

/* A model that bears other names than the suite's gives what the suite's own gives. */
static void compute_renamed(test *t, const char *name) {
  tn_compiled_model *compiled = NULL;
  tn_model *renamed = altered_model(t, name, alter_names, NULL);
  REQUIRE(renamed != NULL);
  const tn_status status =
      tn_plugin_compile(t->plugin, t->device, renamed, NULL, &compiled, &t->error);
  EXPECT_THAT(status == TN_OK, "%s compiles under other names; it gave %s", name,
              tni_status_name(status));
  if (!compiled) return;
  test_adopt_compiled_model(t, compiled);
  tn_infer_request *request = test_request(t, compiled);
  NEED(request);
  if (!test_set_inputs(t, request, name, t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, name, t->seed, 4);
}

TN_CHECK(infer_under_other_names, INFER, 1, 0,
         "a model whose names nobody knows gives the same outputs") {
  static const char *const others[] = {"network_f32", "chain"};
  compute_renamed(t, t->setup->carrier);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (test_compile(t, others[i])) compute_renamed(t, others[i]);
}

/* Makes the last element a positive number that no filling gives, so that operators such as Relu
 * tell it. Types of other kinds get other bytes. */
static void change_last_element(tn_tensor *tensor) {
  const float single = 40.5f;
  const double number = 40.5;
  const uint16_t half = tni_f16_from_f32(single);
  const uint64_t size = tn_element_type_bits(tensor->type) / 8;
  const uint64_t bytes = tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
  char *last = (char *)tensor->data + bytes - (size ? size : 1);
  if (tensor->type == TN_F32)
    memcpy(last, &single, sizeof single);
  else if (tensor->type == TN_F64)
    memcpy(last, &number, sizeof number);
  else if (tensor->type == TN_F16)
    memcpy(last, &half, sizeof half);
  else
    *last = (char)(*last == 17 ? 18 : 17); /* the low byte */
}

TN_CHECK(infer_reads_every_element, INFER, 5, 0,
         "inputs that differ in their last element alone are told apart") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  const uint32_t last = test_model(t, "carrier")->graph->input_count - 1;
  for (uint64_t seed = t->seed; seed < t->seed + 3; seed++) {
    tn_tensor *input = NULL;
    if (!test_set_inputs(t, request, "carrier", seed, 4)) return;
    REQUIRE_OK(tn_infer_request_get_tensor(request, last, &input, &t->error));
    change_last_element(input);
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    suite_fill(input, seed, last);
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", seed, 4);
  }
}
