/* Checks of inferences in the background of every model of the list that the device supports. */
#define TN_GROUP "async"
#include "engine/axes.h"

TN_CHECK_WITH(async_model, ASYNC, 2, 0, "start and wait give the outputs of the reference",
              .name_at = axis_model) {
  tn_infer_request *request = test_request(t, test_compile(t, t->parameter));
  NEED(request);
  if (!test_set_inputs(t, request, t->parameter, t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, t->parameter, t->seed, 4);
}
