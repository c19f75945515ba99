/* Messages are put together of fields: the structs that nanopb makes of the schema are for reading,
 * and their numbers of fields are all that is taken from there. */
#include "numbers/onnx_writer.h"

#include <errno.h>
#include <pb_encode.h>
#include <stdio.h>
#include <string.h>

#include "graph/tensor.h"
#include "onnx.pb.h"

enum { IR_VERSION = 13 /* the first that has all element types */ };

typedef bool (*message_body)(pb_ostream_t *out, const void *self);

static bool put_message(pb_ostream_t *out, uint32_t field, message_body body, const void *self) {
  pb_ostream_t sizing = PB_OSTREAM_SIZING;
  return body(&sizing, self) && pb_encode_tag(out, PB_WT_STRING, field) &&
         pb_encode_varint(out, sizing.bytes_written) && body(out, self);
}

static bool put_bytes(pb_ostream_t *out, uint32_t field, const void *data, uint64_t size) {
  return pb_encode_tag(out, PB_WT_STRING, field) && pb_encode_string(out, data, (size_t)size);
}

static bool put_text(pb_ostream_t *out, uint32_t field, tn_string text) {
  return put_bytes(out, field, text.data, text.length);
}

static bool put_number(pb_ostream_t *out, uint32_t field, int64_t number) {
  return pb_encode_tag(out, PB_WT_VARINT, field) && pb_encode_varint(out, (uint64_t)number);
}

static bool put_float(pb_ostream_t *out, uint32_t field, float number) {
  return pb_encode_tag(out, PB_WT_32BIT, field) && pb_encode_fixed32(out, &number);
}

/* --- tensors and values ------------------------------------------------------------------------
 */

struct named_tensor {
  tn_string name;
  const tn_tensor *tensor;
};

static bool put_elements(pb_ostream_t *out, const tn_tensor *tensor) {
  const uint64_t count = tn_tensor_element_count(tensor);
  bool good = true;
  if (tensor->type != TN_STRING_ELEMENT)
    return put_bytes(out, onnx_TensorProto_raw_data_tag, tensor->data,
                     tn_dense_bytes(tensor->type, count));
  for (uint64_t i = 0; good && i < count; i++)
    good = put_text(out, onnx_TensorProto_string_data_tag, ((const tn_string *)tensor->data)[i]);
  return good;
}

static bool tensor_body(pb_ostream_t *out, const void *self) {
  const struct named_tensor *named = self;
  const tn_tensor *tensor = named->tensor;
  bool good = !tensor->strides;
  for (uint32_t i = 0; good && i < tensor->rank; i++)
    good = put_number(out, onnx_TensorProto_dims_tag, tensor->shape[i]);
  return good && put_number(out, onnx_TensorProto_data_type_tag, tensor->type) &&
         put_text(out, onnx_TensorProto_name_tag, named->name) && put_elements(out, tensor);
}

static bool put_tensor(pb_ostream_t *out, uint32_t field, tn_string name, const tn_tensor *tensor) {
  return put_message(out, field, tensor_body, &(struct named_tensor){name, tensor});
}

/* One that is not fixed says nothing. */
static bool dimension_body(pb_ostream_t *out, const void *self) {
  const tn_dimension *dimension = self;
  return dimension->min != dimension->max ||
         put_number(out, onnx_DimensionProto_dim_value_tag, dimension->min);
}

static bool shape_body(pb_ostream_t *out, const void *self) {
  const tn_value_info *value = self;
  bool good = true;
  for (uint32_t i = 0; good && i < value->rank; i++)
    good = put_message(out, onnx_TensorShapeProto_dim_tag, dimension_body, &value->dimensions[i]);
  return good;
}

static bool tensor_type_body(pb_ostream_t *out, const void *self) {
  const tn_value_info *value = self;
  return put_number(out, onnx_TensorTypeProto_elem_type_tag, value->type) &&
         (!(value->flags & TN_VALUE_HAS_RANK) ||
          put_message(out, onnx_TensorTypeProto_shape_tag, shape_body, value));
}

