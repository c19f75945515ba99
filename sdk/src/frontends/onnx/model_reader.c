#include "base/text.h"

#include "frontends/onnx/reader.h"
#include "onnx.pb.h"

#include <stdio.h>

void tni_onnx_reader_init(tni_onnx_reader *reader, const tni_environment *environment,
                          tni_file *file, const char *folder) {
  *reader = (tni_onnx_reader){.environment = environment, .file = file, .folder = folder};
  tni_vector_init(&reader->externals, environment->allocator, sizeof(tni_file *));
}

void tni_onnx_reader_destroy(tni_onnx_reader *reader) {
  for (size_t i = 0; i < reader->externals.count; i++)
    tni_file_release(*(tni_file **)tni_vector_at(&reader->externals, i));
  tni_vector_destroy(&reader->externals);
}

tn_status tni_onnx_fail_within(tn_error *error, tn_status status, const char *what,
                               tn_string name) {
  enum { LONG = 300 };
  if (error && strlen(error->message) > LONG) return status;
  return tni_fail_prefix(error, status, "%s \"%.*s\"", what, TNI_TEXT(name));
}

/* What a ModelProto says, apart from its operator sets. */
typedef struct model_message {
  int64_t ir_version;
  tni_bytes graph;
  uint32_t has_graph;
} model_message;

static tn_status parse(tni_bytes message, model_message *out, tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_ModelProto_fields, "ModelProto");
  while (tni_wire_next(&cursor, &field)) {
    switch (field.tag) {
      case onnx_ModelProto_ir_version_tag:
        out->ir_version = (int64_t)field.number;
        break;
      case onnx_ModelProto_graph_tag:
        out->graph = field.bytes;
        out->has_graph = 1;
        break;
      case onnx_ModelProto_functions_tag:
        return tni_fail(error, TN_UNSUPPORTED, "functions are not read yet");
      default:
        break;
    }
  }
  TN_TRY(tni_wire_close(&cursor, error));
  if (out->ir_version == 0) return tni_fail(error, TN_MALFORMED, "it tells no IR version");
  if (out->ir_version < TNI_ONNX_FIRST_IR || out->ir_version > TNI_ONNX_LAST_IR)
    return tni_fail(error, out->ir_version <= 0 ? TN_MALFORMED : TN_UNSUPPORTED,
                    "IR version %lld: expected %d to %d", (long long)out->ir_version,
                    (int)TNI_ONNX_FIRST_IR, (int)TNI_ONNX_LAST_IR);
  if (!out->has_graph) return tni_fail(error, TN_MALFORMED, "the model has no graph");
  return TN_OK;
}

static tn_status read_operator_set(tni_bytes message, tni_model *model, tn_error *error) {
  tn_string domain = {0};
  int64_t version = 0;
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(message, onnx_OperatorSetIdProto_fields, "OperatorSetIdProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_OperatorSetIdProto_domain_tag) domain = tni_bytes_text(field.bytes);
    if (field.tag == onnx_OperatorSetIdProto_version_tag) version = (int64_t)field.number;
  }
  TN_TRY(tni_wire_close(&cursor, error));
  if (tn_string_equal(domain, TN_STRING("ai.onnx"))) domain = TN_STRING("");
  if (version <= 0 || version > UINT32_MAX)
    return tni_fail(error, TN_MALFORMED, "operator set \"%.*s\": version %lld is none",
                    TNI_TEXT(domain), (long long)version);
  if (domain.length == 0 && (version < TNI_ONNX_FIRST_SET || version > TNI_ONNX_LAST_SET))
    return tni_fail(error, TN_UNSUPPORTED, "operator set %lld: expected %d to %d",
                    (long long)version, (int)TNI_ONNX_FIRST_SET, (int)TNI_ONNX_LAST_SET);
  for (uint32_t i = 0; i < model->view.operator_set_count; i++)
    if (tn_string_equal(model->view.operator_sets[i]->domain, domain))
      return tni_fail(error, TN_MALFORMED, "operator set \"%.*s\" is imported twice",
                      TNI_TEXT(domain));
  return tni_model_set_operator_set(model, domain, (uint32_t)version, error);
}

