#include "kit/request.h"

#include "base/vector.h"

/* Finding the variables of a model, and their values during an inference. */

static int is_variable(const tn_node *node) {
  return tn_string_is(node->domain, "tenon") &&
         (tn_string_is(node->operation, "ReadValue") || tn_string_is(node->operation, "Assign"));
}

static tni_kit_variable *find(tni_vector *found, tn_string name) {
  for (size_t i = 0; i < found->count; i++) {
    tni_kit_variable *variable = tni_vector_at(found, i);
    if (tn_string_equal(variable->name, name)) return variable;
  }
  return NULL;
}

/* ReadValue says what a variable is; an Assign alone says what it is given. */
static tn_status add_node(tni_vector *found, const tn_node *node, tn_error *error) {
  const tn_attribute *id = tn_node_attribute(node, TN_STRING("variable_id"));
  const int reads = tn_string_is(node->operation, "ReadValue");
  const tn_value_info *input = node->input_count ? node->inputs[0] : NULL;
  const tn_value_info *value = reads && node->output_count ? node->outputs[0] : input;
  if (!id || id->kind != TN_ATTRIBUTE_STRING || !value)
    return tni_fail(error, TN_MALFORMED,
                    "node '%.*s' (%.*s): the attribute 'variable_id', or a value, is missing",
                    TNI_TEXT(node->name), TNI_TEXT(node->operation));
  tni_kit_variable *variable = find(found, id->as.strings[0]);
  if (variable && !reads) return TN_OK;
  if (!variable) variable = tni_vector_add(found);
  if (!variable) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a variable");
  variable->name = id->as.strings[0];
  variable->value = value;
  if (reads && input && input->constant) variable->initial = input->constant;
  return TN_OK;
}

static tn_status add_graph(tni_vector *found, const tn_graph *graph, tn_error *error) {
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    if (is_variable(node)) TN_TRY(add_node(found, node, error));
    for (uint32_t j = 0; j < node->attribute_count; j++) {
      const tn_attribute *attribute = node->attributes[j];
      for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++)
        TN_TRY(add_graph(found, attribute->as.graphs[k], error));
    }
  }
  return TN_OK;
}

tn_status tni_kit_find_variables(tn_kit_compiled *compiled, tn_error *error) {
  tni_vector found;
  tni_vector_init(&found, &compiled->engine->kit->allocator, sizeof(tni_kit_variable));
  const tn_status status = add_graph(&found, compiled->model->graph, error);
  if (status != TN_OK) {
    tni_vector_destroy(&found);
    return status;
  }
  tn_kit_free(compiled->engine, compiled->variables);
  compiled->variables = found.items; /* taken over */
  compiled->variable_count = (uint32_t)found.count;
  return TN_OK;
}

uint32_t tn_kit_find_variable(const tn_kit_compiled *compiled, tn_string name) {
  uint32_t i = 0;
  while (i < compiled->variable_count && !tn_string_equal(compiled->variables[i].name, name))
    i++;
  return i;
}

/* --- values */

tn_status tni_kit_variables_create(tn_kit_request *request, tn_error *error) {
  const size_t count = request->compiled->variable_count;
  const tni_allocator *allocator = &request->compiled->engine->kit->allocator;
  if (count == 0) return TN_OK;
  request->kit->variables = TNI_ALLOC_ITEMS(allocator, request->kit->variables, count);
  request->kit->working = TNI_ALLOC_ITEMS(allocator, request->kit->working, count);
  if (request->kit->variables && request->kit->working) return TN_OK;
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the variables of a request");
}

static void put(tn_tensor **place, tn_tensor *tensor) {
  if (*place) tn_tensor_release(*place);
  *place = tensor;
}

void tni_kit_variables_destroy(tn_kit_request *request) {
  tni_kit_request *kit = request->kit;
  for (uint32_t i = 0; kit->variables && kit->working && i < request->compiled->variable_count;
       i++) {
    put(&kit->variables[i], NULL);
    put(&kit->working[i], NULL);
  }
  tn_kit_free(request->compiled->engine, kit->variables);
  tn_kit_free(request->compiled->engine, kit->working);
}

void tni_kit_variables_begin(tn_kit_request *request) {
  tni_kit_request *kit = request->kit;
  for (uint32_t i = 0; i < request->compiled->variable_count; i++) {
    if (kit->variables[i]) tn_tensor_retain(kit->variables[i]);
    put(&kit->working[i], kit->variables[i]);
  }
}

void tni_kit_variables_end(tn_kit_request *request, int keep) {
  tni_kit_request *kit = request->kit;
  for (uint32_t i = 0; i < request->compiled->variable_count; i++) {
    if (keep)
      put(&kit->variables[i], kit->working[i]);
    else
      put(&kit->working[i], NULL);
    kit->working[i] = NULL;
  }
}

tn_tensor *tn_kit_request_variable(tn_kit_request *request, uint32_t index) {
  return request->kit->working[index];
}

void tn_kit_request_set_variable(tn_kit_request *request, uint32_t index, tn_tensor *value) {
  put(&request->kit->working[index], value);
}
