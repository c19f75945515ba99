#include "base/text.h"
#include "base/vector.h"
#include "graph/parts.h"

/* Depth first over the users of a node, from the last node to the first: what is finished goes to
 * the front, so the order stays as it is wherever it was right. The stack is threaded through the
 * nodes: no memory, no recursion. */

enum { UNSEEN, ON_STACK, FINISHED };

/* The node of `graph` that a use belongs to: the user, or the node that holds the graph of the
 * user. NULL for outputs of the graph itself and for graphs that no node holds. */
static tni_node *user_within(const tni_graph *graph, const tni_use *use) {
  tni_node *node = use->node;
  if (!node) {
    if (use->graph == graph) return NULL;
    node = use->graph->owner;
  }
  while (node && node->graph != graph)
    node = node->graph->owner;
  return node;
}

/* Moves the node's cursor to the next use of its outputs. */
static tni_use *next_use(tni_node *node) {
  while (!node->scratch.use) {
    if (node->scratch.output == node->view.output_count) return NULL;
    const tni_value *value = tni_value_of(node->outputs[node->scratch.output++]);
    if (value) node->scratch.use = value->first_use;
  }
  tni_use *use = node->scratch.use;
  node->scratch.use = use->next;
  return use;
}

static tni_node *push(tni_node *stack, tni_node *node) {
  node->scratch.state = ON_STACK;
  node->scratch.output = 0;
  node->scratch.use = NULL;
  node->scratch.link = stack;
  return node;
}

static tn_status fail_cycle(const tni_graph *graph, tni_node *top, const tni_node *end,
                            tn_error *error) {
  tni_text names;
  tni_text_init(&names, graph->model->environment->allocator);
  int count = 0;
  for (tni_node *node = top; node; node = node == end ? NULL : node->scratch.link)
    if (++count <= 5)
      tni_text_append_format(&names, "%s%.*s", count > 1 ? " <- " : "", TNI_TEXT(node->view.name));
  if (count > 5) tni_text_append_format(&names, " and %d more", count - 5);
  tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(MODEL, TNI_MODEL_ORDER),
                  "graph %.*s: expected producers before users, but nodes form a cycle: %.*s",
                  TNI_TEXT(graph->view.name), TNI_TEXT(tni_text_string(&names)));
  tni_text_destroy(&names);
  return TN_MALFORMED;
}

static void put_in_front(tni_graph *graph, tni_node *node) {
  node->previous = NULL;
  node->next = graph->first_node;
  if (node->next)
    node->next->previous = node;
  else
    graph->last_node = node;
  graph->first_node = node;
}

/* Finishes everything that depends on `root`, then `root` itself. */
static tn_status visit(tni_graph *graph, tni_node *root, tn_error *error) {
  tni_node *stack = push(NULL, root);
  while (stack) {
    const tni_use *use = next_use(stack);
    if (!use) {
      tni_node *finished = stack;
      stack = finished->scratch.link;
      finished->scratch.state = FINISHED;
      put_in_front(graph, finished);
      continue;
    }
    tni_node *user = user_within(graph, use);
    if (!user || user->scratch.state == FINISHED) continue;
    if (user->scratch.state == ON_STACK) return fail_cycle(graph, stack, user, error);
    stack = push(stack, user);
  }
  return TN_OK;
}

/* Puts the nodes back into the order of an array. */
static void restore(tni_graph *graph, tni_node *const *order, uint32_t count) {
  graph->first_node = graph->last_node = NULL;
  for (uint32_t i = count; i-- > 0;)
    put_in_front(graph, order[i]);
}

static tn_status sort_from(tni_graph *graph, tni_node *const *order, tn_error *error) {
  const uint32_t count = graph->node_count;
  graph->first_node = graph->last_node = NULL;
  for (uint32_t i = 0; i < count; i++)
    order[i]->scratch.state = UNSEEN;
  for (uint32_t i = count; i-- > 0;) {
    if (order[i]->scratch.state != UNSEEN) continue;
    const tn_status status = visit(graph, order[i], error);
    if (status == TN_OK) continue;
    restore(graph, order, count);
    return status;
  }
  return TN_OK;
}

tn_status tni_graph_sort(tni_graph *graph, tn_error *error) {
  const tni_allocator *allocator = graph->model->environment->allocator;
  if (graph->node_count == 0) return TN_OK;
  tni_node **order = tni_alloc_array(allocator, graph->node_count, sizeof *order);
  if (!order) return tni_fail_memory(error, graph->model);
  uint32_t count = 0;
  for (tni_node *node = graph->first_node; node; node = node->next)
    order[count++] = node;
  const tn_status status = sort_from(graph, order, error);
  tni_free(allocator, order);
  return status;
}

static tn_status update_lists(tni_graph *graph, tn_error *error) {
  const tni_allocator *allocator = graph->model->environment->allocator;
  uint32_t constant_count = 0;
  for (const tni_value *value = graph->first_value; value; value = value->next)
    constant_count += value->view.constant != NULL;
  void *nodes = tni_array_grow(allocator, graph->nodes, 0, &graph->node_capacity, graph->node_count,
                               sizeof *graph->nodes);
  if (!nodes) return tni_fail_memory(error, graph->model);
  graph->nodes = nodes;
  graph->view.nodes = nodes;
  graph->view.node_count = 0;
  void *constants = tni_array_grow(allocator, graph->constants, 0, &graph->constant_capacity,
                                   constant_count, sizeof *graph->constants);
  if (!constants) return tni_fail_memory(error, graph->model);
  graph->constants = constants;
  graph->view.constants = constants;
  graph->view.constant_count = 0;
  for (tni_node *node = graph->first_node; node; node = node->next)
    graph->nodes[graph->view.node_count++] = &node->view;
  for (tni_value *value = graph->first_value; value; value = value->next)
    if (value->view.constant) graph->constants[graph->view.constant_count++] = &value->view;
  return TN_OK;
}

static tn_status sync_graph(tni_graph *graph, tn_error *error) {
  for (tni_graph *inner = graph->first_child; inner; inner = inner->next_sibling)
    if (inner->owner) TN_TRY(sync_graph(inner, error));
  if (graph->order_changed) {
    TN_TRY(tni_graph_sort(graph, error));
    graph->order_changed = 0;
    graph->lists_changed = 1;
  }
  if (graph->lists_changed) {
    TN_TRY(update_lists(graph, error));
    graph->lists_changed = 0;
  }
  return TN_OK;
}

tn_status tni_model_sync(tni_model *model, tn_error *error) {
  return model->frozen ? TN_OK : sync_graph(model->graph, error);
}
