/* More devices than any machine has. */
#include "tenon/kit.h"

enum { COUNT = 300 };

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call, (void)node;
  *reason = TN_REASON_OPERATOR;
  return tn_kit_fail(error, TN_UNSUPPORTED, "these devices run nothing");
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  (void)compiled, (void)call, (void)model;
  return tn_kit_fail(error, TN_UNSUPPORTED, "these devices run nothing");
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  (void)request;
  return tn_kit_fail(error, TN_INTERNAL, "nothing was compiled");
}

static char ids[COUNT][4];
static tn_device made[COUNT];
static const tn_device *pointers[COUNT];
static const tn_device_list devices = {TN_SIZE(tn_device_list), COUNT, 1, pointers};

__attribute__((constructor)) static void make_devices(void) {
  for (unsigned i = 0; i < COUNT; i++) {
    const char digits[] = {(char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10)};
    for (int k = 0; k < 3; k++)
      ids[i][k] = digits[k];
    made[i].size = TN_SIZE(tn_device);
    made[i].type = TN_DEVICE_TYPE_DISCRETE;
    made[i].id = tn_string_make(ids[i], 3);
    made[i].name = TN_STRING("One of many");
    pointers[i] = &made[i];
  }
}

static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set *const sets[] = {&onnx};
static const tn_plugin_info info = {.size = TN_SIZE(tn_plugin_info),
                                    .name = TN_STRING_INIT("MANY"),
                                    .version = TN_STRING_INIT("1.0.0"),
                                    .vendor = TN_STRING_INIT("Tenon"),
                                    .operator_sets = sets,
                                    .operator_set_count = 1};
static const tn_kit_property *const row = &tn_kit_property_FULL_DEVICE_NAME;
static const tn_kit_property_table properties = {&row, 1};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin many = {.info = &info,
                                   .devices = &devices,
                                   .properties = &properties,
                                   .compiled_size = sizeof(tn_kit_compiled),
                                   .check_node = check_node,
                                   .compile = compile,
                                   .stages = stages,
                                   .stage_count = 1};
TN_KIT_DEFINE_ENTRY(many)
