/* A device that runs Neg, and whose inferences begin only after somebody has asked to cancel them:
 * as if a request to cancel always came just before. Once begun, an inference computes nothing and
 * ends when it is cancelled, or after a while. */
#define _GNU_SOURCE /* nanosleep */

#include <stdatomic.h>
#include <time.h>

#include "tenon/kit.h"

enum { LONG_MS = 300, PATIENCE_MS = 10000 };

static tn_infer_request_api own_api;
static const tn_infer_request_api *kit_api;
static atomic_uint dawdling, asked;

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call;
  *reason = TN_REASON_OPERATOR;
  return tn_string_equal(node->operation, TN_STRING("Neg"))
             ? TN_OK
             : tn_kit_fail(error, TN_UNSUPPORTED, "only Neg");
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  (void)compiled, (void)call, (void)model, (void)error;
  return TN_OK;
}

static void sleep_a_little(void) {
  const struct timespec little = {0, 1000000};
  nanosleep(&little, NULL);
}

/* --- before it begins */

/* It looks all the time, so that it goes on at once. */
static void dawdle(void) {
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += PATIENCE_MS / 1000;
  atomic_store(&asked, 0);
  atomic_store(&dawdling, 1);
  do
    clock_gettime(CLOCK_MONOTONIC, &now);
  while (!atomic_load(&asked) && now.tv_sec < end.tv_sec);
  atomic_store(&dawdling, 0);
}

static tn_status TN_CALL infer(tn_infer_request *request, tn_error *error) {
  dawdle();
  return kit_api->infer(request, error);
}

static tn_status TN_CALL start(tn_infer_request *request, const tn_start_options *options,
                               tn_error *error) {
  dawdle();
  return kit_api->start(request, options, error);
}

static tn_status TN_CALL cancel(tn_infer_request *request, tn_error *error) {
  const tn_status status = kit_api->cancel(request, error);
  atomic_store(&asked, 1);
  return status;
}

static tn_status open_request(tn_kit_request *request, tn_error *error) {
  (void)error;
  if (!kit_api) {
    kit_api = request->base.api;
    own_api = *kit_api;
    own_api.infer = infer;
    own_api.start = start;
    own_api.cancel = cancel;
  }
  request->base.api = &own_api;
  return TN_OK;
}

/* --- once it has begun */

static tn_status run(tn_kit_request *request, tn_error *error) {
  for (int i = 0; i < LONG_MS && !tn_kit_request_cancelled(request); i++)
    sleep_a_little();
  return tn_kit_request_check_cancelled(request, error);
}

static tn_status get_dawdling(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                              tn_error *error) {
  const tn_value value = tn_value_of_int64(atomic_load(&dawdling));
  (void)reading, (void)error;
  return sink(user, &value);
}

static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set *const sets[] = {&onnx};
static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    0,
                                    TN_STRING_INIT("DAWDLER"),
                                    TN_STRING_INIT("1.0.0"),
                                    TN_STRING_INIT("Tenon"),
                                    sets,
                                    1};
static const tn_device device = {.size = TN_SIZE(tn_device),
                                 .type = TN_DEVICE_TYPE_CPU,
                                 .id = TN_STRING_INIT("0"),
                                 .name = TN_STRING_INIT("begins when it is too late")};
static const tn_device *const pointers[] = {&device};
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, pointers};
static const tn_kit_property waits =
    TN_KIT_PROPERTY("DAWDLING", INT64, TN_LEVEL_DEVICE, 0, "", get_dawdling, NULL,
                    "Whether an inference is about to begin.", TN_KIT_NONE, TN_KIT_ANY);
static const tn_kit_property *const rows[] = {&tn_kit_property_FULL_DEVICE_NAME, &waits};
static const tn_kit_property_table properties = {rows, 2};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin dawdler = {.info = &info,
                                      .devices = &devices,
                                      .properties = &properties,
                                      .check_node = check_node,
                                      .compile = compile,
                                      .open_request = open_request,
                                      .stages = stages,
                                      .stage_count = 1};
TN_KIT_DEFINE_ENTRY(dawdler)
