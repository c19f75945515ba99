/* Runs the ONNX project's node tests on the interpreter.
 *
 *   onnx-node-tests [--filter TEXT] [--optimize] DIR...
 *
 * DIR holds a folder per test: model.onnx, test_data_set_*, tolerance.json. --filter runs the tests
 * whose name holds TEXT; --optimize runs the passes before. Prints each failure with its reason,
 * what was skipped and why, and as the last line `N passed, N failed, N skipped`. A test is skipped
 * when an operator of it is not implemented, or when the model is of a kind that is not read. */
#include "compare.h"

#include "frontends/onnx/onnx.h"
#include "graph/tensor.h"
#include "ops/interpreter.h"
#include "passes/pass.h"
#include "passes/upgrade.h"

#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_PORTS = 64, MOST_REASONS = 512 };

/* Why tests were skipped, and how many. */
typedef struct reason {
  char text[160];
  unsigned count;
} reason;

typedef struct tally {
  unsigned passed, failed, skipped;
  reason reasons[MOST_REASONS];
  unsigned reason_count;
} tally;

typedef struct settings {
  const char *filter; /* Or NULL. */
  int optimize;
} settings;

static void skip(tally *counts, const char *text) {
  unsigned i = 0;
  counts->skipped++;
  while (i < counts->reason_count && strcmp(counts->reasons[i].text, text) != 0)
    i++;
  if (i == MOST_REASONS) return;
  if (i == counts->reason_count) {
    snprintf(counts->reasons[i].text, sizeof counts->reasons[i].text, "%s", text);
    counts->reason_count++;
  }
  counts->reasons[i].count++;
}

/* The name of an operator that is not implemented, or NULL. */
static const tn_node *find_missing(const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    if (!tni_operator_find(node->domain, node->operation, node->since_version)) return node;
    for (uint32_t j = 0; j < node->attribute_count; j++) {
      const tn_attribute *attribute = node->attributes[j];
      for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++) {
        const tn_node *missing = find_missing(attribute->as.graphs[k]);
        if (missing) return missing;
      }
    }
  }
  return NULL;
}

/* Joins a folder and a name; what does not fit becomes the empty path, which no file has. */
static void make_path(char path[static PATH_MAX], const char *folder, const char *name) {
  if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX) path[0] = 0;
}

static test_tolerance read_tolerance(const char *folder) {
  char path[PATH_MAX];
  test_tolerance tolerance = {1e-7, 1e-3};
  make_path(path, folder, "tolerance.json");
  json_t *root = json_load_file(path, 0, NULL);
  if (json_is_number(json_object_get(root, "atol")))
    tolerance.absolute = json_number_value(json_object_get(root, "atol"));
  if (json_is_number(json_object_get(root, "rtol")))
    tolerance.relative = json_number_value(json_object_get(root, "rtol"));
  json_decref(root);
  return tolerance;
}

/* Reads PATH/KIND_0.pb and so on; 0 tensors when the first is not there. */
static tn_status read_tensors(const char *folder, const char *kind, tn_tensor **tensors,
                              uint32_t *count, tn_error *error) {
  char path[PATH_MAX];
  char name[32];
  for (*count = 0; *count < MOST_PORTS; ++*count) {
    snprintf(name, sizeof name, "%s_%u.pb", kind, *count);
    make_path(path, folder, name);
    if (access(path, F_OK) != 0) return TN_OK;
    TN_TRY(tni_onnx_read_tensor(tni_environment_system(), tn_string_from(path), NULL, 0,
                                &tensors[*count], error));
  }
  return tni_fail(error, TN_UNSUPPORTED, "more than %d ports", (int)MOST_PORTS);
}

static void release_tensors(tn_tensor **tensors) {
  for (uint32_t i = 0; i < MOST_PORTS; i++)
    if (tensors[i]) tn_tensor_release(tensors[i]);
}

/* The tensors of one data set. */
typedef struct data_set {
  tn_tensor *inputs[MOST_PORTS], *expected[MOST_PORTS], *outputs[MOST_PORTS];
  uint32_t input_count, expected_count;
} data_set;

static tn_status run_data(const tni_interpreter *interpreter, const tn_graph *graph,
                          const char *folder, test_tolerance tolerance, data_set *data,
                          tn_error *error) {
  TN_TRY(read_tensors(folder, "input", data->inputs, &data->input_count, error));
  TN_TRY(read_tensors(folder, "output", data->expected, &data->expected_count, error));
  if (data->input_count != graph->input_count || data->expected_count != graph->output_count)
    return tni_fail(error, TN_MALFORMED, "%u inputs and %u outputs, the model has %u and %u",
                    data->input_count, data->expected_count, graph->input_count,
                    graph->output_count);
  const tni_run_options options = {.inputs = data->inputs, .outputs = data->outputs};
  TN_TRY(tni_interpreter_run(interpreter, &options, error));
  for (uint32_t i = 0; i < data->expected_count; i++) {
    const tn_status status = test_compare(data->outputs[i], data->expected[i], tolerance, error);
    if (status != TN_OK) return tni_fail_prefix(error, status, "output %u", i);
  }
  return TN_OK;
}

