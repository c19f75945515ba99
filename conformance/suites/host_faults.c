/* Checks that each call survives the failure of every single thing that it asks of its host, on
 * models of several kinds: what a plugin does for a fused, a dynamic or a stateful model has
 * failures of its own. */
#define TN_GROUP "host"
#include <stdio.h>
#include <string.h>

#include "base/value.h"
#include "engine/blob.h"
#include "engine/declared.h"
#include "engine/ignore.h"
#include "engine/observe.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"

/* What an operation works on. */
struct scene {
  test *t;
  char name[TEST_PARAMETER_SIZE];
  tn_model *model;
  tn_compiled_model *compiled;
  tn_infer_request *request;
  tn_state *state;
  tn_tensor *value; /* of the state */
  seen_properties properties;
  tn_map_entry *settings; /* the values that properties of the plugin have now */
  uint64_t setting_count;
  blob blob;
  void *made;     /* by a run that succeeded */
  uint64_t told;  /* digest of what the last run has told its sink */
  uint64_t whole; /* the same of a run in which nothing fails, */
  bool is_told;   /* where that tells the same each time */
};

/* One kind of call. */
struct operation {
  const char *name;
  bool (*prepare)(struct scene *self); /* false: recorded why, or the model is not supported */
  tn_status (*run)(struct scene *self, tn_error *error);
  void (*undo)(struct scene *self); /* after a run that succeeded: looks at what it made, and takes
                                       that away; NULL: nothing is made */
};

/* --- what a call tells */

static uint64_t digest(uint64_t start, const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    start = (start ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
  return start;
}

static tn_status take_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  struct scene *self = user;
  for (uint64_t i = 0; i < count; i++) {
    self->told = digest(self->told, nodes[i]->name.data, (size_t)nodes[i]->name.length);
    self->told = digest(self->told, &nodes[i]->supported, sizeof nodes[i]->supported);
  }
  return TN_OK;
}

static tn_status take_value(void *user, const tn_value *value) {
  struct scene *self = user;
  char text[1024];
  tni_value_print(value, text, sizeof text);
  self->told = digest(self->told, text, strlen(text) + 1);
  return TN_OK;
}

/* Of a value that changes by itself only that it comes. */
static tn_status take_volatile(void *user, const tn_value *value) {
  struct scene *self = user;
  (void)value;
  self->told = digest(self->told, "a value", 8);
  return TN_OK;
}

/* Entries come in any order, and some nodes more than once: what counts is which names there are.
 */
static tn_status take_profile(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  struct scene *self = user;
  for (uint64_t i = 0; i < count; i++)
    self->told |=
        UINT64_C(1) << digest(7, entries[i]->name.data, (size_t)entries[i]->name.length) % 61;
  return TN_OK;
}

/* --- what is there before the call */

static bool has_model(struct scene *self) {
  self->model = test_model(self->t, self->name);
  return self->model && test_compile(self->t, self->name); /* one that the device supports */
}

/* One that the device refuses, which is told in words. */
static bool has_refused_model(struct scene *self) {
  self->model = test_model(self->t, self->name);
  return self->model != NULL;
}

static bool has_compiled(struct scene *self) {
  self->compiled = test_compile(self->t, self->name);
  return self->compiled != NULL;
}

static bool has_request(struct scene *self) {
  self->request = has_compiled(self) ? test_request(self->t, self->compiled) : NULL;
  return self->request && test_set_inputs(self->t, self->request, self->name, self->t->seed, 4);
}

/* Puts a tensor in place of one of the request whose elements lie two apart, and are the same. */
static bool spread(struct scene *self, uint32_t port) {
  test *t = self->t;
  tn_tensor *dense = NULL;
  if (tn_infer_request_get_tensor(self->request, port, &dense, NULL) != TN_OK) return false;
  const size_t size = tn_element_type_bits(dense->type) / 8;
  int64_t count = (int64_t)tn_tensor_element_count(dense), step = 2;
  tn_tensor *wide = test_tensor(t, dense->type, 1, (int64_t[]){2 * count});
  int64_t *shape = test_alloc(t, 2 * TN_MAX_RANK * sizeof *shape), *strides = shape + TN_MAX_RANK;
  if (!wide || size == 0 || dense->type == TN_STRING_ELEMENT) return false;
  for (int64_t i = 0; i < count; i++)
    memcpy((char *)wide->data + 2 * (size_t)i * size, (char *)dense->data + (size_t)i * size, size);
  for (uint32_t i = dense->rank; i > 0; i--, step *= shape[i]) {
    shape[i - 1] = dense->shape[i - 1];
    strides[i - 1] = step;
  }
  wide->rank = dense->rank;
  wide->shape = shape;
  wide->strides = strides;
  return tn_infer_request_set_tensor(self->request, port, wide, NULL) == TN_OK;
}

