#include "graph/onnx_writer.h"

#include "graph/tensor.h"

#include <string.h>

/* A protobuf writer of messages within messages. A length stands before its message and is known
 * only behind it, so five bytes are left for it, which hold any length below 32 GiB. */

enum { LENGTH_BYTES = 5, VARINT = 0, BYTES = 2, FIXED32 = 5 };

/* Numbers of fields, from the ONNX format. */
enum {
  MODEL_IR_VERSION = 1,
  MODEL_PRODUCER = 2,
  MODEL_GRAPH = 7,
  MODEL_OPERATOR_SET = 8,
  SET_DOMAIN = 1,
  SET_VERSION = 2,
  GRAPH_NODE = 1,
  GRAPH_NAME = 2,
  GRAPH_INITIALIZER = 5,
  GRAPH_INPUT = 11,
  GRAPH_OUTPUT = 12,
  GRAPH_VALUE = 13,
  NODE_INPUT = 1,
  NODE_OUTPUT = 2,
  NODE_NAME = 3,
  NODE_OPERATION = 4,
  NODE_ATTRIBUTE = 5,
  NODE_DOMAIN = 7,
  ATTRIBUTE_NAME = 1,
  ATTRIBUTE_FLOAT = 2,
  ATTRIBUTE_INT = 3,
  ATTRIBUTE_STRING = 4,
  ATTRIBUTE_TENSOR = 5,
  ATTRIBUTE_GRAPH = 6,
  ATTRIBUTE_FLOATS = 7,
  ATTRIBUTE_INTS = 8,
  ATTRIBUTE_STRINGS = 9,
  ATTRIBUTE_TENSORS = 10,
  ATTRIBUTE_GRAPHS = 11,
  ATTRIBUTE_TYPE = 20,
  TENSOR_DIMENSION = 1,
  TENSOR_TYPE = 2,
  TENSOR_STRING = 6,
  TENSOR_NAME = 8,
  TENSOR_RAW = 9,
  VALUE_NAME = 1,
  VALUE_TYPE = 2,
  TYPE_TENSOR = 1,
  TENSOR_TYPE_ELEMENT = 1,
  TENSOR_TYPE_SHAPE = 2,
  SHAPE_DIMENSION = 1,
  DIMENSION_VALUE = 1,
  DIMENSION_NAME = 2,
  IR_VERSION = 13 /* the first that has all element types */
};

struct writer {
  tni_text *text;
  const tni_environment *environment;
  tn_error *error;
};

/* --- the wire */

static void put_varint(struct writer *self, uint64_t number) {
  char bytes[10];
  size_t count = 0;
  do {
    bytes[count] = (char)((number & 127u) | (number > 127 ? 128u : 0u));
    count++;
    number >>= 7;
  } while (number);
  tni_text_append(self->text, tn_string_make(bytes, count));
}

static void put_key(struct writer *self, uint32_t field, uint32_t kind) {
  put_varint(self, field << 3 | kind);
}

static void put_number(struct writer *self, uint32_t field, int64_t number) {
  put_key(self, field, VARINT);
  put_varint(self, (uint64_t)number);
}

static void put_text(struct writer *self, uint32_t field, tn_string text) {
  put_key(self, field, BYTES);
  put_varint(self, text.length);
  tni_text_append(self->text, text);
}

static void put_float(struct writer *self, uint32_t field, float number) {
  char bytes[sizeof number];
  memcpy(bytes, &number, sizeof number);
  put_key(self, field, FIXED32);
  tni_text_append(self->text, tn_string_make(bytes, sizeof bytes));
}

/* Begins a message; its end is told to `end`. */
static size_t begin(struct writer *self, uint32_t field) {
  put_key(self, field, BYTES);
  tni_text_append(self->text, tn_string_make("\0\0\0\0\0", LENGTH_BYTES));
  return self->text->length;
}

static void end(struct writer *self, size_t start) {
  if (self->text->failed) return;
  uint64_t length = self->text->length - start;
  for (size_t i = 0; i < LENGTH_BYTES; i++, length >>= 7)
    self->text->data[start - LENGTH_BYTES + i] =
        (char)((length & 127u) | (i + 1 < LENGTH_BYTES ? 128u : 0u));
}

/* --- tensors and values */

static void put_strings(struct writer *self, const tn_tensor *dense) {
  const tn_string *texts = dense->data;
  const uint64_t count = tn_tensor_element_count(dense);
  for (uint64_t i = 0; i < count; i++)
    put_text(self, TENSOR_STRING, texts[i]);
}

