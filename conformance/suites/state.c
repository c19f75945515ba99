/* Checks of variables: what a request keeps from one inference to the next. */
#define TN_GROUP "state"
#include <string.h>

#include "engine/blob.h"
#include "engine/remote_objects.h"
#include "engine/virtual_device.h"
#include "tenon/abi/ext/states.h"

static const tn_states_api *states_of(test *t, tn_infer_request *request) {
  const tn_states_api *api =
      request ? request->api->get_extension(request, TN_STRING(TN_EXTENSION_STATES)) : NULL;
  if (request) EXPECT(api != NULL);
  return api;
}

static tn_infer_request *new_request(test *t, const char *model) {
  return test_request(t, test_compile(t, model));
}

/* A handle of a variable, destroyed after the check. */
static tn_state *open_state(test *t, tn_infer_request *request, uint32_t index) {
  const tn_states_api *api = states_of(t, request);
  tn_state *state = NULL;
  if (!api) return NULL;
  tn_status status = api->open(request, index, &state, &t->error);
  if (!test_record_status(t, status, TN_OK, "open(request, index, &state, &t->error)", __FILE__,
                          __LINE__))
    return NULL;
  test_adopt_state(t, state);
  return state;
}

/* A copy of the present value, released after the check. */
static tn_tensor *value_of(test *t, tn_state *state) {
  tn_tensor *value = NULL;
  tn_status status = state->api->get(state, &value, &t->error);
  if (!test_record_status(t, status, TN_OK, "get(state, &value, &t->error)", __FILE__, __LINE__))
    return NULL;
  test_adopt_tensor(t, value);
  EXPECT(!(value->flags & TN_TENSOR_DEVICE));
  return value;
}

/* Inferences with the seeds from, from + 1, ... */
static bool advance(test *t, tn_infer_request *request, const char *model, uint64_t from,
                    uint32_t steps) {
  for (uint32_t i = 0; i < steps; i++) {
    if (!test_set_inputs(t, request, model, from + i, 1)) return false;
    tn_status status = tn_infer_request_infer(request, &t->error);
    if (!test_record_status(t, status, TN_OK, "infer(request, &t->error)", __FILE__, __LINE__))
      return false;
  }
  return true;
}

/* The outputs are those after so many inferences since the beginning. */
static void expect_after(test *t, tn_infer_request *request, const char *name, uint64_t from,
                         uint32_t steps) {
  const tn_model *model = test_model(t, name);
  for (uint32_t i = 0; model && i < model->graph->output_count; i++) {
    tn_tensor *output = NULL;
    REQUIRE_OK(
        tn_infer_request_get_tensor(request, model->graph->input_count + i, &output, &t->error));
    test_expect_output_after(t, output, name, i, from, steps);
  }
}

static bool same_bytes(const tn_tensor *a, const tn_tensor *b) {
  return a && b && a->type == b->type && tn_tensor_element_count(a) == tn_tensor_element_count(b) &&
         memcmp(a->data, b->data, (size_t)tn_dense_bytes(a->type, tn_tensor_element_count(a))) == 0;
}

/* --- what there is */

static tn_status is_supported(void *user, const tn_node_support *const *nodes, uint64_t count) {
  *(bool *)user = count == 1 && nodes[0]->supported;
  return TN_OK;
}

/* The suite's models with variables add reals. */
static bool adds_reals(test *t) {
  bool supported = false;
  tn_model *model = test_model(t, "add_f32");
  return model &&
         tn_plugin_query(t->plugin, t->device, model, NULL, is_supported, &supported, NULL) ==
             TN_OK &&
         supported;
}

TN_CHECK(
    state_is_declared, STATE, 9, 0,
    "a model with variables compiles where states are declared, and is refused with UNSUPPORTED "
    "where they are not") {
  tn_model *model = test_model(t, "accumulator");
  tn_compiled_model *out = test_poison();
  NEED(model);
  const bool declared = t->capabilities & TN_DEVICE_HAS_STATES;
  if (declared && !adds_reals(t)) NOT_APPLICABLE("Add in f32 is not supported");
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, NULL, &out, &t->error),
                declared ? TN_OK : TN_UNSUPPORTED);
  if (out != test_poison()) test_adopt_compiled_model(t, out);
  EXPECT((out != test_poison()) == declared);
}

