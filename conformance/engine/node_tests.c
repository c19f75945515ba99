#include "engine/node_tests.h"

#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/case_run.h"
#include "engine/random.h"
#include "frontends/onnx/onnx.h"
#include "graph/tensor.h"
#include "ops/interpreter.h"
#include "passes/shape.h"
#include "passes/upgrade.h"

enum { MAX_DEPTH = 4, MAX_PORTS = 64 };

static node_test *tests;
static uint32_t test_count, test_capacity;

const node_test *node_tests_at(uint32_t index) {
  return index < test_count ? &tests[index] : NULL;
}

/* tolerance.json beside the model, where there is one; else what ONNX's own runner takes. */
static void read_tolerance(node_test *node) {
  char path[PATH_MAX];
  node->relative = 1e-3;
  node->absolute = 1e-7;
  snprintf(path, sizeof path, "%s/tolerance.json", node->folder);
  json_t *root = json_load_file(path, 0, NULL);
  json_t *relative = json_object_get(root, "rtol"), *absolute = json_object_get(root, "atol");
  if (json_is_number(relative)) node->relative = json_number_value(relative);
  if (json_is_number(absolute)) node->absolute = json_number_value(absolute);
  json_decref(root);
}

static void add_test(const char *folder) {
  if (test_count == test_capacity) {
    test_capacity = test_capacity ? test_capacity * 2 : 256;
    node_test *grown = realloc(tests, test_capacity * sizeof *tests);
    if (!grown) abort(); /* the suite itself is out of memory */
    tests = grown;
  }
  node_test *node = &tests[test_count++];
  const char *slash = strrchr(folder, '/');
  node->folder = strdup(folder);
  node->name = strdup(slash ? slash + 1 : folder);
  if (!node->folder || !node->name) abort();
  read_tolerance(node);
}

static void search(const char *folder, int depth) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/model.onnx", folder);
  if (access(path, R_OK) == 0) {
    add_test(folder);
    return;
  }
  DIR *entries = depth < MAX_DEPTH ? opendir(folder) : NULL;
  for (struct dirent *entry = entries ? readdir(entries) : NULL; entry; entry = readdir(entries)) {
    struct stat status;
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) search(path, depth + 1);
  }
  if (entries) closedir(entries);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const node_test *)a)->name, ((const node_test *)b)->name);
}

uint32_t node_tests_open(const char *folder) {
  search(folder, 0);
  if (test_count) qsort(tests, test_count, sizeof *tests, by_name);
  return test_count;
}

static tn_status read_tensor(const node_test *node, uint32_t set, const char *kind, uint32_t index,
                             tn_tensor **out, tn_error *error) {
  char path[PATH_MAX], name[8];
  snprintf(path, sizeof path, "%s/test_data_set_%u/%s_%u.pb", node->folder, set, kind, index);
  return tni_onnx_read_tensor(tni_environment_system(), tn_string_from(path), name, sizeof name,
                              out, error);
}

tn_status node_test_expected(const node_test *node, uint32_t set, uint32_t output, tn_tensor **out,
                             tn_error *error) {
  return read_tensor(node, set, "output", output, out, error);
}

/* --- fresh data --- */

/* Moves the elements of an input on by as many as the seed says: they stay what the operator takes,
 * and the result is another. Inputs of as many elements are moved alike, so that what was chosen to
 * go together still does. */
static bool turn(tn_tensor *tensor, uint64_t seed) {
  const uint64_t count = tn_tensor_element_count(tensor);
  const size_t size = tn_element_type_bits(tensor->type) / 8;
  char *copy = count > 1 ? malloc((size_t)count * size) : NULL;
  if (!copy) return count <= 1;
  uint64_t state = seed;
  const uint64_t by = 1 + suite_random_next(&state) % (count - 1);
  memcpy(copy, tensor->data, (size_t)count * size);
  for (uint64_t i = 0; i < count; i++)
    memcpy((char *)tensor->data + i * size, copy + (i + by) % count * size, size);
  free(copy);
  return true;
}

static bool is_real(uint32_t type) {
  return type == TN_F16 || type == TN_BF16 || type == TN_F32 || type == TN_F64;
}

