#include "frontends/onnx/reader.h"
#include "frontends/onnx/tensor_proto.h"
#include "graph/tensor.h"
#include "onnx.pb.h"

enum {
  MOST_FILES = 4096 /* Of external data of one model. */
};

static void release_file(void *file) {
  tni_file_release(file);
}

/* A tensor of elements that lie in a file, or a copy of them when no file keeps them alive. */
static tn_status make_of_bytes(const tni_onnx_reader *reader, const tni_onnx_tensor *proto,
                               tni_file *file, const uint8_t *data, tn_tensor **out,
                               tn_error *error) {
  if (!file) {
    TN_TRY(tni_tensor_create_copy(reader->environment, proto->type, proto->rank, proto->shape, data,
                                  out, error));
    tni_tensor_make_read_only(*out);
    return TN_OK;
  }
  tni_file_retain(file);
  const tni_keeper keeper = {release_file, file};
  const tn_status status =
      tni_tensor_create_borrowed(reader->environment, proto->type, proto->rank, proto->shape, data,
                                 proto->size, TN_TENSOR_READ_ONLY, keeper, out, error);
  if (status != TN_OK) tni_file_release(file);
  return status;
}

/* The file of external data of that name, mapped once however many tensors lie in it; borrowed. */
static tn_status find_external(tni_onnx_reader *reader, tn_string location, tni_file **out,
                               tn_error *error) {
  for (size_t i = 0; i < reader->externals.count; i++) {
    tni_file *file = *(tni_file **)tni_vector_at(&reader->externals, i);
    if (!tn_string_equal(file->path, location)) continue;
    *out = file;
    return TN_OK;
  }
  if (!reader->folder)
    return tni_fail(error, TN_MALFORMED,
                    "its elements are in another file, but the model has no folder");
  if (reader->externals.count == MOST_FILES)
    return tni_fail(error, TN_UNSUPPORTED, "external data in more than %d files", (int)MOST_FILES);
  tni_file *file = NULL;
  TN_TRY(
      tni_file_map_below(reader->environment->allocator, reader->folder, location, &file, error));
  if (tni_vector_append(&reader->externals, &file) != TN_OK) {
    tni_file_release(file);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the list of files");
  }
  *out = file;
  return TN_OK;
}

/* Whether a component of the path is "..": such a path is refused before anything is opened. */
static int climbs(tn_string path) {
  uint64_t start = 0;
  for (uint64_t i = 0; i <= path.length; i++) {
    if (i < path.length && path.data[i] != '/') continue;
    if (tn_string_equal(tn_string_make(path.data + start, i - start), TN_STRING(".."))) return 1;
    start = i + 1;
  }
  return 0;
}

static tn_status make_external(tni_onnx_reader *reader, const tni_onnx_tensor *proto,
                               tn_tensor **out, tn_error *error) {
  const tn_string location = proto->location;
  if (location.length == 0)
    return tni_fail(error, TN_MALFORMED, "its external data has no location");
  if (memchr(location.data, 0, (size_t)location.length) || climbs(location))
    return tni_fail(error, TN_MALFORMED,
                    "location \"%.*s\" of its external data leads out of the model's folder",
                    TNI_TEXT(location));
  tni_file *file = NULL;
  TN_TRY(find_external(reader, location, &file, error));
  if (proto->offset > file->size || proto->size > file->size - proto->offset)
    return tni_fail(error, TN_MALFORMED,
                    "%llu bytes at offset %llu of \"%.*s\" are asked for, which has %llu",
                    (unsigned long long)proto->size, (unsigned long long)proto->offset,
                    TNI_TEXT(location), (unsigned long long)file->size);
  return make_of_bytes(reader, proto, file, file->data + proto->offset, out, error);
}

/* Fills a tensor of strings. */
static tn_status set_strings(const tni_onnx_tensor *proto, tn_tensor *tensor, tn_error *error) {
  uint64_t index = 0;
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(proto->message, onnx_TensorProto_fields, "TensorProto");
  while (tni_wire_next(&cursor, &field))
    if (field.tag == onnx_TensorProto_string_data_tag)
      TN_TRY(tensor->api->set_string(tensor, index++, tni_bytes_text(field.bytes), error));
  return tni_wire_close(&cursor, error);
}

static tn_status make_unpacked(const tni_onnx_reader *reader, const tni_onnx_tensor *proto,
                               tn_tensor **out, tn_error *error) {
  tn_tensor *tensor = NULL;
  TN_TRY(tni_tensor_create(reader->environment, proto->type, proto->rank, proto->shape, &tensor,
                           error));
  const tn_status status = proto->type == TN_STRING_ELEMENT ? set_strings(proto, tensor, error)
                           : proto->place == TNI_ONNX_TYPED
                               ? tni_onnx_tensor_unpack(proto, tensor->data, error)
                               : TN_OK;
  if (status != TN_OK) {
    tn_tensor_release(tensor);
    return status;
  }
  tni_tensor_make_read_only(tensor);
  *out = tensor;
  return TN_OK;
}

static tn_status make(tni_onnx_reader *reader, const tni_onnx_tensor *proto, tn_tensor **out,
                      tn_error *error) {
  switch (proto->place) {
    case TNI_ONNX_RAW:
      return make_of_bytes(reader, proto, reader->file, proto->raw.data, out, error);
    case TNI_ONNX_EXTERNAL:
      return make_external(reader, proto, out, error);
    default:
      return make_unpacked(reader, proto, out, error);
  }
}

tn_status tni_onnx_make_tensor(tni_onnx_reader *reader, tni_bytes message, tn_string *name,
                               tn_tensor **out, tn_error *error) {
  tni_onnx_tensor proto;
  TN_TRY(tni_onnx_tensor_parse(message, &proto, error));
  if (name) *name = proto.name;
  const tn_status status = make(reader, &proto, out, error);
  return status == TN_OK ? TN_OK
                         : tni_fail_prefix(error, status, "tensor \"%.*s\"", TNI_TEXT(proto.name));
}
