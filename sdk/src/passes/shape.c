#include "passes/shape.h"

#include "ops/shape_rules.h"

struct tni_shape_driver {
  tni_model *model;
  const tni_shape_hook *hook; /* Or NULL. */
  tni_arena arena;            /* Facts, elements, lists. */
  tni_map facts;              /* By tni_value. */
  tni_map visited;            /* Inner graphs that a rule asked about. */
  uint32_t settled;           /* 1: what is inferred now is not inferred again with other inputs. */
  uint64_t
      budget; /* Nodes that may still be inferred: rules walk graphs in graphs several times. */
};

static tn_status fail_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to infer shapes");
}

/* A dimension that is not known and has no identity yet gets one; without memory it stays as it is.
 */
static tn_dimension with_symbol(tni_model *model, tn_dimension dimension) {
  if (tni_dimension_is_static(dimension))
    dimension.symbol = NULL;
  else if (!dimension.symbol)
    (void)tni_model_symbol(model, TN_STRING(""), &dimension.symbol, NULL);
  return dimension;
}

static tn_dimension new_dimension(tni_inference *inference, int64_t min, int64_t max) {
  tni_shape_driver *driver = inference->driver;
  return with_symbol(driver->model, (tn_dimension){min, max, NULL});
}

static tn_dimension *new_elements(tni_inference *inference, uint32_t count) {
  tni_shape_driver *driver = inference->driver;
  if (count > TNI_MAX_ELEMENTS) return NULL;
  return tni_arena_alloc_array(&driver->arena, count, sizeof(tn_dimension));
}

/* --- facts of values */

static void facts_of_view(const tn_value_info *view, tni_facts *facts) {
  facts->type = view->type;
  facts->constant = view->constant;
  facts->has_rank = (view->flags & TN_VALUE_HAS_RANK) != 0;
  facts->rank = view->rank;
  if (view->rank > 0)
    memcpy(facts->dimensions, view->dimensions, view->rank * sizeof *view->dimensions);
}

/* The facts of a value, to be changed; made from its view when there are none yet. */
static tni_facts *facts_of(tni_shape_driver *driver, tni_value *value) {
  tni_facts *facts = tni_pointer_map_find(&driver->facts, value);
  if (facts) return facts;
  facts = tni_arena_alloc(&driver->arena, sizeof *facts);
  if (!facts || tni_pointer_map_set(&driver->facts, value, facts) != TN_OK) return NULL;
  facts_of_view(&value->view, facts);
  return facts;
}

const tni_facts *tni_shape_driver_facts(tni_shape_driver *driver, tni_value *value) {
  return facts_of(driver, value);
}

void tni_shape_driver_forget(tni_shape_driver *driver, tni_value *value) {
  tni_pointer_map_remove(&driver->facts, value);
}

/* Writes facts into the value. Constants and inputs of the main graph say themselves what they are.
 */
static tn_status write_back(tni_shape_driver *driver, tni_value *value, tni_facts *facts,
                            tn_error *error) {
  if (facts->type != TN_ANY_TYPE) tni_value_set_type(value, facts->type);
  if (!facts->has_rank) {
    tni_value_clear_shape(value);
    return TN_OK;
  }
  for (uint32_t i = 0; i < facts->rank; i++)
    facts->dimensions[i] = with_symbol(driver->model, facts->dimensions[i]);
  return tni_value_set_shape(value, facts->rank, facts->dimensions, error);
}

/* Lets what the file says of a dimension count where the rule says less. */
static tn_dimension merge_dimension(tn_dimension inferred, tn_dimension declared) {
  if (tni_dimension_differs(inferred, declared) || tni_dimension_is_static(inferred))
    return inferred;
  if (tni_dimension_is_static(declared)) return declared;
  tn_dimension merged = tni_dimension_narrower(inferred, declared);
  const int named = inferred.symbol && inferred.symbol->name.length > 0;
  merged.symbol = declared.symbol && !named ? declared.symbol : inferred.symbol;
  return merged;
}

static tn_status merge(const tni_value *value, tni_facts *facts, tn_error *error) {
  const tn_value_info *view = &value->view;
  if (facts->type == TN_ANY_TYPE) facts->type = view->type;
  if (view->type != TN_ANY_TYPE && facts->type != view->type)
    return tni_fail(error, TN_MALFORMED,
                    "value \"%.*s\" is said to be of element type %u, but it is of type %u",
                    TNI_TEXT(view->name), view->type, facts->type);
  if (value->graph->parent || !(view->flags & TN_VALUE_HAS_RANK)) return TN_OK;
  if (!facts->has_rank) {
    facts->has_rank = 1;
    facts->rank = view->rank;
    if (view->rank > 0)
      memcpy(facts->dimensions, view->dimensions, view->rank * sizeof *view->dimensions);
    return TN_OK;
  }
  if (facts->rank != view->rank) return TN_OK;
  for (uint32_t i = 0; i < facts->rank; i++)
    facts->dimensions[i] = merge_dimension(facts->dimensions[i], view->dimensions[i]);
  return TN_OK;
}

