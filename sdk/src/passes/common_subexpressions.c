#include "base/text.h"
#include "graph/tensor.h"
#include "ops/operator.h"
#include "passes/pass.h"

enum {
  LARGEST_COMPARED = 4096 /* Bytes of a tensor that are compared; larger ones are the same only when
                             they are one. */
};

/* The work on one graph: what was met so far, by a text that says all that the result depends on.
 */
typedef struct merger {
  tni_graph *graph;
  tni_arena arena; /* Keys in the maps. */
  tni_map nodes;
  tni_map constants;
  tni_text key; /* Of the node or constant at hand. */
} merger;

static void append_bytes(merger *self, const void *bytes, size_t size) {
  tni_text_append(&self->key, tn_string_make(bytes, size));
}

static void append_number(merger *self, uint64_t number) {
  append_bytes(self, &number, sizeof number);
}

static void append_string(merger *self, tn_string string) {
  append_number(self, string.length);
  tni_text_append(&self->key, string);
}

static void append_tensor(merger *self, const tn_tensor *tensor) {
  const uint64_t size = tni_shape_bytes(tensor->type, tensor->rank, tensor->shape);
  const int by_content = size <= LARGEST_COMPARED && tensor->type != TN_STRING_ELEMENT &&
                         !(tensor->flags & TN_TENSOR_DEVICE) && tni_tensor_is_dense(tensor);
  append_number(self, tensor->type);
  append_number(self, tensor->rank);
  for (uint32_t i = 0; i < tensor->rank; i++)
    append_number(self, (uint64_t)tensor->shape[i]);
  append_number(self, (uint64_t)by_content);
  if (by_content)
    append_bytes(self, tensor->data, (size_t)size);
  else
    append_number(self, (uint64_t)(uintptr_t)tensor);
}

static void append_attribute(merger *self, const tn_attribute *attribute) {
  append_string(self, attribute->name);
  append_number(self, attribute->kind);
  append_number(self, attribute->count);
  switch (attribute->kind) {
    case TN_ATTRIBUTE_INT:
    case TN_ATTRIBUTE_INTS:
      append_bytes(self, attribute->as.ints, attribute->count * sizeof(int64_t));
      break;
    case TN_ATTRIBUTE_FLOAT:
    case TN_ATTRIBUTE_FLOATS:
      append_bytes(self, attribute->as.floats, attribute->count * sizeof(float));
      break;
    case TN_ATTRIBUTE_STRING:
    case TN_ATTRIBUTE_STRINGS:
      for (uint64_t i = 0; i < attribute->count; i++)
        append_string(self, attribute->as.strings[i]);
      break;
    default:
      for (uint64_t i = 0; i < attribute->count; i++)
        append_tensor(self, attribute->as.tensors[i]);
      break;
  }
}

/* The attribute whose name follows `after` in order of length and bytes; NULL at the end.
 * Attributes stand in no particular order, keys must. */
static const tn_attribute *next_attribute(const tn_node *node, const tn_attribute *after) {
  const tn_attribute *best = NULL;
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *candidate = node->attributes[i];
    const tn_attribute *const bounds[2] = {after, best};
    int order[2] = {1, -1};
    for (int j = 0; j < 2; j++) {
      if (!bounds[j]) continue;
      const tn_string a = candidate->name;
      const tn_string b = bounds[j]->name;
      order[j] = a.length != b.length ? (a.length > b.length ? 1 : -1)
                                      : memcmp(a.data, b.data, (size_t)a.length);
    }
    if (order[0] > 0 && order[1] < 0) best = candidate;
  }
  return best;
}

static void make_node_key(merger *self, const tn_node *node) {
  append_string(self, node->domain);
  append_string(self, node->operation);
  append_string(self, node->affinity);
  append_number(self, node->since_version);
  append_number(self, node->input_count);
  for (uint32_t i = 0; i < node->input_count; i++)
    append_number(self, (uint64_t)(uintptr_t)node->inputs[i]);
  append_number(self, node->output_count);
  for (uint32_t i = 0; i < node->output_count; i++)
    append_number(self, node->outputs[i] != NULL);
  for (const tn_attribute *a = next_attribute(node, NULL); a; a = next_attribute(node, a))
    append_attribute(self, a);
}

