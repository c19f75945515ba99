#include "frontends/onnx/reader.h"
#include "onnx.pb.h"

/* A part of a GraphProto: every occurrence of one field, in the order in which the parts depend on
 * each other. */
typedef struct graph_part {
  uint32_t tag;
  tn_status (*read)(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph, tn_error *error);
} graph_part;

static tn_status refuse_sparse(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                               tn_error *error) {
  (void)reader, (void)message, (void)graph;
  return tni_fail(error, TN_UNSUPPORTED, "sparse initializers are not read yet");
}

static tn_status read_initializer(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                                  tn_error *error) {
  tn_string name = {0};
  tn_tensor *tensor = NULL;
  tni_value *value = NULL;
  TN_TRY(tni_onnx_make_tensor(reader, message, &name, &tensor, error));
  tn_status status = TN_OK;
  if (name.length == 0)
    status = tni_fail(error, TN_MALFORMED, "an initializer has no name");
  else if (tni_graph_find_value(graph, name))
    status = tni_fail(error, TN_MALFORMED, "initializer \"%.*s\" is defined twice", TNI_TEXT(name));
  else
    status = tni_graph_add_constant(graph, name, tensor, &value, error);
  tn_tensor_release(tensor);
  return status;
}

/* Gives a value what a ValueInfoProto says of it. */
static tn_status describe(tni_value *value, const tni_onnx_value *info, tn_error *error) {
  if (info->type != TN_ANY_TYPE) tni_value_set_type(value, info->type);
  return info->has_rank ? tni_value_set_shape(value, info->rank, info->dimensions, error) : TN_OK;
}

/* The model in which the names of dimensions of this graph count. */
static tni_model *naming_model(const tni_graph *graph) {
  return graph->parent ? NULL : graph->model;
}

static tn_status read_input(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                            tn_error *error) {
  (void)reader;
  tni_onnx_value info;
  TN_TRY(tni_onnx_parse_value(message, naming_model(graph), &info, error));
  if (info.name.length == 0) return tni_fail(error, TN_MALFORMED, "an input has no name");
  tni_value *value = tni_graph_find_value(graph, info.name);
  if (value && value->graph == graph && value->view.constant) return TN_OK;
  if (value)
    return tni_fail(error, TN_MALFORMED, "input \"%.*s\" is defined twice", TNI_TEXT(info.name));
  if (info.type == TN_ANY_TYPE && !graph->parent)
    return tni_fail(error, TN_MALFORMED, "input \"%.*s\" has no element type", TNI_TEXT(info.name));
  TN_TRY(tni_graph_add_value(graph, info.name, &value, error));
  TN_TRY(describe(value, &info, error));
  return tni_graph_add_input(graph, value, error);
}

static tn_status read_output(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                             tn_error *error) {
  (void)reader;
  tni_onnx_value info;
  TN_TRY(tni_onnx_parse_value(message, naming_model(graph), &info, error));
  tni_value *value = tni_graph_find_value(graph, info.name);
  if (!value)
    return tni_fail(error, TN_MALFORMED, "output \"%.*s\" is computed by no node",
                    TNI_TEXT(info.name));
  if (value->producer && value->graph == graph) TN_TRY(describe(value, &info, error));
  return tni_graph_add_output(graph, value, error);
}

static tn_status read_value_info(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                                 tn_error *error) {
  (void)reader;
  tni_onnx_value info;
  TN_TRY(tni_onnx_parse_value(message, naming_model(graph), &info, error));
  tni_value *value = tni_graph_find_value(graph, info.name);
  /* What is no result of this graph needs no description. */
  if (!value || value->graph != graph || !value->producer) return TN_OK;
  return describe(value, &info, error);
}

static const graph_part parts[] = {
    {onnx_GraphProto_sparse_initializer_tag, refuse_sparse},
    {onnx_GraphProto_initializer_tag, read_initializer},
    {onnx_GraphProto_input_tag, read_input},
    {onnx_GraphProto_node_tag, tni_onnx_read_node},
    {onnx_GraphProto_value_info_tag, read_value_info},
    {onnx_GraphProto_output_tag, read_output},
};

tn_status tni_onnx_read_graph(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                              tn_error *error) {
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    tni_wire_field field;
    tni_wire_cursor cursor = tni_wire_open(message, onnx_GraphProto_fields, "GraphProto");
    while (tni_wire_next(&cursor, &field))
      if (field.tag == parts[i].tag) TN_TRY(parts[i].read(reader, field.bytes, graph, error));
    TN_TRY(tni_wire_close(&cursor, error));
  }
  return TN_OK;
}
