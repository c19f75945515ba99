#include "runtime/model.h"

#include "base/platform/thread.h"
#include "frontends/onnx/onnx.h"
#include "passes/shape.h"
#include "passes/upgrade.h"
#include "runtime/core.h"
#include "runtime/upgrade_cache.h"

/* The model at one operator set. */
typedef struct upgraded {
  uint32_t version;
  tn_model *model; /* one reference */
} upgraded;

/* The view repeats that of `file`, whose graph it shows. */
typedef struct runtime_model {
  tn_model view;
  tni_services *services;
  tn_model *file; /* as read; one reference */
  atomic_size_t references;
  tni_mutex mutex; /* guards `others` */
  int has_mutex;
  tni_vector others; /* upgraded */
} runtime_model;

static void destroy(runtime_model *self) {
  tni_services *services = self->services;
  for (size_t i = 0; i < self->others.count; i++)
    tn_model_release(((upgraded *)tni_vector_at(&self->others, i))->model);
  tni_vector_destroy(&self->others);
  if (self->file) tn_model_release(self->file);
  if (self->has_mutex) tni_mutex_destroy(&self->mutex);
  tni_free(&services->allocator, self);
  tni_services_release(services);
}

static void retain(tn_model *model) {
  atomic_fetch_add_explicit(&((runtime_model *)model)->references, 1, memory_order_relaxed);
}

static void release(tn_model *model) {
  runtime_model *self = (runtime_model *)model;
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) == 1) destroy(self);
}

