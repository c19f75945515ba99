#include "template.h"

#include "tenon/kit/onnx.h"

/* Exported models. Compiling takes this device no time, so a blob holds the model as it came, as
 * ONNX, and import compiles it again with the properties that the kit keeps in the blob. A vendor
 * adds sections with the device's code here, and loads them instead. */

#define MODEL_SECTION "model"
#define REST_SECTION  "rest" /* what ONNX has no place for */

static tn_status add_rest(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                          tn_error *error) {
  void *rest;
  uint64_t size;
  TN_KIT_TRY(tn_kit_onnx_write_rest(compiled->engine, compiled->model, &rest, &size, error));
  const tn_status status = tn_kit_container_add(writer, REST_SECTION, rest, size, error);
  tn_kit_free(compiled->engine, rest);
  return status;
}

tn_status template_export(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                          tn_error *error) {
  void *file;
  uint64_t size;
  TN_KIT_TRY(tn_kit_onnx_write(compiled->engine, compiled->model, TN_ONNX_OPERATOR_SET, &file,
                               &size, error));
  const tn_status status = tn_kit_container_add(writer, MODEL_SECTION, file, size, error);
  tn_kit_free(compiled->engine, file);
  return status == TN_OK ? add_rest(compiled, writer, error) : status;
}

tn_status template_import(tn_kit_compiled *compiled, const tn_kit_call *call,
                          const tn_kit_container *container, tn_error *error) {
  tn_bytes file, rest;
  tn_model *model;
  TN_KIT_TRY(tn_kit_container_find(container, MODEL_SECTION, &file, error));
  TN_KIT_TRY(tn_kit_container_find(container, REST_SECTION, &rest, error));
  TN_KIT_TRY(tn_kit_onnx_read(call->engine, file, rest, &model, error));
  tn_status status = tn_kit_compiled_set_model(compiled, model, error);
  if (status == TN_OK) status = template_compile(compiled, call, model, error);
  tn_model_release(model);
  return status;
}