/* --- nodes */

static tn_status infer_graph(tni_inference *inference, const tn_graph *view,
                             const tni_facts *const *inputs, tni_facts *outputs, tn_error *error);

/* Lists of one node, in the driver's arena. */
typedef struct node_lists {
  const tni_facts **inputs;
  uint32_t *types;
  tni_facts *outputs;
} node_lists;

static tn_status make_lists(tni_shape_driver *driver, const tn_node *node, node_lists *lists) {
  lists->inputs = tni_arena_alloc_array(&driver->arena, node->input_count, sizeof *lists->inputs);
  lists->types = tni_arena_alloc_array(&driver->arena, node->input_count, sizeof *lists->types);
  lists->outputs =
      tni_arena_alloc_array(&driver->arena, node->output_count, sizeof *lists->outputs);
  if (!lists->inputs || !lists->types || !lists->outputs) return TN_OUT_OF_MEMORY;
  for (uint32_t i = 0; i < node->input_count; i++) {
    if (!node->inputs[i]) continue;
    lists->inputs[i] = facts_of(driver, tni_value_of(node->inputs[i]));
    if (!lists->inputs[i]) return TN_OUT_OF_MEMORY;
    lists->types[i] = lists->inputs[i]->type;
  }
  return TN_OK;
}

/* Takes over what the rule said of the outputs. */
static tn_status take_outputs(tni_shape_driver *driver, const tn_node *node, tni_facts *outputs,
                              tn_error *error) {
  for (uint32_t i = 0; i < node->output_count; i++) {
    tni_value *value = tni_value_of(node->outputs[i]);
    if (!value) continue;
    TN_TRY(merge(value, &outputs[i], error));
    TN_TRY(write_back(driver, value, &outputs[i], error));
    if (tni_pointer_map_set(&driver->facts, value, &outputs[i]) != TN_OK) return fail_memory(error);
  }
  return TN_OK;
}

static tn_status infer_node(tni_shape_driver *driver, tni_node *node, tn_error *error) {
  const tn_node *view = &node->view;
  const tni_operator *op = tni_operator_find(view->domain, view->operation, view->since_version);
  if (!op) return TN_OK;
  node_lists lists;
  if (make_lists(driver, view, &lists) != TN_OK) return fail_memory(error);
  TN_TRY(tni_operator_check(op, view, lists.types, error));
  tni_inference inference = {
      .node = view,
      .input_count = view->input_count,
      .output_count = view->output_count,
      .inputs = lists.inputs,
      .outputs = lists.outputs,
      .allocator = driver->model->environment->allocator,
      .new_dimension = new_dimension,
      .new_elements = new_elements,
      .infer_graph = infer_graph,
      .driver = driver,
  };
  TN_TRY(op->infer(&inference, error));
  const tn_status status = take_outputs(driver, view, lists.outputs, error);
  if (status == TN_OK) return TN_OK;
  return tni_fail_prefix(error, status, "node \"%.*s\" (%.*s)", TNI_TEXT(view->name),
                         TNI_TEXT(view->operation));
}

/* --- graphs */

static tn_status walk_graph(tni_shape_driver *driver, tni_graph *graph, int infer, tn_error *error);

/* After a node was inferred: its inner graphs that no rule asked about are shown to the hook all
 * the same, and the others are walked once more, now that what flows into them is settled. */
static tn_status walk_inner(tni_shape_driver *driver, const tni_node *node, tn_error *error) {
  const int again = driver->settled && driver->hook && driver->hook->after;
  for (uint32_t i = 0; i < node->view.attribute_count; i++) {
    const tn_attribute *attribute = node->view.attributes[i];
    for (uint64_t j = 0; j < tn_attribute_graph_count(attribute); j++) {
      tni_graph *graph = tni_graph_of(attribute->as.graphs[j]);
      const int visited = tni_pointer_map_find(&driver->visited, &graph->view) != NULL;
      if (!visited || again) TN_TRY(walk_graph(driver, graph, visited, error));
    }
  }
  return TN_OK;
}

