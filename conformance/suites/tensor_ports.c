/* Checks of what each port of the carrier takes and gives. */
#define TN_GROUP "tensor"
#include <string.h>

#include "engine/axes.h"
#include "engine/short_output.h"

static tn_infer_request *carrier_request(test *t, axis_port *port) {
  if (!axis_port_of(t, port)) return NULL;
  return test_request(t, test_compile(t, "carrier"));
}

static bool is_static(const tn_value_info *info) {
  for (uint32_t i = 0; i < info->rank; i++)
    if (info->dimensions[i].min != info->dimensions[i].max) return false;
  return info->flags & TN_VALUE_HAS_RANK;
}

TN_CHECK_WITH(tensor_own_at, REQUEST, 5, 0,
              "before anything was set, a port gives a tensor of its type and shape, with room",
              .found = axis_ports) {
  axis_port port;
  tn_tensor *own = NULL;
  tn_infer_request *request = carrier_request(t, &port);
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &own, &t->error));
  EXPECT(own->size >= TN_TENSOR_FIRST_SIZE && own->size % 8 == 0);
  EXPECT(own->type == port.info->type);
  if (own->flags & TN_TENSOR_UNSHAPED) {
    EXPECT(!is_static(port.info));
    EXPECT(own->rank == 0 && own->capacity_bytes == 0);
    return;
  }
  REQUIRE(own->rank == port.info->rank);
  for (uint32_t i = 0; i < own->rank; i++)
    EXPECT(own->shape[i] >= port.info->dimensions[i].min &&
           own->shape[i] <= port.info->dimensions[i].max);
  EXPECT(own->capacity_bytes >= tn_dense_bytes(own->type, tn_tensor_element_count(own)));
}

TN_CHECK_WITH(tensor_stable_at, REQUEST, 6, 0,
              "a port gives the same tensor until another is set there, whatever happens at others",
              .found = axis_ports) {
  axis_port port;
  tn_tensor *first = NULL, *now = NULL;
  const tn_model *model = test_model(t, "carrier");
  tn_infer_request *request = carrier_request(t, &port);
  NEED(request && model);
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &first, &t->error));
  for (uint32_t i = 0; i < model->graph->input_count + model->graph->output_count; i++) {
    REQUIRE_OK(tn_infer_request_get_tensor(request, i, &now, &t->error));
    if (i != port.number) REQUIRE_OK(tn_infer_request_set_tensor(request, i, NULL, &t->error));
  }
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &now, &t->error));
  EXPECT(now == first);
  tn_tensor *mine = axis_tensor(t, &port);
  NEED(mine);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, mine, &t->error));
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &now, &t->error));
    EXPECT(now == mine);
  }
}

TN_CHECK_WITH(tensor_given_back_at, REQUEST, 7, 0,
              "a port gives the very tensor that was set, also after an inference, and after NULL "
              "its own",
              .found = axis_ports) {
  axis_port port;
  tn_tensor *now = NULL;
  tn_infer_request *request = axis_port_of(t, &port) ? test_carrier_request(t) : NULL;
  tn_tensor *mine = request ? axis_tensor(t, &port) : NULL;
  NEED(mine);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, mine, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &now, &t->error));
  EXPECT(now == mine);
  REQUIRE_OK(tn_infer_request_set_tensor(request, port.number, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &now, &t->error));
  EXPECT(now != mine);
}

/* --- shapes that do not fit */

static const char *const misfits[] = {"one_more",   "one_less", "rank_above",
                                      "rank_below", "rank_0",   NULL};

static void ports_and_misfits(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, true, true, misfits);
}

/* A shape that contradicts the port; false where there is none of that kind. */
static bool misfit(const axis_port *port, const char *kind, uint32_t *rank, int64_t *shape) {
  const uint32_t last = port->info->rank - 1;
  *rank = port->info->rank;
  memcpy(shape, port->shape, sizeof port->shape);
  if (strcmp(kind, "one_more") == 0)
    return shape[last] = port->info->dimensions[last].max + 1, true;
  if (strcmp(kind, "one_less") == 0)
    return (shape[last] = port->info->dimensions[last].min - 1) >= 0;
  if (strcmp(kind, "rank_above") == 0) return shape[*rank] = 1, *rank += 1, true;
  if (strcmp(kind, "rank_below") == 0) return *rank -= 1, true;
  return *rank = 0, true;
}

