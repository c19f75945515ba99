/* Variables: each lies in the request of one part. */
#include "devices/hetero/hetero.h"

#include "base/status.h"
#include "kit/request.h"

struct state {
  tn_state base;
  tni_hetero_request *request;
  tn_state *part; /* the part's own handle */
};

static struct state *state_of(tn_state *state) {
  return (struct state *)state;
}

static const tn_states_api *states_of(tn_infer_request *part) {
  return tn_infer_request_get_extension(part, TN_STRING(TN_EXTENSION_STATES));
}

static const void *TN_CALL get_extension(tn_state *state, tn_string id) {
  (void)state, (void)id;
  return NULL;
}

static void TN_CALL destroy(tn_state *state) {
  struct state *self = state_of(state);
  const tn_kit_engine *engine = self->request->base.compiled->engine;
  self->part->api->destroy(self->part);
  if (state->host) engine->host->forget(engine->host, state->host);
  tn_kit_free(engine, self);
}

static tn_string TN_CALL name(tn_state *state) {
  tn_state *part = state_of(state)->part;
  return part->api->name(part);
}

static tn_status TN_CALL reset(tn_state *state, tn_error *error) {
  const struct state *self = state_of(state);
  TN_TRY(tni_kit_check_idle(&self->request->base, error));
  return self->part->api->reset(self->part, error);
}

static tn_status TN_CALL get(tn_state *state, tn_tensor **out, tn_error *error) {
  const struct state *self = state_of(state);
  TN_TRY(tni_kit_check_idle(&self->request->base, error));
  return self->part->api->get(self->part, out, error);
}

static tn_status TN_CALL set(tn_state *state, tn_tensor *value, tn_error *error) {
  const struct state *self = state_of(state);
  TN_TRY(tni_kit_check_idle(&self->request->base, error));
  return self->part->api->set(self->part, value, error);
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

/* --- tn.states/1 */

static uint32_t part_count(const tni_hetero_request *self) {
  return tni_hetero_compiled_of(self->base.compiled)->plan->part_count;
}

static uint32_t count_in(tn_infer_request *part) {
  const tn_states_api *api = states_of(part);
  return api ? api->count(part) : 0;
}

static uint32_t TN_CALL count(tn_infer_request *request) {
  const tni_hetero_request *self = (const tni_hetero_request *)request;
  uint32_t all = 0;
  if (!tni_kit_is_ours(request)) return 0;
  for (uint32_t i = 0; i < part_count(self); i++)
    all += count_in(self->parts[i]);
  return all;
}

static tn_status wrap(tni_hetero_request *self, tn_infer_request *part, uint32_t index,
                      tn_state **out, tn_error *error) {
  const tn_kit_engine *engine = self->base.compiled->engine;
  struct state *made = tn_kit_allocate(engine, sizeof *made);
  if (!made) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a handle of a variable");
  const tn_status status = states_of(part)->open(part, index, &made->part, error);
  if (status != TN_OK) {
    tn_kit_free(engine, made);
    return status;
  }
  made->base.api = &state_api;
  made->base.maker = self->base.base.maker;
  made->request = self;
  *out = &made->base;
  return TN_OK;
}

static tn_status TN_CALL open_state(tn_infer_request *request, uint32_t index, tn_state **out,
                                    tn_error *error) {
  TN_TRY(tni_kit_check_maker(request, "request", error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  tni_hetero_request *self = (tni_hetero_request *)request;
  TN_TRY(tni_kit_check_idle(&self->base, error));
  uint32_t left = index;
  for (uint32_t i = 0; i < part_count(self); i++) {
    const uint32_t here = count_in(self->parts[i]);
    if (left < here) return wrap(self, self->parts[i], left, out, error);
    left -= here;
  }
  return tni_fail(error, TN_OUT_OF_RANGE, "variable %u: the model has %u", index, index - left);
}

const tn_states_api tni_hetero_states = {
    .size = TN_SIZE(tn_states_api),
    .count = count,
    .open = open_state,
};
