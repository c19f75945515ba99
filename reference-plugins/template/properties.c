#include "template.h"

/* Whose value only the plugin knows. */

static tn_status give_text(tn_string text, tn_value_sink sink, void *user) {
  const tn_value value = tn_value_of_string(text);
  return sink(user, &value);
}

static tn_status get_driver_version(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                    tn_error *error) {
  (void)reading;
  const tn_status status = give_text(TN_STRING("2.1"), sink, user);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a text failed");
}

static tn_status get_architecture(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error) {
  (void)reading;
  const tn_status status = give_text(TN_STRING(TEMPLATE_ARCHITECTURE), sink, user);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a text failed");
}

static tn_status get_capabilities(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error) {
  (void)reading;
  const tn_value names[] = {TN_KIT_STRING("FP32"), TN_KIT_STRING("FP16"),
                            TN_KIT_STRING("EXPORT_IMPORT")};
  const tn_value list = tn_value_of_list(names, sizeof names / sizeof *names);
  const tn_status status = sink(user, &list);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a list failed");
}

static tn_status get_float_controls(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                    tn_error *error) {
  (void)reading; /* a vendor lists departures here, such as "f32:flush" */
  const tn_value list = tn_value_of_list(NULL, 0);
  const tn_status status = sink(user, &list);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a list failed");
}

static tn_status get_request_range(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                   tn_error *error) {
  (void)reading;
  const tn_value range[] = {TN_KIT_INT64(1), TN_KIT_INT64(TEMPLATE_UNITS), TN_KIT_INT64(1)};
  const tn_value list = tn_value_of_list(range, sizeof range / sizeof *range);
  const tn_status status = sink(user, &list);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a list failed");
}

static const tn_kit_property driver_version = TN_KIT_PROPERTY(
    "DRIVER_VERSION", STRING, TN_LEVEL_DEVICE, TN_PROPERTY_CACHING, "", get_driver_version, NULL,
    "Version of the backend library.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property architecture = TN_KIT_PROPERTY(
    "DEVICE_ARCHITECTURE", STRING, TN_LEVEL_DEVICE, TN_PROPERTY_CACHING, "", get_architecture, NULL,
    "Devices of the same architecture run each other's exported models.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property capabilities =
    TN_KIT_PROPERTY("OPTIMIZATION_CAPABILITIES", LIST, TN_LEVEL_DEVICE, 0, "", get_capabilities,
                    NULL, "What the device is good at.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property request_range = TN_KIT_PROPERTY(
    "RANGE_FOR_ASYNC_INFER_REQUESTS", LIST, TN_LEVEL_DEVICE, 0, "requests", get_request_range, NULL,
    "Smallest and largest useful number of requests in flight, and the step between.", TN_KIT_NONE,
    TN_KIT_ANY);

/* A property of the vendor's own: the suite tries it by its declaration. */
static const tn_kit_property delay =
    TN_KIT_PROPERTY("TEMPLATE_DELAY", FLOAT64, TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL,
                    TN_PROPERTY_WRITABLE, "seconds", NULL, NULL,
                    "How much longer each inference takes: a slower device.", TN_KIT_FLOAT64(0),
                    TN_KIT_INTERVAL(0, 0.01));

/* The kit's row knows only f32. */
static const tn_value precisions[] = {TN_KIT_STRING("f32"), TN_KIT_STRING("f16")};
static const tn_kit_property inference_precision = TN_KIT_PROPERTY(
    "INFERENCE_PRECISION_HINT", STRING, TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL,
    TN_PROPERTY_WRITABLE | TN_PROPERTY_RESOLVED | TN_PROPERTY_CACHING, "", NULL, NULL,
    "The element type in which floating-point results are kept.", TN_KIT_STRING("f32"),
    TN_KIT_CHOICES(precisions));

static const tn_kit_property float_controls = TN_KIT_PROPERTY(
    "FLOAT_CONTROLS", LIST, TN_LEVEL_DEVICE, 0, "", get_float_controls, NULL,
    "Where the device's arithmetic departs from IEEE 754.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property operator_profile =
    TN_KIT_PROPERTY("OPERATOR_PROFILE", STRING, TN_LEVEL_DEVICE, 0, "", NULL, NULL,
                    "The operator profile of the conformance suite that the device has.",
                    TN_KIT_STRING(TEMPLATE_OPERATOR_PROFILE), TN_KIT_ANY);

/* The one table: what is listed here is declared, checked, kept and documented. */
static const tn_kit_property *const rows[] = {
    &tn_kit_property_SUPPORTED_PROPERTIES,
    &tn_kit_property_AVAILABLE_DEVICES,
    &tn_kit_property_CACHING_PROPERTIES,
    &tn_kit_property_DEVICE_ID,
    &tn_kit_property_PERF_COUNT,
    &tn_kit_property_NUM_STREAMS,
    &tn_kit_property_PERFORMANCE_HINT,
    &tn_kit_property_PERFORMANCE_HINT_NUM_REQUESTS,
    &tn_kit_property_EXECUTION_MODE_HINT,
    &tn_kit_property_EXCLUSIVE_ASYNC_REQUESTS,
    &tn_kit_property_DISABLE_TRANSFORMATIONS,
    &delay,
    &inference_precision,
    &tn_kit_property_FULL_DEVICE_NAME,
    &tn_kit_property_DEVICE_UUID,
    &tn_kit_property_DEVICE_TYPE,
    &tn_kit_property_RANGE_FOR_STREAMS,
    &tn_kit_property_OPTIMAL_NUMBER_OF_INFER_REQUESTS,
    &tn_kit_property_EXECUTION_DEVICES,
    &tn_kit_property_LOADED_FROM_CACHE,
    &tn_kit_property_NETWORK_NAME,
    &driver_version,
    &architecture,
    &capabilities,
    &request_range,
    &float_controls,
    &operator_profile,
};

const tn_kit_property_table template_properties = {rows, sizeof rows / sizeof *rows};

/* Streams that were asked for, else what the hint means for this device. */
static int64_t decide_streams(const tn_kit_settings *settings) {
  if (tn_kit_settings_is_set(settings, "NUM_STREAMS"))
    return tn_kit_settings_int64(settings, "NUM_STREAMS");
  if (tn_string_is(tn_kit_settings_string(settings, "PERFORMANCE_HINT"), "LATENCY")) return 1;
  const int64_t expected = tn_kit_settings_int64(settings, "PERFORMANCE_HINT_NUM_REQUESTS");
  return expected > 0 && expected < TEMPLATE_UNITS ? expected : TEMPLATE_UNITS;
}

tn_status template_resolve_hints(tn_kit_compiled *compiled, tn_error *error) {
  tn_kit_settings *settings = compiled->settings;
  const int64_t streams =
      tn_kit_settings_bool(settings, "EXCLUSIVE_ASYNC_REQUESTS") ? 1 : decide_streams(settings);
  /* One plugin serves one device: "cumulative" has nothing to add to. */
  if (tn_string_is(tn_kit_settings_string(settings, "PERFORMANCE_HINT"), "CUMULATIVE_THROUGHPUT"))
    TN_KIT_TRY(tn_kit_settings_decide(settings, "PERFORMANCE_HINT",
                                      tn_value_of_string(TN_STRING("THROUGHPUT")), error));
  TN_KIT_TRY(tn_kit_settings_decide(settings, "NUM_STREAMS", tn_value_of_int64(streams), error));
  return tn_kit_settings_decide(settings, "OPTIMAL_NUMBER_OF_INFER_REQUESTS",
                                tn_value_of_int64(streams), error);
}