TN_CHECK(state_tables, ABI, 9, TEST_NEEDS_STATES,
         "the tables of states have all slots of their first version") {
  tn_infer_request *request = new_request(t, "accumulator");
  const tn_states_api *api = states_of(t, request);
  NEED(api);
  EXPECT(api->size >= TN_STATES_API_FIRST_SIZE && api->count && api->open);
  test_about(t, TNI_CLAUSE(LIFE, 1)); /* by the maker the plugin knows its request again */
  EXPECT(test_is_virtual(t) || request->maker == t->plugin->maker);
  test_about(t, 0);
  tn_state *state = open_state(t, request, 0);
  NEED(state);
  const tn_state_api *slots = state->api;
  EXPECT(slots->size >= TN_STATE_API_FIRST_SIZE && slots->get_extension && slots->destroy);
  EXPECT(slots->name && slots->reset && slots->get && slots->set);
  EXPECT(state->host == NULL);
  test_about(t, TNI_CLAUSE(LIFE, 1));
  EXPECT(state->maker == request->maker);
  test_about(t, 0);
  EXPECT(slots->get_extension(state, TN_STRING("x-nobody.knows/1")) == NULL);
}

TN_CHECK(state_counts, STATE, 1, TEST_NEEDS_STATES,
         "each variable of the model appears as one state, and a model without has none") {
  static const struct {
    const char *model;
    uint32_t count;
  } rows[] = {{"accumulator", 1}, {"two_variables", 2}, {"carrier", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_infer_request *request = new_request(t, rows[i].model);
    NEED(request);
    const tn_states_api *api = request->api->get_extension(request, TN_STRING(TN_EXTENSION_STATES));
    EXPECT((api ? api->count(request) : 0) == rows[i].count);
  }
}

TN_CHECK(state_names, STATE, 1, TEST_NEEDS_STATES,
         "states carry the names of the variables, each once") {
  tn_infer_request *request = new_request(t, "two_variables");
  NEED(request);
  tn_state *a = open_state(t, request, 0), *b = open_state(t, request, 1);
  NEED(a && b);
  const tn_string first = a->api->name(a), second = b->api->name(b);
  EXPECT(tn_string_equal(first, TN_STRING("total")) || tn_string_equal(first, TN_STRING("peak")));
  EXPECT(tn_string_equal(second, TN_STRING("total")) || tn_string_equal(second, TN_STRING("peak")));
  EXPECT(!tn_string_equal(first, second));
}

/* The handle of the variable with that name among two. */
static tn_state *open_named(test *t, tn_infer_request *request, tn_string name) {
  for (uint32_t i = 0; i < 2; i++) {
    tn_state *state = open_state(t, request, i);
    if (!state || tn_string_equal(state->api->name(state), name)) return state;
  }
  return NULL;
}

TN_CHECK(state_index, STATE, 1, TEST_NEEDS_STATES,
         "a variable that is not there is refused with OUT_OF_RANGE") {
  tn_infer_request *request = new_request(t, "accumulator");
  const tn_states_api *api = states_of(t, request);
  tn_state *out = test_poison();
  NEED(api);
  EXPECT_STATUS(api->open(request, 1, &out, &t->error), TN_OUT_OF_RANGE);
  EXPECT_STATUS(api->open(request, UINT32_MAX, &out, &t->error), TN_OUT_OF_RANGE);
  EXPECT(out == test_poison());
}

TN_CHECK(state_initial_value, STATE, 4, TEST_NEEDS_STATES,
         "a new request reads its variables as their initial values, with type and shape") {
  tn_infer_request *request = new_request(t, "two_variables");
  NEED(request);
  static const char *const names[] = {"total", "peak"};
  for (uint32_t i = 0; i < 2; i++) {
    tn_state *state = open_named(t, request, tn_string_from(names[i]));
    tn_tensor *value = state ? value_of(t, state) : NULL;
    NEED(value);
    test_expect_variable(t, value, "two_variables", i, t->seed, 0);
  }
}

TN_CHECK(state_count_is_constant, STATE, 10, TEST_NEEDS_STATES,
         "the number of variables stays the same over inferences and resets") {
  tn_infer_request *request = new_request(t, "two_variables");
  const tn_states_api *api = states_of(t, request);
  NEED(api);
  EXPECT(api->count(request) == 2);
  if (!advance(t, request, "two_variables", t->seed, 2)) return;
  EXPECT(api->count(request) == 2);
  tn_state *state = open_state(t, request, 0);
  NEED(state);
  EXPECT_OK(state->api->reset(state, &t->error));
  EXPECT(api->count(request) == 2);
}

/* --- from inference to inference */

TN_CHECK(state_accumulates, STATE, 2, TEST_NEEDS_STATES,
         "outputs and variables are those of all inferences since the beginning") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  for (uint32_t i = 0; i < 5; i++) {
    if (!advance(t, request, "accumulator", 50 + i, 1)) return;
    expect_after(t, request, "accumulator", 50, i + 1);
    tn_tensor *value = value_of(t, state);
    NEED(value);
    test_expect_variable(t, value, "accumulator", 0, 50, i + 1);
  }
}

