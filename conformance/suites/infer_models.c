/* Checks of the inferences of every model of the list that the device supports. */
#define TN_GROUP "infer"
#include <string.h>

#include "engine/axes.h"

/* A request of the model that the case is for, with inputs of the case's seed. */
static tn_infer_request *ready_request(test *t) {
  tn_infer_request *request = test_request(t, test_compile(t, t->parameter));
  return request && test_set_inputs(t, request, t->parameter, t->seed, 4) ? request : NULL;
}

TN_CHECK_WITH(infer_model, INFER, 1, 0, "infer computes the outputs of the reference",
              .name_at = axis_model) {
  tn_infer_request *request = ready_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, t->parameter, t->seed, 4);
}

TN_CHECK_WITH(infer_leaves_inputs_of, INFER, 3, 0, "infer leaves each input of the model unchanged",
              .name_at = axis_model) {
  tn_infer_request *request = ready_request(t);
  tn_model *model = test_model(t, t->parameter);
  NEED(request && model);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  for (uint32_t i = 0; i < model->graph->input_count; i++) {
    tn_tensor *input = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, i, &input, &t->error));
    tn_tensor *copy = test_tensor(t, input->type, input->rank, input->shape);
    NEED(copy);
    suite_fill(copy, t->seed, i);
    test_expect_equal(t, copy, input, "an input after the inference");
  }
}

/* Sets tensors of the suite at all outputs, of the shapes that an inference has given. */
static bool set_outputs(test *t, tn_infer_request *request, const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->output_count; i++) {
    tn_tensor *given = NULL;
    uint32_t port = graph->input_count + i;
    tn_status status = tn_infer_request_get_tensor(request, port, &given, &t->error);
    tn_tensor *mine =
        status == TN_OK ? test_tensor(t, given->type, given->rank, given->shape) : NULL;
    if (mine) status = tn_infer_request_set_tensor(request, port, mine, &t->error);
    if (!test_record_status(t, status, TN_OK, "set_tensor(request, output, tensor, &t->error)",
                            __FILE__, __LINE__) ||
        !mine)
      return false;
  }
  return true;
}

/* Whether no byte around any output was written. */
static void expect_zones(test *t, tn_infer_request *request, const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->output_count; i++) {
    tn_tensor *output = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, graph->input_count + i, &output, &t->error));
    EXPECT_THAT(suite_tensor_zones_intact(output), "nothing before or behind output %u is written",
                i);
  }
}

TN_CHECK_WITH(infer_within_tensors_of, INFER, 4, 0,
              "nothing before or behind the outputs of the model is written",
              .name_at = axis_model) {
  tn_infer_request *request = ready_request(t);
  tn_model *model = test_model(t, t->parameter);
  NEED(request && model);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  if (!set_outputs(t, request, model->graph)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  expect_zones(t, request, model->graph);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  expect_zones(t, request, model->graph);
}

TN_CHECK_WITH(infer_writes_all_of, INFER, 2, 0,
              "every byte of the outputs is the result's, whatever stood there before",
              .name_at = axis_model) {
  static const unsigned char before[] = {0x00, 0xff, 0x5a};
  tn_model *model = test_model(t, t->parameter);
  for (size_t i = 0; model && i < sizeof before; i++) { /* a new request: variables begin anew */
    tn_infer_request *shapes = ready_request(t);
    NEED(shapes);
    REQUIRE_OK(tn_infer_request_infer(shapes, &t->error));
    tn_infer_request *request = ready_request(t);
    NEED(request);
    for (uint32_t k = 0; k < model->graph->output_count; k++) {
      tn_tensor *given = NULL;
      uint32_t port = model->graph->input_count + k;
      REQUIRE_OK(tn_infer_request_get_tensor(shapes, port, &given, &t->error));
      tn_tensor *mine = test_tensor(t, given->type, given->rank, given->shape);
      NEED(mine);
      if (mine->type != TN_STRING_ELEMENT && mine->capacity_bytes)
        memset(mine->data, before[i], (size_t)mine->capacity_bytes);
      REQUIRE_OK(tn_infer_request_set_tensor(request, port, mine, &t->error));
    }
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, t->parameter, t->seed, 4);
  }
}