static void put_dense(struct writer *self, tn_string name, const tn_tensor *dense) {
  for (uint32_t i = 0; i < dense->rank; i++)
    put_number(self, TENSOR_DIMENSION, dense->shape[i]);
  put_number(self, TENSOR_TYPE, dense->type);
  if (name.length) put_text(self, TENSOR_NAME, name);
  if (dense->type == TN_STRING_ELEMENT)
    put_strings(self, dense);
  else
    put_text(
        self, TENSOR_RAW,
        tn_string_make(dense->data, tn_dense_bytes(dense->type, tn_tensor_element_count(dense))));
}

/* The fields of a tensor, which are a message. */
static tn_status put_content(struct writer *self, tn_string name, const tn_tensor *tensor) {
  tn_tensor *dense = NULL;
  if (!tni_tensor_is_plain(tensor))
    TN_TRY(tni_tensor_create_dense(self->environment, tensor, &dense, self->error));
  put_dense(self, name, dense ? dense : tensor);
  if (dense) tn_tensor_release(dense);
  return TN_OK;
}

static tn_status put_tensor(struct writer *self, uint32_t field, tn_string name,
                            const tn_tensor *tensor) {
  const size_t start = begin(self, field);
  TN_TRY(put_content(self, name, tensor));
  end(self, start);
  return TN_OK;
}

static void put_dimension(struct writer *self, const tn_dimension *dimension) {
  const size_t start = begin(self, SHAPE_DIMENSION);
  if (dimension->min == dimension->max)
    put_number(self, DIMENSION_VALUE, dimension->min);
  else if (dimension->symbol && dimension->symbol->name.length)
    put_text(self, DIMENSION_NAME, dimension->symbol->name);
  end(self, start);
}

static void put_value(struct writer *self, uint32_t field, const tn_value_info *value) {
  const size_t start = begin(self, field);
  put_text(self, VALUE_NAME, value->name);
  if (value->type != TN_ANY_TYPE) {
    const size_t type = begin(self, VALUE_TYPE);
    const size_t tensor = begin(self, TYPE_TENSOR);
    put_number(self, TENSOR_TYPE_ELEMENT, value->type);
    if (value->flags & TN_VALUE_HAS_RANK) {
      const size_t shape = begin(self, TENSOR_TYPE_SHAPE);
      for (uint32_t i = 0; i < value->rank; i++)
        put_dimension(self, &value->dimensions[i]);
      end(self, shape);
    }
    end(self, tensor);
    end(self, type);
  }
  end(self, start);
}

/* --- nodes and graphs */

static tn_status put_graph(struct writer *self, uint32_t field, tn_string name,
                           const tn_graph *graph);

static tn_status put_element(struct writer *self, const tn_attribute *attribute, uint64_t index) {
  switch (attribute->kind) {
    case TN_ATTRIBUTE_INT:
      put_number(self, ATTRIBUTE_INT, attribute->as.ints[0]);
      return TN_OK;
    case TN_ATTRIBUTE_FLOAT:
      put_float(self, ATTRIBUTE_FLOAT, attribute->as.floats[0]);
      return TN_OK;
    case TN_ATTRIBUTE_STRING:
      put_text(self, ATTRIBUTE_STRING, attribute->as.strings[0]);
      return TN_OK;
    case TN_ATTRIBUTE_INTS:
      put_number(self, ATTRIBUTE_INTS, attribute->as.ints[index]);
      return TN_OK;
    case TN_ATTRIBUTE_FLOATS:
      put_float(self, ATTRIBUTE_FLOATS, attribute->as.floats[index]);
      return TN_OK;
    case TN_ATTRIBUTE_STRINGS:
      put_text(self, ATTRIBUTE_STRINGS, attribute->as.strings[index]);
      return TN_OK;
    case TN_ATTRIBUTE_TENSOR:
      return put_tensor(self, ATTRIBUTE_TENSOR, TN_STRING(""), attribute->as.tensors[0]);
    case TN_ATTRIBUTE_TENSORS:
      return put_tensor(self, ATTRIBUTE_TENSORS, TN_STRING(""), attribute->as.tensors[index]);
    case TN_ATTRIBUTE_GRAPH:
      return put_graph(self, ATTRIBUTE_GRAPH, attribute->as.graphs[0]->name,
                       attribute->as.graphs[0]);
    case TN_ATTRIBUTE_GRAPHS:
      return put_graph(self, ATTRIBUTE_GRAPHS, attribute->as.graphs[index]->name,
                       attribute->as.graphs[index]);
    default: /* there is none: models are checked before the kit has them */
      return TN_OK;
  }
}

