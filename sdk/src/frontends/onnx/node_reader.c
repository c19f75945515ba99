#include "frontends/onnx/reader.h"
#include "onnx.pb.h"
#include "ops/operator.h"

#include <stdio.h>

enum {
  MOST_ATTRIBUTES = 1024 /* Of a node: finding one is a walk over all, and operators have a few. */
};

/* A NodeProto on its way into a graph. */
typedef struct node_reader {
  tni_onnx_reader *reader;
  tni_bytes message;
  tni_graph *graph;
  tni_node *node; /* Once it is made. */
  tn_string name;
  tn_string domain;
  tn_string operation;
  tn_string overload;
  uint64_t input_count;
  uint64_t output_count;
  uint64_t attribute_count;
} node_reader;

static tn_status parse(node_reader *self, tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(self->message, onnx_NodeProto_fields, "NodeProto");
  while (tni_wire_next(&cursor, &field)) {
    switch (field.tag) {
      case onnx_NodeProto_name_tag:
        self->name = tni_bytes_text(field.bytes);
        break;
      case onnx_NodeProto_domain_tag:
        self->domain = tni_bytes_text(field.bytes);
        break;
      case onnx_NodeProto_op_type_tag:
        self->operation = tni_bytes_text(field.bytes);
        break;
      case onnx_NodeProto_overload_tag:
        self->overload = tni_bytes_text(field.bytes);
        break;
      case onnx_NodeProto_input_tag:
        self->input_count++;
        break;
      case onnx_NodeProto_output_tag:
        self->output_count++;
        break;
      case onnx_NodeProto_attribute_tag:
        self->attribute_count++;
        break;
      default:
        break;
    }
  }
  TN_TRY(tni_wire_close(&cursor, error));
  if (tn_string_equal(self->domain, TN_STRING("ai.onnx"))) self->domain = TN_STRING("");
  if (self->attribute_count > MOST_ATTRIBUTES)
    return tni_fail(error, TN_UNSUPPORTED, "%llu attributes: at most %d are read",
                    (unsigned long long)self->attribute_count, (int)MOST_ATTRIBUTES);
  if (self->operation.length == 0) return tni_fail(error, TN_MALFORMED, "the operator is missing");
  if (self->overload.length > 0)
    return tni_fail(error, TN_UNSUPPORTED, "overloaded functions are not read yet");
  return TN_OK;
}

/* The version of the operator's definition that holds in the model's set of its domain. */
static tn_status find_version(const node_reader *self, uint32_t *out, tn_error *error) {
  const tn_model *model = &self->graph->model->view;
  for (uint32_t i = 0; i < model->operator_set_count; i++) {
    const tn_operator_set *set = model->operator_sets[i];
    if (!tn_string_equal(set->domain, self->domain)) continue;
    *out = self->domain.length == 0 ? tni_onnx_since_version(self->operation, set->version)
                                    : set->version;
    if (*out > 0) return TN_OK;
    return tni_fail(error, TN_MALFORMED, "operator set %u has no such operator", set->version);
  }
  return tni_fail(error, TN_MALFORMED, "the model imports no operator set of domain \"%.*s\"",
                  TNI_TEXT(self->domain));
}

/* Calls `take` for every input or output name. */
static tn_status read_ports(node_reader *self, uint32_t tag, tni_value **ports,
                            tn_status (*take)(node_reader *, tn_string, tni_value **, tn_error *),
                            tn_error *error) {
  size_t count = 0;
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(self->message, onnx_NodeProto_fields, "NodeProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag != tag) continue;
    if (field.bytes.size > 0) TN_TRY(take(self, tni_bytes_text(field.bytes), &ports[count], error));
    count++;
  }
  return tni_wire_close(&cursor, error);
}

static tn_status take_input(node_reader *self, tn_string name, tni_value **out, tn_error *error) {
  *out = tni_graph_find_value(self->graph, name);
  if (*out) return TN_OK;
  return tni_fail(error, TN_MALFORMED,
                  "input \"%.*s\" is defined neither by the graph nor by a node before this one",
                  TNI_TEXT(name));
}

static tn_status take_output(node_reader *self, tn_string name, tni_value **out, tn_error *error) {
  if (tni_graph_find_value(self->graph, name))
    return tni_fail(error, TN_MALFORMED, "output \"%.*s\" is defined already", TNI_TEXT(name));
  return tni_graph_add_value(self->graph, name, out, error);
}

static tn_status read_attributes(node_reader *self, tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(self->message, onnx_NodeProto_fields, "NodeProto");
  while (tni_wire_next(&cursor, &field))
    if (field.tag == onnx_NodeProto_attribute_tag)
      TN_TRY(tni_onnx_read_attribute(self->reader, field.bytes, self->node, error));
  return tni_wire_close(&cursor, error);
}

/* Fills a node that is made. Outputs come last: inner graphs of the attributes must not see them.
 */
static tn_status fill(node_reader *self, tni_value **ports, tn_error *error) {
  TN_TRY(tni_node_add_origin(self->node, self->node->view.name, error));
  TN_TRY(read_ports(self, onnx_NodeProto_input_tag, ports, take_input, error));
  TN_TRY(tni_node_set_inputs(self->node, (uint32_t)self->input_count, ports, error));
  TN_TRY(read_attributes(self, error));
  for (uint64_t i = 0; i < self->output_count; i++)
    ports[i] = NULL;
  TN_TRY(read_ports(self, onnx_NodeProto_output_tag, ports, take_output, error));
  return tni_node_set_outputs(self->node, (uint32_t)self->output_count, ports, error);
}

static tn_status read(node_reader *self, tn_error *error) {
  uint32_t version = 0;
  TN_TRY(parse(self, error));
  TN_TRY(find_version(self, &version, error));
  TN_TRY(tni_graph_add_node(self->graph, self->name, self->domain, self->operation, version,
                            &self->node, error));
  const tni_allocator *allocator = self->reader->environment->allocator;
  const uint64_t room =
      self->input_count > self->output_count ? self->input_count : self->output_count;
  tni_value **ports = tni_alloc_array(allocator, (size_t)room, sizeof *ports);
  if (!ports)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for %llu values", (unsigned long long)room);
  const tn_status status = fill(self, ports, error);
  tni_free(allocator, ports);
  return status;
}

tn_status tni_onnx_read_node(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                             tn_error *error) {
  node_reader self = {.reader = reader, .message = message, .graph = graph};
  const tn_status status = read(&self, error);
  if (status == TN_OK) return TN_OK;
  char what[64];
  snprintf(what, sizeof what, "%.*s node",
           (int)(self.operation.length > 40 ? 40 : self.operation.length),
           self.operation.length ? self.operation.data : "");
  return tni_onnx_fail_within(error, status, what, self.node ? self.node->view.name : self.name);
}
