#include "runtime/cut.h"

#include "base/arena.h"
#include "base/map.h"

typedef struct cut_model {
  tn_model view;
  tn_graph graph;
  tni_services *services;
  tn_model *whole;
  atomic_size_t references;
  tni_arena arena;
} cut_model;

/* What is known of a value while the view is made. */
enum { COMPUTED = 1, CUT_OFF = 2, GIVEN = 3 };
static char computed_mark, cut_off_mark, given_mark;
static void *const marks[] = {NULL, &computed_mark, &cut_off_mark, &given_mark};

static void retain(tn_model *model) {
  atomic_fetch_add_explicit(&((cut_model *)model)->references, 1, memory_order_relaxed);
}

static void release(tn_model *model) {
  cut_model *self = (cut_model *)model;
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) != 1) return;
  tni_services *services = self->services;
  tn_model_release(self->whole);
  tni_arena_destroy(&self->arena);
  tni_free(&services->allocator, self);
  tni_services_release(services);
}

static const void *get_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static const tn_model_api api = {
    .size = TN_SIZE(tn_model_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
};

static int is_cut(const tni_offer *offer, const tn_node *node) {
  for (size_t i = 0; i < offer->rejections.count; i++)
    if (((const tni_rejection *)tni_vector_at(&offer->rejections, i))->within == node) return 1;
  return 0;
}

static int is(const tni_map *values, const tn_value_info *value, int mark) {
  return tni_pointer_map_find(values, value) == marks[mark];
}

static tn_status mark_outputs(tni_map *values, const tn_node *node, int mark) {
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i]) TN_TRY(tni_pointer_map_set(values, node->outputs[i], marks[mark]));
  return TN_OK;
}

static tn_status mark_all(tni_map *values, const tni_offer *offer) {
  const tn_graph *whole = offer->model->graph;
  for (uint32_t i = 0; i < whole->node_count; i++)
    TN_TRY(
        mark_outputs(values, whole->nodes[i], is_cut(offer, whole->nodes[i]) ? CUT_OFF : COMPUTED));
  return TN_OK;
}

/* Takes what a node that was cut out uses, and the graphs in it, for outputs. */
static tn_status give_used(tni_map *values, const tn_node *node, tni_vector *outputs) {
  for (uint32_t i = 0; i < node->input_count; i++) {
    const tn_value_info *value = node->inputs[i];
    if (!value || !is(values, value, COMPUTED)) continue;
    TN_TRY(tni_pointer_map_set(values, value, marks[GIVEN]));
    TN_TRY(tni_vector_append(outputs, &value));
  }
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    if (attribute->kind != TN_ATTRIBUTE_GRAPH && attribute->kind != TN_ATTRIBUTE_GRAPHS) continue;
    for (uint64_t j = 0; j < attribute->count; j++)
      for (uint32_t k = 0; k < attribute->as.graphs[j]->node_count; k++)
        TN_TRY(give_used(values, attribute->as.graphs[j]->nodes[k], outputs));
  }
  return TN_OK;
}

typedef struct lists {
  tni_map values;
  tni_vector nodes, inputs, outputs;
} lists;

static tn_status collect(lists *self, const tni_offer *offer) {
  const tn_graph *whole = offer->model->graph;
  TN_TRY(mark_all(&self->values, offer));
  for (uint32_t i = 0; i < whole->input_count; i++)
    TN_TRY(tni_vector_append(&self->inputs, &whole->inputs[i]));
  for (uint32_t i = 0; i < whole->output_count; i++) {
    const tn_value_info *value = whole->outputs[i];
    if (is(&self->values, value, CUT_OFF)) continue;
    if (is(&self->values, value, COMPUTED))
      TN_TRY(tni_pointer_map_set(&self->values, value, marks[GIVEN]));
    TN_TRY(tni_vector_append(&self->outputs, &value));
  }
  for (uint32_t i = 0; i < whole->node_count; i++) {
    const tn_node *node = whole->nodes[i];
    if (!is_cut(offer, node)) {
      TN_TRY(tni_vector_append(&self->nodes, &node));
      continue;
    }
    for (uint32_t j = 0; j < node->output_count; j++)
      if (node->outputs[j]) TN_TRY(tni_vector_append(&self->inputs, &node->outputs[j]));
    TN_TRY(give_used(&self->values, node, &self->outputs));
  }
  return TN_OK;
}

/* Moves a list of pointers into the arena. */
static int keep(tni_arena *arena, const tni_vector *list, const void **out, uint32_t *count) {
  void **items = tni_arena_alloc_array(arena, list->count + 1, sizeof *items);
  if (!items) return 0;
  if (list->count) memcpy(items, list->items, list->count * sizeof *items);
  *out = items;
  *count = (uint32_t)list->count;
  return 1;
}

static tn_status fill(cut_model *self, const tni_offer *offer) {
  const tni_allocator *allocator = &self->services->allocator;
  lists made;
  tni_map_init(&made.values, allocator);
  tni_vector_init(&made.nodes, allocator, sizeof(void *));
  tni_vector_init(&made.inputs, allocator, sizeof(void *));
  tni_vector_init(&made.outputs, allocator, sizeof(void *));
  tn_status status = collect(&made, offer);
  const void *nodes = NULL, *inputs = NULL, *outputs = NULL;
  if (status == TN_OK && (!keep(&self->arena, &made.nodes, &nodes, &self->graph.node_count) ||
                          !keep(&self->arena, &made.inputs, &inputs, &self->graph.input_count) ||
                          !keep(&self->arena, &made.outputs, &outputs, &self->graph.output_count)))
    status = TN_OUT_OF_MEMORY;
  self->graph.nodes = nodes;
  self->graph.inputs = inputs;
  self->graph.outputs = outputs;
  tni_vector_destroy(&made.outputs);
  tni_vector_destroy(&made.inputs);
  tni_vector_destroy(&made.nodes);
  tni_map_destroy(&made.values);
  return status;
}

tn_status tni_cut_model(tni_services *services, const tni_offer *offer, tn_model **out,
                        tn_error *error) {
  cut_model *self = tni_alloc(&services->allocator, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a part of the model");
  const tn_model *whole = offer->model;
  memcpy(&self->view, whole, sizeof self->view);
  memcpy(&self->graph, whole->graph, sizeof self->graph);
  self->view.api = &api;
  self->view.maker = &services->maker;
  self->view.host = NULL;
  self->view.size = TN_SIZE(tn_model);
  self->view.graph = &self->graph;
  self->graph.size = TN_SIZE(tn_graph);
  self->services = services;
  tni_services_retain(services);
  self->whole = offer->model;
  tn_model_retain(self->whole);
  atomic_init(&self->references, 1);
  tni_arena_init(&self->arena, &services->allocator);
  const tn_status status = fill(self, offer);
  if (status != TN_OK) {
    release(&self->view);
    return tni_fail(error, status, "no memory for a part of the model");
  }
  *out = &self->view;
  return TN_OK;
}