TN_CHECK(state_accumulates_two, STATE, 2, TEST_NEEDS_STATES,
         "two variables of one model are kept side by side") {
  tn_infer_request *request = new_request(t, "two_variables");
  NEED(request);
  for (uint32_t i = 0; i < 4; i++) {
    if (!advance(t, request, "two_variables", 60 + i, 1)) return;
    expect_after(t, request, "two_variables", 60, i + 1);
  }
}

TN_CHECK(state_accumulates_async, STATE, 2, TEST_NEEDS_STATES,
         "a state keeps its value between inferences in the background") {
  tn_infer_request *request = new_request(t, "accumulator");
  NEED(request);
  for (uint32_t i = 0; i < 5; i++) {
    if (!test_set_inputs(t, request, "accumulator", 70 + i, 1)) return;
    REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
    REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
    expect_after(t, request, "accumulator", 70, i + 1);
  }
}

TN_CHECK(state_reset, STATE, 4, TEST_NEEDS_STATES,
         "reset gives the variable its initial value, which the next inference begins with") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  if (!advance(t, request, "accumulator", 80, 3)) return;
  REQUIRE_OK(state->api->reset(state, &t->error));
  tn_tensor *value = value_of(t, state);
  NEED(value);
  test_expect_variable(t, value, "accumulator", 0, 0, 0);
  if (!advance(t, request, "accumulator", 90, 2)) return;
  expect_after(t, request, "accumulator", 90, 2);
}

TN_CHECK(state_reset_of_one, STATE, 4, TEST_NEEDS_STATES,
         "reset of one variable leaves the other as it was") {
  tn_infer_request *request = new_request(t, "two_variables");
  NEED(request);
  if (!advance(t, request, "two_variables", 80, 3)) return;
  tn_state *total = open_named(t, request, TN_STRING("total")),
           *peak = open_named(t, request, TN_STRING("peak"));
  NEED(total && peak);
  EXPECT_OK(total->api->reset(total, &t->error));
  tn_tensor *of_total = value_of(t, total), *of_peak = value_of(t, peak);
  NEED(of_total && of_peak);
  test_expect_variable(t, of_total, "two_variables", 0, 80, 0);
  test_expect_variable(t, of_peak, "two_variables", 1, 80, 3);
}

TN_CHECK(state_new_request, STATE, 4, TEST_NEEDS_STATES,
         "a new request of a used model begins with the initial values") {
  tn_compiled_model *model = test_compile(t, "accumulator");
  tn_infer_request *first = test_request(t, model);
  NEED(first);
  if (!advance(t, first, "accumulator", 80, 3)) return;
  tn_infer_request *second = test_request(t, model);
  NEED(second);
  if (!advance(t, second, "accumulator", 90, 1)) return;
  expect_after(t, second, "accumulator", 90, 1);
}