static bool type_body(pb_ostream_t *out, const void *self) {
  return put_message(out, onnx_TypeProto_tensor_type_tag, tensor_type_body, self);
}

static bool value_body(pb_ostream_t *out, const void *self) {
  const tn_value_info *value = self;
  return put_text(out, onnx_ValueInfoProto_name_tag, value->name) &&
         put_message(out, onnx_ValueInfoProto_type_tag, type_body, value);
}

/* --- nodes and graphs --------------------------------------------------------------------------
 */

static bool graph_body(pb_ostream_t *out, const void *self);

/* By kind: AttributeProto's name of it in `type`, and the field of each element. */
static const struct {
  uint32_t kind, type, field;
} attribute_kinds[] = {
    {TN_ATTRIBUTE_FLOAT, 1, onnx_AttributeProto_f_tag},
    {TN_ATTRIBUTE_INT, 2, onnx_AttributeProto_i_tag},
    {TN_ATTRIBUTE_STRING, 3, onnx_AttributeProto_s_tag},
    {TN_ATTRIBUTE_TENSOR, 4, onnx_AttributeProto_t_tag},
    {TN_ATTRIBUTE_GRAPH, 5, onnx_AttributeProto_g_tag},
    {TN_ATTRIBUTE_FLOATS, 6, onnx_AttributeProto_floats_tag},
    {TN_ATTRIBUTE_INTS, 7, onnx_AttributeProto_ints_tag},
    {TN_ATTRIBUTE_STRINGS, 8, onnx_AttributeProto_strings_tag},
    {TN_ATTRIBUTE_TENSORS, 9, onnx_AttributeProto_tensors_tag},
    {TN_ATTRIBUTE_GRAPHS, 10, onnx_AttributeProto_graphs_tag},
};

static bool put_element(pb_ostream_t *out, uint32_t field, const tn_attribute *attribute,
                        uint64_t index) {
  switch (attribute->kind) {
    case TN_ATTRIBUTE_FLOAT:
    case TN_ATTRIBUTE_FLOATS:
      return put_float(out, field, attribute->as.floats[index]);
    case TN_ATTRIBUTE_INT:
    case TN_ATTRIBUTE_INTS:
      return put_number(out, field, attribute->as.ints[index]);
    case TN_ATTRIBUTE_STRING:
    case TN_ATTRIBUTE_STRINGS:
      return put_text(out, field, attribute->as.strings[index]);
    case TN_ATTRIBUTE_TENSOR:
    case TN_ATTRIBUTE_TENSORS:
      return put_tensor(out, field, TN_STRING(""), attribute->as.tensors[index]);
    default:
      return put_message(out, field, graph_body, attribute->as.graphs[index]);
  }
}

static bool attribute_body(pb_ostream_t *out, const void *self) {
  const tn_attribute *attribute = self;
  for (size_t i = 0; i < sizeof attribute_kinds / sizeof *attribute_kinds; i++) {
    if (attribute_kinds[i].kind != attribute->kind) continue;
    bool good = put_text(out, onnx_AttributeProto_name_tag, attribute->name) &&
                put_number(out, onnx_AttributeProto_type_tag, attribute_kinds[i].type);
    for (uint64_t k = 0; good && k < attribute->count; k++)
      good = put_element(out, attribute_kinds[i].field, attribute, k);
    return good;
  }
  return false;
}

/* What is left out has an empty name. */
static bool put_names(pb_ostream_t *out, uint32_t field, const tn_value_info *const *values,
                      uint32_t count) {
  bool good = true;
  for (uint32_t i = 0; good && i < count; i++)
    good = put_text(out, field, values[i] ? values[i]->name : TN_STRING(""));
  return good;
}

