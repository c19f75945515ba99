#include "graph/parts.h"

#include <string.h>

static int is_graphs(uint32_t kind) {
  return kind == TN_ATTRIBUTE_GRAPH || kind == TN_ATTRIBUTE_GRAPHS;
}

static int is_tensors(uint32_t kind) {
  return kind == TN_ATTRIBUTE_TENSOR || kind == TN_ATTRIBUTE_TENSORS;
}

void tni_attribute_drop(const tn_attribute *attribute, int dissolve) {
  for (uint64_t i = 0; is_tensors(attribute->kind) && i < attribute->count; i++)
    tn_tensor_release(attribute->as.tensors[i]);
  for (uint64_t i = 0; dissolve && is_graphs(attribute->kind) && i < attribute->count; i++)
    tni_graph_dissolve(tni_graph_of(attribute->as.graphs[i]));
}

/* Bytes of one element; 0 for a kind that is not known. */
static size_t element_size(uint32_t kind) {
  switch (kind) {
    case TN_ATTRIBUTE_INT:
    case TN_ATTRIBUTE_INTS:
      return sizeof(int64_t);
    case TN_ATTRIBUTE_FLOAT:
    case TN_ATTRIBUTE_FLOATS:
      return sizeof(float);
    case TN_ATTRIBUTE_STRING:
    case TN_ATTRIBUTE_STRINGS:
      return sizeof(tn_string);
    case TN_ATTRIBUTE_TENSOR:
    case TN_ATTRIBUTE_TENSORS:
      return sizeof(tn_tensor *);
    case TN_ATTRIBUTE_GRAPH:
    case TN_ATTRIBUTE_GRAPHS:
      return sizeof(tn_graph *);
    default:
      return 0;
  }
}

/* A copy in the arena. Tensors in it are not retained yet. */
static tn_status copy_attribute(tni_model *model, const tn_attribute *from, tn_attribute **out,
                                tn_error *error) {
  const size_t size = element_size(from->kind);
  tn_attribute *copy = tni_arena_alloc(&model->arena, sizeof *copy);
  void *elements = tni_arena_alloc_array(&model->arena, (size_t)from->count, size);
  if (!copy || !elements || !tni_arena_copy_string(&model->arena, from->name, &copy->name))
    return tni_fail_memory(error, model);
  if (from->count) memcpy(elements, from->as.ints, (size_t)from->count * size);
  tn_string *texts = elements;
  const int is_text = from->kind == TN_ATTRIBUTE_STRING || from->kind == TN_ATTRIBUTE_STRINGS;
  for (uint64_t i = 0; is_text && i < from->count; i++)
    if (!tni_arena_copy_string(&model->arena, from->as.strings[i], &texts[i]))
      return tni_fail_memory(error, model);
  copy->size = TN_SIZE(tn_attribute);
  copy->kind = from->kind;
  copy->count = from->count;
  copy->as.ints = elements;
  *out = copy;
  return TN_OK;
}

static uint32_t place_of(const tni_node *node, tn_string name) {
  uint32_t place = 0;
  while (place < node->view.attribute_count &&
         !tn_string_equal(node->attributes[place]->name, name))
    place++;
  return place;
}

static tn_status set_attribute(tni_node *node, const tn_attribute *attribute, tn_error *error) {
  tni_model *model = node->graph->model;
  TNI_ASSERT_MUTABLE(model);
  const uint32_t count = node->view.attribute_count, place = place_of(node, attribute->name);
  const tn_attribute **attributes =
      tni_arena_array_grow(&model->arena, node->attributes, count, &node->attribute_capacity,
                           count + 1, sizeof *attributes);
  if (!attributes) return tni_fail_memory(error, model);
  node->attributes = attributes;
  node->view.attributes = attributes;
  tn_attribute *copy = NULL;
  TN_TRY(copy_attribute(model, attribute, &copy, error));
  for (uint64_t i = 0; is_tensors(copy->kind) && i < copy->count; i++)
    tn_tensor_retain(copy->as.tensors[i]);
  if (place < count)
    tni_attribute_drop(attributes[place], 1);
  else
    node->view.attribute_count++;
  attributes[place] = copy;
  return TN_OK;
}

tn_status tni_node_set_attribute(tni_node *node, const tn_attribute *attribute, tn_error *error) {
  if (is_graphs(attribute->kind) || element_size(attribute->kind) == 0)
    return tni_fail(error, TN_UNSUPPORTED, "node %.*s: attribute %.*s is of kind %u",
                    TNI_TEXT(node->view.name), TNI_TEXT(attribute->name), attribute->kind);
  return set_attribute(node, attribute, error);
}

static tn_status set_simple(tni_node *node, tn_string name, uint32_t kind, uint64_t count,
                            const void *elements, tn_error *error) {
  tn_attribute attribute = {TN_SIZE(tn_attribute), kind, name, count, {NULL}};
  attribute.as.ints = elements;
  return set_attribute(node, &attribute, error);
}

tn_status tni_node_set_int(tni_node *node, tn_string name, int64_t number, tn_error *error) {
  return set_simple(node, name, TN_ATTRIBUTE_INT, 1, &number, error);
}

tn_status tni_node_set_ints(tni_node *node, tn_string name, uint64_t count, const int64_t *numbers,
                            tn_error *error) {
  return set_simple(node, name, TN_ATTRIBUTE_INTS, count, numbers, error);
}

tn_status tni_node_set_float(tni_node *node, tn_string name, float number, tn_error *error) {
  return set_simple(node, name, TN_ATTRIBUTE_FLOAT, 1, &number, error);
}

tn_status tni_node_set_string(tni_node *node, tn_string name, tn_string text, tn_error *error) {
  return set_simple(node, name, TN_ATTRIBUTE_STRING, 1, &text, error);
}

tn_status tni_node_set_tensor(tni_node *node, tn_string name, tn_tensor *tensor, tn_error *error) {
  return set_simple(node, name, TN_ATTRIBUTE_TENSOR, 1, &tensor, error);
}

tn_status tni_node_set_graphs(tni_node *node, tn_string name, uint32_t kind, uint64_t count,
                              tni_graph *const *graphs, tn_error *error) {
  assert(is_graphs(kind));
  tni_model *model = node->graph->model;
  const tn_graph **views = tni_arena_alloc_array(&model->arena, (size_t)count, sizeof *views);
  if (!views) return tni_fail_memory(error, model);
  for (uint64_t i = 0; i < count; i++)
    views[i] = &graphs[i]->view;
  TN_TRY(set_simple(node, name, kind, count, views, error));
  for (uint64_t i = 0; i < count; i++) {
    assert(graphs[i]->parent == node->graph && !graphs[i]->owner);
    graphs[i]->owner = node;
  }
  tni_graph_order_changed(node->graph);
  return TN_OK;
}

void tni_node_remove_attribute(tni_node *node, tn_string name) {
  TNI_ASSERT_MUTABLE(node->graph->model);
  const uint32_t place = place_of(node, name);
  if (place == node->view.attribute_count) return;
  tni_attribute_drop(node->attributes[place], 1);
  node->attributes[place] = node->attributes[--node->view.attribute_count];
}
