#include "frontends/onnx/reader.h"
#include "onnx.pb.h"

/* A dimension without number and name stays unknown; so does a negative one, which some writers
 * mean by it. */
static tn_status parse_dimension(tni_bytes message, tni_model *model, tn_dimension *out,
                                 tn_error *error) {
  tn_string name = {0};
  int64_t number = -1;
  uint32_t kinds = 0;
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(message, onnx_DimensionProto_fields, "TensorShapeProto.Dimension");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_DimensionProto_dim_value_tag) number = (int64_t)field.number;
    if (field.tag == onnx_DimensionProto_dim_param_tag) name = tni_bytes_text(field.bytes);
    kinds += field.tag != onnx_DimensionProto_denotation_tag;
  }
  TN_TRY(tni_wire_close(&cursor, error));
  if (kinds > 1) return tni_fail(error, TN_MALFORMED, "a dimension has a number and a name");
  *out = (tn_dimension){.min = 0, .max = TN_UNBOUNDED};
  if (number >= 0) out->min = out->max = number;
  if (name.length > 0 && model) return tni_model_symbol(model, name, &out->symbol, error);
  return TN_OK;
}

static tn_status parse_shape(tni_bytes message, tni_model *model, tni_onnx_value *out,
                             tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_TensorShapeProto_fields, "TensorShapeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (out->rank == TN_MAX_RANK)
      return tni_fail(error, TN_UNSUPPORTED, "more than %d dimensions", (int)TN_MAX_RANK);
    TN_TRY(parse_dimension(field.bytes, model, &out->dimensions[out->rank++], error));
  }
  out->has_rank = 1;
  return tni_wire_close(&cursor, error);
}

static tn_status parse_tensor_type(tni_bytes message, tni_model *model, tni_onnx_value *out,
                                   tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_TensorTypeProto_fields, "TypeProto.Tensor");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_TensorTypeProto_shape_tag) {
      TN_TRY(parse_shape(field.bytes, model, out, error));
      continue;
    }
    if (field.number != 0 &&
        (field.number > UINT32_MAX || tn_element_type_bits((uint32_t)field.number) == 0))
      return tni_fail(error, TN_UNSUPPORTED, "element type %lld is not supported",
                      (long long)field.number);
    out->type = (uint32_t)field.number;
  }
  return tni_wire_close(&cursor, error);
}

static tn_status parse_type(tni_bytes message, tni_model *model, tni_onnx_value *out,
                            tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_TypeProto_fields, "TypeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_TypeProto_denotation_tag) continue;
    if (field.tag != onnx_TypeProto_tensor_type_tag)
      return tni_fail(error, TN_UNSUPPORTED,
                      "only dense tensors are supported, this is another kind of value");
    TN_TRY(parse_tensor_type(field.bytes, model, out, error));
  }
  return tni_wire_close(&cursor, error);
}

static tn_status parse(tni_bytes message, tni_model *model, tni_onnx_value *out, tn_error *error) {
  tni_bytes type = {0};
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_ValueInfoProto_fields, "ValueInfoProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_ValueInfoProto_name_tag) out->name = tni_bytes_text(field.bytes);
    if (field.tag == onnx_ValueInfoProto_type_tag) type = field.bytes;
  }
  TN_TRY(tni_wire_close(&cursor, error));
  return parse_type(type, model, out, error);
}

tn_status tni_onnx_parse_value(tni_bytes message, tni_model *model, tni_onnx_value *out,
                               tn_error *error) {
  *out = (tni_onnx_value){0};
  const tn_status status = parse(message, model, out, error);
  return status == TN_OK ? TN_OK
                         : tni_fail_prefix(error, status, "value \"%.*s\"", TNI_TEXT(out->name));
}
