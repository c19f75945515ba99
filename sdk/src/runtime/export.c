/* Blobs of compiled models: written to a target, a file, memory. */
#include "base/platform/output_file.h"
#include "base/text.h"
#include "runtime/check.h"
#include "runtime/compiled.h"

static tn_status export_object(tn_compiled *compiled, const tn_export_options *options,
                               const tn_target *target, tn_error *error) {
  const void *found = NULL;
  TN_TRY(tni_check_options(options, "export", TN_EXPORT_OPTIONS_FIRST_SIZE, error));
  TN_TRY(
      tni_find_extension(compiled->object, TN_EXTENSION_EXPORT, &tni_export_rule, &found, error));
  const tn_export_api *api = found;
  if (!api)
    return tni_fail(error, TN_UNSUPPORTED, "the compiled model has no " TN_EXTENSION_EXPORT);
  return api->export_model(compiled->object, options, target, error);
}

tn_status tn_compiled_export(tn_compiled *compiled, const tn_export_options *options,
                             const tn_target *target, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  if (!target || target->size < TN_TARGET_FIRST_SIZE || target->size % 8 || target->flags ||
      !target->write)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "tn_target: NULL, of a size that is no multiple of 8 from %u on, with flags, "
                    "or without write",
                    TN_TARGET_FIRST_SIZE);
  const tn_status status = export_object(compiled, options, target, error);
  return status == TN_OK ? TN_OK : tni_engine_fail(compiled->engine, status, error);
}

/* --- files */

static tn_status write_to_file(const tn_target *target, const void *data, uint64_t byte_count,
                               tn_error *error) {
  return tni_output_file_write(target->user, data, byte_count, error);
}

tn_status tn_compiled_export_file(tn_compiled *compiled, const tn_export_options *options,
                                  const char *path, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  if (!path || !*path) return tni_fail(error, TN_INVALID_ARGUMENT, "the path is empty");
  tni_output_file file;
  TN_TRY(tni_output_file_open(&file, &compiled->core->services->allocator, path, error));
  tn_target target = tn_target_init();
  target.write = write_to_file;
  target.user = &file;
  const tn_status status = tn_compiled_export(compiled, options, &target, error);
  return tni_output_file_close(&file, status, error);
}

/* --- memory */

static tn_status write_to_text(const tn_target *target, const void *data, uint64_t byte_count,
                               tn_error *error) {
  tni_text *text = target->user;
  tni_text_append(text, tn_string_make(data, byte_count));
  const tn_status status = tni_text_status(text);
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory for a blob");
}

tn_status tn_compiled_export_memory(tn_compiled *compiled, const tn_export_options *options,
                                    tn_value_sink sink, void *user, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  tni_text blob;
  tni_text_init(&blob, &compiled->core->services->allocator);
  tn_target target = tn_target_init();
  target.write = write_to_text;
  target.user = &blob;
  tn_status status = tn_compiled_export(compiled, options, &target, error);
  if (status == TN_OK) {
    tn_value value = {TN_VALUE_BYTES, 0, {0}};
    value.as.bytes.data = blob.data;
    value.as.bytes.size = blob.length;
    status = tni_received(sink(user, &value), "a blob", error);
  }
  tni_text_destroy(&blob);
  return status;
}
