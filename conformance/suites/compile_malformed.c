/* Checks of compile and query on models that contradict themselves. The suite's own reader makes
 * none; they come from hosts with a defect and from views that were tampered with. */
#define TN_GROUP "compile"
#include <string.h>

#include "engine/altered.h"
#include "engine/check.h"
#include "engine/observe.h"

/* The copies of a counted model may be written before it is frozen. */
static tn_node *node_at(tn_graph *graph, uint32_t index) {
  return (tn_node *)(uintptr_t)graph->nodes[index];
}

static tn_value_info *writable(const tn_value_info *value) {
  return (tn_value_info *)(uintptr_t)value;
}

static const tn_value_info **list(const tn_value_info *const *values) {
  return (const tn_value_info **)(uintptr_t)values;
}

static void no_inputs(tn_graph *graph) {
  node_at(graph, 0)->input_count = 0;
}

static void null_input(tn_graph *graph) {
  list(node_at(graph, 0)->inputs)[0] = NULL;
}

static void no_outputs(tn_graph *graph) {
  node_at(graph, 0)->output_count = 0;
}

static void null_output(tn_graph *graph) {
  list(node_at(graph, 0)->outputs)[0] = NULL;
}

static void output_of_smaller_type(tn_graph *graph) {
  writable(graph->outputs[0])->type = TN_U8;
}

static void output_of_wider_type(tn_graph *graph) {
  writable(graph->outputs[0])->type = TN_F64;
}

static void output_without_elements(tn_graph *graph) {
  tn_value_info *output = writable(graph->outputs[0]);
  if (output->rank) ((tn_dimension *)(uintptr_t)output->dimensions)[0] = (tn_dimension){0, 0, NULL};
}

static void smaller_output(tn_graph *graph) {
  tn_value_info *output = writable(graph->outputs[0]);
  if (output->rank) ((tn_dimension *)(uintptr_t)output->dimensions)[0] = (tn_dimension){1, 1, NULL};
}

static void huge_output(tn_graph *graph) {
  tn_value_info *output = writable(graph->outputs[0]);
  for (uint32_t i = 0; i < output->rank; i++)
    ((tn_dimension *)(uintptr_t)output->dimensions)[i] =
        (tn_dimension){INT64_MAX / 2, INT64_MAX / 2, NULL};
}

static void negative_input(tn_graph *graph) {
  tn_value_info *input = writable(graph->inputs[0]);
  if (input->rank) ((tn_dimension *)(uintptr_t)input->dimensions)[0] = (tn_dimension){-4, -4, NULL};
}

static void rank_too_large(tn_graph *graph) {
  writable(graph->inputs[0])->rank = 4000000;
}

static void outputs_without_producer(tn_graph *graph) {
  graph->node_count = 0;
}

static void reads_itself(tn_graph *graph) {
  list(node_at(graph, 0)->inputs)[0] = node_at(graph, 0)->outputs[0];
}

static void node_twice(tn_graph *graph) {
  if (graph->node_count > 1) ((const tn_node **)(uintptr_t)graph->nodes)[1] = graph->nodes[0];
}

static void users_first(tn_graph *graph) {
  const tn_node **nodes = (const tn_node **)(uintptr_t)graph->nodes;
  for (uint32_t i = 0, j = graph->node_count; j > i + 1;) {
    const tn_node *first = nodes[i];
    nodes[i++] = nodes[--j];
    nodes[j] = first;
  }
}

/* Attributes are the model's own: those of the copies are made here. */
static void replace_attributes(tn_graph *graph, void (*change)(tn_attribute *attribute)) {
  enum { NODES = 16, ATTRIBUTES = 16 };
  static tn_attribute made[NODES][ATTRIBUTES];
  static const tn_attribute *lists[NODES][ATTRIBUTES];
  for (uint32_t i = 0; i < graph->node_count && i < NODES; i++) {
    tn_node *node = node_at(graph, i);
    if (node->attribute_count > ATTRIBUTES) continue;
    for (uint32_t k = 0; k < node->attribute_count; k++) {
      made[i][k] = *node->attributes[k];
      change(&made[i][k]);
      lists[i][k] = &made[i][k];
    }
    node->attributes = lists[i];
  }
}

static void number(tn_attribute *attribute) {
  static const int64_t sevens[] = {7, 7}; /* as long as a text */
  attribute->kind = TN_ATTRIBUTE_INT;
  attribute->count = 1;
  attribute->as.ints = sevens;
}