/* The model with the newest versions of its operators, as the reference kernels take it. */
static tn_status read_newest(const node_test *node, tn_model **out, tn_error *error) {
  char path[PATH_MAX];
  tni_model *model = NULL;
  snprintf(path, sizeof path, "%s/model.onnx", node->folder);
  TN_TRY(tni_onnx_read_file(tni_environment_system(), tn_string_from(path), &model, error));
  tn_status status = tni_model_sync(model, error);
  if (status == TN_OK) status = tni_upgrade_and_infer(model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

static tn_status read_turned(const node_test *node, uint64_t seed, uint32_t count,
                             tn_tensor **inputs, tn_error *error) {
  for (uint32_t i = 0; i < count; i++) {
    tn_tensor *stored = NULL;
    TN_TRY(read_tensor(node, 0, "input", i, &stored, error));
    const tn_status status =
        tni_tensor_create_dense(tni_environment_system(), stored, &inputs[i], error);
    tn_tensor_release(stored);
    TN_TRY(status);
    if (!turn(inputs[i], seed)) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an input");
  }
  return TN_OK;
}

static tn_status run_reference(tn_model *model, tn_tensor **inputs, tn_tensor **outputs,
                               tn_error *error) {
  tni_interpreter *interpreter = NULL;
  const tni_run_options options = {.inputs = inputs, .outputs = outputs};
  TN_TRY(tni_interpreter_create(model, tni_environment_system(), &interpreter, error));
  const tn_status status = tni_interpreter_run(interpreter, &options, error);
  tni_interpreter_destroy(interpreter);
  return status;
}

tn_status node_test_fresh(const node_test *node, uint64_t seed, uint32_t output, tn_tensor **out,
                          tn_error *error) {
  tn_tensor *inputs[MAX_PORTS] = {NULL}, *outputs[MAX_PORTS] = {NULL};
  tn_model *model = NULL;
  TN_TRY(read_newest(node, &model, error));
  const tn_graph *graph = model->graph;
  tn_status status = graph->input_count <= MAX_PORTS && graph->output_count <= MAX_PORTS
                         ? read_turned(node, seed, graph->input_count, inputs, error)
                         : TN_UNSUPPORTED;
  if (status == TN_OK) status = run_reference(model, inputs, outputs, error);
  if (status == TN_OK && output < graph->output_count) {
    *out = outputs[output];
    outputs[output] = NULL;
  }
  for (uint32_t i = 0; i < MAX_PORTS; i++) {
    if (inputs[i]) tn_tensor_release(inputs[i]);
    if (outputs[i]) tn_tensor_release(outputs[i]);
  }
  tn_model_release(model);
  return status == TN_OK && !*out ? TN_OUT_OF_RANGE : status;
}

/* --- in the worker */

static uint32_t stated_set(tn_plugin *plugin, const char *domain) {
  const tn_plugin_info *info = plugin->api->info(plugin);
  for (uint64_t i = 0; i < info->operator_set_count; i++)
    if (tn_string_equal(info->operator_sets[i]->domain, tn_string_from(domain)))
      return info->operator_sets[i]->version;
  return 0;
}

/* Reads the model as the runtime would hand it to this plugin: upgraded to its set, with types and
 * shapes. */
static tn_status read_model(test *t, const node_test *node, tn_model **out) {
  char path[PATH_MAX];
  tni_model *model = NULL, *newest = NULL;
  const tni_environment *environment = tni_environment_system();
  snprintf(path, sizeof path, "%s/model.onnx", node->folder);
  TN_TRY(tni_onnx_read_file(environment, tn_string_from(path), &model, &t->error));
  uint32_t set = stated_set(t->plugin, "");
  tn_status status = tni_model_sync(model, &t->error);
  if (status == TN_OK) status = tni_model_clone(&model->view, environment, &newest, &t->error);
  if (status == TN_OK) status = tni_upgrade_and_infer(newest, NULL, &t->error);
  if (status == TN_OK) status = tni_copy_shapes(newest, model, &t->error);
  if (status == TN_OK && set) status = tni_upgrade(model, set, NULL, &t->error);
  if (status == TN_OK) status = tni_model_freeze(model, out, &t->error);
  tni_model_destroy(newest);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

static void record_reason(test *t, uint32_t kind, const char *what) {
  char text[600];
  snprintf(text, sizeof text, "%s: %.480s", what, t->error.message);
  record_append(case_log(t), &(record){.kind = kind}, text, NULL, NULL);
}

static bool set_inputs(test *t, const node_test *node, tn_infer_request *request, uint32_t set,
                       uint32_t count, bool fresh) {
  for (uint32_t i = 0; i < count; i++) {
    tn_tensor *stored = NULL;
    tn_status status = read_tensor(node, set, "input", i, &stored, &t->error);
    tn_tensor *input =
        status == TN_OK ? test_tensor(t, stored->type, stored->rank, stored->shape) : NULL;
    if (input) status = tni_tensor_copy(stored, input, &t->error);
    if (fresh && input && status == TN_OK && !turn(input, t->seed)) status = TN_OUT_OF_MEMORY;
    if (stored) tn_tensor_release(stored);
    if (status != TN_OK || !input) {
      record_reason(t, RECORD_INFRA, "the suite cannot read an input");
      return false;
    }
    status = tn_infer_request_set_tensor(request, i, input, &t->error);
    if (!test_record_status(t, status, TN_OK, "set_tensor(request, input, tensor, &t->error)",
                            __FILE__, __LINE__))
      return false;
  }
  return true;
}

/* Outputs are handed over as those of no model: the supervisor reads what is expected from the
 * folder. */
static void hand_over(test *t, tn_infer_request *request, uint64_t set, uint32_t inputs,
                      uint32_t outputs) {
  for (uint32_t i = 0; i < outputs; i++) {
    tn_tensor *tensor = NULL;
    if (test_record_status(t, tn_infer_request_get_tensor(request, inputs + i, &tensor, &t->error),
                           TN_OK, "get_tensor(request, output, &tensor, &t->error)", __FILE__,
                           __LINE__))
      test_expect_output(t, tensor, "", i, set, 0);
  }
}

static void run_sets(test *t, const node_test *node, tn_compiled_model *compiled) {
  const tn_port_list *ports = tn_compiled_model_ports(compiled);
  for (uint32_t set = 0;; set++) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/test_data_set_%u", node->folder, set);
    if (access(path, R_OK) != 0) return;
    tn_infer_request *request = test_request(t, compiled);
    if (!request || !set_inputs(t, node, request, set, ports->input_count, false)) return;
    if (!test_record_status(t, tn_infer_request_infer(request, &t->error), TN_OK,
                            "infer(request, &t->error)", __FILE__, __LINE__))
      return;
    hand_over(t, request, set, ports->input_count, ports->output_count);
  }
}

/* Whether all that goes in are reals: others may be indices or shapes. */
static bool takes_reals(const tn_port_list *ports) {
  for (uint32_t i = 0; i < ports->input_count; i++)
    if (!is_real(ports->inputs[i]->type)) return false;
  return ports->input_count > 0;
}

static void run_fresh(test *t, const node_test *node, tn_compiled_model *compiled) {
  const tn_port_list *ports = tn_compiled_model_ports(compiled);
  tn_infer_request *request = takes_reals(ports) ? test_request(t, compiled) : NULL;
  if (!request || !set_inputs(t, node, request, 0, ports->input_count, true)) return;
  const tn_status status = tn_infer_request_infer(request, &t->error);
  const record told = {.kind = RECORD_FRESH, .observed = status, .line = __LINE__};
  record_append(case_log(t), &told, "infer(request, &t->error) on data of other order", NULL, NULL);
  if (status == TN_OK)
    hand_over(t, request, NODE_TEST_FRESH, ports->input_count, ports->output_count);
}

static void run_node(test *t, const node_test *node) {
  tn_model *model = NULL;
  tn_compiled_model *compiled = NULL;
  tn_status status = read_model(t, node, &model);
  if (status != TN_OK) {
    /* what the reader knows and leaves out, such as sets of operators, is no defect of the file */
    record_reason(t, status == TN_UNSUPPORTED ? RECORD_UNSUPPORTED : RECORD_INFRA,
                  "the suite cannot read the model");
    return;
  }
  status = tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error);
  tn_model_release(model);
  if (status == TN_UNSUPPORTED) {
    record_reason(t, RECORD_UNSUPPORTED, "compile");
    return;
  }
  if (!test_record_status(t, status, TN_OK,
                          "compile(plugin, device, model, NULL, &compiled, &t->error)", __FILE__,
                          __LINE__))
    return;
  test_adopt_compiled_model(t, compiled);
  run_sets(t, node, compiled);
  run_fresh(t, node, compiled);
}

void node_test_run(const test_setup *setup, const node_test *node, uint64_t seed, record_log *log) {
  test t = {.setup = setup, .objects = objects_create(log), .seed = seed, .handed = -1};
  if (!t.objects || !node) return;
  if (engine_start(&t)) run_node(&t, node);
  objects_destroy(&t);
  record_append(log, &(record){.kind = RECORD_END}, NULL, NULL, NULL);
}
