#include "full.h"

/* --- states: one variable, the sum of what was ever put in */

struct state {
  tn_state base;
  struct request *request;
};

static const void *no_extension(tn_state *state, tn_string id) {
  (void)state, (void)id;
  return NULL;
}

static struct engine *engine_of(const struct request *request) {
  return request->compiled->engine;
}

static void destroy_state(tn_state *state) {
  struct engine *engine = engine_of(((struct state *)state)->request);
  engine->host->release(engine->host, state);
}

static tn_string name_state(tn_state *state) {
  (void)state;
  return TN_STRING("total");
}

static tn_status reset_state(tn_state *state, tn_error *error) {
  (void)error;
  ((struct state *)state)->request->state = 0;
  return TN_OK;
}

static tn_status get_state(tn_state *state, tn_tensor **out, tn_error *error) {
  const struct request *request = ((struct state *)state)->request;
  const tn_host *host = engine_of(request)->host;
  tn_tensor *tensor = NULL;
  const tn_status status = host->create_tensor(host, TN_F32, 0, NULL, &tensor, error);
  if (status != TN_OK) return status;
  *(float *)tensor->data = request->state;
  *out = tensor;
  return TN_OK;
}

static tn_status set_state(tn_state *state, tn_tensor *value, tn_error *error) {
  if (value->type != TN_F32) return full_fail(error, TN_WRONG_TYPE, "a float was expected");
  ((struct state *)state)->request->state = *(const float *)value->data;
  return TN_OK;
}

static const tn_state_api state_api = {
    .size = TN_SIZE(tn_state_api),
    .get_extension = no_extension,
    .destroy = destroy_state,
    .name = name_state,
    .reset = reset_state,
    .get = get_state,
    .set = set_state,
};
static const tn_maker no_engine = {.size = TN_SIZE(tn_maker)};
static const tn_state_api broken_state_api = {.size = TN_SIZE(tn_state_api)};
static tn_state broken_state = {&broken_state_api, &no_engine, NULL};

static uint32_t count_states(tn_infer_request *request) {
  (void)request;
  return 1;
}

static tn_status open_state(tn_infer_request *request, uint32_t index, tn_state **out,
                            tn_error *error) {
  (void)index;
  struct request *self = (struct request *)request;
  if (full_has_fault(engine_of(self), "state")) {
    *out = &broken_state;
    return TN_OK;
  }
  struct state *state = full_allocate(engine_of(self), sizeof *state);
  if (!state) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  state->base.api = &state_api;
  state->base.maker = &engine_of(self)->maker;
  state->request = self;
  *out = &state->base;
  return TN_OK;
}

static const tn_states_api states_api = {
    .size = TN_SIZE(tn_states_api), .count = count_states, .open = open_state};

/* --- profiling */

static tn_status get_profile(tn_infer_request *request, tn_profile_sink sink, void *user,
                             tn_error *error) {
  if (!((struct request *)request)->has_run)
    return full_fail(error, TN_WRONG_STATE, "nothing has run yet");
  tn_profile_entry entry = {.size = TN_SIZE(tn_profile_entry)};
  entry.name = TN_STRING("device");
  entry.duration_ns = 5;
  const tn_profile_entry *const all[] = {&entry};
  return sink(user, all, 1);
}

static const tn_profiling_api profiling_api = {.size = TN_SIZE(tn_profiling_api),
                                               .get = get_profile};

/* --- requests */

static const void *get_extension(tn_infer_request *request, tn_string id) {
  (void)request;
  if (full_text_is(id, TN_EXTENSION_STATES)) return &states_api;
  return full_text_is(id, TN_EXTENSION_PROFILING) ? &profiling_api : NULL;
}