static tn_status run_sets(tn_model *model, const char *folder, tn_error *error) {
  tni_interpreter *interpreter = NULL;
  TN_TRY(tni_interpreter_create(model, tni_environment_system(), &interpreter, error));
  tn_status status = TN_OK;
  for (unsigned set = 0; status == TN_OK; set++) {
    char path[PATH_MAX];
    char name[32];
    data_set data = {0};
    snprintf(name, sizeof name, "test_data_set_%u", set);
    make_path(path, folder, name);
    if (access(path, F_OK) != 0) {
      if (set == 0) status = tni_fail(error, TN_NOT_FOUND, "it has no data set");
      break;
    }
    status = run_data(interpreter, model->graph, path, read_tolerance(folder), &data, error);
    release_tensors(data.inputs);
    release_tensors(data.expected);
    release_tensors(data.outputs);
  }
  tni_interpreter_destroy(interpreter);
  return status;
}

/* What the upgrade cannot do is told apart from what fails. */
static void note_refusal(void *user, const tn_node *node, const tn_error *why) {
  snprintf(user, 160, "%.*s: %.100s", TNI_TEXT(node->operation), why->message);
}

/* Runs one test. A reason in `skipped` says that it was not run. */
static tn_status run_model(tni_model *model, const char *folder, const settings *wanted,
                           char skipped[static 160], tn_error *error) {
  const tni_upgrade_refusal refusal = {note_refusal, skipped};
  TN_TRY(tni_upgrade_and_infer(model, &refusal, error));
  const tn_node *missing = find_missing(model->view.graph);
  if (missing && !skipped[0]) snprintf(skipped, 160, "operator %.*s", TNI_TEXT(missing->operation));
  if (skipped[0]) return TN_OK;
  if (wanted->optimize) TN_TRY(tni_passes_run(model, NULL, 0, error));
  tn_model *frozen = NULL;
  tni_model *copy = NULL;
  TN_TRY(tni_model_clone(&model->view, tni_environment_system(), &copy, error));
  tn_status status = tni_model_freeze(copy, &frozen, error);
  if (status != TN_OK) {
    tni_model_destroy(copy);
    return status;
  }
  status = run_sets(frozen, folder, error);
  tn_model_release(frozen);
  return status;
}

static void run_test(const char *folder, const char *name, const settings *wanted, tally *counts) {
  char path[PATH_MAX];
  char skipped[160] = "";
  tn_error error = {0};
  tni_model *model = NULL;
  make_path(path, folder, "model.onnx");
  tn_status status =
      tni_onnx_read_file(tni_environment_system(), tn_string_from(path), &model, &error);
  if (status == TN_UNSUPPORTED) {
    const char *why = strstr(error.message, "model.onnx: ");
    skip(counts, why ? why + strlen("model.onnx: ") : error.message);
    return;
  }
  if (status == TN_OK) status = run_model(model, folder, wanted, skipped, &error);
  tni_model_destroy(model);
  if (status != TN_OK) {
    counts->failed++;
    printf("FAILED %s: %s\n", name, error.message);
  } else if (skipped[0]) {
    skip(counts, skipped);
  } else {
    counts->passed++;
  }
}

static int is_test(const struct dirent *entry) {
  return strncmp(entry->d_name, "test_", 5) == 0;
}

static int run_folder(const char *folder, const settings *wanted, tally *counts) {
  struct dirent **entries = NULL;
  const int count = scandir(folder, &entries, is_test, alphasort);
  if (count < 0) {
    fprintf(stderr, "onnx-node-tests: cannot read %s\n", folder);
    return 0;
  }
  for (int i = 0; i < count; i++) {
    char path[PATH_MAX];
    make_path(path, folder, entries[i]->d_name);
    if (!wanted->filter || strstr(entries[i]->d_name, wanted->filter))
      run_test(path, entries[i]->d_name, wanted, counts);
    free(entries[i]);
  }
  free(entries);
  return 1;
}

int main(int count, char **arguments) {
  static tally counts;
  settings wanted = {0};
  int good = count > 1;
  for (int i = 1; i < count && good; i++) {
    if (strcmp(arguments[i], "--filter") == 0 && i + 1 < count)
      wanted.filter = arguments[++i];
    else if (strcmp(arguments[i], "--optimize") == 0)
      wanted.optimize = 1;
    else
      good = run_folder(arguments[i], &wanted, &counts);
  }
  if (!good) {
    fputs("usage: onnx-node-tests [--filter TEXT] [--optimize] DIR...\n", stderr);
    return 2;
  }
  for (unsigned i = 0; i < counts.reason_count; i++)
    printf("skipped %u: %s\n", counts.reasons[i].count, counts.reasons[i].text);
  printf("%u passed, %u failed, %u skipped\n", counts.passed, counts.failed, counts.skipped);
  return counts.failed > 0 || counts.passed == 0;
}
