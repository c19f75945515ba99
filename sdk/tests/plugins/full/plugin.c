#include "full.h"

tn_status full_fail(tn_error *error, tn_status status, const char *message) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  error->clause_area = TN_AREA_COMPILE;
  error->clause_number = 7;
  error->vendor_code = 4711;
  strncpy(error->message, message, sizeof error->message - 1);
  return status;
}

void *full_allocate(struct engine *engine, uint64_t size) {
  void *memory = engine->host->allocate(engine->host, size, 64);
  if (memory) memset(memory, 0, (size_t)size);
  return memory;
}

int full_text_is(tn_string text, const char *expected) {
  return tn_string_equal(text, tn_string_from(expected));
}

int full_has_fault(const struct engine *engine, const char *name) {
  return strcmp(engine->fault, name) == 0;
}

void full_hold(struct engine *engine) {
  atomic_fetch_add(&engine->references, 1);
}

void full_drop(struct engine *engine) {
  if (atomic_fetch_sub(&engine->references, 1) != 1) return;
  const tn_host *host = engine->host;
  host->release(host, engine);
  host->end(host);
}

static const void *get_extension(tn_plugin *plugin, tn_string id) {
  (void)plugin;
  if (full_text_is(id, TN_EXTENSION_IMPORT)) return &full_import_api;
  if (full_text_is(id, TN_EXTENSION_REMOTE)) return &full_remote_api;
  return NULL;
}

static void destroy(tn_plugin *plugin, uint32_t reason) {
  struct engine *engine = (struct engine *)plugin;
  if (reason == TN_DESTROY_PROCESS_EXIT) {
    engine->host->log(engine->host, TN_LOG_ERROR, TN_STRING("told of the exit"));
    return;
  }
  struct context *context = engine->default_context;
  if (context) tn_remote_context_release(&context->base);
  full_drop(engine);
}

static const tn_operator_set onnx_set = {TN_SIZE(tn_operator_set), 18, {"", 0}};
static const tn_operator_set *const operator_sets[] = {&onnx_set};
static const tn_plugin_info plugin_info = {
    .size = TN_SIZE(tn_plugin_info),
    .name = TN_STRING_INIT("FULL"),
    .version = TN_STRING_INIT("2.5"),
    .vendor = TN_STRING_INIT("Tenon tests"),
    .operator_sets = operator_sets,
    .operator_set_count = 1,
};

static const tn_plugin_info *info(tn_plugin *plugin) {
  (void)plugin;
  return &plugin_info;
}

static tn_status devices(tn_plugin *plugin, tn_device_sink sink, void *user, tn_error *error) {
  (void)plugin, (void)error;
  tn_device first = tn_device_init(), second = tn_device_init();
  first.id = TN_STRING("0");
  first.name = TN_STRING("First mock");
  first.capabilities = TN_DEVICE_HAS_IMPORT | TN_DEVICE_HAS_REMOTE | TN_DEVICE_HAS_STATES;
  second = first;
  second.id = TN_STRING("1");
  second.name = TN_STRING("Second mock");
  const tn_device *const all[] = {&first, &second};
  tn_device_list list = tn_device_list_init();
  list.count = 2;
  list.generation = 1;
  list.devices = all;
  return sink(user, &list);
}

static tn_property declare(const char *name, uint32_t kind, uint32_t levels, uint32_t flags) {
  tn_property property = tn_property_init();
  property.name = tn_string_from(name);
  property.doc = TN_STRING("Of the mock.");
  property.kind = kind;
  property.levels = levels;
  property.flags = flags;
  return property;
}

static tn_status properties(tn_plugin *plugin, tn_property_sink sink, void *user, tn_error *error) {
  (void)plugin, (void)error;
  const uint32_t all_levels = TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL;
  tn_property streams = declare("NUM_STREAMS", TN_VALUE_INT64, TN_LEVEL_PLUGIN | TN_LEVEL_MODEL,
                                TN_PROPERTY_WRITABLE);
  streams.minimum = tn_value_of_int64(1);
  streams.maximum = tn_value_of_int64(8);
  const tn_value choices[] = {tn_value_of_string(TN_STRING("FAST")),
                              tn_value_of_string(TN_STRING("EXACT"))};
  tn_property label = declare("LABEL", TN_VALUE_STRING, TN_LEVEL_DEVICE, TN_PROPERTY_WRITABLE);
  label.choices = choices;
  label.choice_count = 2;
  tn_property fault = declare("FAULT", TN_VALUE_STRING, TN_LEVEL_PLUGIN, TN_PROPERTY_INITIAL);
  tn_property hot = declare("HOT", TN_VALUE_INT64, TN_LEVEL_MODEL, TN_PROPERTY_MODEL_WRITABLE);
  tn_property ratio = declare("RATIO", TN_VALUE_FLOAT64, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE);
  ratio.minimum = tn_value_of_float64(0);
  tn_property flag = declare("FLAG", TN_VALUE_BOOL, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE);
  tn_property key = declare("KEY", TN_VALUE_BYTES, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE);
  tn_property names = declare("NAMES", TN_VALUE_LIST, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE);
  tn_property table = declare("TABLE", TN_VALUE_MAP, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE);
  tn_property list =
      declare("DEVICE_PRIORITIES", TN_VALUE_STRING, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE);
  tn_property name = declare("FULL_DEVICE_NAME", TN_VALUE_STRING, all_levels, 0);
  const tn_property *const all[] = {&streams, &label, &fault, &hot,  &ratio, &flag,
                                    &key,     &names, &table, &list, &name};
  return sink(user, all, sizeof all / sizeof all[0]);
}

