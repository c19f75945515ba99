/* A device that claims every Relu and keeps its word too late: device 0 does not compile it,
 * devices 1 and 3 do not run it, the latter as if somebody had cancelled. Device 2 is listed and
 * does not answer. */
#include "tenon/kit.h"

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  if (tn_string_equal(call->device->id, TN_STRING("2")))
    return tn_kit_fail(error, TN_DEVICE_LOST, "the cable was pulled");
  *reason = TN_REASON_OPERATOR;
  return tn_string_equal(node->operation, TN_STRING("Relu"))
             ? TN_OK
             : tn_kit_fail(error, TN_UNSUPPORTED, "only Relu");
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  (void)call, (void)model;
  return tn_string_equal(compiled->device->id, TN_STRING("1")) ||
                 tn_string_equal(compiled->device->id, TN_STRING("3"))
             ? TN_OK
             : tn_kit_fail(error, TN_UNSUPPORTED, "no room on the device");
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  return tn_string_equal(request->compiled->device->id, TN_STRING("3"))
             ? tn_kit_fail(error, TN_CANCELLED, "the driver gave up")
             : tn_kit_fail(error, TN_DEVICE_LOST, "the device has gone");
}

static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set *const sets[] = {&onnx};
static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    0,
                                    TN_STRING_INIT("LATE"),
                                    TN_STRING_INIT("1.0.0"),
                                    TN_STRING_INIT("Tenon"),
                                    sets,
                                    1};
static const tn_device all[] = {{.size = TN_SIZE(tn_device),
                                 .type = TN_DEVICE_TYPE_CPU,
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC,
                                 .id = TN_STRING_INIT("0"),
                                 .name = TN_STRING_INIT("compiles nothing")},
                                {.size = TN_SIZE(tn_device),
                                 .type = TN_DEVICE_TYPE_CPU,
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC,
                                 .id = TN_STRING_INIT("1"),
                                 .name = TN_STRING_INIT("runs nothing")},
                                {.size = TN_SIZE(tn_device),
                                 .type = TN_DEVICE_TYPE_CPU,
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC,
                                 .id = TN_STRING_INIT("2"),
                                 .name = TN_STRING_INIT("answers nothing")},
                                {.size = TN_SIZE(tn_device),
                                 .type = TN_DEVICE_TYPE_CPU,
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC,
                                 .id = TN_STRING_INIT("3"),
                                 .name = TN_STRING_INIT("gives up")}};
static const tn_device *const pointers[] = {&all[0], &all[1], &all[2], &all[3]};
static const tn_device_list devices = {TN_SIZE(tn_device_list), 4, 1, pointers};
static const tn_kit_property promise =
    TN_KIT_PROPERTY("LATE_PROMISE", INT64, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE, "", NULL, NULL,
                    "Said of a model alone.", TN_KIT_INT64(0), TN_KIT_RANGE(0, 9));
static const tn_kit_property *const rows[] = {&tn_kit_property_FULL_DEVICE_NAME, &promise};
static const tn_kit_property_table properties = {rows, 2};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin late = {.info = &info,
                                   .devices = &devices,
                                   .properties = &properties,
                                   .check_node = check_node,
                                   .compile = compile,
                                   .stages = stages,
                                   .stage_count = 1};
TN_KIT_DEFINE_ENTRY(late)
