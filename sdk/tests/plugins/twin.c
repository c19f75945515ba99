/* Relu on TEMPLATE's first device, as another driver's plugin would serve it: under the same UUID.
 */
#include "tenon/kit.h"

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call;
  *reason = TN_REASON_OPERATOR;
  return tn_node_is(node, TN_STRING(""), TN_STRING("Relu"), 14)
             ? TN_OK
             : tn_kit_fail(error, TN_UNSUPPORTED, "the twin runs Relu alone");
}

/* A chain of them does what one does. */
static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  (void)compiled, (void)call;
  return model->graph->input_count == 1
             ? TN_OK
             : tn_kit_fail(error, TN_UNSUPPORTED, "the twin takes models of one input");
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  for (uint32_t i = 0; i < request->compiled->ports.output_count; i++) {
    tn_tensor *from, *to;
    TN_KIT_TRY(tn_kit_request_input(request, 0, &from, error));
    TN_KIT_TRY(tn_kit_request_output(request, i, from->rank, from->shape, &to, error));
    for (uint64_t k = 0; k < tn_tensor_element_count(from); k++)
      ((float *)to->data)[k] = ((float *)from->data)[k] > 0 ? ((float *)from->data)[k] : 0;
  }
  return TN_OK;
}

static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set *const sets[] = {&onnx};
static const tn_plugin_info info = {.size = TN_SIZE(tn_plugin_info),
                                    .name = TN_STRING_INIT("TWIN"),
                                    .version = TN_STRING_INIT("1.0.0"),
                                    .vendor = TN_STRING_INIT("Tenon"),
                                    .operator_sets = sets,
                                    .operator_set_count = 1};
static const tn_device device = {
    .size = TN_SIZE(tn_device),
    .type = TN_DEVICE_TYPE_DISCRETE,
    .capabilities = TN_DEVICE_HAS_UUID | TN_DEVICE_HAS_DYNAMIC | TN_DEVICE_DETERMINISTIC,
    .id = TN_STRING_INIT("0"),
    .name = TN_STRING_INIT("Tenon twin of a template device"),
    .uuid = {0x7e, 0x4f, 0x0a, 0x51, 0x1c, 0x22, 0x4b, 0x0d, 0x9a, 0x60, 0x1b, 0x33, 0x7f, 0x52,
             0xc4, 0},
};
static const tn_device *const only = &device;
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, &only};
static const tn_kit_property *const row = &tn_kit_property_FULL_DEVICE_NAME;
static const tn_kit_property_table properties = {&row, 1};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin twin = {.info = &info,
                                   .devices = &devices,
                                   .properties = &properties,
                                   .compiled_size = sizeof(tn_kit_compiled),
                                   .check_node = check_node,
                                   .compile = compile,
                                   .stages = stages,
                                   .stage_count = 1};
TN_KIT_DEFINE_ENTRY(twin)