/* Inputs and outputs with strides, which many plugins copy. */
static bool has_strided_request(struct scene *self) {
  if (!has_request(self) || tn_infer_request_infer(self->request, NULL) != TN_OK) return false;
  const tn_port_list *ports = tn_compiled_model_ports(self->compiled);
  for (uint32_t i = 0; i < ports->input_count + ports->output_count; i++)
    if (!spread(self, i)) return false;
  return true;
}

static bool has_profiled_request(struct scene *self) {
  static const tn_map_entry counting = {TN_STRING_INIT("PERF_COUNT"), {TN_VALUE_BOOL, 0, {1}}};
  if (!(self->t->capabilities & TN_DEVICE_HAS_PROFILING)) return false;
  self->compiled = test_compile_with(self->t, self->name, &counting, 1);
  self->request = test_request(self->t, self->compiled);
  return self->request && test_set_inputs(self->t, self->request, self->name, self->t->seed, 4);
}

static bool has_state(struct scene *self) {
  if (!(self->t->capabilities & TN_DEVICE_HAS_STATES) || !has_request(self)) return false;
  const tn_states_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_STATES));
  if (!api || !api->count(self->request)) return false;
  if (api->open(self->request, 0, &self->state, NULL) != TN_OK) return false;
  test_adopt_state(self->t, self->state);
  if (self->state->api->get(self->state, &self->value, NULL) != TN_OK) return false;
  test_adopt_tensor(self->t, self->value);
  return true;
}

static bool has_export(struct scene *self) {
  return (self->t->capabilities & TN_DEVICE_HAS_IMPORT) && has_compiled(self);
}

static bool has_blob(struct scene *self) {
  return has_export(self) && blob_export(self->t, self->compiled, &self->blob) == TN_OK;
}

