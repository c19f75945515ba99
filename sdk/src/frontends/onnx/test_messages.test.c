#include "frontends/onnx/test_messages.h"

#include "onnx.pb.h"

#include <stdlib.h>
#include <string.h>

tni_test_message tni_test_message_begin(void) {
  tni_test_message message;
  tni_text_init(&message, tni_allocator_system());
  return message;
}

static void put_varint(tni_test_message *message, uint64_t number) {
  char bytes[10];
  uint64_t length = 0;
  for (; number > 127; number >>= 7)
    bytes[length++] = (char)(number | 128);
  bytes[length++] = (char)number;
  tni_text_append(message, tn_string_make(bytes, length));
}

void tni_test_put_number(tni_test_message *message, uint32_t tag, int64_t number) {
  put_varint(message, tag << 3);
  put_varint(message, (uint64_t)number);
}

void tni_test_put_start(tni_test_message *message, uint32_t tag, uint64_t size) {
  put_varint(message, tag << 3 | 2);
  put_varint(message, size);
}

void tni_test_put_bytes(tni_test_message *message, uint32_t tag, const void *bytes, size_t size) {
  tni_test_put_start(message, tag, size);
  tni_text_append(message, tn_string_make(bytes, size));
}

void tni_test_put_text(tni_test_message *message, uint32_t tag, const char *text) {
  tni_test_put_bytes(message, tag, text, strlen(text));
}

void tni_test_put_message(tni_test_message *message, uint32_t tag, tni_test_message inner) {
  tni_test_put_bytes(message, tag, inner.data, inner.length);
  tni_text_destroy(&inner);
}

tni_test_message tni_test_tensor(const char *name, int32_t type, uint32_t rank,
                                 const int64_t *shape, const void *bytes, size_t size) {
  tni_test_message tensor = tni_test_message_begin();
  for (uint32_t i = 0; i < rank; i++)
    tni_test_put_number(&tensor, onnx_TensorProto_dims_tag, shape[i]);
  tni_test_put_number(&tensor, onnx_TensorProto_data_type_tag, type);
  tni_test_put_text(&tensor, onnx_TensorProto_name_tag, name);
  if (bytes) tni_test_put_bytes(&tensor, onnx_TensorProto_raw_data_tag, bytes, size);
  return tensor;
}

static void put_external(tni_test_message *tensor, const char *key, const char *value) {
  if (!value) return;
  tni_test_message entry = tni_test_message_begin();
  tni_test_put_text(&entry, onnx_StringStringEntryProto_key_tag, key);
  tni_test_put_text(&entry, onnx_StringStringEntryProto_value_tag, value);
  tni_test_put_message(tensor, onnx_TensorProto_external_data_tag, entry);
}

tni_test_message tni_test_external_tensor(const char *name, int32_t type, int64_t count,
                                          const char *location, const char *offset,
                                          const char *length) {
  tni_test_message tensor = tni_test_tensor(name, type, 1, &count, NULL, 0);
  tni_test_put_number(&tensor, onnx_TensorProto_data_location_tag, 1);
  put_external(&tensor, "location", location);
  put_external(&tensor, "offset", offset);
  put_external(&tensor, "length", length);
  return tensor;
}

static tni_test_message make_shape(const char *text) {
  tni_test_message shape = tni_test_message_begin();
  while (*text) {
    const size_t length = strcspn(text, ",");
    tni_test_message dimension = tni_test_message_begin();
    if (strchr("-0123456789", *text))
      tni_test_put_number(&dimension, onnx_DimensionProto_dim_value_tag, atoll(text));
    else if (*text != '?')
      tni_test_put_bytes(&dimension, onnx_DimensionProto_dim_param_tag, text, length);
    tni_test_put_message(&shape, onnx_TensorShapeProto_dim_tag, dimension);
    text += length + (text[length] == ',');
  }
  return shape;
}

tni_test_message tni_test_value(const char *name, int32_t type, const char *shape) {
  tni_test_message tensor = tni_test_message_begin();
  tni_test_message any = tni_test_message_begin();
  tni_test_message value = tni_test_message_begin();
  if (type) tni_test_put_number(&tensor, onnx_TensorTypeProto_elem_type_tag, type);
  if (shape) tni_test_put_message(&tensor, onnx_TensorTypeProto_shape_tag, make_shape(shape));
  tni_test_put_message(&any, onnx_TypeProto_tensor_type_tag, tensor);
  tni_test_put_text(&value, onnx_ValueInfoProto_name_tag, name);
  tni_test_put_message(&value, onnx_ValueInfoProto_type_tag, any);
  return value;
}

static void put_names(tni_test_message *node, uint32_t tag, const char *names) {
  while (*names) {
    const size_t length = strcspn(names, " ");
    tni_test_put_bytes(node, tag, names, *names == '-' ? 0 : length);
    names += length + (names[length] == ' ');
  }
}

