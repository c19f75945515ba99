/* Checks of whose memory tensors are, and of who may change them. */
#define TN_GROUP "tensor"
#include <string.h>
#include <sys/mman.h>

#include "engine/axes.h"
#include "engine/guarded.h"

/* --- any maker */

/* A tensor that neither the plugin nor the host has made. */
struct strange {
  tn_tensor base;
  long references;
  tn_tensor *memory; /* whose data it shows */
};

static const void *no_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor, (void)id;
  return NULL;
}
static void count_up(tn_tensor *tensor) {
  ((struct strange *)tensor)->references++;
}
static void count_down(tn_tensor *tensor) {
  ((struct strange *)tensor)->references--;
}
static tn_status set_text(tn_tensor *tensor, uint64_t index, tn_string text, tn_error *error) {
  tn_tensor *memory = ((struct strange *)tensor)->memory;
  return memory->api->set_string(memory, index, text, error);
}

static const tn_tensor_api strange_api = {.size = TN_TENSOR_API_FIRST_SIZE,
                                          .get_extension = no_extension,
                                          .retain = count_up,
                                          .release = count_down,
                                          .set_string = set_text};
static const tn_maker strange_maker = {TN_SIZE(tn_maker), 0, &strange_maker,
                                       TN_STRING_INIT("somebody else")};

TN_CHECK_WITH(tensor_of_a_stranger, TENSOR, 1, 0,
              "a host tensor that another maker made is usable at the port, and given back whole",
              .found = axis_ports, .revision = 2) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  tn_tensor *memory = request ? axis_tensor(t, &port) : NULL;
  NEED(memory);
  struct strange tensor = {.base = *memory, .references = 1, .memory = memory};
  tensor.base.api = &strange_api;
  tensor.base.maker = &strange_maker;
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, &tensor.base, &t->error));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  EXPECT_OK(tn_infer_request_set_tensor(request, port.number, NULL, &t->error));
  EXPECT(tensor.references == 1);
}

/* --- fields */

TN_CHECK_WITH(tensor_fields_at, TENSOR, 3, 0,
              "the fields of a tensor that was set stay as they are through every call on the "
              "request",
              .found = axis_ports) {
  axis_port port;
  tn_tensor *now = NULL;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  tn_tensor *mine = request ? axis_tensor(t, &port) : NULL;
  NEED(mine);
  const tn_tensor before = *mine;
#define EXPECT_SAME(call) \
  EXPECT_THAT(memcmp(&before, mine, sizeof before) == 0, "the fields stay in %s", call)
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, mine, &t->error));
  EXPECT_SAME("set_tensor");
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &now, &t->error));
  EXPECT_SAME("get_tensor");
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_SAME("infer"); /* the shape is the result's already */
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_SAME("start and wait");
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, NULL, &t->error));
  EXPECT_SAME("set_tensor(NULL)");
#undef EXPECT_SAME
}

/* --- read only */

TN_CHECK_WITH(tensor_read_only_input, TENSOR, 16, 0,
              "an input in memory that cannot be written gives right results",
              .found = axis_inputs) {
  axis_port port;
  guarded memory;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  tn_tensor *filled = request ? axis_tensor(t, &port) : NULL;
  NEED(filled);
  void *usual = filled->data;
  REQUIRE(guarded_create(&memory, usual, (size_t)filled->capacity_bytes));
  filled->data = memory.data; /* writing there ends the process */
  filled->flags |= TN_TENSOR_READ_ONLY | TN_TENSOR_UNALIGNED;
  tn_status status = tn_infer_request_set_tensor(request, port.number, filled, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status == TN_OK) {
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", t->seed, 4);
    EXPECT_OK(tn_infer_request_set_tensor(request, port.number, NULL, &t->error));
  }
  filled->data = usual;
  guarded_destroy(&memory);
}

TN_CHECK_WITH(tensor_read_only_output, TENSOR, 16, 0,
              "a read-only tensor is refused as output with INVALID_ARGUMENT",
              .found = axis_outputs) {
  axis_port port;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  tn_tensor *tensor = request ? axis_tensor(t, &port) : NULL;
  NEED(tensor);
  tensor->flags |= TN_TENSOR_READ_ONLY;
  EXPECT_STATUS(tn_infer_request_set_tensor(request, port.number, tensor, &t->error),
                TN_INVALID_ARGUMENT);
  tensor->flags &= ~(uint32_t)TN_TENSOR_READ_ONLY;
}

/* --- one tensor in two places */

static const char *const ways[] = {"infer", "start", NULL};