static bool has_runtime_model(struct scene *self) {
  return has_compiled(self) &&
         tn_compiled_model_get_extension(self->compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
}

static bool has_properties(struct scene *self) {
  tn_error error;
  return has_compiled(self) &&
         see_properties(self->t, self->t->plugin, &self->properties, &error) == TN_OK;
}

/* Every property that plugin and models share and that may be set, at another value than it has
 * where the declaration tells one. */
static bool has_settings(struct scene *self) {
  test *t = self->t;
  const property_place place = {.name = "plugin", .level = TN_LEVEL_PLUGIN, .plugin = t->plugin};
  if (!has_model(self) || !has_properties(self)) return false;
  self->settings = test_alloc(t, (self->properties.count + 1) * sizeof *self->settings);
  self->setting_count = 0;
  for (uint32_t i = 0; i < self->properties.count; i++) {
    const tn_property *declared = self->properties.items[i];
    const uint32_t both = TN_LEVEL_PLUGIN | TN_LEVEL_MODEL;
    seen_value seen;
    if (!(declared->flags & TN_PROPERTY_WRITABLE) || (declared->levels & both) != both) continue;
    if (see_property(t, &place, declared->name, &seen, NULL) != TN_OK) return false;
    tn_map_entry *entry = &self->settings[self->setting_count++];
    *entry = (tn_map_entry){declared->name, seen.value};
    declared_other_value(declared, &seen.value, &entry->value);
  }
  return self->setting_count > 0;
}

/* What is set is copied for each model. */
static bool has_set_settings(struct scene *self) {
  return has_settings(self) &&
         self->t->plugin->api->set_properties(self->t->plugin, TN_STRING(""), self->settings,
                                              self->setting_count, NULL) == TN_OK;
}

/* --- the calls */

static tn_status set_properties(struct scene *self, tn_error *error) {
  return self->t->plugin->api->set_properties(self->t->plugin, TN_STRING(""), self->settings,
                                              self->setting_count, error);
}

static tn_status query(struct scene *self, tn_error *error) {
  return tn_plugin_query(self->t->plugin, self->t->device, self->model, NULL, take_answers, self,
                         error);
}

static tn_status compile(struct scene *self, tn_error *error) {
  return tn_plugin_compile(self->t->plugin, self->t->device, self->model, NULL,
                           (tn_compiled_model **)&self->made, error);
}

static tn_status compile_with_properties(struct scene *self, tn_error *error) {
  tn_compile_options options = tn_compile_options_init();
  options.properties = self->settings;
  options.property_count = self->setting_count;
  return tn_plugin_compile(self->t->plugin, self->t->device, self->model, &options,
                           (tn_compiled_model **)&self->made, error);
}

/* What was made although something failed has all that it needs: it computes what it should. */
static void use_request(struct scene *self, tn_infer_request *request) {
  test *t = self->t;
  const tn_states_api *api =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  if (!test_set_inputs(t, request, self->name, t->seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  if (!api || !api->count(request)) test_expect_outputs(t, request, self->name, t->seed, 4);
}

static void destroy_model(struct scene *self) {
  test *t = self->t;
  tn_infer_request *request = NULL;
  EXPECT_OK(tn_compiled_model_create_request(self->made, NULL, &request, &t->error));
  if (request) {
    use_request(self, request);
    tn_infer_request_destroy(request);
  }
  tn_compiled_model_destroy(self->made);
}

/* A model that goes by what was set. */
static void destroy_set_model(struct scene *self) {
  for (uint64_t i = 0; i < self->setting_count; i++)
    if (tn_compiled_model_get_property(self->made, self->settings[i].key, take_value, self, NULL) !=
        TN_OK)
      self->told = 0;
  tn_compiled_model_destroy(self->made);
}

static tn_status create_request(struct scene *self, tn_error *error) {
  return tn_compiled_model_create_request(self->compiled, NULL, (tn_infer_request **)&self->made,
                                          error);
}

static void destroy_request(struct scene *self) {
  use_request(self, self->made);
  tn_infer_request_destroy(self->made);
}

static tn_status infer(struct scene *self, tn_error *error) {
  return tn_infer_request_infer(self->request, error);
}

/* Without variables each inference gives the same. */
static void look_at_outputs(struct scene *self) {
  const tn_states_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_STATES));
  if (!api || !api->count(self->request))
    test_expect_outputs(self->t, self->request, self->name, self->t->seed, 4);
}

static tn_status start(struct scene *self, tn_error *error) {
  const tn_status status = tn_infer_request_start(self->request, NULL, error);
  return status == TN_OK ? tn_infer_request_wait(self->request, -1, error) : status;
}

static tn_status profile(struct scene *self, tn_error *error) {
  const tn_profiling_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_PROFILING));
  const tn_status status = tn_infer_request_infer(self->request, error);
  return status == TN_OK && api ? api->get(self->request, take_profile, self, error) : status;
}

static tn_status use_state(struct scene *self, tn_error *error) {
  const tn_state_api *api = self->state->api;
  tn_status status = api->get(self->state, (tn_tensor **)&self->made, error);
  if (status != TN_OK) return status;
  tn_tensor_release(self->made);
  status = api->set(self->state, self->value, error);
  return status == TN_OK ? api->reset(self->state, error) : status;
}

static tn_status export_model(struct scene *self, tn_error *error) {
  blob out = {0};
  (void)error; /* the blob's own is filled */
  const tn_status status = blob_export(self->t, self->compiled, &out);
  if (error) *error = self->t->error;
  if (status == TN_OK) self->told = digest(self->told, out.bytes, (size_t)out.size);
  blob_clear(&out);
  return status;
}

static tn_status import_from(struct scene *self, bool in_memory, tn_error *error) {
  const blob_source source = blob_source_make(self->blob.bytes, self->blob.size, in_memory);
  const tn_status status = blob_import(self->t, &source, NULL, (tn_compiled_model **)&self->made);
  if (error) *error = self->t->error;
  return status;
}

static tn_status import_data(struct scene *self, tn_error *error) {
  return import_from(self, true, error);
}

static tn_status import_by_reading(struct scene *self, tn_error *error) {
  return import_from(self, false, error);
}

static tn_status runtime_model(struct scene *self, tn_error *error) {
  const tn_runtime_model_api *api =
      tn_compiled_model_get_extension(self->compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  return api->get(self->compiled, (tn_model **)&self->made, error);
}

/* Every node is there, with all that is said of it. */
static void release_model(struct scene *self) {
  const tn_graph *graph = ((const tn_model *)self->made)->graph;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    self->told = digest(self->told, node->name.data, (size_t)node->name.length);
    for (uint32_t k = 0; k < node->attribute_count; k++)
      self->told = digest(self->told, node->attributes[k]->name.data,
                          (size_t)node->attributes[k]->name.length);
  }
  tn_model_release(self->made);
}