static tn_status read_operator_sets(tni_bytes message, tni_model *model, tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_ModelProto_fields, "ModelProto");
  while (tni_wire_next(&cursor, &field))
    if (field.tag == onnx_ModelProto_opset_import_tag)
      TN_TRY(read_operator_set(field.bytes, model, error));
  return tni_wire_close(&cursor, error);
}

static tn_string name_of_graph(tni_bytes message) {
  tn_string name = {0};
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_GraphProto_fields, "GraphProto");
  while (tni_wire_next(&cursor, &field))
    if (field.tag == onnx_GraphProto_name_tag) name = tni_bytes_text(field.bytes);
  return name;
}

static tn_status read_model(tni_onnx_reader *reader, tni_bytes message, tn_error *error) {
  model_message model = {0};
  if (message.size == 0) return tni_fail(error, TN_MALFORMED, "no ONNX model: it is empty");
  const tn_status status = parse(message, &model, error);
  if (status == TN_MALFORMED)
    return tni_fail_prefix(error, status, "no ONNX model, or a damaged one");
  TN_TRY(status);
  TN_TRY(tni_model_create(reader->environment, name_of_graph(model.graph), &reader->model, error));
  TN_TRY(read_operator_sets(message, reader->model, error));
  TN_TRY(tni_onnx_read_graph(reader, model.graph, reader->model->graph, error));
  return tni_model_sync(reader->model, error);
}

/* Reads a model and leaves nothing behind when that fails. */
static tn_status read_whole(tni_onnx_reader *reader, tni_bytes message, tni_model **out,
                            tn_error *error) {
  const tn_status status = read_model(reader, message, error);
  if (status == TN_OK)
    *out = reader->model;
  else
    tni_model_destroy(reader->model);
  tni_onnx_reader_destroy(reader);
  /* Reading has touched pages all over the file, and the system maps neighbours along with each. */
  if (reader->file) tni_file_rest(reader->file);
  return status;
}

tn_status tni_onnx_read_memory(const tni_environment *environment, const void *data, size_t size,
                               const char *folder, tni_model **out, tn_error *error) {
  tni_onnx_reader reader;
  tni_onnx_reader_init(&reader, environment, NULL, folder);
  return read_whole(&reader, (tni_bytes){data, size}, out, error);
}

/* The zero-ended path of the folder that a file lies in. */
static char *folder_of(const tni_allocator *allocator, tn_string path) {
  uint64_t length = path.length;
  while (length > 0 && path.data[length - 1] != '/')
    length--;
  return tni_string_to_chars(allocator, tn_string_make(path.data, length));
}

tn_status tni_onnx_read_file(const tni_environment *environment, tn_string path, tni_model **out,
                             tn_error *error) {
  tni_file *file = NULL;
  tni_onnx_reader reader;
  TN_TRY(tni_file_map(environment->allocator, path, &file, error));
  tn_status status = TN_OK;
  char *folder = folder_of(environment->allocator, path);
  if (folder) {
    tni_onnx_reader_init(&reader, environment, file, folder);
    status = read_whole(&reader, (tni_bytes){file->data, (size_t)file->size}, out, error);
  } else {
    status = tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a path");
  }
  tni_free(environment->allocator, folder);
  tni_file_release(file);
  return status == TN_OK ? TN_OK : tni_fail_prefix(error, status, "%.*s", TNI_TEXT(path));
}

tn_status tni_onnx_read_tensor(const tni_environment *environment, tn_string path, char *name,
                               size_t name_size, tn_tensor **out, tn_error *error) {
  tni_file *file = NULL;
  tni_onnx_reader reader;
  tn_string text = {0};
  TN_TRY(tni_file_map(environment->allocator, path, &file, error));
  tni_onnx_reader_init(&reader, environment, file, NULL);
  const tn_status status =
      tni_onnx_make_tensor(&reader, (tni_bytes){file->data, (size_t)file->size}, &text, out, error);
  if (status == TN_OK && name && name_size > 0) snprintf(name, name_size, "%.*s", TNI_TEXT(text));
  tni_onnx_reader_destroy(&reader);
  tni_file_release(file);
  return status == TN_OK ? TN_OK : tni_fail_prefix(error, status, "%.*s", TNI_TEXT(path));
}
