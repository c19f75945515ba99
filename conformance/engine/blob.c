#include "engine/blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/guarded.h"

enum { ALIGNMENT = 64 };

void blob_clear(blob *self) {
  free(self->bytes);
  free(self->ends);
  memset(self, 0, sizeof *self);
}

static tn_status fail(tn_error *error, tn_status status) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  error->clause_area = TN_AREA_EXPORT;
  error->clause_number = 3;
  error->vendor_code = BLOB_VENDOR_CODE;
  snprintf(error->message, sizeof error->message, "%s", BLOB_MESSAGE);
  return status;
}

static void grow(blob *self, uint64_t more) {
  void *bytes = NULL;
  if (posix_memalign(&bytes, ALIGNMENT, (size_t)(self->size + more + ALIGNMENT)) != 0) abort();
  if (self->size) memcpy(bytes, self->bytes, (size_t)self->size);
  free(self->bytes);
  self->bytes = bytes;
  uint64_t *ends = realloc(self->ends, (size_t)(self->write_count + 1) * sizeof *ends);
  if (!ends) abort(); /* the suite itself is out of memory */
  self->ends = ends;
}

static tn_status write_bytes(const tn_target *target, const void *data, uint64_t byte_count,
                             tn_error *error) {
  blob *self = target->user;
  if (self->fail_at && self->write_count + 1 > self->fail_at) {
    self->after_fail++;
    return fail(error, self->fail_status);
  }
  if (self->write_count + 1 == self->fail_at) {
    self->write_count++;
    return fail(error, self->fail_status);
  }
  grow(self, byte_count);
  if (byte_count) memcpy(self->bytes + self->size, data, (size_t)byte_count);
  self->size += byte_count;
  self->ends[self->write_count++] = self->size;
  return TN_OK;
}

const tn_export_api *blob_export_api(test *t, tn_compiled_model *model) {
  const tn_export_api *api =
      model ? tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_EXPORT)) : NULL;
  if (model) EXPECT(api != NULL);
  return api;
}

const tn_import_api *blob_import_api(test *t) {
  const tn_import_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_IMPORT));
  EXPECT(api != NULL);
  return api;
}

tn_target blob_target(blob *out) {
  tn_target target = tn_target_init();
  target.write = write_bytes;
  target.user = out;
  return target;
}

tn_status blob_export(test *t, tn_compiled_model *model, blob *out) {
  const tn_export_api *api = blob_export_api(t, model);
  const tn_target target = blob_target(out);
  return api ? api->export_model(model, NULL, &target, &t->error) : TN_INTERNAL;
}

bool blob_make(test *t, const char *model, blob *out) {
  memset(out, 0, sizeof *out);
  tn_compiled_model *compiled = test_compile(t, model);
  if (!compiled) return false;
  const uint32_t about = test_about(t, TNI_CLAUSE(EXPORT, 1));
  const bool exported =
      test_record_status(t, blob_export(t, compiled, out), TN_OK,
                         "export_model(model, NULL, &target, &t->error)", __FILE__, __LINE__) &&
      test_record_truth(t, out->size > 0, "the blob is not empty", __FILE__, __LINE__);
  test_about(t, about);
  test_destroy_compiled_model(t, compiled);
  if (!exported) blob_clear(out);
  return exported;
}

static tn_status read_bytes(const tn_source *source, uint64_t offset, void *buffer,
                            uint64_t byte_count, tn_error *error) {
  blob_source *self = source->user;
  if (++self->reads == self->fail_at) return fail(error, self->fail_status);
  if (offset > source->byte_count || byte_count > source->byte_count - offset) {
    self->outside++;
    return fail(error, TN_OUT_OF_RANGE);
  }
  if (offset + byte_count > self->available) return fail(error, TN_IO);
  if (byte_count) memcpy(buffer, (const char *)self->bytes + offset, (size_t)byte_count);
  return TN_OK;
}

blob_source blob_source_make(const void *bytes, uint64_t size, bool in_memory) {
  blob_source made = {.base = tn_source_init(), .bytes = bytes, .available = size};
  made.base.byte_count = size;
  made.base.data = in_memory ? bytes : NULL;
  made.base.read_at = read_bytes;
  return made;
}

tn_status blob_import(test *t, const blob_source *source, const tn_import_options *options,
                      tn_compiled_model **out) {
  const tn_import_api *api = blob_import_api(t);
  tn_source base = source->base;
  base.user = (void *)(uintptr_t)source;
  return api ? api->import_model(t->plugin, t->device, &base, options, out, &t->error)
             : TN_INTERNAL;
}

tn_compiled_model *blob_import_whole(test *t, const blob *self, bool in_memory) {
  tn_compiled_model *model = NULL;
  blob_source source = blob_source_make(self->bytes, self->size, in_memory);
  if (!test_record_status(t, blob_import(t, &source, NULL, &model), TN_OK,
                          "import_model(plugin, device, &source, NULL, &model, &t->error)",
                          __FILE__, __LINE__))
    return NULL;
  test_adopt_compiled_model(t, model);
  return model;
}

void blob_expect_cut_refused(test *t, const blob *whole, uint64_t size, bool in_memory) {
  guarded part; /* reading behind the cut ends the process */
  tn_compiled_model *out = test_poison();
  REQUIRE(guarded_create(&part, whole->bytes, (size_t)size));
  blob_source source = blob_source_make(part.data, size, in_memory && size % 64 == 0);
  tn_status status = blob_import(t, &source, NULL, &out);
  if (status != TN_MALFORMED || source.outside)
    test_note(t, "cut at byte %llu of %llu: status %d, %llu reads beyond the end",
              (unsigned long long)size, (unsigned long long)whole->size, status,
              (unsigned long long)source.outside);
  EXPECT_STATUS(status, TN_MALFORMED);
  EXPECT(out == test_poison());
  EXPECT_THAT(source.outside == 0, "nothing is read behind the cut; %llu reads were",
              (unsigned long long)source.outside);
  if (status == TN_OK) tn_compiled_model_destroy(out);
  guarded_destroy(&part);
}

void blob_expect_outputs(test *t, tn_compiled_model *imported, const char *model, uint64_t seed,
                         int64_t size) {
  tn_infer_request *request = test_request(t, imported);
  if (!request || !test_set_inputs(t, request, model, seed, size)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, model, seed, size);
  test_destroy_request(t, request); /* a model may have no more than one at a time */
}
