#include "frontends/onnx/onnx.h"

#include "base/fault_allocator.h"
#include "frontends/onnx/test_messages.h"
#include "graph/tensor.h"
#include "onnx.pb.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Reads a message, which is used up. */
static tn_status read_message(tni_test_message message, const char *folder, tni_model **out,
                              tn_error *error) {
  const tn_status status = tni_onnx_read_memory(tni_environment_system(), message.data,
                                                message.length, folder, out, error);
  tni_text_destroy(&message);
  return status;
}

static tni_node *find_node(const tni_model *model, const char *name) {
  tni_node *node = tni_model_find_node(model, tn_string_from(name));
  cr_assert_not_null(node, "no node \"%s\"", name);
  return node;
}

Test(onnx, reads_a_whole_model) {
  tni_model *model = NULL;
  tn_error error = {0};
  cr_assert_eq(read_message(tni_test_whole_model(), NULL, &model, &error), TN_OK, "%s",
               error.message);
  const tn_graph *graph = model->view.graph;
  cr_assert(tn_string_equal(model->view.name, TN_STRING("whole")));
  cr_assert_eq(graph->input_count, 2);
  cr_assert_eq(graph->output_count, 2);
  cr_assert_eq(graph->node_count, 3);
  const tn_value_info *x = graph->inputs[0];
  cr_assert_eq(x->rank, 2);
  cr_assert_eq(x->dimensions[0].max, TN_UNBOUNDED);
  cr_assert(tn_string_equal(x->dimensions[0].symbol->name, TN_STRING("batch")));
  cr_assert_eq(x->dimensions[1].min, 3);
  cr_assert_eq(graph->outputs[1]->dimensions[0].symbol, x->dimensions[0].symbol);
  const tni_value *words = tni_graph_find_value(model->graph, TN_STRING("words"));
  cr_assert(tn_string_equal(((tn_string *)words->view.constant->data)[2], TN_STRING("word")));
  const tni_node *choose = find_node(model, "choose");
  cr_assert_eq(choose->view.since_version, 16, "not the version of the file's operator set");
  cr_assert_eq(choose->view.origin_count, 1);
  const tn_graph *branch = tn_node_attribute(&choose->view, TN_STRING("then_branch"))->as.graphs[0];
  cr_assert_eq(branch->nodes[0]->inputs[0], x, "the captured value is not the outer one");
  cr_assert_gt(branch->nodes[0]->name.length, 0);
  cr_assert_eq(tn_node_attribute(&find_node(model, "sum")->view, TN_STRING("keepdims"))->as.ints[0],
               0);
  tn_model *frozen = NULL;
  cr_assert_eq(tni_model_freeze(model, &frozen, &error), TN_OK, "%s", error.message);
  tn_model_release(frozen);
}

static tn_status read_once(const tni_allocator *allocator, void *user) {
  tni_test_message *message = user;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  tni_model *model = NULL;
  const tn_status status =
      tni_onnx_read_memory(&environment, message->data, message->length, "/", &model, NULL);
  if (status == TN_OK) tni_model_destroy(model);
  return status;
}

Test(onnx, survives_every_failed_allocation) {
  tni_test_message message = tni_test_whole_model();
  cr_assert_gt(tni_fault_sweep(read_once, &message), 20);
  tni_text_destroy(&message);
}

/* --- what is wrong with a file */

/* A graph of one node, y = Relu(x). */
static tni_test_message make_graph(tni_test_message node) {
  tni_test_message graph = tni_test_message_begin();
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("x", 1, "3"));
  tni_test_put_message(&graph, onnx_GraphProto_node_tag, node);
  tni_test_put_message(&graph, onnx_GraphProto_output_tag, tni_test_value("y", 1, NULL));
  return graph;
}

static tni_test_message relu(void) {
  return tni_test_node("relu", "Relu", "x", "y");
}

static void expect_refusal(tni_test_message message, tn_status status, const char *words) {
  tni_model *model = NULL;
  tn_error error = {0};
  const tn_status got = read_message(message, NULL, &model, &error);
  cr_expect_eq(got, status, "\"%s\" gave %d: %s", words, got, error.message);
  cr_expect(strstr(error.message, words), "expected \"%s\", got \"%s\"", words, error.message);
  cr_expect_null(model);
  if (got == TN_OK) tni_model_destroy(model);
}