/* Whether equal nodes give equal results, and everything about the node is in its key. */
static int is_mergeable(const tn_node *node) {
  const tni_operator *op = tni_operator_find(node->domain, node->operation, node->since_version);
  if (!op || (op->flags & (TNI_OPERATOR_NOT_FOLDABLE | TNI_OPERATOR_SIDE_EFFECT))) return 0;
  if (tn_node_has_graphs(node)) return 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] && tni_value_is_port(tni_value_of(node->outputs[i]))) return 0;
  return 1;
}

/* Finds what has the key at hand, or enters `item` under it; the key is empty afterwards. */
static tn_status find_or_enter(merger *self, tni_map *map, void *item, void **out,
                               tn_error *error) {
  tn_string key = tni_text_string(&self->key);
  tn_status status = tni_text_status(&self->key);
  *out = status == TN_OK ? tni_string_map_find(map, key) : NULL;
  if (status == TN_OK && !*out) {
    status = tni_arena_copy_string(&self->arena, key, &key) ? tni_string_map_set(map, key, item)
                                                            : TN_OUT_OF_MEMORY;
  }
  self->key.length = 0;
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory to compare nodes");
}

static tn_status merge_node(merger *self, tni_node *node, tn_error *error) {
  void *found = NULL;
  make_node_key(self, &node->view);
  TN_TRY(find_or_enter(self, &self->nodes, node, &found, error));
  if (!found) return TN_OK;
  tni_node *first = found;
  TN_TRY(tni_node_add_origins_of(first, &node->view, error));
  for (uint32_t i = 0; i < node->view.output_count; i++)
    if (tni_node_output(node, i))
      tni_value_replace_uses(tni_node_output(node, i), tni_node_output(first, i));
  tni_node_remove(node);
  return TN_OK;
}

static tn_status merge_constant(merger *self, tni_value *value, tn_error *error) {
  void *found = NULL;
  append_tensor(self, value->view.constant);
  TN_TRY(find_or_enter(self, &self->constants, value, &found, error));
  if (!found) return TN_OK;
  tni_value_replace_uses(value, found);
  if (value->use_count == 0) tni_value_remove(value);
  return TN_OK;
}

static tn_status merge_all(merger *self, tn_error *error) {
  for (tni_value *value = self->graph->first_value, *next; value; value = next) {
    next = value->next;
    if (value->view.constant && !tni_value_is_port(value))
      TN_TRY(merge_constant(self, value, error));
  }
  for (tni_node *node = self->graph->first_node, *next; node; node = next) {
    next = node->next;
    if (is_mergeable(&node->view)) TN_TRY(merge_node(self, node, error));
  }
  return TN_OK;
}

static tn_status merge_graph(tni_graph *graph, tn_error *error) {
  const tni_allocator *allocator = graph->model->environment->allocator;
  merger self = {.graph = graph};
  tni_arena_init(&self.arena, allocator);
  tni_map_init(&self.nodes, allocator);
  tni_map_init(&self.constants, allocator);
  tni_text_init(&self.key, allocator);
  tn_status status = merge_all(&self, error);
  tni_text_destroy(&self.key);
  tni_map_destroy(&self.constants);
  tni_map_destroy(&self.nodes);
  tni_arena_destroy(&self.arena);
  for (tni_graph *child = graph->first_child; child && status == TN_OK; child = child->next_sibling)
    status = merge_graph(child, error);
  return status;
}

tn_status tni_merge_common_subexpressions(tni_model *model, tn_error *error) {
  TN_TRY(tni_model_sync(model, error));
  TN_TRY(merge_graph(model->graph, error));
  return tni_model_sync(model, error);
}
