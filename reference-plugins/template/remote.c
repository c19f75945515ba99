#include "template.h"

static const void *TN_CALL get_extension(tn_remote_context *context, tn_string id) {
  (void)context;
  return tn_string_is(id, TN_EXTENSION_HANDLES) ? &template_handles : NULL;
}

static void TN_CALL retain(tn_remote_context *context) {
  atomic_fetch_add_explicit(&template_context_of(context)->references, 1, memory_order_relaxed);
}

static void TN_CALL release(tn_remote_context *context) {
  struct template_context *self = template_context_of(context);
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) == 1)
    tn_kit_object_free(self->engine, self);
}

static tn_string TN_CALL device(tn_remote_context *context) {
  return template_context_of(context)->device->id;
}

static tn_status TN_CALL properties(tn_remote_context *context, tn_value_sink sink, void *user,
                                    tn_error *error) {
  const struct template_context *self = template_context_of(context);
  if (!sink) return tn_kit_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  const struct template_device *device = template_find_device(self->engine, self->device);
  const tn_map_entry entries[] = {
      {TN_STRING_INIT("DEVICE_ID"), tn_value_of_string(self->device->id)},
      {TN_STRING_INIT("USED_BYTES"), tn_value_of_int64((int64_t)atomic_load(&device->used_bytes))}};
  tn_value map = {TN_VALUE_MAP, 0, {0}};
  map.as.map.entries = entries;
  map.as.map.count = sizeof entries / sizeof *entries;
  const tn_status status = sink(user, &map);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a map failed");
}

static tn_status TN_CALL create_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                                       const int64_t *shape, const tn_map_entry *values,
                                       uint64_t value_count, tn_tensor **out, tn_error *error) {
  if (!out || (rank && !shape) || (value_count && !values))
    return tn_kit_fail(error, TN_INVALID_ARGUMENT, "shape, properties or out is NULL");
  if (value_count)
    return tn_kit_fail(error, TN_NOT_FOUND, "property '%.*s': tensors of TEMPLATE have none",
                       TN_KIT_TEXT(values[0].key));
  return template_remote_tensor_create(template_context_of(context), NULL, type, rank, shape, out,
                                       error);
}

/* Host memory that the device reaches fastest; a vendor pins it. */
static tn_status TN_CALL create_host_tensor(tn_remote_context *context, uint32_t type,
                                            uint32_t rank, const int64_t *shape, tn_tensor **out,
                                            tn_error *error) {
  if (!out || (rank && !shape))
    return tn_kit_fail(error, TN_INVALID_ARGUMENT, "shape or out is NULL");
  return tn_kit_tensor_create(template_context_of(context)->engine, type, rank, shape, out, error);
}

static const tn_remote_context_api context_api = {
    .size = TN_SIZE(tn_remote_context_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
    .device = device,
    .properties = properties,
    .create_tensor = create_tensor,
    .create_host_tensor = create_host_tensor,
};

static tn_status make_context(tn_kit_engine *engine, const tn_device *device,
                              tn_remote_context **out, tn_error *error) {
  struct template_context *self = tn_kit_object_create(engine, sizeof *self);
  if (!self) return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for a remote context");
  self->base.api = &context_api;
  self->engine = engine;
  self->device = device;
  atomic_init(&self->references, 1);
  *out = &self->base;
  return TN_OK;
}

tn_status template_default_context(tn_kit_engine *engine, const tn_device *device,
                                   tn_remote_context **out, tn_error *error) {
  struct template_plugin *plugin = template_plugin_of(engine);
  struct template_device *place = template_find_device(engine, device);
  tn_status status = TN_OK;
  pthread_mutex_lock(&plugin->mutex);
  if (!place->context) status = make_context(engine, device, &place->context, error);
  if (status == TN_OK) {
    retain(place->context);
    *out = place->context;
  }
  pthread_mutex_unlock(&plugin->mutex);
  return status;
}

/* The plugin takes and gives back its own references directly: they are no business of a layer that
 * the host has put over the context. */
void template_retain_context(tn_remote_context *context) {
  retain(context);
}

void template_release_context(tn_remote_context *context) {
  if (context) release(context);
}

/* --- tn.remote/1 */

static tn_status find_device(tn_plugin *plugin, tn_string id, tn_remote_context **out,
                             const tn_device **device, tn_error *error) {
  TN_KIT_TRY(tn_kit_check_plugin(plugin, error));
  if (!out) return tn_kit_fail(error, TN_INVALID_ARGUMENT, "out is NULL");
  return tn_kit_find_device((tn_kit_engine *)plugin, id, device, error);
}

static tn_status TN_CALL create_context(tn_plugin *plugin, tn_string id,
                                        const tn_create_context_options *options,
                                        tn_remote_context **out, tn_error *error) {
  const tn_device *device;
  TN_KIT_TRY(find_device(plugin, id, out, &device, error));
  TN_KIT_TRY(tn_kit_check_plain_options(options, TN_CREATE_CONTEXT_OPTIONS_FIRST_SIZE, error));
  if (options && options->property_count && !options->properties)
    return tn_kit_fail(error, TN_INVALID_ARGUMENT, "the properties of the context are NULL");
  if (options && options->property_count)
    return tn_kit_fail(error, TN_NOT_FOUND, "contexts of TEMPLATE have no properties");
  return make_context((tn_kit_engine *)plugin, device, out, error);
}

static tn_status TN_CALL default_context(tn_plugin *plugin, tn_string id, tn_remote_context **out,
                                         tn_error *error) {
  const tn_device *device;
  TN_KIT_TRY(find_device(plugin, id, out, &device, error));
  return template_default_context((tn_kit_engine *)plugin, device, out, error);
}

const tn_remote_api template_remote = {
    .size = TN_SIZE(tn_remote_api),
    .create_context = create_context,
    .default_context = default_context,
};
