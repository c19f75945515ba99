/* Checks of devices that declare determinism: equal inputs give equal bits. Inputs are numbers with
 * all bits of their type and of many sizes, so that sums are rounded at every step and another
 * order of them shows. */
#define TN_GROUP "deterministic"
#include "engine/check.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/blob.h"
#include "graph/tensor.h"

enum { MOST_OUTPUTS = 4, REPEATS = 8, OTHERS = 4, SIZE = 4 };

/* Those that sum, and what every device has. */
static const char *const models[] = {"carrier", "conv_f32", "network_f32", "recurrent", NULL};

/* Dense copies of what an inference gave; they live until the check returns. */
struct results {
  tn_tensor *outputs[MOST_OUTPUTS];
  uint32_t count;
};

/* Sets inputs of the case's seed. */
static bool set_inputs(test *t, tn_infer_request *request) {
  tn_model *model = test_model(t, t->parameter);
  if (!request || !model) return false;
  for (uint32_t i = 0; i < model->graph->input_count; i++) {
    const tn_value_info *port = model->graph->inputs[i];
    int64_t shape[TN_MAX_RANK];
    suite_shape(port, SIZE, shape);
    tn_tensor *tensor = test_tensor(t, port->type, port->rank, shape);
    if (!tensor) return false;
    suite_fill_inexact(tensor, t->seed, i);
    if (!test_record_status(t, tn_infer_request_set_tensor(request, i, tensor, &t->error), TN_OK,
                            "set_tensor(request, input, tensor, &t->error)", __FILE__, __LINE__))
      return false;
  }
  return true;
}

static tn_infer_request *ready_request(test *t, tn_compiled_model *compiled) {
  tn_infer_request *request = compiled ? test_request(t, compiled) : NULL;
  return set_inputs(t, request) ? request : NULL;
}

static bool take_results(test *t, tn_infer_request *request, struct results *out) {
  const tn_graph *graph = test_model(t, t->parameter)->graph;
  *out = (struct results){.count = graph->output_count};
  if (out->count > MOST_OUTPUTS) out->count = MOST_OUTPUTS;
  for (uint32_t i = 0; i < out->count; i++) {
    tn_tensor *output = NULL;
    tn_status status =
        tn_infer_request_get_tensor(request, graph->input_count + i, &output, &t->error);
    if (status == TN_OK)
      status =
          tni_tensor_create_dense(tni_environment_system(), output, &out->outputs[i], &t->error);
    if (!test_record_status(t, status, TN_OK, "get_tensor(request, output, &tensor, &t->error)",
                            __FILE__, __LINE__))
      return false;
    test_adopt_tensor(t, out->outputs[i]);
  }
  return true;
}

static bool infer(test *t, tn_infer_request *request, struct results *out) {
  return request &&
         test_record_status(t, tn_infer_request_infer(request, &t->error), TN_OK,
                            "infer(request, &t->error)", __FILE__, __LINE__) &&
         take_results(t, request, out);
}

static void expect_same(test *t, const struct results *first, const struct results *second,
                        const char *what) {
  for (uint32_t i = 0; i < first->count; i++)
    test_expect_equal(t, first->outputs[i], second->outputs[i], what);
}

TN_CHECK_WITH(deterministic_repeated, INFER, 16, TEST_NEEDS_DETERMINISM,
              "inferences of one request on equal inputs give equal bits", .names = models) {
  tn_infer_request *request = ready_request(t, test_compile(t, t->parameter));
  struct results first, other;
  if (!infer(t, request, &first)) return;
  for (int i = 0; i < REPEATS; i++) {
    if (!set_inputs(t, request) || !infer(t, request, &other)) return; /* in other memory */
    expect_same(t, &first, &other, "a repeated inference");
  }
}

TN_CHECK_WITH(deterministic_requests, INFER, 16, TEST_NEEDS_DETERMINISM,
              "other requests of a compiled model give equal bits on equal inputs",
              .names = models) {
  tn_compiled_model *compiled = test_compile(t, t->parameter);
  struct results first, other;
  if (!infer(t, ready_request(t, compiled), &first)) return;
  for (int i = 0; i < OTHERS; i++) {
    if (!infer(t, ready_request(t, compiled), &other)) return;
    expect_same(t, &first, &other, "another request");
  }
}

