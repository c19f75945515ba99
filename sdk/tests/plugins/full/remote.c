#include "full.h"

/* Tensors of a context: dense, in memory that only copies may touch. */
struct remote_tensor {
  tn_tensor base;
  struct context *context;
  atomic_size_t references;
  int64_t shape[TN_MAX_RANK];
};

static tn_status copy_from(tn_tensor *tensor, tn_tensor *source, tn_error *error) {
  (void)error;
  memcpy(tensor->data, source->data, (size_t)tensor->capacity_bytes);
  return TN_OK;
}

static tn_status copy_to(tn_tensor *tensor, tn_tensor *target, tn_error *error) {
  (void)error;
  memcpy(target->data, tensor->data, (size_t)tensor->capacity_bytes);
  return TN_OK;
}

static const tn_copy_api copy_api = {
    .size = TN_SIZE(tn_copy_api), .copy_from = copy_from, .copy_to = copy_to};

static const void *tensor_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor;
  return full_text_is(id, TN_EXTENSION_COPY) ? &copy_api : NULL;
}

static void retain_tensor(tn_tensor *tensor) {
  atomic_fetch_add(&((struct remote_tensor *)tensor)->references, 1);
}

static void release_tensor(tn_tensor *tensor) {
  struct remote_tensor *self = (struct remote_tensor *)tensor;
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  struct context *context = self->context;
  const tn_host *host = context->engine->host;
  host->release(host, self->base.data);
  host->release(host, self);
  tn_remote_context_release(&context->base);
}

static const tn_tensor_api tensor_api = {
    .size = TN_SIZE(tn_tensor_api),
    .get_extension = tensor_extension,
    .retain = retain_tensor,
    .release = release_tensor,
};

static tn_status create_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                               const int64_t *shape, const tn_map_entry *properties,
                               uint64_t property_count, tn_tensor **out, tn_error *error) {
  (void)properties, (void)property_count;
  struct context *self = (struct context *)context;
  struct remote_tensor *tensor = full_allocate(self->engine, sizeof *tensor);
  if (!tensor) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  atomic_init(&tensor->references, 1);
  memcpy(tensor->shape, shape, rank * sizeof *shape);
  tensor->base.api = &tensor_api;
  tensor->base.maker = &self->engine->maker;
  tensor->base.size = TN_SIZE(tn_tensor);
  tensor->base.type = type;
  tensor->base.rank = rank;
  tensor->base.flags = TN_TENSOR_DEVICE;
  tensor->base.shape = tensor->shape;
  tensor->base.context = context;
  tensor->base.capacity_bytes = tn_dense_bytes(type, tn_tensor_element_count(&tensor->base));
  tensor->base.data = full_allocate(self->engine, tensor->base.capacity_bytes);
  if (!tensor->base.data) {
    self->engine->host->release(self->engine->host, tensor);
    return full_fail(error, TN_OUT_OF_DEVICE_MEMORY, "no memory");
  }
  tensor->context = self;
  tn_remote_context_retain(context);
  *out = &tensor->base;
  return TN_OK;
}

static tn_status create_host_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                                    const int64_t *shape, tn_tensor **out, tn_error *error) {
  const tn_host *host = ((struct context *)context)->engine->host;
  return host->create_tensor(host, type, rank, shape, out, error);
}

/* --- contexts */

static const void *no_extension(tn_remote_context *context, tn_string id) {
  (void)context, (void)id;
  return NULL;
}

static void retain(tn_remote_context *context) {
  atomic_fetch_add(&((struct context *)context)->references, 1);
}

static void release(tn_remote_context *context) {
  struct context *self = (struct context *)context;
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  struct engine *engine = self->engine;
  if (context->host) engine->host->forget(engine->host, context->host);
  engine->host->release(engine->host, self);
  full_drop(engine);
}

static tn_string device(tn_remote_context *context) {
  (void)context;
  return TN_STRING("0");
}

static tn_status properties(tn_remote_context *context, tn_value_sink sink, void *user,
                            tn_error *error) {
  (void)context, (void)error;
  const tn_value none = {TN_VALUE_MAP, 0, {0}};
  return sink(user, &none);
}

static const tn_remote_context_api context_api = {
    .size = TN_SIZE(tn_remote_context_api),
    .get_extension = no_extension,
    .retain = retain,
    .release = release,
    .device = device,
    .properties = properties,
    .create_tensor = create_tensor,
    .create_host_tensor = create_host_tensor,
};
static const tn_maker no_engine = {.size = TN_SIZE(tn_maker)};
static const tn_remote_context_api broken_context_api = {.size = 8};
static tn_remote_context broken_context = {&broken_context_api, &no_engine, NULL};

static tn_status make(struct engine *engine, struct context **out, tn_error *error) {
  struct context *self = full_allocate(engine, sizeof *self);
  if (!self) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  atomic_init(&self->references, 1);
  self->base.api = &context_api;
  self->base.maker = &engine->maker;
  self->engine = engine;
  full_hold(engine);
  *out = self;
  return TN_OK;
}

static tn_status create_context(tn_plugin *plugin, tn_string id,
                                const tn_create_context_options *options, tn_remote_context **out,
                                tn_error *error) {
  (void)id, (void)options;
  struct engine *engine = (struct engine *)plugin;
  struct context *self = NULL;
  if (full_has_fault(engine, "context")) {
    *out = &broken_context;
    return TN_OK;
  }
  const tn_status status = make(engine, &self, error);
  if (status == TN_OK) *out = &self->base;
  return status;
}

static tn_status default_context(tn_plugin *plugin, tn_string id, tn_remote_context **out,
                                 tn_error *error) {
  (void)id;
  struct engine *engine = (struct engine *)plugin;
  if (!engine->default_context) {
    const tn_status status = make(engine, &engine->default_context, error);
    if (status != TN_OK) return status;
  }
  retain(&engine->default_context->base);
  *out = &engine->default_context->base;
  return TN_OK;
}

const tn_remote_api full_remote_api = {.size = TN_SIZE(tn_remote_api),
                                       .create_context = create_context,
                                       .default_context = default_context};

tn_status full_check_entries(struct engine *engine, const tn_option *const *entries, uint32_t count,
                             tn_error *error) {
  for (uint32_t i = 0; i < count; i++) {
    if (full_text_is(entries[i]->id, TN_OPTION_CONTEXT)) {
      if (((const tn_context_option *)entries[i])->context->maker != &engine->maker)
        return full_fail(error, TN_INVALID_ARGUMENT, "a context of somebody else");
    } else if (full_text_is(entries[i]->id, TN_OPTION_PROGRESS)) {
      const tn_progress_option *progress = (const tn_progress_option *)entries[i];
      if (progress->report(progress->user, 1.0))
        return full_fail(error, TN_CANCELLED, "cancelled by progress");
    } else if (entries[i]->flags & TN_OPTION_CRITICAL) {
      return full_fail(error, TN_UNSUPPORTED, "a critical option that is not known");
    }
  }
  return TN_OK;
}
