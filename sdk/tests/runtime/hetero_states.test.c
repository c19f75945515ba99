/* Variables of models that HETERO splits. */
#include "../support/seen.h"

static tn_core *core_of_template(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  return core;
}

/* --- a model */

static void add_attribute(onnx_bytes *node, const char *name, uint32_t type, uint32_t field,
                          const char *text, uint64_t number) {
  onnx_bytes attribute = {.size = 0};
  onnx_text(&attribute, 1, name);
  onnx_number(&attribute, 20, type);
  if (text)
    onnx_text(&attribute, field, text);
  else
    onnx_number(&attribute, field, number);
  onnx_message(node, 5, &attribute);
}

/* @param inputs a letter for each value; the node has its name from the value that it computes */
static void add_node(onnx_bytes *graph, const char *operation, const char *inputs,
                     const char *output, int has_variable) {
  onnx_bytes node = {.size = 0};
  for (; *inputs; inputs++)
    onnx_text(&node, 1, (const char[]){*inputs, 0});
  onnx_text(&node, 2, output);
  onnx_text(&node, 3, output);
  onnx_text(&node, 4, operation);
  if (has_variable) {
    onnx_text(&node, 7, "tenon");
    add_attribute(&node, "variable_id", 3, 4, "sum", 0);
  }
  if (strcmp(operation, "ReadValue") == 0) {
    add_attribute(&node, "type", 2, 3, NULL, TN_F32);
    add_attribute(&node, "shape", 7, 8, NULL, 16);
  }
  onnx_message(graph, 1, &node);
}

static void add_operator_set(onnx_bytes *file, const char *domain, uint64_t version) {
  onnx_bytes set = {.size = 0};
  onnx_text(&set, 1, domain);
  onnx_number(&set, 2, version);
  onnx_message(file, 8, &set);
}

/* The sum of all "x" so far, in three nodes "r", "s" and "t"; "y" is Relu(x).
 *  @param output the value that the model gives */
static tn_model *read_sum(tn_core *core, const char *output) {
  onnx_bytes graph = {.size = 0}, file = graph;
  tn_error error = {0};
  tn_model *model = NULL;
  add_node(&graph, "ReadValue", "", "r", 1);
  add_node(&graph, "Add", "rx", "s", 0);
  add_node(&graph, "Assign", "s", "t", 1);
  if (*output == 'y') add_node(&graph, "Relu", "x", "y", 0);
  onnx_text(&graph, 2, "sum");
  onnx_port(&graph, 11, "x");
  onnx_port(&graph, 12, output);
  onnx_number(&file, 1, 8);
  onnx_message(&file, 7, &graph);
  add_operator_set(&file, "", 18);
  add_operator_set(&file, "tenon", 1);
  assert_ok(tn_core_read_model_memory(core, file.data, file.size, &model, &error));
  return model;
}

/* --- in one place */

static void check_sums(tn_core *core, tn_compiled *compiled) {
  tn_tensor *input = make_input(core), *output = NULL;
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  cr_assert_eq(tn_request_state_count(request), 1);
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  for (int times = 1; times <= 3; times++) {
    assert_ok(tn_request_infer(request, &error));
    assert_ok(tn_request_get_tensor(request, 1, &output, &error));
    cr_assert_eq(((float *)output->data)[15], 7.0f * (float)times);
  }
  tn_request_destroy(request);
  tn_tensor_release(input);
}

static void check_wish(tn_core *core, tn_model *model, const char *node) {
  const tn_map_entry wish = {tn_string_from(node), tn_value_of_string(TN_STRING("TEMPLATE.1"))};
  tn_model *assigned = NULL;
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_assign_nodes(core, model, &wish, 1, &assigned, &error));
  assert_ok(
      tn_core_compile(core, assigned, "HETERO:TEMPLATE.0,TEMPLATE.1", NULL, &compiled, &error));
  check_sums(core, compiled);
  cr_assert_str_eq(told(compiled, "EXECUTION_DEVICES"), "1"); /* TEMPLATE's word */
  tn_compiled_destroy(compiled);
  tn_model_release(assigned);
}