TN_CHECK(state_isolation, STATE, 3, TEST_NEEDS_STATES,
         "requests that take turns keep their variables apart") {
  tn_compiled_model *model = test_compile(t, "accumulator");
  tn_infer_request *first = test_request(t, model), *second = test_request(t, model);
  NEED(first && second);
  for (uint32_t i = 0; i < 4; i++) {
    if (!advance(t, first, "accumulator", 100 + i, 1) ||
        !advance(t, second, "accumulator", 200 + i, 1))
      return;
    expect_after(t, first, "accumulator", 100, i + 1);
    expect_after(t, second, "accumulator", 200, i + 1);
  }
}

TN_CHECK(state_after_import, IMPORT, 2, TEST_NEEDS_STATES | TEST_NEEDS_IMPORT,
         "an imported model begins with the initial values and keeps its variables") {
  blob whole = {0};
  tn_compiled_model *model = test_compile(t, "accumulator");
  tn_infer_request *used = test_request(t, model);
  NEED(used);
  if (!advance(t, used, "accumulator", 40, 2)) return;
  REQUIRE_OK(blob_export(t, model, &whole));
  tn_compiled_model *imported = blob_import_whole(t, &whole, true);
  blob_clear(&whole);
  tn_infer_request *request = test_request(t, imported);
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  EXPECT(tn_string_equal(state->api->name(state), TN_STRING("total")));
  if (!advance(t, request, "accumulator", 50, 3)) return;
  expect_after(t, request, "accumulator", 50, 3);
}

/* --- get and set */

TN_CHECK(state_set_is_read_back, STATE, 5, TEST_NEEDS_STATES,
         "a value that was set is read back, bit by bit") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  tn_tensor *mine = test_tensor(t, TN_F32, 1, (int64_t[]){4});
  NEED(state && mine);
  suite_fill(mine, t->seed, 5);
  REQUIRE_OK(state->api->set(state, mine, &t->error));
  tn_tensor *value = value_of(t, state);
  NEED(value);
  EXPECT(same_bytes(mine, value));
}

TN_CHECK(state_moves_to_another_request, STATE, 5, TEST_NEEDS_STATES,
         "a sequence goes on in another request that is given the value of its variable") {
  tn_compiled_model *model = test_compile(t, "accumulator");
  tn_infer_request *first = test_request(t, model), *second = test_request(t, model);
  NEED(first && second);
  tn_state *from = open_state(t, first, 0), *to = open_state(t, second, 0);
  NEED(from && to);
  if (!advance(t, first, "accumulator", 100, 3) || !advance(t, second, "accumulator", 500, 2))
    return;
  tn_tensor *value = value_of(t, from);
  NEED(value);
  REQUIRE_OK(to->api->set(to, value, &t->error));
  if (!advance(t, second, "accumulator", 103, 2)) return;
  expect_after(t, second, "accumulator", 100, 5);
}

TN_CHECK(state_get_copies, STATE, 11, TEST_NEEDS_STATES,
         "a value that was read does not change with later inferences, and writing to it changes "
         "nothing") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  if (!advance(t, request, "accumulator", 100, 2)) return;
  tn_tensor *early = value_of(t, state);
  NEED(early);
  if (!advance(t, request, "accumulator", 102, 1)) return;
  test_expect_variable(t, early, "accumulator", 0, 100, 2);
  suite_fill(early, 9, 9);
  tn_tensor *late = value_of(t, state);
  NEED(late);
  EXPECT(late != early);
  test_expect_variable(t, late, "accumulator", 0, 100, 3);
}

