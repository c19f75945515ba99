/* The variables of a request: handles of the plugin, made when they are first needed. */
#include "runtime/check.h"
#include "runtime/compiled.h"

tn_status tni_request_find_states(tn_request *request, tn_error *error) {
  const void *found = NULL;
  TN_TRY(tni_find_extension(request->object, TN_EXTENSION_STATES, &tni_states_rule, &found, error));
  if (!found) return TN_OK;
  request->states = found;
  request->state_count = request->states->count(request->object);
  if (request->state_count == 0) return TN_OK;
  const tni_allocator *allocator = &request->compiled->core->services->allocator;
  request->opened = tni_alloc_array(allocator, request->state_count, sizeof *request->opened);
  return request->opened
             ? TN_OK
             : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for %u states", request->state_count);
}

void tni_request_close_states(tn_request *request) {
  for (uint32_t i = 0; request->opened && i < request->state_count; i++)
    if (request->opened[i]) request->opened[i]->api->destroy(request->opened[i]);
}

static tn_status open_state(tn_request *request, uint32_t index, tn_state **out, tn_error *error) {
  if (index >= request->state_count)
    return tni_fail(error, TN_OUT_OF_RANGE, "state %u: the request has %u", index,
                    request->state_count);
  tn_state *state = request->opened[index];
  if (!state) {
    TN_TRY(request->states->open(request->object, index, &state, error));
    TN_TRY(tni_check_object(&tni_state_rule, state, error));
    request->opened[index] = state;
    request->opened_count++;
  }
  *out = state;
  return TN_OK;
}

uint32_t tn_request_state_count(tn_request *request) {
  return tni_request_check(request, NULL) == TN_OK ? request->state_count : 0;
}

static tn_status get_name(tn_request *request, uint32_t index, tn_string *out, tn_error *error) {
  tn_state *state = NULL;
  TN_TRY(open_state(request, index, &state, error));
  *out = state->api->name(state);
  return TN_OK;
}

static tn_status get_value(tn_request *request, uint32_t index, tn_tensor **out, tn_error *error) {
  tn_state *state = NULL;
  tn_tensor *tensor = NULL;
  TN_TRY(open_state(request, index, &state, error));
  TN_TRY(state->api->get(state, &tensor, error));
  TN_TRY(tni_check_object(&tni_tensor_rule, tensor, error));
  *out = tensor;
  return TN_OK;
}

static tn_status set_value(tn_request *request, uint32_t index, tn_tensor *value, tn_error *error) {
  tn_state *state = NULL;
  TN_TRY(tni_check_object(&tni_tensor_rule, value, error));
  TN_TRY(open_state(request, index, &state, error));
  return state->api->set(state, value, error);
}

static tn_status reset(tn_request *request, uint32_t index, tn_error *error) {
  tn_state *state = NULL;
  TN_TRY(open_state(request, index, &state, error));
  return state->api->reset(state, error);
}

static tn_status pass(const tn_request *request, tn_status status, tn_error *error) {
  return status == TN_OK ? TN_OK : tni_request_fail(request, status, error);
}

tn_status tn_request_state_name(tn_request *request, uint32_t index, tn_string *out,
                                tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  return pass(request, get_name(request, index, out, error), error);
}

tn_status tn_request_reset_state(tn_request *request, uint32_t index, tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  return pass(request, reset(request, index, error), error);
}

tn_status tn_request_get_state(tn_request *request, uint32_t index, tn_tensor **out,
                               tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  return pass(request, get_value(request, index, out, error), error);
}

tn_status tn_request_set_state(tn_request *request, uint32_t index, tn_tensor *value,
                               tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  if (!value) return tni_fail(error, TN_INVALID_ARGUMENT, "the value of a state is NULL");
  return pass(request, set_value(request, index, value, error), error);
}
