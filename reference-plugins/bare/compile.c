#include "bare.h"

#include <string.h>

/* Why a node is not supported, or NULL. */
static const char *refusal(const tn_node *node, uint32_t *reason) {
  *reason = TN_REASON_OPERATOR;
  if (!tn_node_is(node, TN_STRING(""), TN_STRING("Relu"), 14))
    return "only Relu of version 14 is supported";
  *reason = TN_REASON_OTHER;
  if (node->input_count != 1 || !node->inputs[0] || node->output_count != 1 || !node->outputs[0])
    return "Relu has one input and one output";
  *reason = TN_REASON_TYPE;
  if (node->inputs[0]->type != TN_F32 || node->outputs[0]->type != TN_F32)
    return "only float tensors are supported";
  *reason = TN_REASON_OTHER;
  if (node->inputs[0]->constant) return "constants are not supported";
  *reason = TN_REASON_NONE;
  return NULL;
}

static void answer(const tn_node *node, tn_node_support *record) {
  const char *text = refusal(node, &record->reason);
  record->supported = text == NULL;
  record->device = text ? TN_STRING("") : TN_STRING("0");
  record->reason_text = tn_string_from(text);
  record->cost = -1;
}

/* The answer for an original, which may stand behind several nodes; a new one says yes. */
static tn_node_support *find_answer(tn_node_support *records, uint64_t *count, tn_string origin) {
  for (uint64_t i = 0; i < *count; i++)
    if (tn_string_equal(records[i].name, origin)) return &records[i];
  tn_node_support *added = &records[(*count)++];
  *added = tn_node_support_init();
  added->name = origin;
  added->supported = 1;
  return added;
}

/* An original is supported when every node is that it stands behind. */
static uint64_t answer_all(const tn_graph *graph, tn_node_support *records) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint64_t j = 0; j < graph->nodes[i]->origin_count; j++) {
      tn_node_support *record = find_answer(records, &count, graph->nodes[i]->origins[j]);
      if (record->supported) answer(graph->nodes[i], record);
    }
  return count;
}

static uint64_t count_origins(const tn_graph *graph) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < graph->node_count; i++)
    count += graph->nodes[i]->origin_count;
  return count;
}

static tn_status check_arguments(tn_string device, const tn_model *model,
                                 const tn_compile_options *options, tn_error *error) {
  if (!model || model->size < TN_MODEL_FIRST_SIZE)
    return bare_fail(error, TN_INVALID_ARGUMENT, "the model is NULL or too small");
  tn_status status = bare_check_device(device, error);
  if (status == TN_OK) status = bare_check_options(options, TN_COMPILE_OPTIONS_FIRST_SIZE, error);
  if (status != TN_OK || !options || options->property_count == 0) return status;
  if (!options->properties) return bare_check_argument(NULL, "the list of properties", error);
  tn_string name = options->properties[0].key;
  if (tn_string_equal(name, TN_STRING("FULL_DEVICE_NAME")))
    return bare_fail(error, TN_READ_ONLY, "property FULL_DEVICE_NAME cannot be set");
  return bare_fail(error, TN_NOT_FOUND, "property '%.*s' is not known", (int)name.length,
                   name.data);
}

tn_status bare_query(tn_plugin *plugin, tn_string device, tn_model *model,
                     const tn_query_options *options, tn_query_sink sink, void *user,
                     tn_error *error) {
  const tn_host *host = ((struct bare_plugin *)plugin)->host;
  tn_status status = check_arguments(device, model, options, error);
  if (status == TN_OK && !sink) status = bare_check_argument(NULL, "sink", error);
  if (status != TN_OK) return status;
  const tn_graph *graph = model->graph;
  const uint64_t most = count_origins(graph);
  tn_node_support *records = bare_allocate(host, most * sizeof *records + 1);
  const tn_node_support **pointers = bare_allocate(host, most * sizeof *pointers + 1);
  if (records && pointers) {
    const uint64_t count = answer_all(graph, records);
    for (uint64_t i = 0; i < count; i++)
      pointers[i] = &records[i];
    status = bare_pass_on(sink(user, pointers, count), error);
  } else {
    status = bare_fail(error, TN_OUT_OF_MEMORY, "no memory for the answers of %llu nodes",
                       (unsigned long long)most);
  }
  host->release(host, pointers);
  host->release(host, records);
  return status;
}

/* The node that makes `value`, or NULL for an input of the graph. */
static const tn_node *producer(const tn_graph *graph, const tn_value_info *value) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    if (graph->nodes[i]->outputs[0] == value) return graph->nodes[i];
  return NULL;
}

/* Follows an output back to the input that it is made of. */
static tn_status plan_output(const tn_graph *graph, const tn_value_info *value,
                             struct bare_step *step, tn_error *error) {
  for (const tn_node *node = producer(graph, value); node; node = producer(graph, value)) {
    step->rectify = true;
    value = node->inputs[0];
  }
  for (step->input = 0; step->input < graph->input_count; step->input++)
    if (graph->inputs[step->input] == value)
      return value->type == TN_F32
                 ? TN_OK
                 : bare_fail(error, TN_UNSUPPORTED, "value %.*s: only float tensors are supported",
                             (int)value->name.length, value->name.data);
  return bare_fail(error, TN_UNSUPPORTED, "value %.*s: constants are not supported",
                   (int)value->name.length, value->name.data);
}