static tn_status run(test *t, tn_infer_request *request) {
  if (strcmp(t->parameter, "infer") == 0) return tn_infer_request_infer(request, &t->error);
  tn_status status = tn_infer_request_start(request, NULL, &t->error);
  return status == TN_OK ? tn_infer_request_wait(request, -1, &t->error) : status;
}

static void expect_right_or_refused(test *t, tn_status status, tn_tensor *output,
                                    const char *model) {
  if (status == TN_OK)
    test_expect_output(t, output, model, 0, t->seed, 4);
  else
    EXPECT_THAT(status == TN_INVALID_ARGUMENT || status == TN_UNSUPPORTED,
                "the refusal is INVALID_ARGUMENT or UNSUPPORTED; it is %s",
                tni_status_name(status));
}

TN_CHECK_WITH(tensor_in_and_out, TENSOR, 17, 0,
              "one tensor set on an input and on the output gives right results, or is refused by "
              "the call that would need it twice",
              .names = ways) {
  tn_infer_request *request = test_request(t, test_compile(t, "add_f32"));
  tn_tensor *both = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}),
            *other = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8});
  NEED(request && both && other);
  suite_fill(both, t->seed, 0);
  suite_fill(other, t->seed, 1);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, both, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, other, &t->error));
  tn_status status = tn_infer_request_set_tensor(request, 2, both, &t->error);
  if (status == TN_OK) status = run(t, request);
  expect_right_or_refused(t, status, both, "add_f32");
}

/* The same of what the device's carrier is made of, for devices that run no Add. */
TN_CHECK_WITH(tensor_in_place, TENSOR, 17, 0,
              "one tensor set on the input and the output of a row of operators gives right "
              "results, or is refused by the call that would need it twice",
              .names = ways) {
  const tn_model *model = test_model(t, "chain");
  tn_infer_request *request = model ? test_request(t, test_compile(t, "chain")) : NULL;
  NEED(request);
  const tn_value_info *in = model->graph->inputs[0], *out = model->graph->outputs[0];
  int64_t shape[TN_MAX_RANK], given[TN_MAX_RANK];
  suite_shape(in, 4, shape);
  suite_shape(out, 4, given);
  if (in->type != out->type || in->rank != out->rank ||
      memcmp(shape, given, in->rank * sizeof *shape) != 0)
    NOT_APPLICABLE("what the carrier gives does not fit its input");
  tn_tensor *both = test_tensor(t, in->type, in->rank, shape);
  NEED(both);
  suite_fill(both, t->seed, 0);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, both, &t->error));
  tn_status status =
      tn_infer_request_set_tensor(request, model->graph->input_count, both, &t->error);
  if (status == TN_OK) status = run(t, request);
  expect_right_or_refused(t, status, both, "chain");
}

TN_CHECK_WITH(tensor_squares, REQUEST, 10, 0,
              "one tensor set on two inputs is read right by both, and stays as it was",
              .names = ways) {
  tn_infer_request *request = test_request(t, test_compile(t, "add_f32"));
  tn_tensor *shared = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}),
            *copy = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}), *output = NULL;
  NEED(request && shared && copy);
  suite_fill(shared, t->seed, 0);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, shared, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, shared, &t->error));
  REQUIRE_OK(run(t, request));
  REQUIRE_OK(tn_infer_request_get_tensor(request, 2, &output, &t->error));
  for (int i = 0; i < 32; i++)
    ((float *)copy->data)[i] = 2 * ((float *)shared->data)[i];
  test_expect_close(t, copy, output, "the doubled input");
}

/* Each output of this model follows one input alone, both in the same way. */
TN_CHECK_WITH(tensor_shared, REQUEST, 10, 0,
              "one tensor set on two inputs is read right by the operators of both",
              .names = ways) {
  static const char name[] = "two_like_inputs";
  const tn_model *model = test_model(t, name);
  tn_infer_request *request = model ? test_request(t, test_compile(t, name)) : NULL;
  tn_tensor *outputs[2];
  int64_t shape[TN_MAX_RANK];
  NEED(request);
  const tn_value_info *port = model->graph->inputs[0];
  suite_shape(port, 4, shape);
  tn_tensor *shared = test_tensor(t, port->type, port->rank, shape);
  NEED(shared);
  suite_fill(shared, t->seed, 0);
  for (uint32_t i = 0; i < 2; i++)
    REQUIRE_OK(tn_infer_request_set_tensor(request, i, shared, &t->error));
  REQUIRE_OK(run(t, request));
  for (uint32_t i = 0; i < 2; i++)
    REQUIRE_OK(tn_infer_request_get_tensor(request, 2 + i, &outputs[i], &t->error));
  test_expect_output(t, outputs[1], name, 1, t->seed, 4); /* that of the first input */
  test_expect_close(t, outputs[1], outputs[0], "the outputs of one tensor");
}

