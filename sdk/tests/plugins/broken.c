/* A mock plugin that is wrong in one way, which its creation property FAULT names. Its objects are
 * constants, so that nothing has to be given back. */
#include "tenon/abi.h"

static const void *get_extension(tn_plugin *plugin, tn_string id) {
  (void)plugin, (void)id;
  return NULL;
}

/* Of the engine that was made last; tests make one at a time. */
static const tn_host *host;

static void destroy(tn_plugin *plugin, uint32_t reason) {
  (void)plugin, (void)reason;
  host->end(host);
}

static const tn_plugin_info *no_info(tn_plugin *plugin) {
  (void)plugin;
  return NULL;
}

static const tn_plugin_info *bad_name(tn_plugin *plugin) {
  static const tn_plugin_info info = {.size = TN_SIZE(tn_plugin_info),
                                      .name = TN_STRING_INIT("TWO WORDS")};
  (void)plugin;
  return &info;
}

static const tn_plugin_info *no_sets(tn_plugin *plugin) {
  static const tn_plugin_info info = {
      .size = TN_SIZE(tn_plugin_info), .name = TN_STRING_INIT("BROKEN"), .operator_set_count = 1};
  (void)plugin;
  return &info;
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  (void)plugin, (void)sink, (void)user, (void)error;
  return TN_INTERNAL;
}

static tn_status properties(tn_plugin *plugin, tn_property_sink sink, void *user, tn_error *error) {
  (void)plugin, (void)sink, (void)user, (void)error;
  return TN_INTERNAL;
}

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  (void)plugin, (void)device, (void)name, (void)sink, (void)user, (void)error;
  return TN_INTERNAL;
}

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)plugin, (void)device, (void)entries, (void)count, (void)error;
  return TN_INTERNAL;
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  (void)plugin, (void)device, (void)model, (void)options, (void)sink, (void)user, (void)error;
  return TN_INTERNAL;
}

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  (void)plugin, (void)device, (void)model, (void)options, (void)out, (void)error;
  return TN_INTERNAL;
}

#define SLOTS                                                                               \
  .get_extension = get_extension, .destroy = destroy, .info = no_info, .devices = devices,  \
  .properties = properties, .get_property = get_property, .set_properties = set_properties, \
  .query = query

static const tn_plugin_api small_table = {
    .size = TN_SIZE_THROUGH(tn_plugin_api, query), .major = TN_MAJOR, SLOTS};
static const tn_plugin_api odd_size = {
    .size = TN_SIZE(tn_plugin_api) + 4, .major = TN_MAJOR, SLOTS, .compile = compile};
static const tn_plugin_api null_slot = {.size = TN_SIZE(tn_plugin_api), .major = TN_MAJOR, SLOTS};
static const tn_plugin_api wrong_major = {
    .size = TN_SIZE(tn_plugin_api), .major = 2, SLOTS, .compile = compile};
static const tn_plugin_api null_info = {
    .size = TN_SIZE(tn_plugin_api), .major = TN_MAJOR, SLOTS, .compile = compile};

static const tn_maker maker = {.size = TN_SIZE(tn_maker)};
static const tn_maker small_maker = {.size = 8};

/* Made from null_info with another `info`. */
static tn_plugin_api bad_name_api, no_sets_api;

static tn_plugin plugins[] = {
    {&small_table, &maker, NULL}, {&odd_size, &maker, NULL},        {&null_slot, &maker, NULL},
    {&wrong_major, &maker, NULL}, {&null_info, &maker, NULL},       {NULL, &maker, NULL},
    {&null_info, NULL, NULL},     {&null_info, &small_maker, NULL}, {&bad_name_api, &maker, NULL},
    {&no_sets_api, &maker, NULL},
};
static const char *const faults[] = {"small_table", "odd_size", "null_slot", "wrong_major",
                                     "null_info",   "no_table", "no_maker",  "small_maker",
                                     "bad_name",    "no_sets"};

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  const tn_string fault =
      options->property_count ? options->properties[0].value.as.string : TN_STRING("");
  host = tn_create_options_host(options);
  bad_name_api = null_info;
  bad_name_api.info = bad_name;
  no_sets_api = null_info;
  no_sets_api.info = no_sets;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
    if (tn_string_equal(fault, tn_string_from(faults[i]))) {
      *out = &plugins[i];
      return TN_OK;
    }
  if (tn_string_equal(fault, TN_STRING("null_out"))) return TN_OK;
  if (tn_string_equal(fault, TN_STRING("silent"))) return TN_DEVICE_LOST;
  if (tn_string_equal(fault, TN_STRING("mute"))) {
    if (error) error->status = TN_DEVICE_LOST, error->message[0] = 0;
    return TN_DEVICE_LOST;
  }
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_BACKEND_MISSING;
    error->vendor_code = -12;
    strcpy(error->message, "libnothing.so.1 is not installed");
  }
  return TN_BACKEND_MISSING;
}