TN_CHECK(state_set_copies, STATE, 11, TEST_NEEDS_STATES,
         "set stores a copy: changing the tensor afterwards does not change the variable, nor does "
         "an inference change the tensor") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  tn_tensor *mine = test_tensor(t, TN_F32, 1, (int64_t[]){4}),
            *kept = test_tensor(t, TN_F32, 1, (int64_t[]){4});
  NEED(state && mine && kept);
  suite_fill(mine, t->seed, 5);
  suite_fill(kept, t->seed, 5);
  REQUIRE_OK(state->api->set(state, mine, &t->error));
  suite_fill(mine, t->seed, 6);
  tn_tensor *value = value_of(t, state);
  NEED(value);
  EXPECT(same_bytes(kept, value));
  suite_fill(kept, t->seed, 6);
  if (!advance(t, request, "accumulator", 10, 1)) return;
  EXPECT(same_bytes(kept, mine));
}

TN_CHECK(state_wrong_values, STATE, 6, TEST_NEEDS_STATES,
         "values of another type, shape or rank are refused and leave the variable as it was") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  if (!advance(t, request, "accumulator", 100, 2)) return;
  static const struct {
    uint32_t type, rank;
    int64_t shape[2];
    tn_status status;
  } rows[] = {{TN_F64, 1, {4}, TN_WRONG_TYPE},     {TN_I32, 1, {4}, TN_WRONG_TYPE},
              {TN_F32, 1, {5}, TN_WRONG_SHAPE},    {TN_F32, 1, {0}, TN_WRONG_SHAPE},
              {TN_F32, 2, {4, 1}, TN_WRONG_SHAPE}, {TN_F32, 0, {0}, TN_WRONG_SHAPE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_tensor *wrong = test_tensor(t, rows[i].type, rows[i].rank, rows[i].shape);
    NEED(wrong);
    EXPECT_STATUS(state->api->set(state, wrong, &t->error), rows[i].status);
  }
  tn_tensor *value = value_of(t, state);
  NEED(value);
  test_expect_variable(t, value, "accumulator", 0, 100, 2);
}

TN_CHECK(state_value_out_of_reach, TENSOR, 4, TEST_NEEDS_STATES,
         "a value in device memory that cannot be copied is refused with UNSUPPORTED") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  if (!advance(t, request, "accumulator", 100, 2)) return;
  far_tensor *far = far_tensor_create(t, TN_F32, 1, (int64_t[]){4}, false);
  NEED(far);
  EXPECT_STATUS(state->api->set(state, &far->base, &t->error), TN_UNSUPPORTED);
  tn_tensor *value = value_of(t, state);
  NEED(value);
  test_expect_variable(t, value, "accumulator", 0, 100, 2);
}