static void destroy(tn_infer_request *request) {
  struct request *self = (struct request *)request;
  for (int i = 0; i < 2; i++) {
    if (self->own[i]) tn_tensor_release(self->own[i]);
    if (self->set[i]) tn_tensor_release(self->set[i]);
  }
  engine_of(self)->host->release(engine_of(self)->host, self);
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  struct request *self = (struct request *)request;
  if (port > 1) return full_fail(error, TN_OUT_OF_RANGE, "two ports are there");
  if (tensor) tn_tensor_retain(tensor);
  if (self->set[port]) tn_tensor_release(self->set[port]);
  self->set[port] = tensor;
  return TN_OK;
}

static const tn_tensor_api broken_tensor_api = {.size = TN_SIZE(tn_tensor_api)};
static tn_tensor broken_tensor = {&broken_tensor_api,
                                  &no_engine,
                                  NULL,
                                  TN_SIZE(tn_tensor),
                                  TN_F32,
                                  0,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  0,
                                  NULL};

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  struct request *self = (struct request *)request;
  const tn_host *host = engine_of(self)->host;
  if (port > 1) return full_fail(error, TN_OUT_OF_RANGE, "two ports are there");
  if (full_has_fault(engine_of(self), "tensor")) {
    *out = &broken_tensor;
    return TN_OK;
  }
  if (!self->set[port] && !self->own[port]) {
    const int64_t shape[] = {16};
    const tn_status status = host->create_tensor(host, TN_F32, 1, shape, &self->own[port], error);
    if (status != TN_OK) return status;
  }
  *out = self->set[port] ? self->set[port] : self->own[port];
  return TN_OK;
}

/* Works on whatever both tensors hold, element by element; memory of the device is read as such. */
static tn_status infer(tn_infer_request *request, tn_error *error) {
  struct request *self = (struct request *)request;
  tn_tensor *in = NULL, *out = NULL;
  tn_status status = get_tensor(request, 0, &in, error);
  if (status == TN_OK) status = get_tensor(request, 1, &out, error);
  if (status != TN_OK) return status;
  const uint64_t count = tn_tensor_element_count(in);
  if (tn_tensor_element_count(out) < count)
    return full_fail(error, TN_TOO_SMALL, "the output is too small");
  for (uint64_t i = 0; i < count; i++) {
    const float x = ((const float *)in->data)[i];
    ((float *)out->data)[i] = x > 0 ? x : 0;
    self->state += x;
  }
  self->has_run = 1;
  return TN_OK;
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  (void)request, (void)options;
  return full_fail(error, TN_UNSUPPORTED, "the mock has no thread");
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  (void)request, (void)timeout_ns, (void)error;
  return TN_OK;
}

static tn_status cancel(tn_infer_request *request, tn_error *error) {
  (void)request, (void)error;
  return TN_OK;
}

static tn_status set_callback(tn_infer_request *request, tn_infer_callback callback, void *user,
                              tn_error *error) {
  (void)request, (void)callback, (void)user, (void)error;
  return TN_OK;
}

static const tn_infer_request_api request_api = {
    .size = TN_SIZE(tn_infer_request_api),
    .get_extension = get_extension,
    .destroy = destroy,
    .set_tensor = set_tensor,
    .get_tensor = get_tensor,
    .infer = infer,
    .start = start,
    .wait = wait,
    .cancel = cancel,
    .set_callback = set_callback,
};
static const tn_infer_request_api odd_request_api = {.size = TN_SIZE(tn_infer_request_api) + 4};
static tn_infer_request odd_request = {&odd_request_api, &no_engine, NULL};

tn_status full_create_request(tn_compiled_model *model, const tn_create_request_options *options,
                              tn_infer_request **out, tn_error *error) {
  (void)options;
  struct compiled *compiled = (struct compiled *)model;
  if (full_has_fault(compiled->engine, "request")) {
    *out = &odd_request;
    return TN_OK;
  }
  struct request *self = full_allocate(compiled->engine, sizeof *self);
  if (!self) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  self->base.api = &request_api;
  self->base.maker = &compiled->engine->maker;
  self->compiled = compiled;
  *out = &self->base;
  return TN_OK;
}
