#include "kit/engine.h"
#include "kit/test_host.h"
#include "tenon/kit/request.h"

#include <criterion/criterion.h>
#include <string.h>

/* What of a plugin's was called: each pair does and undoes. */
static struct { int open, close, compile, free_compiled, open_request, close_request; } calls;

static tn_status open_engine(tn_kit_engine *engine, tn_error *error) {
  (void)engine, (void)error;
  calls.open++;
  return TN_OK;
}

static void close_engine(tn_kit_engine *engine) {
  (void)engine;
  calls.close++;
}

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call, (void)reason;
  if (tn_string_equal(node->operation, TN_STRING("Relu"))) return TN_OK;
  return tni_fail(error, TN_UNSUPPORTED, "only Relu");
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  (void)compiled, (void)call, (void)model, (void)error;
  calls.compile++;
  return TN_OK;
}

static void free_compiled(tn_kit_compiled *compiled) {
  (void)compiled;
  calls.free_compiled++;
}

static tn_status open_request(tn_kit_request *request, tn_error *error) {
  (void)request, (void)error;
  calls.open_request++;
  return TN_OK;
}

static void close_request(tn_kit_request *request) {
  (void)request;
  calls.close_request++;
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  (void)request, (void)error;
  return TN_OK;
}

static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    0,
                                    TN_STRING_INIT("COUNTS"),
                                    TN_STRING_INIT("1"),
                                    TN_STRING_INIT("t"),
                                    NULL,
                                    0};
static const tn_device device = {
    .size = TN_SIZE(tn_device), .id = TN_STRING_INIT("0"), .name = TN_STRING_INIT("d")};
static const tn_device *const only = &device;
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, &only};
static const tn_kit_property_table no_properties = {NULL, 0};
static const tn_kit_stage stage = {"run", run};
static const tn_kit_plugin plugin_table = {.info = &info,
                                           .devices = &devices,
                                           .properties = &no_properties,
                                           .open = open_engine,
                                           .close = close_engine,
                                           .check_node = check_node,
                                           .compile = compile,
                                           .free_compiled = free_compiled,
                                           .open_request = open_request,
                                           .close_request = close_request,
                                           .stages = &stage,
                                           .stage_count = 1};

static void check_pairs(void) {
  cr_assert_eq(calls.open, calls.close);
  cr_assert_eq(calls.compile, calls.free_compiled);
  cr_assert_eq(calls.open_request, calls.close_request);
}

static tn_status live(tn_plugin *plugin, tn_model *model) {
  tn_compiled_model *compiled = NULL;
  tn_infer_request *request = NULL;
  tn_status status = tn_plugin_compile(plugin, TN_STRING(""), model, NULL, &compiled, NULL);
  if (status == TN_OK) status = tn_compiled_model_create_request(compiled, NULL, &request, NULL);
  if (request) tn_infer_request_destroy(request);
  if (compiled) tn_compiled_model_destroy(compiled);
  return status;
}

static tn_status attempt(const tni_allocator *allocator, void *model) {
  test_host host;
  tn_plugin *plugin;
  test_host_init(&host, allocator);
  const tn_create_options options = test_host_options(&host);
  tn_status status = tn_kit_create(&plugin_table, &options, &plugin, NULL);
  if (status == TN_OK) {
    status = live(plugin, model);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  check_pairs();
  return status;
}

Test(kit_engine, only_what_was_begun_is_undone) {
  tn_model *model = test_model_chain(NULL, "Relu", 14, 1, 2, 2);
  memset(&calls, 0, sizeof calls);
  cr_assert_gt(tni_fault_sweep(attempt, model), 10);
  cr_assert_gt(calls.open_request, 0);
  tn_model_release(model);
}

Test(kit_engine, what_is_refused_before_is_not_undone) {
  test_host host;
  tn_plugin *plugin = NULL;
  tn_model *model = test_model_chain(NULL, "Neg", 13, 1, 2, 2);
  const tn_map_entry unknown = {TN_STRING("NOBODY_KNOWS"), tn_value_of_int64(1)};
  memset(&calls, 0, sizeof calls);
  test_host_init(&host, NULL);
  tn_create_options options = test_host_options(&host);
  options.properties = &unknown;
  options.property_count = 1;
  cr_assert_eq(tn_kit_create(&plugin_table, &options, &plugin, NULL), TN_NOT_FOUND);
  cr_assert_eq(calls.close, 0);
  options.property_count = 0;
  cr_assert_eq(tn_kit_create(&plugin_table, &options, &plugin, NULL), TN_OK);
  cr_assert_eq(live(plugin, model), TN_UNSUPPORTED);
  cr_assert_eq(calls.free_compiled, 0);
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  tn_model_release(model);
  check_pairs();
}