static void text(tn_attribute *attribute) {
  static const tn_string word = TN_STRING_INIT("seven");
  attribute->kind = TN_ATTRIBUTE_STRING;
  attribute->count = 1;
  attribute->as.strings = &word;
}

static void attributes_that_are_numbers(tn_graph *graph) {
  replace_attributes(graph, number);
}

static void attributes_that_are_texts(tn_graph *graph) {
  replace_attributes(graph, text);
}

static void no_attributes(tn_graph *graph) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    node_at(graph, i)->attribute_count = 0;
}

#define DEFECT(alter, text) \
  { #alter, text, alter }

static const struct {
  const char *name, *text;
  void (*alter)(tn_graph *graph);
} defects[] = {DEFECT(no_inputs, "a node without inputs"),
               DEFECT(null_input, "a node whose input is NULL"),
               DEFECT(no_outputs, "a node without outputs"),
               DEFECT(null_output, "a node whose output is NULL"),
               DEFECT(output_of_smaller_type, "an output of a smaller element type"),
               DEFECT(output_of_wider_type, "an output of a wider element type"),
               DEFECT(output_without_elements, "an output without elements"),
               DEFECT(smaller_output, "an output that is too small"),
               DEFECT(huge_output, "an output of more bytes than there are"),
               DEFECT(negative_input, "an input of negative extent"),
               DEFECT(rank_too_large, "an input of rank 4000000"),
               DEFECT(outputs_without_producer, "outputs that no node makes"),
               DEFECT(reads_itself, "a node that reads its own output"),
               DEFECT(node_twice, "one node twice"),
               DEFECT(users_first, "users before their producers"),
               DEFECT(attributes_that_are_numbers, "attributes that are all numbers"),
               DEFECT(attributes_that_are_texts, "attributes that are all texts"),
               DEFECT(no_attributes, "nodes without attributes")};

static const char *defect_at(uint32_t index) {
  return index < sizeof defects / sizeof *defects ? defects[index].name : NULL;
}

static bool refused_or_done(tn_status status) {
  return status == TN_OK || status == TN_MALFORMED || status == TN_UNSUPPORTED ||
         status == TN_INVALID_ARGUMENT || status == TN_OUT_OF_MEMORY;
}

/* What compiles all the same must not crash when it runs. */
static void run(tn_compiled_model *compiled) {
  tn_infer_request *request = NULL;
  if (tn_compiled_model_create_request(compiled, NULL, &request, NULL) != TN_OK) return;
  if (tn_infer_request_infer(request, NULL) != TN_OK) { /* any refusal is as good */
  }
  tn_infer_request_destroy(request);
}

static void try_defect(test *t, const char *name) {
  const char *text = defects[t->parameter_index].text;
  counted_model *view = counted_model_create_altered(t, name, defects[t->parameter_index].alter);
  tn_compiled_model *compiled = test_poison();
  seen_answers answers;
  if (!view) return;
  tn_status asked = see_query(t, t->plugin, &view->base, NULL, &answers, NULL);
  tn_status status = tn_plugin_compile(t->plugin, t->device, &view->base, NULL, &compiled, NULL);
  EXPECT_THAT(refused_or_done(asked), "query of %s with %s is answered or refused; it gave %s",
              name, text, tni_status_name(asked));
  EXPECT_THAT(refused_or_done(status),
              "compile of %s with %s gives MALFORMED or succeeds; it gave %s", name, text,
              tni_status_name(status));
  EXPECT_THAT(status == TN_OK || compiled == test_poison(), "a refused compile leaves *out");
  if (status == TN_OK) {
    run(compiled);
    tn_compiled_model_destroy(compiled);
  }
  EXPECT_THAT(counted_model_references(view) == 1,
              "%s with %s is released as often as it was retained", name, text);
}

TN_CHECK_WITH(compile_malformed_carrier, COMPILE, 13, 0,
              "a carrier that contradicts itself is refused or compiles; nothing crashes",
              .name_at = defect_at) {
  try_defect(t, t->setup->carrier);
}

TN_CHECK_WITH(compile_malformed_variables, COMPILE, 13, TEST_NEEDS_STATES,
              "a model with variables that contradicts itself is refused or compiles; nothing "
              "crashes",
              .name_at = defect_at) {
  try_defect(t, "two_variables");
}

TN_CHECK_WITH(compile_malformed_chain, COMPILE, 13, 0,
              "a chain of nodes that contradicts itself is refused or compiles; nothing crashes",
              .name_at = defect_at) {
  try_defect(t, "chain");
}
