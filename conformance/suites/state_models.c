/* Checks of variables that are out of the ordinary: whose shape changes, that a graph within a node
 * uses, that lie in a device's memory, that contradict themselves. */
#define TN_GROUP "state"
#include <stdio.h>
#include <string.h>

#include "engine/altered.h"
#include "engine/observe.h"
#include "engine/remote_objects.h"
#include "tenon/abi/ext/states.h"

static const tn_states_api *states_of(test *t, tn_infer_request *request) {
  const tn_states_api *api =
      request ? tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES)) : NULL;
  if (request) EXPECT(api != NULL);
  return api;
}

static bool holds_zeros(const tn_tensor *value) {
  const unsigned char *bytes = value->data;
  const uint64_t size = tn_dense_bytes(value->type, tn_tensor_element_count(value));
  for (uint64_t i = 0; i < size; i++)
    if (bytes[i]) return false;
  return true;
}

/* A handle of a variable, destroyed after the check. */
static tn_state *open_state(test *t, tn_infer_request *request, uint32_t index) {
  const tn_states_api *api = states_of(t, request);
  tn_state *state = NULL;
  if (!api || !test_record_status(t, api->open(request, index, &state, &t->error), TN_OK,
                                  "open(request, index, &state, &t->error)", __FILE__, __LINE__))
    return NULL;
  test_adopt_state(t, state);
  return state;
}

static tn_tensor *value_of(test *t, tn_state *state) {
  tn_tensor *value = NULL;
  if (!test_record_status(t, state->api->get(state, &value, &t->error), TN_OK,
                          "get(state, &value, &t->error)", __FILE__, __LINE__))
    return NULL;
  test_adopt_tensor(t, value);
  return value;
}

/* --- a shape that changes */

static void expect_rows(test *t, tn_state *state, int64_t rows, const char *when) {
  const tn_tensor *value = value_of(t, state);
  NEED(value);
  EXPECT_THAT(
      value->type == TN_F32 && value->rank == 2 && value->shape[0] == rows && value->shape[1] == 3,
      "%s the variable has %d rows of 3", when, (int)rows);
}

TN_CHECK(state_grows, STATE, 2, TEST_NEEDS_STATES,
         "a variable whose first dimension is not fixed keeps what it is given, row by row, and is "
         "as it was declared after reset") {
  tn_infer_request *request = test_request(t, test_compile(t, "growing"));
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  expect_rows(t, state, 2, "at first");
  for (uint32_t i = 0; i < 3; i++) {
    if (!test_set_inputs(t, request, "growing", 20 + i, 1)) return;
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    tn_tensor *output = NULL;
    REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &output, &t->error));
    test_expect_output_after(t, output, "growing", 0, 20, i + 1);
    expect_rows(t, state, 3 + i, "after an inference");
  }
  REQUIRE_OK(state->api->reset(state, &t->error));
  expect_rows(t, state, 2, "after reset");
}

TN_CHECK(state_takes_what_is_declared, STATE, 6, TEST_NEEDS_STATES,
         "a variable takes any value of its declared type and shape, also one that no inference "
         "gives it, and refuses others") {
  static const int64_t rows[] = {0, 1, 2, 7};
  tn_infer_request *request = test_request(t, test_compile(t, "growing"));
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *mine = test_tensor(t, TN_F32, 2, (int64_t[]){rows[i], 3});
    NEED(mine);
    suite_fill(mine, t->seed, 5);
    REQUIRE_OK(state->api->set(state, mine, &t->error));
    expect_rows(t, state, rows[i], "after set");
  }
  tn_tensor *wide = test_tensor(t, TN_F32, 2, (int64_t[]){2, 4}),
            *flat = test_tensor(t, TN_F32, 1, (int64_t[]){3});
  NEED(wide && flat);
  EXPECT_STATUS(state->api->set(state, wide, &t->error), TN_WRONG_SHAPE);
  EXPECT_STATUS(state->api->set(state, flat, &t->error), TN_WRONG_SHAPE);
  expect_rows(t, state, 7, "after values that were refused");
}

/* Compiles a model that a device with states may refuse, which leaves the case out.
 * @return the model, of which the test takes care, or NULL when it was refused or failed */
static tn_compiled_model *compile_if_supported(test *t, tn_model *view, const char *refused) {
  tn_compiled_model *model = NULL;
  const tn_status status = tn_plugin_compile(t->plugin, t->device, view, NULL, &model, &t->error);
  if (status == TN_UNSUPPORTED) {
    test_record_not_applicable(t, refused);
    return NULL;
  }
  EXPECT_STATUS(status, TN_OK);
  if (model) test_adopt_compiled_model(t, model);
  return model;
}