static bool node_body(pb_ostream_t *out, const void *self) {
  const tn_node *node = self;
  bool good = put_names(out, onnx_NodeProto_input_tag, node->inputs, node->input_count) &&
              put_names(out, onnx_NodeProto_output_tag, node->outputs, node->output_count) &&
              put_text(out, onnx_NodeProto_name_tag, node->name) &&
              put_text(out, onnx_NodeProto_op_type_tag, node->operation) &&
              put_text(out, onnx_NodeProto_domain_tag, node->domain);
  for (uint32_t i = 0; good && i < node->attribute_count; i++)
    good = put_message(out, onnx_NodeProto_attribute_tag, attribute_body, node->attributes[i]);
  return good;
}

static bool put_values(pb_ostream_t *out, uint32_t field, const tn_value_info *const *values,
                       uint32_t count) {
  bool good = true;
  for (uint32_t i = 0; good && i < count; i++)
    good = put_message(out, field, value_body, values[i]);
  return good;
}

static bool graph_body(pb_ostream_t *out, const void *self) {
  const tn_graph *graph = self;
  bool good = put_text(out, onnx_GraphProto_name_tag, graph->name) &&
              put_values(out, onnx_GraphProto_input_tag, graph->inputs, graph->input_count) &&
              put_values(out, onnx_GraphProto_output_tag, graph->outputs, graph->output_count);
  for (uint32_t i = 0; good && i < graph->constant_count; i++)
    good = put_tensor(out, onnx_GraphProto_initializer_tag, graph->constants[i]->name,
                      graph->constants[i]->constant);
  for (uint32_t i = 0; good && i < graph->node_count; i++)
    good = put_message(out, onnx_GraphProto_node_tag, node_body, graph->nodes[i]);
  return good;
}

static bool set_body(pb_ostream_t *out, const void *self) {
  const tn_operator_set *set = self;
  return put_text(out, onnx_OperatorSetIdProto_domain_tag, set->domain) &&
         put_number(out, onnx_OperatorSetIdProto_version_tag, set->version);
}

static bool model_body(pb_ostream_t *out, const void *self) {
  const tn_model *model = self;
  bool good = put_number(out, onnx_ModelProto_ir_version_tag, IR_VERSION) &&
              put_text(out, onnx_ModelProto_producer_name_tag, TN_STRING("tenon")) &&
              put_message(out, onnx_ModelProto_graph_tag, graph_body, model->graph);
  for (uint32_t i = 0; good && i < model->operator_set_count; i++)
    good = put_message(out, onnx_ModelProto_opset_import_tag, set_body, model->operator_sets[i]);
  return good;
}

/* --- files -------------------------------------------------------------------------------------
 */

static bool write_bytes(pb_ostream_t *out, const pb_byte_t *bytes, size_t count) {
  return fwrite(bytes, 1, count, out->state) == count;
}

static tn_status write_message(const char *path, message_body body, const void *self,
                               tn_error *error) {
  pb_ostream_t sizing = PB_OSTREAM_SIZING;
  if (!body(&sizing, self))
    return tni_fail(error, TN_UNSUPPORTED, "%s: ONNX files have no room for what is to be written",
                    path);
  FILE *file = fopen(path, "we");
  if (!file) return tni_fail(error, TN_IO, "%s: %s", path, strerror(errno));
  pb_ostream_t out = {
      .callback = write_bytes, .state = file, .max_size = SIZE_MAX, .bytes_written = 0};
  const bool is_written = body(&out, self);
  if (fclose(file) == 0 && is_written) return TN_OK;
  return tni_fail(error, TN_IO, "%s: it could not be written: %s", path, strerror(errno));
}

tn_status onnx_write_model(const char *path, const tn_model *model, tn_error *error) {
  return write_message(path, model_body, model, error);
}

tn_status onnx_write_tensor(const char *path, tn_string name, const tn_tensor *tensor,
                            tn_error *error) {
  return write_message(path, tensor_body, &(struct named_tensor){name, tensor}, error);
}