static tn_status get_property(tn_plugin *plugin, tn_string device, tn_string name,
                              tn_value_sink sink, void *user, tn_error *error) {
  struct engine *engine = (struct engine *)plugin;
  tn_value value;
  if (device.length == 0 && full_text_is(name, "NUM_STREAMS"))
    value = tn_value_of_int64(engine->streams);
  else if (device.length && full_text_is(name, "LABEL"))
    value = tn_value_of_string(tn_string_from(engine->label));
  else if (full_text_is(name, "FULL_DEVICE_NAME"))
    value = tn_value_of_string(TN_STRING("Mock"));
  else if (full_text_is(name, "SILENT"))
    return TN_NOT_FOUND;
  else
    return full_fail(error, TN_NOT_FOUND, "no such property");
  return sink(user, &value);
}

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)device, (void)error;
  struct engine *engine = (struct engine *)plugin;
  for (uint64_t i = 0; i < count; i++) {
    if (full_text_is(entries[i].key, "NUM_STREAMS")) engine->streams = entries[i].value.as.int64;
    if (!full_text_is(entries[i].key, "LABEL")) continue;
    memset(engine->label, 0, sizeof engine->label);
    memcpy(engine->label, entries[i].value.as.string.data,
           (size_t)entries[i].value.as.string.length);
  }
  return TN_OK;
}

static const tn_plugin_api plugin_api = {
    .size = TN_SIZE(tn_plugin_api),
    .major = TN_MAJOR,
    .get_extension = get_extension,
    .destroy = destroy,
    .info = info,
    .devices = devices,
    .properties = properties,
    .get_property = get_property,
    .set_properties = set_properties,
    .query = full_query,
    .compile = full_compile,
};

static tn_status configure(struct engine *engine, const tn_create_options *options,
                           tn_error *error) {
  engine->streams = 1;
  for (uint32_t i = 0; i < options->property_count; i++) {
    const tn_map_entry *entry = &options->properties[i];
    if (full_text_is(entry->key, "FAULT") && entry->value.kind == TN_VALUE_STRING &&
        entry->value.as.string.length < FAULT_CAPACITY)
      memcpy(engine->fault, entry->value.as.string.data, (size_t)entry->value.as.string.length);
    else if (full_text_is(entry->key, "NUM_STREAMS") && entry->value.kind == TN_VALUE_INT64)
      engine->streams = entry->value.as.int64;
    else
      return full_fail(error, TN_NOT_FOUND, "no such property at creation");
  }
  return TN_OK;
}

/* Asks for devices while it is not made yet: the host has to refuse. */
static tn_status ask_too_early(const tn_host *host, tn_error *error) {
  const tn_core_api *core = host->get_extension(host, TN_STRING(TN_EXTENSION_CORE));
  const tn_status status =
      core->get_property(host, TN_STRING("FULL"), TN_STRING("X"), NULL, NULL, error);
  return status == TN_WRONG_STATE ? status : full_fail(error, TN_INTERNAL, "the host answered");
}

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  const tn_host *host = tn_create_options_host(options);
  if (!host) return full_fail(error, TN_UNSUPPORTED, "no host of major version 1");
  struct engine *engine = host->allocate(host, sizeof *engine, 64);
  if (!engine) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  memset(engine, 0, sizeof *engine);
  engine->host = host;
  atomic_init(&engine->references, 1);
  engine->maker.size = TN_SIZE(tn_maker);
  engine->maker.library = &plugin_api;
  engine->maker.name = plugin_info.name;
  engine->base.api = &plugin_api;
  engine->base.maker = &engine->maker;
  tn_status status = configure(engine, options, error);
  if (status == TN_OK && full_has_fault(engine, "early")) status = ask_too_early(host, error);
  if (status != TN_OK) {
    host->release(host, engine);
    return status;
  }
  *out = &engine->base;
  return TN_OK;
}
