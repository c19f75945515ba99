/* Every allocation of every path is made to fail once. */
#include "../support/runtime.h"
#include "base/fault_allocator.h"

/* The application's allocator on top of the one that fails. */
static void *allocate(void *user, uint64_t size, uint64_t alignment) {
  const tni_allocator *allocator = user;
  return allocator->allocate(allocator->user, (size_t)size, (size_t)alignment);
}

static void release(void *user, void *memory) {
  const tni_allocator *allocator = user;
  allocator->release(allocator->user, memory);
}

static tn_status make_core(const tni_allocator *allocator, tn_core **out) {
  const char *const folders[] = {TENON_BUILD_DIR "/lib/tenon/plugins"};
  tn_core_options options = quiet_options();
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.allocate = allocate;
  options.release = release;
  options.allocator_user = (void *)allocator;
  return tn_core_create(&options, out, NULL);
}

static tn_status take_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)user, (void)nodes;
  return count == 3 ? TN_OK : TN_INTERNAL;
}

static tn_status take_devices(void *user, const tn_device_list *list) {
  (void)user;
  return list->count ? TN_OK : TN_INTERNAL;
}

static tn_status take_plugins(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  (void)user, (void)plugins;
  return count ? TN_OK : TN_INTERNAL;
}

static tn_status take_value(void *user, const tn_value *value) {
  (void)user, (void)value;
  return TN_OK;
}

/* What is done with each kind of object; returns the first failure. */
static tn_status use_request(tn_compiled *compiled) {
  tn_request *request = NULL;
  tn_tensor *tensor = NULL;
  tn_status status = tn_compiled_create_request(compiled, &request, NULL);
  if (status == TN_OK) status = tn_request_get_tensor(request, 0, &tensor, NULL);
  if (status == TN_OK) status = tn_request_infer(request, NULL);
  if (status == TN_OK && tn_request_state_count(request))
    status = tn_request_get_state(request, 0, &tensor, NULL);
  else
    tensor = NULL;
  if (status == TN_OK && tensor) tn_tensor_release(tensor);
  tn_request_destroy(request);
  return status;
}

static tn_status use_compiled(tn_core *core, tn_model *model, const char *device) {
  const tn_compile_options options = tn_compile_options_init();
  tn_compiled *compiled = NULL;
  tn_status status = tn_core_compile(core, model, device, &options, &compiled, NULL);
  if (status == TN_OK) status = use_request(compiled);
  if (status == TN_OK && strncmp(device, "FULL", 4) == 0)
    status = tn_compiled_export_memory(compiled, NULL, take_value, NULL, NULL);
  tn_compiled_destroy(compiled);
  return status;
}

static tn_status use_model(tn_core *core, const char *device, uint32_t operator_set) {
  static const char *const relu[] = {"Relu", NULL};
  const onnx_bytes bytes = onnx_chain(operator_set, relu);
  tn_model *model = NULL;
  tn_status status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = use_compiled(core, model, device);
  if (model) tn_model_release(model);
  return status;
}

static tn_status query(tn_core *core, const char *device) {
  static const char *const chain[] = {"Relu", "Swish", "Relu", NULL};
  const onnx_bytes bytes = onnx_chain(24, chain);
  tn_model *model = NULL;
  tn_status status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = tn_core_query(core, model, device, NULL, take_answers, NULL, NULL);
  if (model) tn_model_release(model);
  return status;
}

static tn_status list(tn_core *core) {
  tn_status status = tn_core_devices(core, "FULL", take_devices, NULL, NULL);
  if (status == TN_OK) status = tn_core_plugins(core, take_plugins, NULL, NULL);
  return status == TN_OK
             ? tn_core_parse_property(core, "FULL", "NAMES", "a,b", take_value, NULL, NULL)
             : status;
}

static tn_status use_tensors(tn_core *core) {
  const int64_t shape[] = {4};
  float data[4];
  tn_tensor *wrapped = NULL, *remote = NULL, *other = NULL;
  tn_remote_context *context = NULL;
  tn_status status =
      tn_core_wrap_tensor(core, TN_F32, 1, shape, data, sizeof data, NULL, NULL, &wrapped, NULL);
  if (status == TN_OK) status = tn_core_create_context(core, "FULL", NULL, &context, NULL);
  if (status == TN_OK)
    status = tn_remote_context_create_tensor(context, TN_F32, 1, shape, &remote, NULL);
  if (status == TN_OK)
    status = tn_remote_context_create_tensor(context, TN_F32, 1, shape, &other, NULL);
  if (status == TN_OK) status = tn_core_copy_tensor(core, remote, other, NULL);
  if (wrapped) tn_tensor_release(wrapped);
  if (remote) tn_tensor_release(remote);
  if (other) tn_tensor_release(other);
  if (context) tn_remote_context_release(context);
  return status == TN_OUT_OF_DEVICE_MEMORY ? TN_OUT_OF_MEMORY : status;
}

static tn_status assign(tn_core *core) {
  static const char *const chain[] = {"Relu", "Abs", NULL};
  static const tn_map_entry node = {TN_STRING_INIT("n1"),
                                    {TN_VALUE_STRING, 0, {.string = TN_STRING_INIT("FULL")}}};
  const onnx_bytes bytes = onnx_chain(18, chain);
  tn_model *model = NULL, *assigned = NULL;
  tn_status status = tn_core_read_model_memory(core, bytes.data, bytes.size, &model, NULL);
  if (status == TN_OK) status = tn_core_assign_nodes(core, model, &node, 1, &assigned, NULL);
  if (assigned) tn_model_release(assigned);
  if (model) tn_model_release(model);
  return status;
}

/* One use of a core from the beginning to the end. */
typedef struct scenario {
  const char *device;
  uint32_t operator_set;
  tn_status (*other)(tn_core *core);
} scenario;

static tn_status run(const tni_allocator *allocator, void *user) {
  const scenario *self = user;
  tn_core *core = NULL;
  tn_status status = make_core(allocator, &core);
  if (status != TN_OK) return status;
  status = register_faulty(core, FULL_PLUGIN, "FULL", NULL, NULL);
  if (status == TN_OK && self->device) status = use_model(core, self->device, self->operator_set);
  if (status == TN_OK && self->other) status = self->other(core);
  tn_core_destroy(core);
  return status;
}

static void sweep(scenario self) {
  const long failed = tni_fault_sweep(run, &self);
  cr_assert_gt(failed, 10, "the sweep ended with %ld", failed);
}

Test(memory, compiling_and_inferring_survive) {
  sweep((scenario){"FULL", 18, NULL});
  sweep((scenario){"FULL:A,B", 18, NULL});
  sweep((scenario){"BARE", 18, NULL});
  sweep((scenario){"FORWARD", 9, NULL});
  sweep((scenario){"FULL", 9, NULL});
}

/* The kit's plugins are found in the folder, where they have been built. */
Test(memory, the_reference_plugins_survive) {
  static const char *const names[] = {"MINIMAL", "TEMPLATE"};
  for (int i = 0; i < 2; i++)
    sweep((scenario){names[i], 18, NULL});
}

static tn_status query_full(tn_core *core) {
  return query(core, "FULL");
}

Test(memory, queries_survive) {
  sweep((scenario){NULL, 0, query_full});
}

Test(memory, wishes_for_nodes_survive) {
  sweep((scenario){NULL, 0, assign});
}

Test(memory, lists_survive) {
  sweep((scenario){NULL, 0, list});
}

Test(memory, tensors_survive) {
  sweep((scenario){NULL, 0, use_tensors});
}
