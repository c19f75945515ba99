#include "full.h"

static int is_relu(const tn_node *node) {
  return tn_node_is(node, TN_STRING(""), TN_STRING("Relu"), 14);
}

static void answer(const tn_node *node, tn_string device, tn_node_support *record) {
  const int known = is_relu(node);
  *record = tn_node_support_init();
  record->supported = (uint32_t)known;
  record->name = node->origin_count ? node->origins[0] : node->name;
  record->device = !known ? TN_STRING("") : device.length ? device : TN_STRING("0");
  record->reason = known ? TN_REASON_NONE : TN_REASON_OPERATOR;
  record->reason_text = known ? TN_STRING("") : TN_STRING("only Relu");
}

tn_status full_query(tn_plugin *plugin, tn_string device, tn_model *model,
                     const tn_query_options *options, tn_query_sink sink, void *user,
                     tn_error *error) {
  (void)options;
  struct engine *engine = (struct engine *)plugin;
  const uint64_t count = model->graph->node_count;
  tn_node_support *records = full_allocate(engine, count * sizeof *records + 1);
  const tn_node_support **pointers = full_allocate(engine, count * sizeof *pointers + 1);
  tn_status status = TN_OK;
  if (!records || !pointers) status = full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  for (uint64_t i = 0; status == TN_OK && i < count; i++) {
    answer(model->graph->nodes[i], device, &records[i]);
    pointers[i] = &records[i];
  }
  if (status == TN_OK) status = sink(user, pointers, count);
  engine->host->release(engine->host, pointers);
  engine->host->release(engine->host, records);
  return status;
}

/* --- compiled models */

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  (void)options;
  struct compiled *self = (struct compiled *)model;
  tn_status status = target->write(target, "FULLBLOB", 8, error);
  return status == TN_OK ? target->write(target, &self->streams, sizeof self->streams, error)
                         : status;
}

static tn_status get_runtime_model(tn_compiled_model *model, tn_model **out, tn_error *error) {
  struct compiled *self = (struct compiled *)model;
  if (!self->model) return full_fail(error, TN_UNSUPPORTED, "imported models have none");
  tn_model_retain(self->model);
  *out = self->model;
  return TN_OK;
}

static const tn_export_api export_api = {.size = TN_SIZE(tn_export_api),
                                         .export_model = export_model};
static const tn_export_api broken_export_api = {.size = TN_SIZE(tn_export_api)};
static const tn_runtime_model_api runtime_model_api = {.size = TN_SIZE(tn_runtime_model_api),
                                                       .get = get_runtime_model};

static const void *get_extension(tn_compiled_model *model, tn_string id) {
  const struct engine *engine = ((struct compiled *)model)->engine;
  if (full_text_is(id, TN_EXTENSION_EXPORT))
    return full_has_fault(engine, "export") ? &broken_export_api : &export_api;
  return full_text_is(id, TN_EXTENSION_RUNTIME_MODEL) ? &runtime_model_api : NULL;
}

static void destroy(tn_compiled_model *model) {
  struct compiled *self = (struct compiled *)model;
  if (self->model) tn_model_release(self->model);
  self->engine->host->release(self->engine->host, self);
}

static const tn_port_list *ports(tn_compiled_model *model) {
  return &((struct compiled *)model)->ports;
}

static tn_status get_property(tn_compiled_model *model, tn_string name, tn_value_sink sink,
                              void *user, tn_error *error) {
  const struct compiled *self = (struct compiled *)model;
  tn_value value;
  if (full_text_is(name, "NUM_STREAMS"))
    value = tn_value_of_int64(self->streams);
  else if (full_text_is(name, "HOT"))
    value = tn_value_of_int64(self->hot);
  else
    return full_fail(error, TN_NOT_FOUND, "no such property of a compiled model");
  return sink(user, &value);
}

static tn_status set_properties(tn_compiled_model *model, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  (void)error;
  for (uint64_t i = 0; i < count; i++)
    ((struct compiled *)model)->hot = entries[i].value.as.int64;
  return TN_OK;
}

#define COMPILED_MODEL_SLOTS                                           \
  .get_extension = get_extension, .destroy = destroy, .ports = ports,  \
  .create_request = full_create_request, .get_property = get_property, \
  .set_properties = set_properties

static const tn_compiled_model_api compiled_api = {.size = TN_SIZE(tn_compiled_model_api),
                                                   COMPILED_MODEL_SLOTS};

/* A table that ends before its last mandatory slot. The object of it cannot be destroyed by the
 * host, so it is none that would have to be. */
static const tn_compiled_model_api short_api = {.size = TN_SIZE(tn_compiled_model_api) - 8,
                                                COMPILED_MODEL_SLOTS};
static const tn_maker no_engine = {.size = TN_SIZE(tn_maker)};
static tn_compiled_model short_model = {&short_api, &no_engine, NULL};

static const tn_dimension unknown_dimension = {0, TN_UNBOUNDED, NULL};
static const tn_value_info imported_input = {.size = TN_SIZE(tn_value_info),
                                             .flags = TN_VALUE_HAS_RANK,
                                             .name = TN_STRING_INIT("x"),
                                             .type = TN_F32,
                                             .rank = 1,
                                             .dimensions = &unknown_dimension};