static tn_status read_properties(struct scene *self, tn_error *error) {
  for (uint32_t i = 0; i < self->properties.count; i++) {
    const tn_property *declared = self->properties.items[i];
    tn_value_sink sink = declared->flags & TN_PROPERTY_VOLATILE ? take_volatile : take_value;
    tn_status status = TN_OK;
    if (declared->levels & TN_LEVEL_PLUGIN)
      status = self->t->plugin->api->get_property(self->t->plugin, TN_STRING(""), declared->name,
                                                  sink, self, error);
    if (status == TN_OK && (declared->levels & TN_LEVEL_DEVICE))
      status = self->t->plugin->api->get_property(self->t->plugin, self->t->device, declared->name,
                                                  sink, self, error);
    if (status == TN_OK && (declared->levels & TN_LEVEL_MODEL))
      status = tn_compiled_model_get_property(self->compiled, declared->name, sink, self, error);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

static const struct operation operations[] = {
    {"query", has_model, query, NULL},
    {"query_refused", has_refused_model, query, NULL},
    {"set_properties", has_settings, set_properties, NULL},
    {"compile_after_setting", has_set_settings, compile, destroy_set_model},
    {"compile_with_properties", has_settings, compile_with_properties, destroy_set_model},
    {"compile", has_model, compile, destroy_model},
    {"create_request", has_compiled, create_request, destroy_request},
    {"infer", has_request, infer, look_at_outputs},
    {"start", has_request, start, look_at_outputs},
    {"infer_strided", has_strided_request, infer, look_at_outputs},
    {"start_strided", has_strided_request, start, look_at_outputs},
    {"profile", has_profiled_request, profile, NULL},
    {"state", has_state, use_state, NULL},
    {"export", has_export, export_model, NULL},
    {"import", has_blob, import_data, destroy_model},
    {"import_by_reading", has_blob, import_by_reading, destroy_model},
    {"runtime_model", has_runtime_model, runtime_model, release_model},
    {"read_properties", has_properties, read_properties, NULL},
};

/* --- one fault after the other */

/* One run in which the call `number` of a host function fails; false when there were not so many.
 */
static bool run_with_fault(struct scene *self, const struct operation *operation,
                           enum suite_fault fault, long number) {
  test *t = self->t;
  suite_host *host = t->host;
  tn_error error;
  memset(&error, 0, sizeof error);
  const long before = atomic_load(&host->failed[fault]);
  self->told = 0;
  atomic_store(&host->fail_at[fault], atomic_load(&host->calls[fault]) + number);
  const tn_status status = operation->run(self, &error);
  atomic_store(&host->fail_at[fault], 0);
  const bool failed = atomic_load(&host->failed[fault]) > before;
  EXPECT_THAT(status == TN_OK || (failed && status == TN_OUT_OF_MEMORY),
              "%s of %s gives OUT_OF_MEMORY or succeeds; failing call %ld it gave %s: %.200s",
              operation->name, self->name, number, tni_status_name(status), error.message);
  EXPECT_THAT(status == TN_OK || (error.status == status && error.message[0]),
              "%s of %s fills the record; failing call %ld it did not", operation->name, self->name,
              number);
  if (status == TN_OK && operation->undo) operation->undo(self);
  EXPECT_THAT(status != TN_OK || !self->is_told || self->told == self->whole,
              "%s of %s succeeds only with all that it has to tell; failing call %ld it told "
              "something else",
              operation->name, self->name, number);
  memset(&t->error, 0, sizeof t->error);
  return failed;
}

/* Requests of a run in which nothing fails. */
static long count_requests(struct scene *self, const struct operation *operation,
                           enum suite_fault fault) {
  test *t = self->t;
  const long before = atomic_load(&t->host->calls[fault]);
  self->told = 0;
  EXPECT_OK(operation->run(self, &t->error));
  const long asked = atomic_load(&t->host->calls[fault]) - before;
  if (operation->undo) operation->undo(self);
  return asked;
}

/* What a call asks for at its first run alone has to fail on objects that are new each time.
 * Returns how many requests failed. */
static long fail_first_runs(struct scene *self, const struct operation *operation,
                            enum suite_fault fault, long asked) {
  long failed = 0;
  for (long number = 1; number <= asked; number++) {
    blob_clear(&self->blob);
    if (!operation->prepare(self)) break;
    failed += run_with_fault(self, operation, fault, number) ? 1 : 0;
    count_requests(self, operation, fault); /* all is well again */
  }
  return failed;
}

/* Returns how many requests there are to fail. */
static long fail_each(struct scene *self, const struct operation *operation, enum suite_fault fault,
                      const char *what) {
  enum { MOST = 3000 };
  test *t = self->t;
  long number = 1;
  const long asked = count_requests(self, operation, fault);
  self->whole = self->told;
  const long later = count_requests(self, operation, fault);
  self->is_told = self->told == self->whole; /* or it tells something else each time */
  while (number <= MOST && run_with_fault(self, operation, fault, number))
    number++;
  EXPECT_THAT(number <= MOST, "%s asks for at most %d %s", operation->name, MOST, what);
  test_note(t, "%s: %ld %s, each made to fail once", operation->name, number - 1, what);
  count_requests(self, operation, fault); /* all is well again */
  const long first = asked > later ? fail_first_runs(self, operation, fault, asked) : 0;
  if (asked && number == 1 && first == 0)
    test_record_vacuous(t, "the call asked the host in a clean run, and never when it was to fail");
  return asked;
}

/* "compile.multiply_add" */
static const struct operation *find_operation(test *t, struct scene *out) {
  const char *dot = strchr(t->parameter, '.');
  memset(out, 0, sizeof *out);
  out->t = t;
  for (size_t i = 0; dot && i < sizeof operations / sizeof *operations; i++) {
    const struct operation *operation = &operations[i];
    if (strlen(operation->name) != (size_t)(dot - t->parameter) ||
        strncmp(operation->name, t->parameter, (size_t)(dot - t->parameter)) != 0)
      continue;
    snprintf(out->name, sizeof out->name, "%s", dot + 1);
    return operation;
  }
  return NULL;
}

#define ON_EVERY_MODEL(operation)                                                               \
  operation ".multiply_add", operation ".network_f32", operation ".accumulator",                \
      operation ".two_variables", operation ".concat_dynamic", operation ".relu_f16",           \
      operation ".two_inputs_two_outputs", operation ".constant_output", operation ".chain",    \
      operation ".reshape_dynamic", operation ".products_read_twice", operation ".named_sizes", \
      operation ".strided_constant", operation ".needless_nodes"

static const char *const trials[] = {ON_EVERY_MODEL("query"),
                                     ON_EVERY_MODEL("compile"),
                                     ON_EVERY_MODEL("create_request"),
                                     ON_EVERY_MODEL("infer"),
                                     ON_EVERY_MODEL("start"),
                                     ON_EVERY_MODEL("profile"),
                                     ON_EVERY_MODEL("export"),
                                     ON_EVERY_MODEL("import"),
                                     ON_EVERY_MODEL("import_by_reading"),
                                     ON_EVERY_MODEL("runtime_model"),
                                     "query_refused.unknown_operator",
                                     "set_properties.carrier",
                                     "compile_after_setting.carrier",
                                     "compile_with_properties.carrier",
                                     "compile.many_variables",
                                     "create_request.many_variables",
                                     "infer_strided.multiply_add",
                                     "infer_strided.two_inputs_two_outputs",
                                     "start_strided.products_read_twice",
                                     "state.accumulator",
                                     "state.two_variables",
                                     "read_properties.carrier",
                                     "read_properties.network_f32",
                                     NULL};

TN_CHECK_WITH(host_survives_failures, ERROR, 10, TEST_SLOW,
              "a call survives the failure of each allocation and of each tensor that it asks of "
              "its host, and works again afterwards",
              .names = trials) {
  struct scene scene;
  const struct operation *operation = find_operation(t, &scene);
  REQUIRE(operation != NULL);
  if (!operation->prepare(&scene)) {
    blob_clear(&scene.blob);
    NOT_APPLICABLE("the device or its plugin does not have what the call is made on");
  }
  long asked = fail_each(&scene, operation, SUITE_FAULT_ALLOCATE, "allocations");
  blob_clear(&scene.blob);
  if (operation->prepare(&scene)) /* anew: what comes first is asked for again */
    asked += fail_each(&scene, operation, SUITE_FAULT_CREATE_TENSOR, "tensors");
  blob_clear(&scene.blob);
  if (!asked) NOT_APPLICABLE("in a clean run the call asks the host for nothing");
}
