/* The smallest plugin: rectified linear units of floats, by a loop of its own. */
#include "tenon/kit.h"

struct step { /* every output is an input, rectified when a node lies between */
  uint32_t input;
  int rectify;
};

struct minimal_compiled {
  tn_kit_compiled base;
  struct step *steps; /* one per output */
};

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call;
  *reason = TN_REASON_OPERATOR;
  if (!tn_node_is(node, TN_STRING(""), TN_STRING("Relu"), 14) || node->input_count != 1)
    return tn_kit_fail(error, TN_UNSUPPORTED, "only Relu of version 14 is supported");
  *reason = TN_REASON_TYPE;
  const tn_value_info *x = node->inputs[0], *y = node->output_count ? node->outputs[0] : NULL;
  if (!x || !y || x->constant || x->type != TN_F32 || y->type != TN_F32)
    return tn_kit_fail(error, TN_UNSUPPORTED, "only computed floats are supported");
  return TN_OK;
}

static tn_status plan(const tn_graph *graph, const tn_value_info *value, struct step *step,
                      tn_error *error) {
  for (uint32_t i = graph->node_count; i > 0; i--) { /* producers stand before users */
    if (graph->nodes[i - 1]->outputs[0] != value) continue;
    step->rectify = 1;
    value = graph->nodes[i - 1]->inputs[0];
  }
  while (step->input < graph->input_count && graph->inputs[step->input] != value)
    step->input++;
  if (step->input < graph->input_count && value->type == TN_F32) return TN_OK;
  return tn_kit_fail(error, TN_UNSUPPORTED, "value '%.*s': it is no float input of the model",
                     TN_KIT_TEXT(value->name));
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  struct minimal_compiled *self = (struct minimal_compiled *)compiled;
  const tn_graph *graph = model->graph;
  self->steps = tn_kit_allocate(call->engine, (graph->output_count + 1) * sizeof *self->steps);
  if (!self->steps) return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for a compiled model");
  for (uint32_t i = 0; i < graph->output_count; i++)
    TN_KIT_TRY(plan(graph, graph->outputs[i], &self->steps[i], error));
  return TN_OK;
}

static void free_compiled(tn_kit_compiled *compiled) {
  tn_kit_free(compiled->engine, ((struct minimal_compiled *)compiled)->steps);
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  const struct step *steps = ((struct minimal_compiled *)request->compiled)->steps;
  for (uint32_t i = 0; i < request->compiled->ports.output_count; i++) {
    tn_tensor *from, *to;
    TN_KIT_TRY(tn_kit_request_check_cancelled(request, error));
    TN_KIT_TRY(tn_kit_request_input(request, steps[i].input, &from, error));
    TN_KIT_TRY(tn_kit_request_output(request, i, from->rank, from->shape, &to, error));
    const float *x = from->data;
    float *y = to->data;
    for (uint64_t j = 0, count = tn_tensor_element_count(from); j < count; j++)
      y[j] = steps[i].rectify && x[j] < 0 ? 0 : x[j]; /* keeps NaN */
  }
  return TN_OK;
}

static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set *const sets[] = {&onnx};
static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    TN_PLUGIN_UNLOADABLE,
                                    TN_STRING_INIT("MINIMAL"),
                                    TN_STRING_INIT("1.0.0"),
                                    TN_STRING_INIT("Tenon"),
                                    sets,
                                    1};
static const tn_device device = {.size = TN_SIZE(tn_device),
                                 .type = TN_DEVICE_TYPE_CPU,
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC | TN_DEVICE_DETERMINISTIC,
                                 .id = TN_STRING_INIT("0"),
                                 .name = TN_STRING_INIT("Tenon minimal device")};
static const tn_device *const only = &device;
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, &only};
static const tn_kit_property *const row = &tn_kit_property_FULL_DEVICE_NAME;
static const tn_kit_property_table properties = {&row, 1};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin minimal = {.info = &info,
                                      .devices = &devices,
                                      .properties = &properties,
                                      .compiled_size = sizeof(struct minimal_compiled),
                                      .check_node = check_node,
                                      .compile = compile,
                                      .free_compiled = free_compiled,
                                      .stages = stages,
                                      .stage_count = 1};
TN_KIT_DEFINE_ENTRY(minimal)