/* Takes the constant away that variables begin with. */
static tn_status without_start(tni_model *model, void *user, tn_error *error) {
  (void)user;
  for (tni_node *node = model->graph->first_node; node; node = node->next) {
    if (!tn_string_equal(node->view.operation, TN_STRING("ReadValue"))) continue;
    TN_TRY(tni_node_set_int(node, TN_STRING("type"), TN_F32, error));
    TN_TRY(tni_node_set_inputs(node, 0, NULL, error));
  }
  return TN_OK;
}

TN_CHECK(state_begins_with_zeros, STATE, 4, TEST_NEEDS_STATES,
         "a variable without an initial value reads as zeros of its declared shape, with 0 for "
         "dimensions that are not fixed") {
  tn_model *view = altered_model(t, "growing", without_start, NULL);
  tn_compiled_model *model =
      view ? compile_if_supported(t, view, "variables without an initial value are refused") : NULL;
  NEED(model);
  tn_infer_request *request = test_request(t, model);
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  expect_rows(t, state, 0, "at first");
  if (!test_set_inputs(t, request, "growing", 20, 1)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  expect_rows(t, state, 1, "after an inference");
}

TN_CHECK(state_of_many, STATE, 1, TEST_NEEDS_STATES,
         "each of sixteen variables appears once, with its name and a value of its own") {
  tn_infer_request *request = test_request(t, test_compile(t, "many_variables"));
  const tn_states_api *api = states_of(t, request);
  bool seen[16] = {false};
  NEED(api);
  REQUIRE(api->count(request) == 16);
  if (!test_set_inputs(t, request, "many_variables", t->seed, 1)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  for (uint32_t i = 0; i < 16; i++) {
    tn_state *state = open_state(t, request, i);
    NEED(state);
    const tn_string name = state->api->name(state);
    unsigned number = 16;
    if (name.length > 1 && name.length < 4) sscanf(name.data + 1, "%2u", &number);
    REQUIRE(number < 16 && !seen[number]);
    seen[number] = true;
  }
  tn_tensor *output = NULL;
  REQUIRE_OK(tn_infer_request_get_tensor(request, 1, &output, &t->error));
  test_expect_output_after(t, output, "many_variables", 0, t->seed, 1);
}

TN_CHECK(
    state_assigned_first, STATE, 4, TEST_NEEDS_STATES,
    "a variable that is assigned before it is read begins with the value that its reader names, "
    "and one that is never read holds what it was assigned") {
  tn_model *view = test_model(t, "assigned_first");
  tn_compiled_model *model =
      view ? compile_if_supported(t, view, "such variables are refused") : NULL;
  NEED(model);
  tn_infer_request *request = test_request(t, model);
  const tn_states_api *api = states_of(t, request);
  NEED(api);
  REQUIRE(api->count(request) == 2);
  tn_tensor *start = NULL, *x = test_tensor(t, TN_F32, 1, (int64_t[]){4});
  for (uint32_t i = 0; i < view->graph->constant_count; i++)
    start = view->graph->constants[i]->constant;
  REQUIRE(start && x);
  suite_fill(x, t->seed, 0);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, x, &t->error));
  for (uint32_t i = 0; i < 4; i++) { /* each at first, then each after an inference */
    if (i == 2) REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    tn_state *state = open_state(t, request, i % 2);
    tn_tensor *value = state ? value_of(t, state) : NULL;
    NEED(value);
    const bool read = tn_string_equal(state->api->name(state), TN_STRING("early"));
    EXPECT(read || tn_string_equal(state->api->name(state), TN_STRING("written")));
    if (i >= 2)
      test_expect_equal(t, value, x, "the variable and what it was assigned");
    else if (read)
      test_expect_equal(t, value, start, "the variable and its initial value");
    else
      EXPECT(holds_zeros(value));
  }
}

/* --- a graph within a node */

TN_CHECK(state_in_a_graph, STATE, 1, TEST_NEEDS_STATES,
         "a variable that a graph within a node uses appears as one state, and its inference keeps "
         "it") {
  tn_model *view = test_model(t, "variable_in_branch");
  tn_compiled_model *model =
      view ? compile_if_supported(t, view, "such nodes are not supported") : NULL;
  NEED(model);
  tn_infer_request *request = test_request(t, model);
  const tn_states_api *api = states_of(t, request);
  NEED(api);
  REQUIRE(api->count(request) == 1);
  tn_state *state = open_state(t, request, 0);
  NEED(state);
  EXPECT(tn_string_equal(state->api->name(state), TN_STRING("inner")));
  const tn_tensor *zeros = value_of(t, state);
  NEED(zeros);
  EXPECT(zeros->rank == 2 && zeros->shape[0] == 4 && zeros->shape[1] == 8 && holds_zeros(zeros));
  tn_tensor *flag = test_tensor(t, TN_BOOL, 0, NULL);
  tn_tensor *x = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}), *y = NULL;
  NEED(flag && x);
  suite_fill(x, t->seed, 0);
  *(unsigned char *)flag->data = 1; /* the graph that adds to the variable */
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, x, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, flag, &t->error));
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    REQUIRE_OK(tn_infer_request_get_tensor(request, 2, &y, &t->error));
    tn_tensor *value = value_of(t, state);
    NEED(value);
    test_expect_equal(t, value, y, "the variable and what was assigned to it");
  }
}