static const void *get_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static const tn_model_api api = {
    .size = TN_SIZE(tn_model_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
};

/* --- operator sets */

/* Nodes that cannot be upgraded stay, and whoever asks for them learns that. */
static void leave_as_it_is(void *user, const tn_node *node, const tn_error *why) {
  (void)user, (void)node, (void)why;
}

static const tni_upgrade_refusal leave = {leave_as_it_is, NULL};

static tn_status upgrade(tni_services *services, const tn_model *view, uint32_t version,
                         tni_model **out, tn_error *error) {
  tni_model *copy = NULL;
  TN_TRY(tni_model_clone(view, &services->environment, &copy, error));
  const tn_status status = version >= TN_ONNX_OPERATOR_SET
                               ? tni_upgrade_and_infer(copy, &leave, error)
                               : tni_upgrade(copy, version, &leave, error);
  if (status != TN_OK) {
    tni_model_destroy(copy);
    return status;
  }
  *out = copy;
  return TN_OK;
}

static tn_status freeze(tni_model *model, tn_model **out, tn_error *error) {
  const tn_status status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

static uint32_t onnx_set_of(const tn_model *model) {
  for (uint32_t i = 0; i < model->operator_set_count; i++)
    if (model->operator_sets[i]->domain.length == 0) return model->operator_sets[i]->version;
  return 0;
}

/* With the mutex held. */
static tn_model *find_upgraded(const runtime_model *self, uint32_t version) {
  for (size_t i = 0; i < self->others.count; i++) {
    const upgraded *other = tni_vector_at(&self->others, i);
    if (other->version == version) return other->model;
  }
  return NULL;
}

/* Keeps a result, unless another thread was faster; `made` is taken over in any case. */
static tn_status keep(runtime_model *self, uint32_t version, tn_model *made, tn_model **out,
                      tn_error *error) {
  tn_status status = TN_OK;
  const upgraded item = {version, made};
  tni_mutex_lock(&self->mutex);
  tn_model *known = find_upgraded(self, version);
  if (!known) status = tni_vector_append(&self->others, &item);
  if (status == TN_OK) tn_model_retain(known ? known : made);
  tni_mutex_unlock(&self->mutex);
  if (known || status != TN_OK) tn_model_release(made);
  if (status != TN_OK) return tni_fail(error, status, "no memory for an upgraded model");
  *out = known ? known : made;
  return TN_OK;
}

static tn_model *find_and_retain(runtime_model *self, uint32_t version) {
  tni_mutex_lock(&self->mutex);
  tn_model *known = find_upgraded(self, version);
  if (known) tn_model_retain(known);
  tni_mutex_unlock(&self->mutex);
  return known;
}

tn_status tni_upgraded_model(tni_services *services, tn_model *model, uint32_t version,
                             tn_model **out, tn_error *error) {
  if (version > TN_ONNX_OPERATOR_SET) version = TN_ONNX_OPERATOR_SET;
  if (version <= onnx_set_of(model)) {
    tn_model_retain(model);
    *out = model;
    return TN_OK;
  }
  runtime_model *own = model->api == &api ? (runtime_model *)model : NULL;
  tn_model *made = own ? find_and_retain(own, version) : NULL;
  if (made) {
    *out = made;
    return TN_OK;
  }
  tni_model *copy = NULL;
  TN_TRY(upgrade(services, model, version, &copy, error));
  TN_TRY(freeze(copy, &made, error));
  if (own) return keep(own, version, made, out, error);
  *out = made;
  return TN_OK;
}

/* --- reading */

static tn_status make(tni_services *services, runtime_model **out) {
  runtime_model *self = tni_alloc(&services->allocator, sizeof *self);
  if (!self) return TN_OUT_OF_MEMORY;
  tni_services_retain(services);
  self->services = services;
  atomic_init(&self->references, 1);
  tni_vector_init(&self->others, &services->allocator, sizeof(upgraded));
  if (tni_mutex_init(&self->mutex) != TN_OK) {
    destroy(self);
    return TN_OUT_OF_MEMORY;
  }
  self->has_mutex = 1;
  *out = self;
  return TN_OK;
}

/* Shapes are inferred on an upgraded copy, which is kept: most plugins ask for it next. */
static tn_status infer(runtime_model *self, tni_model *model, tn_error *error) {
  tni_model *newest = NULL;
  tn_model *frozen = NULL, *kept = NULL;
  TN_TRY(tni_model_sync(model, error));
  TN_TRY(upgrade(self->services, &model->view, TN_ONNX_OPERATOR_SET, &newest, error));
  const tn_status status = tni_copy_shapes(newest, model, error);
  if (status != TN_OK) {
    tni_model_destroy(newest);
    return status;
  }
  TN_TRY(freeze(newest, &frozen, error));
  TN_TRY(keep(self, TN_ONNX_OPERATOR_SET, frozen, &kept, error));
  tn_model_release(kept);
  return TN_OK;
}

tn_status tni_model_finish(tni_services *services, tni_model *model, tn_model **out,
                           tn_error *error) {
  runtime_model *self = NULL;
  tn_status status = make(services, &self);
  if (status != TN_OK) {
    tni_model_destroy(model);
    return tni_fail(error, status, "no memory for a model");
  }
  status = infer(self, model, error);
  if (status == TN_OK) {
    status = freeze(model, &self->file, error);
  } else {
    tni_model_destroy(model);
  }
  if (status != TN_OK) {
    destroy(self);
    return status;
  }
  self->view = *self->file;
  self->view.api = &api;
  self->view.maker = &services->maker;
  self->view.host = NULL;
  *out = &self->view;
  return TN_OK;
}

tn_status tn_core_read_model(tn_core *core, const char *path, tn_model **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!path || !out)
    return tni_fail(error, TN_INVALID_ARGUMENT, "read_model: %s is NULL", path ? "out" : "path");
  tni_model *model = NULL;
  tni_services *services = core->services;
  TN_TRY(tni_onnx_read_file(&services->environment, tn_string_from(path), &model, error));
  return tni_model_finish(services, model, out, error);
}

tn_status tn_core_read_model_memory(tn_core *core, const void *data, uint64_t size, tn_model **out,
                                    tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if ((!data && size) || !out)
    return tni_fail(error, TN_INVALID_ARGUMENT, "read_model: %s is NULL", out ? "data" : "out");
  tni_model *model = NULL;
  tni_services *services = core->services;
  TN_TRY(tni_onnx_read_memory(&services->environment, data, (size_t)size, NULL, &model, error));
  return tni_model_finish(services, model, out, error);
}
