/* Blobs of compiled models: written to a target, a file, memory. */
#include "base/text.h"
#include "runtime/check.h"
#include "runtime/compiled.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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
  if (byte_count == 0 || fwrite(data, (size_t)byte_count, 1, target->user) == 1) return TN_OK;
  return tni_fail(error, TN_IO, "writing %llu bytes failed: %s", (unsigned long long)byte_count,
                  strerror(errno));
}

static tn_status fail_file(tn_error *error, const char *what, const char *path) {
  return tni_fail(error, TN_IO, "file %s cannot be %s: %s", path, what, strerror(errno));
}

static tn_status export_and_close(tn_compiled *compiled, const tn_export_options *options,
                                  FILE *file, const char *path, tn_error *error) {
  tn_target target = tn_target_init();
  target.write = write_to_file;
  target.user = file;
  tn_status status = tn_compiled_export(compiled, options, &target, error);
  if (fclose(file) != 0 && status == TN_OK) status = fail_file(error, "written", path);
  return status;
}

/* Gives the compiled model to an open descriptor, which is closed. */
static tn_status export_to(tn_compiled *compiled, const tn_export_options *options, int descriptor,
                           const char *path, tn_error *error) {
  FILE *file = fdopen(descriptor, "wb");
  if (file) return export_and_close(compiled, options, file, path, error);
  const tn_status status = fail_file(error, "opened", path);
  close(descriptor);
  return status;
}

/* A file of its own in the same folder, which takes the other's name when it is whole. */
static tn_status export_beside(tn_compiled *compiled, const tn_export_options *options,
                               const char *path, mode_t mode, char *beside, tn_error *error) {
  const int descriptor = mkstemp(beside);
  if (descriptor < 0) return fail_file(error, "made beside it", path);
  tn_status status = TN_OK;
  if (fchmod(descriptor, mode) != 0) {
    status = fail_file(error, "opened", path);
    close(descriptor);
  } else {
    status = export_to(compiled, options, descriptor, path, error);
  }
  if (status == TN_OK && rename(beside, path) != 0) status = fail_file(error, "replaced", path);
  if (status != TN_OK) unlink(beside);
  return status;
}

static tn_status export_atomically(tn_compiled *compiled, const tn_export_options *options,
                                   const char *path, mode_t mode, tn_error *error) {
  tni_text beside;
  tni_text_init(&beside, &compiled->core->services->allocator);
  tni_text_append_format(&beside, "%s.XXXXXX", path);
  tn_status status = tni_text_status(&beside);
  if (status == TN_OK)
    status = export_beside(compiled, options, path, mode, beside.data, error);
  else
    tni_fail(error, status, "no memory for the path of a file");
  tni_text_destroy(&beside);
  return status;
}

/* A link, a device or a pipe is no file to be replaced: what it leads to gets the bytes. */
static tn_status export_through(tn_compiled *compiled, const tn_export_options *options,
                                const char *path, tn_error *error) {
  const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return fail_file(error, "opened", path);
  return export_to(compiled, options, descriptor, path, error);
}

tn_status tn_compiled_export_file(tn_compiled *compiled, const tn_export_options *options,
                                  const char *path, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  if (!path || !*path) return tni_fail(error, TN_INVALID_ARGUMENT, "the path is empty");
  struct stat there;
  if (lstat(path, &there) != 0) {
    const mode_t mask = umask(0);
    umask(mask);
    return export_atomically(compiled, options, path, 0666 & ~mask, error);
  }
  return S_ISREG(there.st_mode)
             ? export_atomically(compiled, options, path, there.st_mode & 07777, error)
             : export_through(compiled, options, path, error);
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
    status = sink(user, &value);
  }
  tni_text_destroy(&blob);
  return status;
}