tni_test_message tni_test_node(const char *name, const char *operation, const char *inputs,
                               const char *outputs) {
  tni_test_message node = tni_test_message_begin();
  put_names(&node, onnx_NodeProto_input_tag, inputs);
  put_names(&node, onnx_NodeProto_output_tag, outputs);
  tni_test_put_text(&node, onnx_NodeProto_name_tag, name);
  tni_test_put_text(&node, onnx_NodeProto_op_type_tag, operation);
  return node;
}

static tni_test_message begin_attribute(const char *name, int32_t type) {
  tni_test_message attribute = tni_test_message_begin();
  tni_test_put_text(&attribute, onnx_AttributeProto_name_tag, name);
  tni_test_put_number(&attribute, onnx_AttributeProto_type_tag, type);
  return attribute;
}

void tni_test_put_int(tni_test_message *node, const char *name, int64_t number) {
  tni_test_message attribute = begin_attribute(name, 2);
  tni_test_put_number(&attribute, onnx_AttributeProto_i_tag, number);
  tni_test_put_message(node, onnx_NodeProto_attribute_tag, attribute);
}

void tni_test_put_ints(tni_test_message *node, const char *name, uint32_t count,
                       const int64_t *numbers) {
  tni_test_message attribute = begin_attribute(name, 7);
  for (uint32_t i = 0; i < count; i++)
    tni_test_put_number(&attribute, onnx_AttributeProto_ints_tag, numbers[i]);
  tni_test_put_message(node, onnx_NodeProto_attribute_tag, attribute);
}

void tni_test_put_attribute(tni_test_message *node, const char *name, int32_t type,
                            tni_test_message value) {
  tni_test_message attribute = begin_attribute(name, type);
  tni_test_put_message(&attribute,
                       type == 4 ? onnx_AttributeProto_t_tag : onnx_AttributeProto_g_tag, value);
  tni_test_put_message(node, onnx_NodeProto_attribute_tag, attribute);
}

tni_test_message tni_test_model(int64_t ir_version, int64_t operator_set, tni_test_message graph) {
  tni_test_message set = tni_test_message_begin();
  tni_test_message model = tni_test_message_begin();
  tni_test_put_number(&set, onnx_OperatorSetIdProto_version_tag, operator_set);
  tni_test_put_number(&model, onnx_ModelProto_ir_version_tag, ir_version);
  tni_test_put_message(&model, onnx_ModelProto_graph_tag, graph);
  tni_test_put_message(&model, onnx_ModelProto_opset_import_tag, set);
  return model;
}

/* A branch of the If: one node that takes values of the graph around it. */
static tni_test_message make_branch(const char *operation, const char *inputs) {
  tni_test_message graph = tni_test_message_begin();
  tni_test_put_message(&graph, onnx_GraphProto_node_tag,
                       tni_test_node("", operation, inputs, "result"));
  tni_test_put_message(&graph, onnx_GraphProto_output_tag, tni_test_value("result", 1, NULL));
  return graph;
}

tni_test_message tni_test_whole_model(void) {
  const int64_t three = 3;
  tni_test_message graph = tni_test_message_begin();
  tni_test_message weights = tni_test_tensor("w", 1, 1, &three, NULL, 0);
  for (int i = 0; i < 3; i++) {
    const float number = (float)i;
    tni_test_put_bytes(&weights, onnx_TensorProto_float_data_tag, &number, sizeof number);
  }
  tni_test_message words = tni_test_tensor("words", 8, 1, &three, NULL, 0);
  for (int i = 0; i < 3; i++)
    tni_test_put_text(&words, onnx_TensorProto_string_data_tag, "word");
  tni_test_message choose = tni_test_node("choose", "If", "flag", "y");
  tni_test_put_attribute(&choose, "then_branch", 5, make_branch("Add", "x w"));
  tni_test_put_attribute(&choose, "else_branch", 5, make_branch("Identity", "x"));
  tni_test_message constant = tni_test_node("constant", "Constant", "", "axes");
  tni_test_put_attribute(&constant, "value", 4,
                         tni_test_tensor("", 7, 1, &(int64_t){1}, &(int64_t){-1}, 8));
  tni_test_message sum = tni_test_node("sum", "ReduceSum", "y axes", "total");
  tni_test_put_int(&sum, "keepdims", 0);
  tni_test_put_text(&graph, onnx_GraphProto_name_tag, "whole");
  tni_test_put_message(&graph, onnx_GraphProto_initializer_tag, weights);
  tni_test_put_message(&graph, onnx_GraphProto_initializer_tag, words);
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("x", 1, "batch,3"));
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("flag", 9, ""));
  tni_test_put_message(&graph, onnx_GraphProto_node_tag, choose);
  tni_test_put_message(&graph, onnx_GraphProto_node_tag, constant);
  tni_test_put_message(&graph, onnx_GraphProto_node_tag, sum);
  tni_test_put_message(&graph, onnx_GraphProto_output_tag, tni_test_value("y", 1, NULL));
  tni_test_put_message(&graph, onnx_GraphProto_output_tag, tni_test_value("total", 1, "batch"));
  return tni_test_model(8, 17, graph);
}
