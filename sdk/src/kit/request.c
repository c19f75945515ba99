#include "kit/request.h"

#include "tenon/kit/options.h"

#include <string.h>

static tn_kit_request *request_of(tn_infer_request *request) {
  return (tn_kit_request *)request;
}

static const tn_kit_virtual *below_of(tn_infer_request *request) {
  return request_of(request)->compiled->engine->plugin->below;
}

static const void *TN_CALL get_extension(tn_infer_request *base, tn_string id) {
  tn_kit_request *self = request_of(base);
  const tn_kit_plugin *author = self->compiled->engine->plugin;
  const uint64_t capabilities = self->compiled->device->capabilities;
  if ((capabilities & TN_DEVICE_HAS_STATES) && tn_string_is(id, TN_EXTENSION_STATES))
    return author->below && author->below->states ? author->below->states : &tni_kit_states_api;
  if ((capabilities & TN_DEVICE_HAS_PROFILING) && tn_string_is(id, TN_EXTENSION_PROFILING))
    return &tni_kit_profiling_api;
  if ((capabilities & TN_DEVICE_HAS_BATCHES) && tn_string_is(id, TN_EXTENSION_BATCH))
    return &tni_kit_batch_api;
  return author->request_extension ? author->request_extension(self, id) : NULL;
}

/* Frees a request that has nothing in flight, also one made by half. */
static void free_request(tn_kit_request *self) {
  const tn_kit_engine *engine = self->compiled->engine;
  if (self->kit->opened && engine->plugin->close_request) engine->plugin->close_request(self);
  tni_kit_variables_destroy(self);
  tni_kit_profile_destroy(self);
  tni_kit_ports_destroy(self);
  if (self->base.host) engine->host->forget(engine->host, self->base.host);
  tn_kit_free(engine, self->kit);
  tn_kit_free(engine, self);
}

static void TN_CALL destroy(tn_infer_request *base) {
  tn_kit_request *self = request_of(base);
  tni_kit_flight_destroy(self);
  free_request(self);
}

static tn_status TN_CALL set_tensor(tn_infer_request *base, uint32_t port, tn_tensor *tensor,
                                    tn_error *error) {
  TN_TRY(tni_kit_check_idle(request_of(base), error));
  if (tni_kit_port_is_delegated(request_of(base), port))
    return below_of(base)->set_tensor(request_of(base), port, tensor, error);
  return tni_kit_port_set(request_of(base), port, tensor, error);
}

static tn_status TN_CALL get_tensor(tn_infer_request *base, uint32_t port, tn_tensor **out,
                                    tn_error *error) {
  TN_TRY(tni_kit_check_idle(request_of(base), error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  if (tni_kit_port_is_delegated(request_of(base), port))
    return below_of(base)->get_tensor(request_of(base), port, out, error);
  return tni_kit_port_get(request_of(base), port, out, error);
}

static const tn_infer_request_api infer_request_api = {
    .size = TN_SIZE(tn_infer_request_api),
    .get_extension = get_extension,
    .destroy = destroy,
    .set_tensor = set_tensor,
    .get_tensor = get_tensor,
    .infer = tni_kit_infer,
    .start = tni_kit_start,
    .wait = tni_kit_wait,
    .cancel = tni_kit_cancel,
    .set_callback = tni_kit_set_callback,
};

static tn_status allocate_request(tn_kit_compiled *compiled, tn_kit_request **out,
                                  tn_error *error) {
  const size_t size = compiled->engine->plugin->request_size;
  tn_kit_request *self = tn_kit_allocate(compiled->engine, size ? size : sizeof *self);
  tni_kit_request *kit = self ? tn_kit_allocate(compiled->engine, sizeof *kit) : NULL;
  if (!kit) {
    tn_kit_free(compiled->engine, self);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a request");
  }
  self->base.api = &infer_request_api;
  self->base.maker = compiled->base.maker;
  self->compiled = compiled;
  self->kit = kit;
  kit->owner = self;
  *out = self;
  return TN_OK;
}

static tn_status fill(tn_kit_request *self, tn_error *error) {
  const tn_kit_plugin *plugin = self->compiled->engine->plugin;
  tni_kit_profile_create(self);
  TN_TRY(tni_kit_ports_create(self, error));
  TN_TRY(tni_kit_variables_create(self, error));
  self->kit->opened = true;
  if (plugin->open_request) TN_TRY(plugin->open_request(self, error));
  return tni_kit_flight_create(self, error);
}

tn_status TN_CALL tni_kit_request_create(tn_compiled_model *model,
                                         const tn_create_request_options *options,
                                         tn_infer_request **out, tn_error *error) {
  TN_TRY(tni_kit_check_argument(out, "out", error));
  TN_TRY(tn_kit_check_plain_options(options, TN_CREATE_REQUEST_OPTIONS_FIRST_SIZE, error));
  tn_kit_request *self;
  const tn_kit_compiled *compiled = (const tn_kit_compiled *)model;
  TN_TRY(tni_kit_check_present(compiled->engine, compiled->device, error));
  TN_TRY(allocate_request((tn_kit_compiled *)model, &self, error));
  const tn_status status = fill(self, error);
  if (status != TN_OK) {
    free_request(self);
    return status;
  }
  *out = &self->base;
  return TN_OK;
}