TN_CHECK_WITH(tensor_misfit_at, REQUEST, 9, 0,
              "a tensor whose shape contradicts the port is refused with WRONG_SHAPE; an output "
              "that can be resized may be taken",
              .found = ports_and_misfits) {
  axis_port port;
  uint32_t rank = 0;
  int64_t shape[TN_MAX_RANK];
  tn_tensor *own = NULL, *now = NULL;
  tn_infer_request *request = carrier_request(t, &port);
  NEED(request);
  if (port.info->rank == 0 || !misfit(&port, axis_rest(t), &rank, shape))
    NOT_APPLICABLE("the port has no such shape that contradicts it");
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &own, &t->error));
  tn_tensor *wrong = test_tensor(t, port.info->type, rank, shape);
  NEED(wrong);
  if (!port.is_input) tensor_take_resize_away(t, wrong);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, port.number, wrong, &t->error),
                TN_WRONG_SHAPE);
  REQUIRE_OK(tn_infer_request_get_tensor(request, port.number, &now, &t->error));
  EXPECT(now == own); /* the failed call changed nothing */
}

/* --- shapes that nobody can hold */

static const char *const hostile[] = {"negative", "overflow", "overflow_bytes", "large_rank", NULL};

static void inputs_and_hostile(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, true, true, hostile);
}

TN_CHECK_WITH(tensor_hostile_shape_at, TENSOR, 11, 0,
              "a tensor with a negative extent, one whose byte count overflows, or a rank above 16 "
              "is refused",
              .found = inputs_and_hostile) {
  axis_port port;
  tn_infer_request *request = carrier_request(t, &port);
  tn_tensor *tensor = request ? axis_tensor(t, &port) : NULL;
  NEED(tensor);
  if (port.info->rank < 2) NOT_APPLICABLE("the port has fewer than two dimensions");
  int64_t *shape = test_alloc(t, 64 * sizeof *shape);
  const int64_t *fits = tensor->shape;
  const uint32_t rank = tensor->rank;
  for (int i = 0; i < 64; i++)
    shape[i] = i < (int)rank ? fits[i] : 1;
  const char *kind = axis_rest(t);
  if (strcmp(kind, "negative") == 0) shape[0] = -4;
  if (strcmp(kind, "overflow") == 0) shape[0] = shape[1] = INT64_MAX;
  if (strcmp(kind, "overflow_bytes") == 0) shape[0] = INT64_MAX / 4, shape[1] = 3;
  if (strcmp(kind, "large_rank") == 0) tensor->rank = 17;
  tensor->shape = shape;
  EXPECT_FAILURE(tn_infer_request_set_tensor(request, port.number, tensor, &t->error));
  tensor->shape = fits;
  tensor->rank = rank;
}

/* --- room */

static const char *const rooms[] = {"one_byte_less", "half", "none", NULL};

static void inputs_and_rooms(test *t, test_parameters *found) {
  axis_add_for_ports(t, found, true, false, rooms);
}

TN_CHECK_WITH(tensor_room_at, TENSOR, 10, 0,
              "an input whose capacity does not hold its shape is refused with INVALID_ARGUMENT",
              .found = inputs_and_rooms) {
  axis_port port;
  tn_infer_request *request = carrier_request(t, &port);
  tn_tensor *tensor = request ? axis_tensor(t, &port) : NULL;
  NEED(tensor);
  const uint64_t capacity = tensor->capacity_bytes;
  const char *room = axis_rest(t);
  tensor->capacity_bytes = strcmp(room, "half") == 0   ? capacity / 2
                           : strcmp(room, "none") == 0 ? 0
                                                       : capacity - 1;
  EXPECT_STATUS(tn_infer_request_set_tensor(request, port.number, tensor, &t->error),
                TN_INVALID_ARGUMENT);
  tensor->capacity_bytes = capacity;
}

/* --- ports that are not there */

static const char *const no_ports[] = {"next", "thousand", "largest", NULL};

TN_CHECK_WITH(tensor_no_port, REQUEST, 16, 0,
              "a port that the model does not have is refused with OUT_OF_RANGE, and *out stays",
              .names = no_ports) {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  const tn_model *model = test_model(t, "carrier");
  NEED(request && model);
  tn_tensor *tensor = test_tensor(t, TN_F32, 1, (int64_t[]){4}), *out = test_poison();
  NEED(tensor);
  const uint32_t ports[] = {model->graph->input_count + model->graph->output_count, 1000,
                            UINT32_MAX};
  const uint32_t port = ports[t->parameter_index];
  EXPECT_STATUS(tn_infer_request_set_tensor(request, port, tensor, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(tn_infer_request_set_tensor(request, port, NULL, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(tn_infer_request_get_tensor(request, port, &out, &t->error), TN_OUT_OF_RANGE);
  test_about(t, TNI_CLAUSE(ERROR, 5));
  EXPECT(out == test_poison());
}
