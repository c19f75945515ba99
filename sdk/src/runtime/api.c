/* The functions of tenon.h that take a device by its name. */
#include "base/name_list.h"
#include "base/platform/file.h"
#include "runtime/compiled.h"
#include "runtime/property.h"

static tni_caller application(tn_core *core) {
  return (tni_caller){core, NULL};
}

/* --- devices and properties */

tn_status tn_core_devices(tn_core *core, const char *plugin, tn_device_sink sink, void *user,
                          tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_devices(application(core), tn_string_from(plugin), sink, user, error);
}

tn_status tn_core_targets(tn_core *core, const char *plugin, tn_device_sink sink, void *user,
                          tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_targets(application(core), tn_string_from(plugin), sink, user, error);
}

tn_status tn_core_properties(tn_core *core, const char *device, tn_property_sink sink, void *user,
                             tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_properties(application(core), tn_string_from(device), sink, user, error);
}

tn_status tn_core_get_property(tn_core *core, const char *device, const char *name,
                               tn_value_sink sink, void *user, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_get_property(application(core), tn_string_from(device), tn_string_from(name), sink,
                          user, error);
}

tn_status tn_core_set_properties(tn_core *core, const char *device, const tn_map_entry *entries,
                                 uint64_t count, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_set_properties(application(core), tn_string_from(device), entries, count, error);
}

typedef struct parsing {
  tn_core *core;
  tn_string name, text;
  tn_value_sink sink;
  void *user;
} parsing;

/* @param found receives the device taken apart, once its plugin works */
static tn_status parse_for(const parsing *self, tn_string device, tni_device_name *found,
                           tn_error *error) {
  tni_call call;
  TN_TRY(tni_call_begin(&call, application(self->core), device, error));
  *found = call.device;
  const tni_declarer declarer = {call.engine, call.device.id, NULL};
  const tn_status status =
      tni_property_parse(&declarer, &self->core->services->allocator, self->name, self->text,
                         self->sink, self->user, error);
  return tni_call_end(&call, status, error);
}

/* What a device made of others does not know is for those of its list that do. One that is out of
 * order has no say. */
static tn_status parse_for_others(const parsing *self, tn_string list, tn_error *error) {
  const tn_error unknown = error ? *error : (tn_error){0};
  tn_string device;
  while (tni_name_list_next(&list, &device)) {
    tni_device_name found = {.plugin = {NULL, 0}};
    const tn_status status = parse_for(self, device, &found, error);
    const int works = found.plugin.length != 0;
    if (works ? status != TN_NOT_FOUND : status == TN_NOT_FOUND || status == TN_INVALID_ARGUMENT)
      return status;
  }
  if (error) *error = unknown;
  return TN_NOT_FOUND;
}

tn_status tn_core_parse_property(tn_core *core, const char *device, const char *name,
                                 const char *text, tn_value_sink sink, void *user,
                                 tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  const parsing self = {core, tn_string_from(name), tn_string_from(text), sink, user};
  tni_device_name found = {.list = {NULL, 0}};
  const tn_status status = parse_for(&self, tn_string_from(device), &found, error);
  return status == TN_NOT_FOUND ? parse_for_others(&self, found.list, error) : status;
}

typedef struct assignment {
  tn_core *core;
  const char *device, *name;
  tn_error problem;
} assignment;

static tn_status assign(void *user, const tn_value *value) {
  assignment *self = user;
  const tn_map_entry entry = {tn_string_from(self->name), *value};
  return tni_set_properties(application(self->core), tn_string_from(self->device), &entry, 1,
                            &self->problem);
}

tn_status tn_core_set_property_text(tn_core *core, const char *device, const char *name,
                                    const char *text, tn_error *error) {
  assignment self = {core, device, name, {0}};
  const tn_status status = tn_core_parse_property(core, device, name, text, assign, &self, error);
  /* Why it cannot be set says more than that a receiver failed. */
  if (error && self.problem.status != TN_OK) *error = self.problem;
  return status;
}

/* --- models */

tn_status tn_core_query(tn_core *core, tn_model *model, const char *device,
                        const tn_query_options *options, tn_query_sink sink, void *user,
                        tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_query(application(core), tn_string_from(device), model, options, sink, user, error);
}

tn_status tn_core_compile(tn_core *core, tn_model *model, const char *device,
                          const tn_compile_options *options, tn_compiled **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "compile: out is NULL");
  tni_made made = {NULL, NULL};
  TN_TRY(tni_compile(application(core), tn_string_from(device), model, options, &made, error));
  return tni_compiled_create(core, made, out, error);
}

tn_status tn_core_check_blob(tn_core *core, const char *device, const void *head,
                             uint64_t head_size, const tn_import_options *options,
                             tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_check_blob(application(core), tn_string_from(device), head, head_size, options, error);
}

tn_status tn_core_import(tn_core *core, const char *device, const tn_source *source,
                         const tn_import_options *options, tn_compiled **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "import: out is NULL");
  tni_made made = {NULL, NULL};
  TN_TRY(tni_import(application(core), tn_string_from(device), source, options, &made, error));
  return tni_compiled_create(core, made, out, error);
}

static tn_status read_memory(const tn_source *source, uint64_t offset, void *buffer,
                             uint64_t byte_count, tn_error *error) {
  const tn_bytes *bytes = source->user;
  if (offset > bytes->size || byte_count > bytes->size - offset)
    return tni_fail(error, TN_OUT_OF_RANGE,
                    "%llu bytes from %llu on were asked of a blob of %llu bytes",
                    (unsigned long long)byte_count, (unsigned long long)offset,
                    (unsigned long long)bytes->size);
  if (byte_count) memcpy(buffer, (const char *)bytes->data + offset, (size_t)byte_count);
  return TN_OK;
}

tn_status tn_core_import_memory(tn_core *core, const char *device, const void *data, uint64_t size,
                                const tn_import_options *options, tn_compiled **out,
                                tn_error *error) {
  if (!data && size) return tni_fail(error, TN_INVALID_ARGUMENT, "the blob is NULL");
  tn_bytes bytes = {data, size};
  tn_source source = tn_source_init();
  source.byte_count = size;
  source.data = (uintptr_t)data % TN_TENSOR_ALIGNMENT == 0 ? data : NULL;
  source.read_at = read_memory;
  source.user = &bytes;
  return tn_core_import(core, device, &source, options, out, error);
}

tn_status tn_core_import_file(tn_core *core, const char *device, const char *path,
                              const tn_import_options *options, tn_compiled **out,
                              tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  tni_file *file = NULL;
  TN_TRY(tni_file_map(&core->services->allocator, tn_string_from(path), &file, error));
  const tn_status status =
      tn_core_import_memory(core, device, file->data, file->size, options, out, error);
  tni_file_release(file);
  return status;
}

/* --- remote contexts */

tn_status tn_core_create_context(tn_core *core, const char *device,
                                 const tn_create_context_options *options, tn_remote_context **out,
                                 tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_create_context(application(core), tn_string_from(device), options, out, error);
}

tn_status tn_core_default_context(tn_core *core, const char *device, tn_remote_context **out,
                                  tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_default_context(application(core), tn_string_from(device), out, error);
}