Test(onnx, versions_have_their_bounds) {
  expect_refusal(tni_test_model(2, 17, make_graph(relu())), TN_UNSUPPORTED,
                 "IR version 2: expected 3 to 14");
  expect_refusal(tni_test_model(15, 17, make_graph(relu())), TN_UNSUPPORTED,
                 "IR version 15: expected 3 to 14");
  expect_refusal(tni_test_model(8, 6, make_graph(relu())), TN_UNSUPPORTED,
                 "operator set 6: expected 7 to 28");
  expect_refusal(tni_test_model(8, 29, make_graph(relu())), TN_UNSUPPORTED,
                 "operator set 29: expected 7 to 28");
  for (int64_t set = 7; set <= 28; set++) {
    tni_model *model = NULL;
    cr_assert_eq(read_message(tni_test_model(14, set, make_graph(relu())), NULL, &model, NULL),
                 TN_OK);
    tni_model_destroy(model);
  }
}

Test(onnx, refuses_nodes_that_do_not_fit) {
  const struct {
    tni_test_message node;
    const char *words;
  } cases[] = {
      {tni_test_node("relu", "Relu", "nothing", "y"),
       "Relu node \"relu\": input \"nothing\" is defined neither by the graph nor by a node "
       "before this one"},
      {tni_test_node("relu", "Relu", "y", "y"), "input \"y\" is defined neither"},
      {tni_test_node("relu", "Relu", "x", "x"), "output \"x\" is defined already"},
      {tni_test_node("relu", "Relu", "x", "y y"), "output \"y\" is defined already"},
      {tni_test_node("relu", "Relu", "x", "z"), "output \"y\" is computed by no node"},
      {tni_test_node("relu", "", "x", "y"), "the operator is missing"},
      {tni_test_node("relu", "Rely", "x", "y"), "operator set 17 has no such operator"},
      {tni_test_node("up", "Upsample", "x", "y"), "operator set 17 has no such operator"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_refusal(tni_test_model(8, 17, make_graph(cases[i].node)), TN_MALFORMED, cases[i].words);
}

Test(onnx, refuses_what_is_not_read) {
  tni_test_message node = relu();
  tni_test_put_text(&node, onnx_NodeProto_overload_tag, "other");
  expect_refusal(tni_test_model(8, 17, make_graph(node)), TN_UNSUPPORTED, "overloaded functions");
  node = relu();
  tni_test_put_number(&node, 77, 1);
  expect_refusal(tni_test_model(8, 17, make_graph(node)), TN_MALFORMED,
                 "NodeProto: field number 77 is not known");
  node = relu();
  tni_test_put_text(&node, onnx_NodeProto_domain_tag, "com.example");
  expect_refusal(tni_test_model(8, 17, make_graph(node)), TN_MALFORMED,
                 "the model imports no operator set of domain \"com.example\"");
  tni_test_message model = tni_test_model(8, 17, make_graph(relu()));
  tni_test_put_text(&model, onnx_ModelProto_functions_tag, "");
  expect_refusal(model, TN_UNSUPPORTED, "functions are not read yet");
  tni_test_message graph = make_graph(relu());
  tni_test_put_text(&graph, onnx_GraphProto_sparse_initializer_tag, "");
  expect_refusal(tni_test_model(8, 17, graph), TN_UNSUPPORTED, "sparse initializers");
}

Test(onnx, refuses_what_is_no_model) {
  expect_refusal(tni_test_message_begin(), TN_MALFORMED, "no ONNX model: it is empty");
  tni_test_message text = tni_test_message_begin();
  tni_test_put_number(&text, 13, 1);
  expect_refusal(text, TN_MALFORMED,
                 "no ONNX model, or a damaged one: ModelProto: field number 13 is not known");
  tni_test_message model = tni_test_message_begin();
  tni_test_put_message(&model, onnx_ModelProto_graph_tag, make_graph(relu()));
  expect_refusal(model, TN_MALFORMED, "no ONNX model, or a damaged one: it tells no IR version");
}

Test(onnx, refuses_attributes_that_do_not_fit) {
  tni_test_message node = relu();
  tni_test_put_int(&node, "alpha", 1);
  tni_test_put_int(&node, "alpha", 1);
  expect_refusal(tni_test_model(8, 17, make_graph(node)), TN_MALFORMED,
                 "Relu node \"relu\": attribute \"alpha\": it occurs twice");
  const char *const bad[] = {
      "\x0a\x01"
      "a", /* no type */
      "\x0a\x01"
      "a\xa0\x01\x02\x15zzzz", /* an int in the field of floats */
      "\x0a\x01"
      "a\xa0\x01\x05", /* a graph that is missing */
      "\x0a\x01"
      "a\xa0\x01\x0b", /* a sparse tensor */
      "\xa0\x01\x02",  /* no name */
      "\x0a\x01"
      "a\xa0\x01\x02\xaa\x01\x01"
      "b", /* refers to a function's attribute */
  };
  const char *const words[] = {"its type is missing",
                               "field 2 is filled too",
                               "the value is missing",
                               "type 11 is not supported",
                               "no name",
                               "refers to an attribute of a function"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    node = relu();
    tni_test_put_text(&node, onnx_NodeProto_attribute_tag, bad[i]);
    expect_refusal(tni_test_model(8, 17, make_graph(node)), i == 3 ? TN_UNSUPPORTED : TN_MALFORMED,
                   words[i]);
  }
}

Test(onnx, nodes_of_other_domains_have_the_version_of_their_set) {
  tni_test_message ours = relu();
  tni_test_put_text(&ours, onnx_NodeProto_domain_tag, "ai.onnx");
  tni_test_message graph = make_graph(ours);
  tni_test_message theirs = tni_test_node("theirs", "Blend", "x y", "z");
  tni_test_put_text(&theirs, onnx_NodeProto_domain_tag, "com.example");
  tni_test_put_message(&graph, onnx_GraphProto_node_tag, theirs);
  tni_test_message set = tni_test_message_begin();
  tni_test_put_text(&set, onnx_OperatorSetIdProto_domain_tag, "com.example");
  tni_test_put_number(&set, onnx_OperatorSetIdProto_version_tag, 3);
  tni_test_message message = tni_test_model(8, 17, graph);
  tni_test_put_message(&message, onnx_ModelProto_opset_import_tag, set);
  tni_model *model = NULL;
  tn_error error = {0};
  cr_assert_eq(read_message(message, NULL, &model, &error), TN_OK, "%s", error.message);
  cr_assert_eq(find_node(model, "theirs")->view.since_version, 3);
  cr_assert_eq(find_node(model, "relu")->view.domain.length, 0);
  cr_assert_eq(find_node(model, "relu")->view.since_version, 14);
  tni_model_destroy(model);
}

/* What is no inference is not even looked into. */
Test(onnx, metadata_may_hold_anything) {
  tni_test_message graph = make_graph(relu());
  tni_test_put_text(&graph, onnx_GraphProto_metadata_props_tag, "no message");
  tni_test_put_text(&graph, onnx_GraphProto_quantization_annotation_tag, "no message");
  tni_test_message message = tni_test_model(8, 17, graph);
  tni_test_put_text(&message, onnx_ModelProto_training_info_tag, "no message");
  tni_test_put_text(&message, onnx_ModelProto_producer_name_tag, "a test");
  tni_model *model = NULL;
  tn_error error = {0};
  cr_assert_eq(read_message(message, NULL, &model, &error), TN_OK, "%s", error.message);
  tni_model_destroy(model);
}

Test(onnx, the_attributes_of_a_node_are_bounded) {
  tni_test_message node = relu();
  for (int i = 0; i < 1025; i++)
    tni_test_put_int(&node, "a", 1);
  expect_refusal(tni_test_model(8, 17, make_graph(node)), TN_UNSUPPORTED,
                 "1025 attributes: at most 1024 are read");
}

Test(onnx, an_attribute_of_zero_may_be_left_out) {
  tni_test_message node = relu();
  tni_test_put_text(&node, onnx_NodeProto_attribute_tag,
                    "\x0a\x01"
                    "a\xa0\x01\x02");
  tni_model *model = NULL;
  cr_assert_eq(read_message(tni_test_model(8, 17, make_graph(node)), NULL, &model, NULL), TN_OK);
  const tn_attribute *attribute =
      tn_node_attribute(&find_node(model, "relu")->view, TN_STRING("a"));
  cr_assert_eq(attribute->kind, TN_ATTRIBUTE_INT);
  cr_assert_eq(attribute->as.ints[0], 0);
  tni_model_destroy(model);
}

/* If in If in If, deeper than is read. */
Test(onnx, nesting_has_a_bound) {
  tni_test_message graph = make_graph(relu());
  for (int depth = 0; depth < 200; depth++) {
    tni_test_message inner = tni_test_message_begin();
    tni_test_message node = tni_test_node("if", "If", "x", "y");
    tni_test_put_attribute(&node, "then_branch", 5, graph);
    tni_test_put_message(&inner, onnx_GraphProto_node_tag, node);
    graph = inner;
  }
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("x", 9, ""));
  expect_refusal(tni_test_model(8, 17, graph), TN_UNSUPPORTED,
                 "expected at most 64 graphs within another");
}

Test(onnx, an_initializer_wins_over_an_input) {
  tni_test_message graph = make_graph(tni_test_node("add", "Add", "x w", "y"));
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("w", 1, "1"));
  tni_test_put_message(&graph, onnx_GraphProto_initializer_tag,
                       tni_test_tensor("w", 1, 1, &(int64_t){1}, &(float){2}, 4));
  tni_model *model = NULL;
  tn_error error = {0};
  cr_assert_eq(read_message(tni_test_model(3, 7, graph), NULL, &model, &error), TN_OK, "%s",
               error.message);
  cr_assert_eq(model->view.graph->input_count, 1);
  cr_assert_not_null(tni_graph_find_value(model->graph, TN_STRING("w"))->view.constant);
  tni_model_destroy(model);
}

