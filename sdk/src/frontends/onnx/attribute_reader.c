#include "frontends/onnx/reader.h"
#include "onnx.pb.h"

/* The types of attributes as the file numbers them: the kind in the model view, the field that
 * holds the elements, the bytes of one number or string. Fields of one number may be missing when
 * it is 0 or empty: writers of some languages leave zeros out. */
typedef struct attribute_type {
  uint32_t kind;
  uint32_t tag;
  uint32_t size;
  uint32_t required;
} attribute_type;

static const attribute_type types[] = {
    [1] = {TN_ATTRIBUTE_FLOAT, onnx_AttributeProto_f_tag, sizeof(float), 0},
    [2] = {TN_ATTRIBUTE_INT, onnx_AttributeProto_i_tag, sizeof(int64_t), 0},
    [3] = {TN_ATTRIBUTE_STRING, onnx_AttributeProto_s_tag, sizeof(tn_string), 0},
    [4] = {TN_ATTRIBUTE_TENSOR, onnx_AttributeProto_t_tag, 0, 1},
    [5] = {TN_ATTRIBUTE_GRAPH, onnx_AttributeProto_g_tag, 0, 1},
    [6] = {TN_ATTRIBUTE_FLOATS, onnx_AttributeProto_floats_tag, sizeof(float), 0},
    [7] = {TN_ATTRIBUTE_INTS, onnx_AttributeProto_ints_tag, sizeof(int64_t), 0},
    [8] = {TN_ATTRIBUTE_STRINGS, onnx_AttributeProto_strings_tag, sizeof(tn_string), 0},
    [9] = {TN_ATTRIBUTE_TENSORS, onnx_AttributeProto_tensors_tag, 0, 0},
    [10] = {TN_ATTRIBUTE_GRAPHS, onnx_AttributeProto_graphs_tag, 0, 0},
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

/* An AttributeProto on its way into a node. */
typedef struct attribute_reader {
  tni_onnx_reader *reader;
  tni_bytes message;
  tni_node *node;
  tn_string name;
  attribute_type type; /* Kind 0 until it is known. */
  uint64_t count;      /* Number of elements. */
} attribute_reader;

static int is_label(uint32_t tag) {
  return tag == onnx_AttributeProto_name_tag || tag == onnx_AttributeProto_type_tag ||
         tag == onnx_AttributeProto_doc_string_tag;
}

/* Finds name, kind and number of elements, and checks that no other field holds elements. */
static tn_status parse(attribute_reader *self, tn_error *error) {
  uint32_t other = 0;
  uint64_t type = 0;
  uint64_t reference = 0;
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(self->message, onnx_AttributeProto_fields, "AttributeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_AttributeProto_name_tag) self->name = tni_bytes_text(field.bytes);
    if (field.tag == onnx_AttributeProto_type_tag) type = field.number;
    if (field.tag == onnx_AttributeProto_ref_attr_name_tag) reference = field.bytes.size;
  }
  TN_TRY(tni_wire_close(&cursor, error));
  if (self->name.length == 0) return tni_fail(error, TN_MALFORMED, "an attribute has no name");
  if (reference > 0)
    return tni_fail(error, TN_MALFORMED, "it refers to an attribute of a function, outside of one");
  if (type == 0) return tni_fail(error, TN_MALFORMED, "its type is missing");
  if (type >= TYPE_COUNT)
    return tni_fail(error, TN_UNSUPPORTED, "type %lld is not supported", (long long)type);
  self->type = types[type];
  cursor = tni_wire_open(self->message, onnx_AttributeProto_fields, "AttributeProto");
  while (tni_wire_next(&cursor, &field)) {
    const uint64_t elements = field.kind == TNI_WIRE_NONE ? 1 : field.count;
    if (field.tag == self->type.tag)
      self->count += elements;
    else if (!is_label(field.tag) && field.tag != onnx_AttributeProto_ref_attr_name_tag)
      other = field.tag;
  }
  if (other != 0)
    return tni_fail(error, TN_MALFORMED, "it is of type %u, but field %u is filled too",
                    (uint32_t)type, other);
  if (self->count == 0 && self->type.required)
    return tni_fail(error, TN_MALFORMED, "it is of type %u, but the value is missing",
                    (uint32_t)type);
  return TN_OK;
}

/* Copies numbers and strings into `out`, which has room for self->count of them. */
static void copy_elements(const attribute_reader *self, void *out) {
  uint8_t *place = out;
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(self->message, onnx_AttributeProto_fields, "AttributeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag != self->type.tag) continue;
    if (field.kind == TNI_WIRE_NONE) {
      const tn_string text = tni_bytes_text(field.bytes);
      memcpy(place, &text, sizeof text);
      place += sizeof text;
    }
    /* Floats stand in the low half of the number: the file and we are little-endian. */
    for (uint64_t number; tni_wire_take(&field, &number); place += self->type.size)
      memcpy(place, &number, self->type.size);
  }
}

static tn_status read_plain(attribute_reader *self, tn_error *error) {
  const tni_allocator *allocator = self->reader->environment->allocator;
  /* One number that is missing is 0, one text is empty. */
  const uint64_t count =
      self->count == 0 && self->type.kind <= TN_ATTRIBUTE_STRING ? 1 : self->count;
  void *elements = tni_alloc_array(allocator, (size_t)count, sizeof(tn_string));
  if (!elements)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for %llu elements",
                    (unsigned long long)count);
  copy_elements(self, elements);
  tn_attribute attribute = {
      .size = TN_SIZE(tn_attribute), .kind = self->type.kind, .name = self->name, .count = count};
  attribute.as.ints = elements;
  const tn_status status = tni_node_set_attribute(self->node, &attribute, error);
  tni_free(allocator, elements);
  return status;
}