/* --- memory of a device */

TN_CHECK(state_of_device_memory, TENSOR, 4, TEST_NEEDS_STATES | TEST_NEEDS_REMOTE,
         "a value in the memory of a device is copied, or refused with UNSUPPORTED") {
  tn_infer_request *request = test_request(t, test_compile(t, "accumulator"));
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  tn_tensor *device = remote_tensor(t, remote_context(t), TN_F32, 1, (int64_t[]){4}),
            *host = test_tensor(t, TN_F32, 1, (int64_t[]){4});
  NEED(state && device && host);
  if (!(device->flags & TN_TENSOR_DEVICE))
    NOT_APPLICABLE("tensors of the context lie in host memory");
  suite_fill(host, t->seed, 5);
  REQUIRE_OK(remote_copy_from(t, device, host));
  tn_tensor *before = value_of(t, state);
  const tn_status status = state->api->set(state, device, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  tn_tensor *after = value_of(t, state);
  NEED(before && after);
  test_expect_equal(t, after, status == TN_OK ? host : before, "the variable");
}

TN_CHECK(state_of_too_few_bytes, TENSOR, 10, TEST_NEEDS_STATES,
         "a value whose capacity does not hold its shape is refused with INVALID_ARGUMENT, and "
         "changes nothing") {
  tn_infer_request *request = test_request(t, test_compile(t, "accumulator"));
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  tn_tensor *small = test_tensor(t, TN_F32, 1, (int64_t[]){4}), *before = NULL;
  NEED(state && small);
  before = value_of(t, state);
  const uint64_t capacity = small->capacity_bytes;
  small->capacity_bytes = 12;
  EXPECT_STATUS(state->api->set(state, small, &t->error), TN_INVALID_ARGUMENT);
  small->capacity_bytes = capacity;
  tn_tensor *after = value_of(t, state);
  NEED(before && after);
  test_expect_equal(t, after, before, "the variable");
}

/* --- variables that contradict themselves */

/* Node `number` of those that read or assign variables. */
static tni_node *variable_node(tni_model *model, uint32_t number) {
  for (tni_node *node = model->graph->first_node; node; node = node->next)
    if (tn_string_equal(node->view.domain, TN_STRING("tenon")) && number-- == 0) return node;
  return NULL;
}

struct defect {
  uint32_t node; /* of the variables' */
  bool other_kind;
};

static tn_status spoil(tni_model *model, void *user, tn_error *error) {
  const struct defect *defect = user;
  tni_node *node = variable_node(model, defect->node);
  if (!node) return tni_fail(error, TN_INTERNAL, "the model has no such node");
  tni_node_remove_attribute(node, TN_STRING("variable_id"));
  return defect->other_kind ? tni_node_set_int(node, TN_STRING("variable_id"), 7, error) : TN_OK;
}

static const char *const defects[] = {"first_without_id", "first_of_another_kind",
                                      "last_without_id", "last_of_another_kind", NULL};

TN_CHECK_WITH(state_malformed, COMPILE, 13, TEST_NEEDS_STATES,
              "a node of a variable whose attribute variable_id is missing, or no text, makes "
              "compile fail with MALFORMED or UNSUPPORTED",
              .names = defects) {
  struct defect defect = {.node = t->parameter_index < 2 ? 0 : 3,
                          .other_kind = t->parameter_index % 2 == 1};
  tn_model *view = altered_model(t, "two_variables", spoil, &defect);
  tn_compiled_model *out = test_poison();
  NEED(view);
  const tn_status status = tn_plugin_compile(t->plugin, t->device, view, NULL, &out, &t->error);
  EXPECT_THAT(status == TN_MALFORMED || status == TN_UNSUPPORTED,
              "compile gives MALFORMED or UNSUPPORTED; it gave %s", tni_status_name(status));
  EXPECT(out == test_poison());
  if (status == TN_OK) tn_compiled_model_destroy(out);
}