/* --- other tensors from run to run */

TN_CHECK_WITH(tensor_swapped, REQUEST, 4, 0,
              "tensors swapped between runs: each run reads and writes those set last, and no "
              "other is touched",
              .names = ways, .revision = 2) {
  enum { SETS = 3, RUNS = 9 };
  const tn_model *model = test_model(t, "carrier");
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *outputs[SETS], *given = NULL;
  NEED(request && model);
  const uint32_t port = model->graph->input_count;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port, &given, &t->error));
  for (int i = 0; i < SETS; i++)
    if (!(outputs[i] = test_tensor(t, given->type, given->rank, given->shape))) return;
  for (uint64_t i = 0; i < RUNS; i++) {
    tn_tensor *mine = outputs[i % SETS];
    if (mine->type != TN_STRING_ELEMENT) memset(mine->data, 0x11, (size_t)mine->capacity_bytes);
    REQUIRE_OK(tn_infer_request_set_tensor(request, port, mine, &t->error));
    if (!test_set_inputs(t, request, "carrier", 700 + i, 4)) return;
    REQUIRE_OK(run(t, request));
    for (uint64_t k = 0; k < SETS && k <= i; k++) /* also those of the runs before */
      test_expect_output(t, outputs[(i - k) % SETS], "carrier", 0, 700 + i - k, 4);
  }
}

/* --- resize */

static const char *const bad_resizes[] = {"rank_17", "negative", "overflow", NULL};

/* What a failed resize must leave. */
static void expect_failed_resize(test *t, tn_tensor *tensor, const char *kind) {
  int64_t shape[32];
  uint32_t rank = 2;
  for (int i = 0; i < 32; i++)
    shape[i] = 1;
  if (strcmp(kind, "rank_17") == 0) rank = 17;
  if (strcmp(kind, "negative") == 0) shape[1] = -1;
  if (strcmp(kind, "overflow") == 0) shape[0] = shape[1] = INT64_MAX / 2;
  const tn_tensor before = *tensor;
  int64_t kept[TN_MAX_RANK];
  memcpy(kept, tensor->shape, tensor->rank * sizeof *kept);
  tn_status status = tensor->api->resize(tensor, rank, shape, &t->error);
  EXPECT_THAT(
      status == TN_INVALID_ARGUMENT || status == TN_OUT_OF_MEMORY || status == TN_UNSUPPORTED,
      "resize to a shape that cannot be fails; it gave %s", tni_status_name(status));
  EXPECT(memcmp(&before, tensor, sizeof before) == 0);
  EXPECT(memcmp(kept, tensor->shape, before.rank * sizeof *kept) == 0);
}

static void ports_and_resizes(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, true, true, bad_resizes);
}

TN_CHECK_WITH(tensor_failed_resize_at, TENSOR, 12, 0,
              "resize of the request's own tensor to a shape that cannot be fails and leaves the "
              "tensor as it was",
              .found = ports_and_resizes) {
  axis_port port;
  tn_tensor *own = NULL;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &own, &t->error));
  if (!own->api->resize || (own->flags & TN_TENSOR_UNSHAPED))
    NOT_APPLICABLE("the request's own tensor cannot be resized");
  expect_failed_resize(t, own, axis_rest(t));
}

TN_CHECK_WITH(tensor_resized_at, TENSOR, 12, 0,
              "resize of the request's own tensor gives the shape asked for and its bytes, which "
              "can be written",
              .found = axis_ports) {
  static const int64_t factors[] = {1, 3, 64, 2, 0};
  axis_port port;
  tn_tensor *own = NULL;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  NEED(request);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &own, &t->error));
  if (!own->api->resize) NOT_APPLICABLE("the request's own tensor cannot be resized");
  const bool on_device = own->flags & TN_TENSOR_DEVICE;
  for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
    int64_t shape[TN_MAX_RANK];
    memcpy(shape, port.shape, sizeof shape);
    if (port.info->rank) shape[0] *= factors[i];
    EXPECT_OK(own->api->resize(own, port.info->rank, shape, &t->error));
    REQUIRE(own->rank == port.info->rank && !(own->flags & TN_TENSOR_UNSHAPED));
    EXPECT(memcmp(own->shape, shape, own->rank * sizeof *shape) == 0);
    uint64_t bytes = tn_dense_bytes(own->type, tn_tensor_element_count(own));
    EXPECT(own->capacity_bytes >= bytes);
    if (!on_device && own->type != TN_STRING_ELEMENT && bytes)
      memset(own->data, 0x42, (size_t)bytes);
  }
}