static tn_status make_tensors(attribute_reader *self, tn_tensor **tensors, uint64_t *made,
                              tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(self->message, onnx_AttributeProto_fields, "AttributeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag != self->type.tag) continue;
    TN_TRY(tni_onnx_make_tensor(self->reader, field.bytes, NULL, &tensors[*made], error));
    ++*made;
  }
  return tni_wire_close(&cursor, error);
}

static tn_status read_tensors(attribute_reader *self, tn_error *error) {
  const tni_allocator *allocator = self->reader->environment->allocator;
  uint64_t made = 0;
  tn_tensor **tensors = tni_alloc_array(allocator, (size_t)self->count, sizeof *tensors);
  if (!tensors) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an attribute");
  tn_status status = make_tensors(self, tensors, &made, error);
  if (status == TN_OK) {
    tn_attribute attribute = {.size = TN_SIZE(tn_attribute),
                              .kind = self->type.kind,
                              .name = self->name,
                              .count = self->count};
    attribute.as.tensors = tensors;
    status = tni_node_set_attribute(self->node, &attribute, error);
  }
  for (uint64_t i = 0; i < made; i++)
    tn_tensor_release(tensors[i]);
  tni_free(allocator, tensors);
  return status;
}

static tn_status make_graphs(attribute_reader *self, tni_graph **graphs, tn_error *error) {
  uint64_t made = 0;
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(self->message, onnx_AttributeProto_fields, "AttributeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag != self->type.tag) continue;
    TN_TRY(tni_graph_create_inner(self->node->graph, self->name, &graphs[made], error));
    TN_TRY(tni_onnx_read_graph(self->reader, field.bytes, graphs[made], error));
    made++;
  }
  return tni_wire_close(&cursor, error);
}

static tn_status read_graphs(attribute_reader *self, tn_error *error) {
  const tni_allocator *allocator = self->reader->environment->allocator;
  tni_graph **graphs = tni_alloc_array(allocator, (size_t)self->count, sizeof *graphs);
  if (!graphs) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an attribute");
  tn_status status = make_graphs(self, graphs, error);
  if (status == TN_OK)
    status =
        tni_node_set_graphs(self->node, self->name, self->type.kind, self->count, graphs, error);
  tni_free(allocator, graphs);
  return status;
}

static tn_status read(attribute_reader *self, tn_error *error) {
  TN_TRY(parse(self, error));
  if (tn_node_attribute(&self->node->view, self->name))
    return tni_fail(error, TN_MALFORMED, "it occurs twice");
  switch (self->type.kind) {
    case TN_ATTRIBUTE_TENSOR:
    case TN_ATTRIBUTE_TENSORS:
      return read_tensors(self, error);
    case TN_ATTRIBUTE_GRAPH:
    case TN_ATTRIBUTE_GRAPHS:
      return read_graphs(self, error);
    default:
      return read_plain(self, error);
  }
}

tn_status tni_onnx_read_attribute(tni_onnx_reader *reader, tni_bytes message, tni_node *node,
                                  tn_error *error) {
  attribute_reader self = {.reader = reader, .message = message, .node = node};
  const tn_status status = read(&self, error);
  return status == TN_OK ? TN_OK : tni_onnx_fail_within(error, status, "attribute", self.name);
}