TN_CHECK_WITH(deterministic_side_by_side, INFER, 16, TEST_NEEDS_DETERMINISM,
              "requests at once give the bits of one alone", .names = models) {
  tn_compiled_model *compiled = test_compile(t, t->parameter);
  tn_infer_request *one = ready_request(t, compiled), *two = ready_request(t, compiled);
  struct results alone, other;
  if (!two || !infer(t, one, &alone)) return;
  for (int i = 0; i < OTHERS; i++) {
    const bool held = test_start_held(t, one); /* both are in flight before either goes on */
    tn_status status = tn_infer_request_start(two, NULL, &t->error);
    if (!held) status = status == TN_OK ? tn_infer_request_start(one, NULL, &t->error) : status;
    suite_host_let_go(t->host);
    EXPECT_OK(status);
    EXPECT_OK(tn_infer_request_wait(one, -1, &t->error));
    EXPECT_OK(tn_infer_request_wait(two, -1, &t->error));
    if (!take_results(t, one, &other)) return;
    expect_same(t, &alone, &other, "the first of two at once");
    if (!take_results(t, two, &other)) return;
    expect_same(t, &alone, &other, "the second of two at once");
  }
}

TN_CHECK_WITH(deterministic_compiles, INFER, 16, TEST_NEEDS_DETERMINISM,
              "a model that is compiled again gives equal bits on equal inputs", .names = models) {
  struct results first, other;
  if (!infer(t, ready_request(t, test_compile(t, t->parameter)), &first)) return;
  for (int i = 0; i < OTHERS; i++) { /* those before stay alive, so that nothing is at its place */
    if (!infer(t, ready_request(t, test_compile(t, t->parameter)), &other)) return;
    expect_same(t, &first, &other, "the model compiled again");
  }
}

TN_CHECK_WITH(deterministic_imported, INFER, 16, TEST_NEEDS_DETERMINISM | TEST_NEEDS_IMPORT,
              "an imported model gives the bits of the exported one", .names = models) {
  blob whole;
  struct results first, other;
  if (!infer(t, ready_request(t, test_compile(t, t->parameter)), &first) ||
      !blob_make(t, t->parameter, &whole))
    return;
  tn_compiled_model *imported = blob_import_whole(t, &whole, true);
  blob_clear(&whole);
  if (infer(t, ready_request(t, imported), &other))
    expect_same(t, &first, &other, "the imported model");
}

/* Bytes of one output after the other. Texts have none of their own. */
static uint64_t bytes_of(const tn_tensor *tensor) {
  return tensor->type == TN_STRING_ELEMENT
             ? 0
             : tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
}

static bool store(int file, const struct results *results) {
  bool stored = true;
  for (uint32_t i = 0; i < results->count; i++) {
    const size_t size = (size_t)bytes_of(results->outputs[i]);
    stored = stored && write(file, results->outputs[i]->data, size) == (ssize_t)size;
  }
  return stored;
}

/* In the new process: its results beside those of the old one, which lie in the file. */
static void compare_with_file(test *t, int file) {
  struct results mine, theirs;
  off_t at = 0;
  if (!infer(t, ready_request(t, test_compile(t, t->parameter)), &mine) ||
      !infer(t, ready_request(t, test_compile(t, t->parameter)), &theirs))
    return;
  for (uint32_t i = 0; i < theirs.count; i++) { /* of the same form, with the file's bytes */
    const size_t size = (size_t)bytes_of(theirs.outputs[i]);
    REQUIRE(pread(file, theirs.outputs[i]->data, size, at) == (ssize_t)size);
    at += (off_t)size;
  }
  expect_same(t, &theirs, &mine, "the same inference in a new process");
}

TN_CHECK_WITH(deterministic_new_process, INFER, 16, TEST_NEEDS_DETERMINISM | TEST_SLOW,
              "equal inputs give equal bits in a process that opens the plugin anew",
              .names = models) {
  struct results mine;
  if (t->handed >= 0) {
    compare_with_file(t, t->handed);
    return;
  }
  if (!infer(t, ready_request(t, test_compile(t, t->parameter)), &mine)) return;
  const int file = memfd_create("tenon-results", MFD_CLOEXEC);
  if (file >= 0 && store(file, &mine))
    test_in_new_process(t, file);
  else
    test_record_inconclusive(t, "the suite could not write the results");
  if (file >= 0) close(file);
}