/* Whether a value is there before node `index` runs. */
static bool is_made_before(const tn_graph *graph, const tn_value_info *value, uint32_t index) {
  for (uint32_t i = 0; i < graph->input_count; i++)
    if (graph->inputs[i] == value) return true;
  for (uint32_t i = 0; i < index; i++)
    if (graph->nodes[i]->outputs[0] == value) return true;
  return false;
}

/* Shapes are kept in arrays of TN_MAX_RANK numbers. */
static tn_status check_ports(const tn_value_info *const *ports, uint32_t count, tn_error *error) {
  for (uint32_t i = 0; i < count; i++) {
    const tn_value_info *port = ports[i];
    bool sound = port->rank <= TN_MAX_RANK;
    for (uint32_t j = 0; sound && j < port->rank; j++)
      sound = port->dimensions[j].min >= 0 && port->dimensions[j].max >= port->dimensions[j].min;
    if (!sound)
      return bare_fail(error, TN_MALFORMED, "value %.*s: its rank or a dimension is impossible",
                       (int)port->name.length, port->name.data);
  }
  return TN_OK;
}

static tn_status check_nodes(const tn_graph *graph, tn_error *error) {
  for (uint32_t i = 0; i < graph->node_count; i++) {
    uint32_t reason;
    const tn_node *node = graph->nodes[i];
    const char *text = refusal(node, &reason);
    if (text)
      return bare_fail(error, TN_UNSUPPORTED, "node %.*s (%.*s): %s", (int)node->name.length,
                       node->name.data, (int)node->operation.length, node->operation.data, text);
    if (!is_made_before(graph, node->inputs[0], i))
      return bare_fail(error, TN_MALFORMED, "node %.*s: nothing before it makes its input",
                       (int)node->name.length, node->name.data);
  }
  tn_status status = check_ports(graph->inputs, graph->input_count, error);
  return status == TN_OK ? check_ports(graph->outputs, graph->output_count, error) : status;
}

static const void *get_extension(tn_compiled_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static void destroy(tn_compiled_model *model) {
  struct bare_compiled *self = (struct bare_compiled *)model;
  const tn_host *host = self->plugin->host;
  if (self->base.host) host->forget(host, self->base.host);
  if (self->model) tn_model_release(self->model);
  host->release(host, self->steps);
  host->release(host, self);
}

static const tn_port_list *ports(tn_compiled_model *model) {
  return &((struct bare_compiled *)model)->ports;
}

static tn_status get_property(tn_compiled_model *model, tn_string name, tn_value_sink sink,
                              void *user, tn_error *error) {
  (void)model, (void)sink, (void)user;
  return bare_fail(error, TN_NOT_FOUND, "property '%.*s': models of BARE have none",
                   (int)name.length, name.data);
}

static tn_status set_properties(tn_compiled_model *model, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)model;
  if (count == 0) return TN_OK;
  if (!entries) return bare_check_argument(NULL, "entries", error);
  return bare_fail(error, TN_NOT_FOUND, "property '%.*s': models of BARE have none",
                   (int)entries[0].key.length, entries[0].key.data);
}

static const tn_compiled_model_api compiled_model_api = {
    .size = TN_SIZE(tn_compiled_model_api),
    .get_extension = get_extension,
    .destroy = destroy,
    .ports = ports,
    .create_request = bare_create_request,
    .get_property = get_property,
    .set_properties = set_properties,
};

static void init_compiled(struct bare_compiled *self, struct bare_plugin *plugin, tn_model *model) {
  const tn_graph *graph = model->graph;
  self->base.api = &compiled_model_api;
  self->base.maker = &plugin->maker;
  self->plugin = plugin;
  self->model = model;
  tn_model_retain(model);
  self->ports = tn_port_list_init();
  self->ports.input_count = graph->input_count;
  self->ports.output_count = graph->output_count;
  self->ports.inputs = graph->inputs;
  self->ports.outputs = graph->outputs;
}

tn_status bare_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_compile_options *options, tn_compiled_model **out,
                       tn_error *error) {
  struct bare_plugin *engine = (struct bare_plugin *)plugin;
  tn_status status = check_arguments(device, model, options, error);
  if (status == TN_OK) status = bare_check_argument(out, "out", error);
  if (status == TN_OK) status = check_nodes(model->graph, error);
  if (status != TN_OK) return status;
  const tn_graph *graph = model->graph;
  struct bare_compiled *self = bare_allocate(engine->host, sizeof *self);
  if (!self) return bare_fail(error, TN_OUT_OF_MEMORY, "no memory for a compiled model");
  init_compiled(self, engine, model);
  self->steps = bare_allocate(engine->host, graph->output_count * sizeof *self->steps + 1);
  if (!self->steps) status = bare_fail(error, TN_OUT_OF_MEMORY, "no memory for a compiled model");
  for (uint32_t i = 0; status == TN_OK && i < graph->output_count; i++)
    status = plan_output(graph, graph->outputs[i], &self->steps[i], error);
  if (status != TN_OK) {
    destroy(&self->base);
    return status;
  }
  *out = &self->base;
  return TN_OK;
}