static tn_status put_attribute(struct writer *self, const tn_attribute *attribute) {
  /* By kind of ours: the numbers of ONNX's AttributeType. */
  static const uint8_t types[] = {0, 2, 1, 3, 4, 5, 7, 6, 8, 9, 10};
  const size_t start = begin(self, NODE_ATTRIBUTE);
  put_text(self, ATTRIBUTE_NAME, attribute->name);
  for (uint64_t i = 0; i < attribute->count; i++)
    TN_TRY(put_element(self, attribute, i));
  put_number(self, ATTRIBUTE_TYPE, types[attribute->kind]);
  end(self, start);
  return TN_OK;
}

static void put_ports(struct writer *self, uint32_t field, const tn_value_info *const *values,
                      uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    put_text(self, field, values[i] ? values[i]->name : TN_STRING(""));
}

static tn_status put_node(struct writer *self, const tn_node *node) {
  const size_t start = begin(self, GRAPH_NODE);
  put_ports(self, NODE_INPUT, node->inputs, node->input_count);
  put_ports(self, NODE_OUTPUT, node->outputs, node->output_count);
  put_text(self, NODE_NAME, node->name);
  put_text(self, NODE_OPERATION, node->operation);
  if (node->domain.length) put_text(self, NODE_DOMAIN, node->domain);
  for (uint32_t i = 0; i < node->attribute_count; i++)
    TN_TRY(put_attribute(self, node->attributes[i]));
  end(self, start);
  return TN_OK;
}

/* Types and shapes of what nodes give, unless an output of the graph says them already. */
static void put_results(struct writer *self, const tn_graph *graph, const tn_node *node) {
  for (uint32_t i = 0; i < node->output_count; i++) {
    int is_output = node->outputs[i] == NULL;
    for (uint32_t j = 0; !is_output && j < graph->output_count; j++)
      is_output = graph->outputs[j] == node->outputs[i];
    if (!is_output) put_value(self, GRAPH_VALUE, node->outputs[i]);
  }
}

static tn_status put_graph(struct writer *self, uint32_t field, tn_string name,
                           const tn_graph *graph) {
  const size_t start = begin(self, field);
  for (uint32_t i = 0; i < graph->node_count; i++)
    TN_TRY(put_node(self, graph->nodes[i]));
  put_text(self, GRAPH_NAME, name);
  for (uint32_t i = 0; i < graph->constant_count; i++)
    TN_TRY(put_tensor(self, GRAPH_INITIALIZER, graph->constants[i]->name,
                      graph->constants[i]->constant));
  for (uint32_t i = 0; i < graph->input_count; i++)
    put_value(self, GRAPH_INPUT, graph->inputs[i]);
  for (uint32_t i = 0; i < graph->output_count; i++)
    put_value(self, GRAPH_OUTPUT, graph->outputs[i]);
  for (uint32_t i = 0; i < graph->node_count; i++)
    put_results(self, graph, graph->nodes[i]);
  end(self, start);
  return TN_OK;
}

static void put_set(struct writer *self, const tn_operator_set *set) {
  const size_t start = begin(self, MODEL_OPERATOR_SET);
  put_text(self, SET_DOMAIN, set->domain);
  put_number(self, SET_VERSION, set->version);
  end(self, start);
}

static tn_status put_model(struct writer *self, const tn_model *model) {
  put_number(self, MODEL_IR_VERSION, IR_VERSION);
  put_text(self, MODEL_PRODUCER, TN_STRING("tenon"));
  TN_TRY(put_graph(self, MODEL_GRAPH, model->name, model->graph));
  for (uint32_t i = 0; i < model->operator_set_count; i++)
    put_set(self, model->operator_sets[i]);
  return TN_OK;
}

static tn_status outcome(const struct writer *self, tn_status status) {
  if (status != TN_OK || !self->text->failed) return status;
  return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory to write an ONNX file");
}

tn_status tni_onnx_write_model(const tni_environment *environment, const tn_model *model,
                               tni_text *out, tn_error *error) {
  struct writer self = {.text = out, .environment = environment, .error = error};
  return outcome(&self, put_model(&self, model));
}

tn_status tni_onnx_write_tensor(const tni_environment *environment, tn_string name,
                                const tn_tensor *tensor, tni_text *out, tn_error *error) {
  struct writer self = {.text = out, .environment = environment, .error = error};
  return outcome(&self, put_content(&self, name, tensor));
}
