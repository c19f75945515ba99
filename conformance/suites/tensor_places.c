/* Checks of tensors that begin where the requests' own never do. */
#define TN_GROUP "tensor"
#include "engine/axes.h"

/* As axis_tensor, `offset` bytes behind a multiple of 64. */
static tn_tensor *tensor_at(test *t, const axis_port *port, uint32_t offset) {
  tn_tensor *out = test_tensor_at(t, port->info->type, port->info->rank, port->shape, offset);
  if (out) suite_fill(out, t->seed, port->index);
  return out;
}

/* Both ways to run it; the outputs are looked at where they were set. */
static void expect_right(test *t, tn_infer_request *request) {
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK_WITH(tensor_unaligned_at, TENSOR, 5, 0,
              "a tensor whose address is no multiple of its element gives right results at the "
              "port, or is refused with UNSUPPORTED",
              .found = axis_ports, .revision = 2) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  if (port.info->type == TN_STRING_ELEMENT) NOT_APPLICABLE("texts are records, not elements");
  if (tn_element_type_bits(port.info->type) < 16)
    NOT_APPLICABLE("elements of one byte are always aligned");
  tn_tensor *odd = tensor_at(t, &port, 1);
  NEED(odd);
  odd->flags |= TN_TENSOR_UNALIGNED;
  const tn_status status = tn_infer_request_set_tensor(request, port.number, odd, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status == TN_OK) expect_right(t, request);
}

TN_CHECK_WITH(tensor_one_element_further_at, TENSOR, 1, 0,
              "a tensor that begins one element behind a multiple of 64 bytes is usable at the "
              "port as any other",
              .found = axis_ports, .revision = 2) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  const uint32_t bits = tn_element_type_bits(port.info->type);
  tn_tensor *further = tensor_at(t, &port, bits < 8 ? 1 : bits / 8);
  NEED(further);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, further, &t->error));
  expect_right(t, request);
}