/* checks TN_MODEL_003 */
Test(onnx, an_input_that_is_left_out_keeps_the_place_of_the_others) {
  tni_test_message graph = make_graph(tni_test_node("clip", "Clip", "x - w", "y"));
  tni_test_put_message(&graph, onnx_GraphProto_initializer_tag,
                       tni_test_tensor("w", 1, 0, NULL, &(float){2}, 4));
  tni_model *model = NULL;
  tn_error error = {0};
  cr_assert_eq(read_message(tni_test_model(8, 17, graph), NULL, &model, &error), TN_OK, "%s",
               error.message);
  const tn_node *node = &find_node(model, "clip")->view;
  cr_assert_eq(node->input_count, 3);
  cr_assert_not_null(node->inputs[0]);
  cr_assert_null(node->inputs[1]);
  cr_assert(tn_string_equal(node->inputs[2]->name, TN_STRING("w")));
  tni_model_destroy(model);
}

Test(onnx, values_are_defined_once) {
  const tni_test_message twice = tni_test_tensor("x", 1, 1, &(int64_t){1}, &(float){2}, 4);
  tni_test_message graph = make_graph(relu());
  tni_test_put_bytes(&graph, onnx_GraphProto_initializer_tag, twice.data, twice.length);
  tni_test_put_message(&graph, onnx_GraphProto_initializer_tag, twice);
  expect_refusal(tni_test_model(8, 17, graph), TN_MALFORMED, "initializer \"x\" is defined twice");
  graph = make_graph(relu());
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("x", 1, "3"));
  expect_refusal(tni_test_model(8, 17, graph), TN_MALFORMED, "input \"x\" is defined twice");
  graph = make_graph(relu());
  tni_test_put_message(&graph, onnx_GraphProto_input_tag, tni_test_value("z", 0, "3"));
  expect_refusal(tni_test_model(8, 17, graph), TN_MALFORMED, "input \"z\" has no element type");
}

/* Half of a file is never a whole one, and never ends the process. */
Test(onnx, every_cut_is_noticed) {
  tni_test_message message = tni_test_whole_model();
  for (size_t length = 0; length < message.length; length++) {
    tni_model *model = NULL;
    /* A copy of that size, so that tools notice a read beyond it. */
    char *bytes = malloc(length + 1);
    memcpy(bytes, message.data, length);
    cr_assert_neq(tni_onnx_read_memory(tni_environment_system(), bytes, length, NULL, &model, NULL),
                  TN_OK, "%zu", length);
    free(bytes);
  }
  tni_text_destroy(&message);
}
