#include "kit/request.h"

#include "graph/shape_text.h"
#include "graph/tensor.h"

/* A handle of a variable. */
struct state {
  tn_state base;
  tn_kit_request *request;
  uint32_t index;
};

static struct state *state_of(tn_state *state) {
  return (struct state *)state;
}

static const tni_kit_variable *variable_of(const struct state *self) {
  return &self->request->compiled->variables[self->index];
}

static tn_tensor **value_of(const struct state *self) {
  return &self->request->kit->variables[self->index];
}

static const tni_environment *environment_of(const struct state *self) {
  return &self->request->compiled->engine->kit->environment;
}

static const void *TN_CALL get_extension(tn_state *state, tn_string id) {
  (void)state;
  (void)id;
  return NULL;
}

static void TN_CALL destroy(tn_state *state) {
  const tn_kit_engine *engine = state_of(state)->request->compiled->engine;
  if (state->host) engine->host->forget(engine->host, state->host);
  tn_kit_free(engine, state);
}

static tn_string TN_CALL name(tn_state *state) {
  return variable_of(state_of(state))->name;
}

static void put(const struct state *self, tn_tensor *value) {
  tn_tensor **place = value_of(self);
  if (*place) tn_tensor_release(*place);
  *place = value;
}

static tn_status TN_CALL reset(tn_state *state, tn_error *error) {
  TN_TRY(tni_kit_check_idle(state_of(state)->request, error));
  put(state_of(state), NULL);
  return TN_OK;
}

/* Zeros of the declared shape, with 0 for unknown dimensions. */
static tn_status make_zeros(const struct state *self, tn_tensor **out, tn_error *error) {
  const tn_value_info *info = variable_of(self)->value;
  int64_t shape[TN_MAX_RANK];
  for (uint32_t i = 0; i < info->rank; i++) {
    const tn_dimension *d = &info->dimensions[i];
    shape[i] = d->min == d->max ? d->min : 0;
  }
  return tni_tensor_create_zeros(environment_of(self), info->type, info->rank, shape, out, error);
}

static tn_status TN_CALL get(tn_state *state, tn_tensor **out, tn_error *error) {
  const struct state *self = state_of(state);
  TN_TRY(tni_kit_check_argument(out, "out", error));
  TN_TRY(tni_kit_check_idle(self->request, error));
  const tn_tensor *value = *value_of(self) ? *value_of(self) : variable_of(self)->initial;
  return value ? tni_tensor_create_dense(environment_of(self), value, out, error)
               : make_zeros(self, out, error);
}

static tn_status check_value(const tni_kit_variable *variable, const tn_tensor *value,
                             tn_error *error) {
  TN_TRY(tni_kit_check_argument(value, "the value", error));
  const tn_value_info *info = variable->value;
  TN_TRY(tni_tensor_check(value, "the variable's value", error));
  if (info->type != TN_ANY_TYPE && value->type != info->type)
    return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(STATE, 6),
                           "variable '%.*s': the value's element type is %s, expected %s",
                           TNI_TEXT(variable->name), tn_kit_element_type_name(value->type),
                           tn_kit_element_type_name(info->type));
  if (tni_kit_shape_fits(info, value, 0)) return TN_OK;
  char wanted[160], got[160];
  return tni_fail_clause(error, TN_WRONG_SHAPE, TNI_CLAUSE(STATE, 6),
                         "variable '%.*s': the value's shape is %s, expected %s",
                         TNI_TEXT(variable->name),
                         tni_extents_text(value->rank, value->shape, got, sizeof got),
                         tni_dimensions_text(info->rank, info->dimensions, wanted, sizeof wanted));
}

static tn_status TN_CALL set(tn_state *state, tn_tensor *value, tn_error *error) {
  const struct state *self = state_of(state);
  TN_TRY(tni_kit_check_idle(self->request, error));
  TN_TRY(check_value(variable_of(self), value, error));
  tn_tensor *copy;
  TN_TRY(tni_tensor_create_dense(environment_of(self), value, &copy, error));
  put(self, copy);
  return TN_OK;
}

static const tn_state_api state_api = {
    .size = TN_SIZE(tn_state_api),
    .get_extension = get_extension,
    .destroy = destroy,
    .name = name,
    .reset = reset,
    .get = get,
    .set = set,
};

static uint32_t TN_CALL count(tn_infer_request *request) {
  if (!tni_kit_is_ours(request)) return 0;
  return ((tn_kit_request *)request)->compiled->variable_count;
}

static tn_status TN_CALL open_state(tn_infer_request *base, uint32_t index, tn_state **out,
                                    tn_error *error) {
  TN_TRY(tni_kit_check_maker(base, "request", error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  tn_kit_request *request = (tn_kit_request *)base;
  TN_TRY(tni_kit_check_idle(request, error));
  const tn_kit_compiled *compiled = request->compiled;
  if (index >= compiled->variable_count)
    return tni_fail(error, TN_OUT_OF_RANGE, "variable %u: the model has %u", index,
                    compiled->variable_count);
  struct state *self = tn_kit_allocate(compiled->engine, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a handle of a variable");
  self->base.api = &state_api;
  self->base.maker = base->maker;
  self->request = request;
  self->index = index;
  *out = &self->base;
  return TN_OK;
}

const tn_states_api tni_kit_states_api = {
    .size = TN_SIZE(tn_states_api),
    .count = count,
    .open = open_state,
};