TN_CHECK(state_null_arguments, ERROR, 11, TEST_NEEDS_STATES,
         "NULL for a value or out is refused with INVALID_ARGUMENT, NULL for the error accepted") {
  tn_infer_request *request = new_request(t, "accumulator");
  const tn_states_api *api = states_of(t, request);
  NEED(api);
  tn_state *state = open_state(t, request, 0);
  NEED(state);
  EXPECT_STATUS(api->open(request, 0, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(state->api->get(state, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(state->api->set(state, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(state->api->set(state, NULL, NULL), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(state->api->reset(state, NULL), TN_OK);
}

TN_CHECK(state_handles, STATE, 10, TEST_NEEDS_STATES,
         "two handles show the same variable, and destroying one leaves it as it was") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *first = request ? open_state(t, request, 0) : NULL,
           *second = first ? open_state(t, request, 0) : NULL;
  NEED(second);
  EXPECT(first != second);
  if (!advance(t, request, "accumulator", 100, 2)) return;
  test_destroy_state(t, first);
  tn_tensor *value = value_of(t, second);
  NEED(value);
  test_expect_variable(t, value, "accumulator", 0, 100, 2);
  test_destroy_state(t, second);
  if (!advance(t, request, "accumulator", 102, 1)) return;
  expect_after(t, request, "accumulator", 100, 3);
}

/* --- in flight */

/* As test_start_held. Another request tells first whether the plugin runs on threads of its own, so
 * that no inference is made here in vain, which would go on with the sequence. */
static bool start_held(test *t, tn_infer_request *request) {
  tn_infer_request *scratch = new_request(t, "accumulator");
  if (!scratch || !test_set_inputs(t, scratch, "accumulator", 1, 1)) return false;
  bool held = test_start_held(t, scratch);
  suite_host_let_go(t->host);
  tn_infer_request_wait(scratch, -1, NULL);
  return held && test_start_held(t, request);
}

TN_CHECK(
    state_busy_in_flight, STATE, 8, TEST_NEEDS_STATES,
    "open, get, set and reset answer BUSY while a generation is in flight, and change nothing") {
  tn_infer_request *request = new_request(t, "accumulator");
  const tn_states_api *api = request ? states_of(t, request) : NULL;
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  tn_tensor *mine = test_tensor(t, TN_F32, 1, (int64_t[]){4}), *out = test_poison();
  tn_state *second = test_poison();
  NEED(api && state && mine);
  suite_fill(mine, 3, 3);
  if (!test_set_inputs(t, request, "accumulator", 100, 1)) return;
  if (!start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_STATUS(api->open(request, 0, &second, &t->error), TN_BUSY);
  EXPECT(second == test_poison());
  EXPECT_STATUS(state->api->get(state, &out, &t->error), TN_BUSY);
  EXPECT(out == test_poison());
  EXPECT_STATUS(state->api->set(state, mine, &t->error), TN_BUSY);
  EXPECT_STATUS(state->api->reset(state, &t->error), TN_BUSY);
  suite_host_let_go(t->host);
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  expect_after(t, request, "accumulator", 100, 1);
}

TN_CHECK(state_after_cancel, STATE, 7, TEST_NEEDS_STATES,
         "after a cancelled inference the variable holds its value from before or from after, and "
         "the sequence goes on from there") {
  tn_infer_request *request = new_request(t, "accumulator");
  tn_state *state = request ? open_state(t, request, 0) : NULL;
  NEED(state);
  if (!advance(t, request, "accumulator", 100, 2)) return;
  tn_tensor *before = value_of(t, state);
  if (!before || !test_set_inputs(t, request, "accumulator", 102, 1)) return;
  if (!start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_OK(tn_infer_request_cancel(request, &t->error));
  suite_host_let_go(t->host);
  tn_status status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_OK_OR(status, TN_CANCELLED);
  tn_tensor *after = value_of(t, state);
  NEED(after);
  const uint32_t steps = status == TN_OK || !same_bytes(before, after) ? 3 : 2;
  test_expect_variable(t, after, "accumulator", 0, 100, steps);
  if (!advance(t, request, "accumulator", 100 + steps, 1)) return;
  expect_after(t, request, "accumulator", 100, steps + 1);
}

struct in_callback {
  tn_state *state;
  tn_status get, reset, set;
};

static void use_state(void *user, tn_infer_request *request, tn_status status,
                      const tn_error *error) {
  (void)request, (void)status, (void)error;
  struct in_callback *self = user;
  tn_tensor *value = NULL;
  self->get = self->state->api->get(self->state, &value, NULL);
  self->reset = self->state->api->reset(self->state, NULL);
  self->set = value ? self->state->api->set(self->state, value, NULL) : TN_INTERNAL;
  if (value) tn_tensor_release(value);
}

TN_CHECK(state_in_the_callback, STATE, 8, TEST_NEEDS_STATES,
         "get, set and reset are legal inside the callback and see the finished inference") {
  tn_infer_request *request = new_request(t, "accumulator");
  struct in_callback seen = {.state = request ? open_state(t, request, 0) : NULL};
  NEED(seen.state);
  seen.get = seen.reset = seen.set = TN_INTERNAL;
  REQUIRE_OK(tn_infer_request_set_callback(request, use_state, &seen, &t->error));
  if (!test_set_inputs(t, request, "accumulator", 100, 1)) return;
  REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_STATUS(seen.get, TN_OK);
  EXPECT_STATUS(seen.reset, TN_OK);
  EXPECT_STATUS(seen.set, TN_OK);
  REQUIRE_OK(tn_infer_request_set_callback(request, NULL, NULL, &t->error));
  if (!advance(t, request, "accumulator", 101, 1)) return;
  expect_after(t, request, "accumulator", 100, 2); /* what was set is what had been got */
}
