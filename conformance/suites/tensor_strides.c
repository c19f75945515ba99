/* Checks of tensors whose elements do not lie side by side. */
#define TN_GROUP "tensor"
#include <string.h>

#include "engine/axes.h"

enum { GAP = 0x6e };

/* Ways to lay out the elements of a shape. */
static const char *const layouts[] = {"every_second", "padded_rows", "transposed",
                                      "gap_between_rows", NULL};

static void inputs_and_layouts(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, true, false, layouts);
}

static void outputs_and_layouts(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, false, true, layouts);
}

/* Strides of a layout, in elements. */
static void make_strides(const char *layout, uint32_t rank, const int64_t *shape,
                         int64_t *strides) {
  const bool transposed = strcmp(layout, "transposed") == 0;
  int64_t step = strcmp(layout, "every_second") == 0 ? 2 : 1;
  for (uint32_t k = 0; k < rank; k++) {
    uint32_t i = transposed ? k : rank - 1 - k;
    int64_t wide = shape[i];
    if (k == 0 && strcmp(layout, "padded_rows") == 0) wide += 3;
    if (k == 1 && strcmp(layout, "gap_between_rows") == 0) wide += 1;
    strides[i] = step;
    step *= wide;
  }
}

static uint64_t extent_of(uint32_t rank, const int64_t *shape, const int64_t *strides) {
  uint64_t last = 0;
  for (uint32_t i = 0; i < rank; i++)
    last += (uint64_t)((shape[i] - 1) * strides[i]);
  return last + 1;
}

/* A tensor of the port in that layout, every byte of it a gap yet; NULL after recording why. */
static tn_tensor *laid_out(test *t, const axis_port *port) {
  const uint32_t rank = port->info->rank;
  int64_t *shape = test_alloc(t, TN_MAX_RANK * sizeof *shape),
          *strides = test_alloc(t, TN_MAX_RANK * sizeof *strides);
  memcpy(shape, port->shape, sizeof port->shape);
  make_strides(axis_rest(t), rank, shape, strides);
  int64_t extent = (int64_t)extent_of(rank, shape, strides);
  tn_tensor *tensor = test_tensor(t, port->info->type, 1, &extent);
  if (!tensor) return NULL;
  memset(tensor->data, GAP, (size_t)tensor->capacity_bytes);
  tensor->rank = rank;
  tensor->shape = shape;
  tensor->strides = strides;
  return tensor;
}

/* Goes through all elements, dense and as they are laid out. */
static void copy_elements(const tn_tensor *dense, const tn_tensor *laid, bool to_laid) {
  const uint64_t bytes = tn_element_type_bits(dense->type) / 8;
  for (uint64_t i = 0; i < tn_tensor_element_count(dense); i++) {
    uint64_t at = 0, rest = i;
    for (uint32_t k = dense->rank; k-- > 0; rest /= (uint64_t)dense->shape[k])
      at += rest % (uint64_t)dense->shape[k] * (uint64_t)laid->strides[k];
    char *a = (char *)dense->data + i * bytes, *b = (char *)laid->data + at * bytes;
    memcpy(to_laid ? b : a, to_laid ? a : b, (size_t)bytes);
  }
}

static bool is_laid_out(test *t, const axis_port *port) {
  return tn_element_type_bits(port->info->type) >= 8 && port->info->rank >= 2 && t != NULL;
}

TN_CHECK_WITH(tensor_layout_of_input, TENSOR, 6, 0,
              "an input laid out with strides gives the results of its dense copy or is refused "
              "with UNSUPPORTED",
              .found = inputs_and_layouts) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  if (!is_laid_out(t, &port)) NOT_APPLICABLE("the port has fewer than two dimensions");
  tn_tensor *laid = laid_out(t, &port),
            *dense = test_tensor(t, port.info->type, port.info->rank, port.shape);
  NEED(laid && dense);
  suite_fill(dense, t->seed, port.index);
  copy_elements(dense, laid, true);
  tn_status status = tn_infer_request_set_tensor(request, port.number, laid, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* Bytes that belong to no element and are not what they were. */
static uint64_t changed_gaps(test *t, const tn_tensor *laid) {
  const uint64_t bytes = tn_element_type_bits(laid->type) / 8, all = laid->capacity_bytes;
  unsigned char *copy = test_alloc(t, (size_t)all), *ones = test_alloc(t, (size_t)all);
  tn_tensor dense = *laid, mask = *laid;
  dense.data = ones;
  mask.data = copy;
  memset(ones, 1, (size_t)all);
  copy_elements(&dense, &mask, true); /* copy: 1 where an element is */
  uint64_t changed = 0;
  for (uint64_t i = 0; i < all; i++)
    changed += !copy[i] && ((unsigned char *)laid->data)[i] != GAP;
  return bytes ? changed : 0;
}

TN_CHECK_WITH(tensor_layout_of_output, TENSOR, 7, 0,
              "an output laid out with strides gets the results and keeps the bytes between them, "
              "or is refused with UNSUPPORTED",
              .found = outputs_and_layouts) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  if (!is_laid_out(t, &port)) NOT_APPLICABLE("the port has fewer than two dimensions");
  tn_tensor *laid = laid_out(t, &port),
            *dense = test_tensor(t, port.info->type, port.info->rank, port.shape);
  NEED(laid && dense);
  tn_status status = tn_infer_request_set_tensor(request, port.number, laid, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_THAT(changed_gaps(t, laid) == 0,
              "the bytes between the elements stay; %llu of them changed",
              (unsigned long long)changed_gaps(t, laid));
  REQUIRE(laid->strides != NULL);
  copy_elements(dense, laid, false);
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
