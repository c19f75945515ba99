/* Checks of tensors whose elements do not lie side by side. */
#define TN_GROUP "tensor"
#include <string.h>

#include "engine/axes.h"
#include "engine/layout.h"
#include "graph/tensor.h"

/* Ways to lay out the elements of a shape. */
static const char *const layouts[] = {LAYOUT_EVERY_SECOND, LAYOUT_PADDED_ROWS,
                                      LAYOUT_TRANSPOSED,   LAYOUT_GAP_BETWEEN_ROWS,
                                      LAYOUT_REGION,       NULL};

static void inputs_and_layouts(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, true, false, layouts);
}

static void outputs_and_layouts(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, false, true, layouts);
}

static bool is_laid_out(test *t, const axis_port *port) {
  return layout_applies(axis_rest(t), port->info->type, port->info->rank);
}

TN_CHECK_WITH(tensor_layout_of_input, TENSOR, 6, 0,
              "an input laid out with strides gives the results of its dense copy or is refused "
              "with UNSUPPORTED",
              .found = inputs_and_layouts) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  if (!is_laid_out(t, &port)) NOT_APPLICABLE("the port has fewer than two dimensions");
  tn_tensor *laid = layout_tensor(t, axis_rest(t), port.info->type, port.info->rank, port.shape),
            *dense = test_tensor(t, port.info->type, port.info->rank, port.shape);
  NEED(laid && dense);
  suite_fill(dense, t->seed, port.index);
  REQUIRE_OK(tni_tensor_copy(dense, laid, &t->error));
  tn_status status = tn_infer_request_set_tensor(request, port.number, laid, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK_WITH(tensor_layout_of_output, TENSOR, 7, 0,
              "an output laid out with strides gets the results and keeps the bytes between them, "
              "or is refused with UNSUPPORTED",
              .found = outputs_and_layouts) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  if (!is_laid_out(t, &port)) NOT_APPLICABLE("the port has fewer than two dimensions");
  tn_tensor *laid = layout_tensor(t, axis_rest(t), port.info->type, port.info->rank, port.shape),
            *dense = test_tensor(t, port.info->type, port.info->rank, port.shape);
  NEED(laid && dense);
  tn_status status = tn_infer_request_set_tensor(request, port.number, laid, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE(laid->strides != NULL);
  const uint64_t changed = layout_changed_gaps(t, axis_rest(t), laid);
  EXPECT_THAT(changed == 0, "the bytes between the elements stay; %llu of them changed",
              (unsigned long long)changed);
  REQUIRE_OK(tni_tensor_copy(laid, dense, &t->error));
  test_expect_output(t, dense, "carrier", port.index, t->seed, 4);
}

TN_CHECK(tensor_repeated_rows, TENSOR, 6, 0,
         "an input whose rows are one row (a stride of 0) gives the results of its dense copy or "
         "is refused with UNSUPPORTED") {
  static const int64_t shape[] = {4, 8}, strides[] = {0, 1};
  tn_infer_request *first = test_request(t, test_compile(t, "relu_f32")),
                   *second = first ? test_request(t, test_compile(t, "relu_f32")) : NULL;
  NEED(second);
  tn_tensor *row = test_tensor(t, TN_F32, 1, &shape[1]), *dense = test_tensor(t, TN_F32, 2, shape);
  tn_tensor *of_row = NULL, *of_dense = NULL;
  NEED(row && dense);
  suite_fill(row, t->seed, 0);
  for (int i = 0; i < 4; i++)
    memcpy((float *)dense->data + 8 * i, row->data, 8 * sizeof(float));
  row->rank = 2;
  row->shape = shape;
  row->strides = strides;
  tn_status status = tn_infer_request_set_tensor(first, 0, row, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_set_tensor(second, 0, dense, &t->error));
  REQUIRE_OK(tn_infer_request_infer(first, &t->error));
  REQUIRE_OK(tn_infer_request_infer(second, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(first, 1, &of_row, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(second, 1, &of_dense, &t->error));
  test_expect_equal(t, of_dense, of_row, "the repeated row");
}