Test(hetero_states, a_variable_goes_where_one_of_its_nodes_is_meant_to_run) {
  tn_core *core = core_of_template();
  tn_model *model = read_sum(core, "t");
  check_wish(core, model, "r");
  check_wish(core, model, "t");
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(hetero_states, a_variable_is_not_dealt_out) {
  tn_core *core = core_of_template();
  tn_model *model = read_sum(core, "t");
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_set_property_text(core, "HETERO", "MODEL_DISTRIBUTION_POLICY",
                                      "PIPELINE_PARALLEL", &error));
  assert_ok(tn_core_compile(core, model, "HETERO:TEMPLATE.0,TEMPLATE.1", NULL, &compiled, &error));
  check_sums(core, compiled);
  tn_compiled_destroy(compiled);
  tn_model_release(model);
  tn_core_destroy(core);
}

Test(hetero_states, who_asks_for_two_places_is_told) {
  const tn_map_entry wishes[] = {
      {TN_STRING_INIT("r"), tn_value_of_string(TN_STRING("TEMPLATE.0"))},
      {TN_STRING_INIT("t"), tn_value_of_string(TN_STRING("TEMPLATE.1"))}};
  tn_core *core = core_of_template();
  tn_model *model = read_sum(core, "t"), *assigned = NULL;
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_assign_nodes(core, model, wishes, 2, &assigned, &error));
  assert_fails(
      tn_core_compile(core, assigned, "HETERO:TEMPLATE.0,TEMPLATE.1", NULL, &compiled, &error),
      TN_INVALID_ARGUMENT,
      "variable sum: node r is meant for TEMPLATE.0 and node t for TEMPLATE.1");
  cr_assert_null(compiled);
  tn_model_release(assigned);
  tn_model_release(model);
  tn_core_destroy(core);
}

/* --- a part that sets a variable, and gives nothing */

static void check_hidden_sum(tn_core *core, tn_compiled *compiled) {
  tn_tensor *input = make_input(core), *sum = NULL;
  tn_request *request = NULL;
  tn_error error = {0};
  cr_assert_str_eq(told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"), "2");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  cr_assert_eq(tn_request_state_count(request), 1);
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  for (int times = 1; times <= 3; times++)
    assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_state(request, 0, &sum, &error));
  cr_assert_eq(((float *)sum->data)[15], 21.0f);
  tn_tensor_release(sum);
  tn_request_destroy(request);
  tn_tensor_release(input);
}

static tn_status import_again(void *user, const tn_value *blob) {
  tn_compiled *read = NULL;
  tn_error error = {0};
  assert_ok(tn_core_import_memory(user, "HETERO:TEMPLATE.0,TEMPLATE.1", blob->as.bytes.data,
                                  blob->as.bytes.size, NULL, &read, &error));
  check_hidden_sum(user, read);
  tn_compiled_destroy(read);
  return TN_OK;
}

Test(hetero_states, a_part_without_outputs_is_written_and_read) {
  const tn_map_entry wish = {TN_STRING("y"), tn_value_of_string(TN_STRING("TEMPLATE.1"))};
  tn_core *core = core_of_template();
  tn_model *model = read_sum(core, "y"), *assigned = NULL;
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_assign_nodes(core, model, &wish, 1, &assigned, &error));
  assert_ok(
      tn_core_compile(core, assigned, "HETERO:TEMPLATE.0,TEMPLATE.1", NULL, &compiled, &error));
  check_hidden_sum(core, compiled);
  assert_ok(tn_compiled_export_memory(compiled, NULL, import_again, core, &error));
  tn_compiled_destroy(compiled);
  tn_model_release(assigned);
  tn_model_release(model);
  tn_core_destroy(core);
}