static const tn_value_info imported_output = {.size = TN_SIZE(tn_value_info),
                                              .flags = TN_VALUE_HAS_RANK,
                                              .name = TN_STRING_INIT("y"),
                                              .type = TN_F32,
                                              .rank = 1,
                                              .dimensions = &unknown_dimension};
static const tn_value_info *const imported_inputs[] = {&imported_input};
static const tn_value_info *const imported_outputs[] = {&imported_output};

static struct compiled *make(struct engine *engine) {
  struct compiled *self = full_allocate(engine, sizeof *self);
  if (!self) return NULL;
  self->base.api = &compiled_api;
  self->base.maker = &engine->maker;
  self->engine = engine;
  self->streams = engine->streams;
  self->ports = tn_port_list_init();
  self->ports.input_count = 1;
  self->ports.output_count = 1;
  self->ports.inputs = imported_inputs;
  self->ports.outputs = imported_outputs;
  return self;
}

static tn_status check_model(const tn_model *model, tn_error *error) {
  const tn_graph *graph = model->graph;
  if (graph->input_count != 1 || graph->output_count != 1)
    return full_fail(error, TN_UNSUPPORTED, "one input and one output are supported");
  for (uint32_t i = 0; i < graph->node_count; i++)
    if (!is_relu(graph->nodes[i])) return full_fail(error, TN_UNSUPPORTED, "only Relu");
  return TN_OK;
}

/* The only key that opens: 00 01 02 and so on. */
static tn_status check_key(const tn_value *value, tn_error *error) {
  const unsigned char *bytes = value->as.bytes.data;
  for (uint64_t i = 0; i < value->as.bytes.size; i++)
    if (bytes[i] != i) return full_fail(error, TN_INVALID_ARGUMENT, "another key was expected");
  return TN_OK;
}

static tn_status check_names(const tn_value *value, tn_error *error) {
  for (uint64_t i = 0; i < value->as.list.count; i++)
    if (value->as.list.items[i].kind != TN_VALUE_STRING ||
        !full_text_is(value->as.list.items[i].as.string, "name"))
      return full_fail(error, TN_INVALID_ARGUMENT, "other names were expected");
  return TN_OK;
}

static tn_status take_options(struct compiled *self, const tn_compile_options *options,
                              tn_error *error) {
  if (!options) return TN_OK;
  for (uint64_t i = 0; i < options->property_count; i++) {
    const tn_map_entry *entry = &options->properties[i];
    tn_status status = TN_OK;
    if (full_text_is(entry->key, "KEY")) status = check_key(&entry->value, error);
    if (full_text_is(entry->key, "NAMES")) status = check_names(&entry->value, error);
    if (status != TN_OK) return status;
    if (full_text_is(entry->key, "NUM_STREAMS")) self->streams = entry->value.as.int64;
    if (full_text_is(entry->key, "DEVICE_PRIORITIES"))
      self->hot = (int64_t)entry->value.as.string.length;
  }
  return full_check_entries(self->engine, options->entries, options->entry_count, error);
}

tn_status full_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_compile_options *options, tn_compiled_model **out,
                       tn_error *error) {
  struct engine *engine = (struct engine *)plugin;
  if (full_has_fault(engine, "compiled")) {
    *out = &short_model;
    return TN_OK;
  }
  if (full_has_fault(engine, "claims")) return full_fail(error, TN_INTERNAL, "claimed too much");
  if (device.length && !full_text_is(device, "0") && !full_text_is(device, "1"))
    return full_fail(error, TN_NOT_FOUND, "no such device");
  tn_status status = check_model(model, error);
  if (status != TN_OK) return status;
  struct compiled *self = make(engine);
  if (!self) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  status = take_options(self, options, error);
  if (status != TN_OK) {
    destroy(&self->base);
    return status;
  }
  self->model = model;
  tn_model_retain(model);
  self->ports.inputs = model->graph->inputs;
  self->ports.outputs = model->graph->outputs;
  *out = &self->base;
  return TN_OK;
}

/* --- blobs */

static tn_status check(tn_plugin *plugin, tn_string device, const void *head, uint64_t head_size,
                       const tn_import_options *options, tn_error *error) {
  (void)plugin, (void)device, (void)options;
  if (head_size >= 8 && memcmp(head, "FULLBLOB", 8) == 0) return TN_OK;
  if (head_size >= 7 && memcmp(head, "FULLOLD", 7) == 0)
    return full_fail(error, TN_RECOMPILE, "a blob of version 1");
  return full_fail(error, TN_MALFORMED, "no blob of FULL");
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  (void)device, (void)options;
  int64_t streams = 0;
  if (source->byte_count != 16) return full_fail(error, TN_MALFORMED, "16 bytes were expected");
  tn_status status = source->read_at(source, 8, &streams, sizeof streams, error);
  if (status != TN_OK) return status;
  struct compiled *self = make((struct engine *)plugin);
  if (!self) return full_fail(error, TN_OUT_OF_MEMORY, "no memory");
  self->streams = streams;
  *out = &self->base;
  return TN_OK;
}

const tn_import_api full_import_api = {
    .size = TN_SIZE(tn_import_api), .check = check, .import_model = import_model};