static tn_status walk_node(tni_shape_driver *driver, tni_node *node, int infer, tn_error *error) {
  const tni_shape_hook *hook = driver->hook;
  tni_node_list list = {.nodes = {node}, .count = 1};
  if (hook && hook->before) TN_TRY(hook->before(hook->user, node, &list, error));
  for (uint32_t i = 0; i < list.count; i++) {
    node = list.nodes[i];
    if (driver->budget-- == 0)
      return tni_fail(error, TN_UNSUPPORTED,
                      "node \"%.*s\": graphs within graphs take too long to infer",
                      TNI_TEXT(node->view.name));
    if (infer) TN_TRY(infer_node(driver, node, error));
    TN_TRY(walk_inner(driver, node, error));
    if (infer && driver->settled && hook && hook->after)
      TN_TRY(hook->after(hook->user, driver, node, error));
  }
  return TN_OK;
}

/* The list of nodes is the one that was in order when the inference began: nodes that a hook adds
 * are taken where the hook says. */
static tn_status walk_graph(tni_shape_driver *driver, tni_graph *graph, int infer,
                            tn_error *error) {
  const uint32_t count = graph->view.node_count;
  for (uint32_t i = 0; i < count; i++) {
    tni_node *node = tni_node_of(graph->view.nodes[i]);
    if (node->graph) TN_TRY(walk_node(driver, node, infer, error));
  }
  return TN_OK;
}

static tn_status infer_graph(tni_inference *inference, const tn_graph *view,
                             const tni_facts *const *inputs, tni_facts *outputs, tn_error *error) {
  tni_shape_driver *driver = inference->driver;
  tni_graph *graph = tni_graph_of(view);
  if (tni_pointer_map_set(&driver->visited, view, graph) != TN_OK) return fail_memory(error);
  for (uint32_t i = 0; i < view->input_count; i++) {
    tni_value *value = tni_value_of(view->inputs[i]);
    tni_facts *facts = tni_arena_alloc(&driver->arena, sizeof *facts);
    if (!facts || tni_pointer_map_set(&driver->facts, value, facts) != TN_OK)
      return fail_memory(error);
    if (inputs[i]) *facts = *inputs[i];
    TN_TRY(merge(value, facts, error));
    TN_TRY(write_back(driver, value, facts, error));
  }
  const uint32_t settled = driver->settled;
  driver->settled = 0;
  TN_TRY(walk_graph(driver, graph, 1, error));
  driver->settled = settled;
  for (uint32_t i = 0; i < view->output_count; i++) {
    const tni_facts *facts = facts_of(driver, tni_value_of(view->outputs[i]));
    if (!facts) return fail_memory(error);
    outputs[i] = *facts;
  }
  return TN_OK;
}

/* Unknown dimensions of inputs get symbols, so that they can be followed. */
static tn_status name_inputs(tni_shape_driver *driver, tn_error *error) {
  const tn_graph *view = &driver->model->graph->view;
  for (uint32_t i = 0; i < view->input_count; i++) {
    tni_value *value = tni_value_of(view->inputs[i]);
    tni_facts *facts = facts_of(driver, value);
    if (!facts) return fail_memory(error);
    TN_TRY(write_back(driver, value, facts, error));
  }
  return TN_OK;
}

/* Nodes of a graph and those within it. */
static uint64_t count_nodes(const tni_graph *graph) {
  uint64_t count = graph->node_count;
  for (const tni_graph *child = graph->first_child; child; child = child->next_sibling)
    count += count_nodes(child);
  return count;
}

tn_status tni_infer_shapes(tni_model *model, const tni_shape_hook *hook, tn_error *error) {
  const tni_allocator *allocator = model->environment->allocator;
  /* Far more than models need, whose graphs are nested a few levels deep. */
  const uint64_t budget = 10000 + 1000 * count_nodes(model->graph);
  tni_shape_driver driver = {.model = model, .hook = hook, .settled = 1, .budget = budget};
  tni_arena_init(&driver.arena, allocator);
  tni_map_init(&driver.facts, allocator);
  tni_map_init(&driver.visited, allocator);
  tn_status status = tni_model_sync(model, error);
  if (status == TN_OK) status = name_inputs(&driver, error);
  if (status == TN_OK) status = walk_graph(&driver, model->graph, 1, error);
  if (status == TN_OK) status = tni_model_sync(model, error);
  tni_map_destroy(&driver.visited);
  tni_map_destroy(&driver.facts);
  tni_arena_destroy(&driver.arena);
  return status;
}
