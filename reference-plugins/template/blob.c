#include "template.h"

#include <string.h>

#include "tenon/kit/onnx.h"

/* Exported models: what the compiler made of the model, so that import needs no compiler. Here that
 * is the model after all passes, as ONNX; a vendor writes the device's code. What ONNX has no place
 * for stands beside it, and so do the names of original nodes that are gone. */

#define PROGRAM_SECTION "program"
#define REST_SECTION    "rest"
#define REMOVED_SECTION "removed"

static tn_status add_rest(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                          tn_error *error) {
  void *rest;
  uint64_t size;
  TN_KIT_TRY(tn_kit_onnx_write_rest(compiled->engine, template_compiled_of(compiled)->program_model,
                                    &rest, &size, error));
  const tn_status status = tn_kit_container_add(writer, REST_SECTION, rest, size, error);
  tn_kit_free(compiled->engine, rest);
  return status;
}

tn_status template_export(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                          tn_error *error) {
  const struct template_compiled *self = template_compiled_of(compiled);
  void *file;
  uint64_t size;
  TN_KIT_TRY(tn_kit_onnx_write(compiled->engine, self->program_model, &file, &size, error));
  tn_status status = tn_kit_container_add(writer, PROGRAM_SECTION, file, size, error);
  tn_kit_free(compiled->engine, file);
  if (status == TN_OK) status = add_rest(compiled, writer, error);
  if (status == TN_OK)
    status =
        tn_kit_container_add(writer, REMOVED_SECTION, self->removed, self->removed_bytes, error);
  return status;
}

static tn_status read_removed(struct template_compiled *self, const tn_kit_container *container,
                              tn_error *error) {
  tn_bytes names;
  TN_KIT_TRY(tn_kit_container_find(container, REMOVED_SECTION, &names, error));
  if (names.size && ((const char *)names.data)[names.size - 1] != '\0')
    return tn_kit_fail_clause(error, TN_MALFORMED, TN_KIT_CLAUSE(IMPORT, 1),
                              "the blob's list of removed nodes does not end");
  self->removed = tn_kit_allocate(self->base.engine, names.size);
  if (!self->removed) return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for names of nodes");
  if (names.size) memcpy(self->removed, names.data, (size_t)names.size);
  self->removed_bytes = names.size;
  return TN_OK;
}

tn_status template_import(tn_kit_compiled *compiled, const tn_kit_call *call,
                          const tn_kit_container *container, tn_error *error) {
  struct template_compiled *self = template_compiled_of(compiled);
  tn_bytes file, rest;
  TN_KIT_TRY(tn_kit_container_find(container, PROGRAM_SECTION, &file, error));
  TN_KIT_TRY(tn_kit_container_find(container, REST_SECTION, &rest, error));
  TN_KIT_TRY(tn_kit_onnx_read(call->engine, file, rest, &self->program_model, error));
  TN_KIT_TRY(tn_kit_compiled_set_model(compiled, self->program_model, error));
  TN_KIT_TRY(read_removed(self, container, error));
  return template_load(compiled, call, error);
}
