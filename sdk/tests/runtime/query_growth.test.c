/* How the time of a query grows with the number of nodes that the plugin does not know. */
#define ONNX_BYTES_CAPACITY 524288

#include "../support/runtime.h"

#include <time.h>

/* Sanitizers make each node many times as long. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { FEW = 500 };
#else
enum { FEW = 2000 };
#endif
enum { TIMES = 4, MANY = TIMES * FEW, MOST = 10 };

static tn_status TN_CALL count_refused(void *user, const tn_node_support *const *nodes,
                                       uint64_t count) {
  uint32_t *refused = user;
  for (uint64_t i = 0; i < count; i++)
    *refused += !nodes[i]->supported;
  return TN_OK;
}

static void add_node(onnx_bytes *graph, uint32_t number, int is_last) {
  static onnx_bytes node;
  char in[16] = "x", out[16] = "y", name[16];
  if (number > 0) snprintf(in, sizeof in, "v%u", number);
  if (!is_last) snprintf(out, sizeof out, "v%u", number + 1);
  snprintf(name, sizeof name, "n%u", number);
  node.size = 0;
  onnx_text(&node, 1, in);
  onnx_text(&node, 2, out);
  onnx_text(&node, 3, name);
  onnx_text(&node, 4, number % 2 ? "Unheard" : "Relu");
  if (number % 2) onnx_text(&node, 7, "nobody");
  onnx_message(graph, 1, &node);
}

static void add_set(onnx_bytes *file, const char *domain, uint64_t version) {
  static onnx_bytes set;
  set.size = 0;
  onnx_text(&set, 1, domain);
  onnx_number(&set, 2, version);
  onnx_message(file, 8, &set);
}

/* Every other node is of a domain that no plugin knows. */
static tn_model *read_alternating(tn_core *core, uint32_t nodes) {
  static onnx_bytes graph, file;
  tn_model *model = NULL;
  tn_error error = {0};
  graph.size = file.size = 0;
  for (uint32_t i = 0; i < nodes; i++)
    add_node(&graph, i, i + 1 == nodes);
  onnx_text(&graph, 2, "chain");
  onnx_port(&graph, 11, "x");
  onnx_port(&graph, 12, "y");
  onnx_number(&file, 1, 8);
  onnx_message(&file, 7, &graph);
  add_set(&file, "", 18);
  add_set(&file, "nobody", 1);
  assert_ok(tn_core_read_model_memory(core, file.data, file.size, &model, &error));
  return model;
}

/* Processor time of a query, the least of several. */
static double time_of(tn_core *core, uint32_t nodes) {
  tn_model *model = read_alternating(core, nodes);
  double least = 1e9;
  for (int round = 0; round < 8; round++) {
    uint32_t refused = 0;
    tn_error error = {0};
    const clock_t begun = clock();
    assert_ok(tn_core_query(core, model, "TEMPLATE", NULL, count_refused, &refused, &error));
    const double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    cr_assert_eq(refused, nodes / 2);
    if (seconds < least) least = seconds;
  }
  tn_model_release(model);
  return least;
}

/* The square would be 16 times as much; what no longer fits a cache costs some more. */
Test(query_growth, a_node_of_many_costs_as_much_as_a_node_of_few) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  const double few = time_of(core, FEW), many = time_of(core, MANY);
  cr_assert_lt(many, MOST * few, "%d nodes: %.3g s, %d times as many: %.3g times as long", FEW, few,
               TIMES, many / few);
  tn_core_destroy(core);
}
