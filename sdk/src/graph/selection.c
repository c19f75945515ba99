#include "graph/selection.h"

#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"

typedef struct selected_model {
  tn_model view;
  tn_graph graph;
  const tni_environment *environment;
  tn_model *whole;
  atomic_size_t references;
  tni_arena arena;
} selected_model;

static void retain(tn_model *model) {
  atomic_fetch_add_explicit(&((selected_model *)model)->references, 1, memory_order_relaxed);
}

static void release(tn_model *model) {
  selected_model *self = (selected_model *)model;
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) != 1) return;
  tn_model_release(self->whole);
  tni_arena_destroy(&self->arena);
  tni_object_free(self->environment, self);
}

static const void *get_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static const tn_model_api api = {TN_SIZE(tn_model_api), 0, get_extension, retain, release};

/* --- what is known of each value */

struct facts {
  uint8_t computed; /* by a chosen node */
  uint8_t used;     /* by a chosen node */
  uint8_t wanted;   /* by another node, or as an output of the whole */
  uint8_t listed;   /* stands among the ports or constants */
};

struct selecting {
  const tn_graph *whole;
  const tni_selection *selection;
  selected_model *made;
  tni_arena facts; /* struct facts */
  tni_map values;  /* from tn_value_info to its facts */
  tni_vector nodes, inputs, outputs, constants;
};

static struct facts *facts_of(struct selecting *self, const tn_value_info *value) {
  struct facts *facts = tni_pointer_map_find(&self->values, value);
  if (facts) return facts;
  facts = tni_arena_alloc(&self->facts, sizeof *facts);
  return facts && tni_pointer_map_set(&self->values, value, facts) == TN_OK ? facts : NULL;
}

static tn_status note_uses(struct selecting *self, const tn_node *node, int chosen);

static tn_status note_use(struct selecting *self, const tn_value_info *value, int chosen) {
  if (!value) return TN_OK;
  struct facts *facts = facts_of(self, value);
  if (!facts) return TN_OUT_OF_MEMORY;
  if (chosen)
    facts->used = 1;
  else
    facts->wanted = 1;
  return TN_OK;
}

/* What a graph within a node uses of the graphs around it; what it computes itself is met as well,
 * and is no value of the main graph. */
static tn_status note_inner(struct selecting *self, const tn_graph *graph, int chosen) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    TN_TRY(note_uses(self, graph->nodes[i], chosen));
  for (uint32_t i = 0; i < graph->output_count; i++)
    TN_TRY(note_use(self, graph->outputs[i], chosen));
  return TN_OK;
}

static tn_status note_uses(struct selecting *self, const tn_node *node, int chosen) {
  for (uint32_t i = 0; i < node->input_count; i++)
    TN_TRY(note_use(self, node->inputs[i], chosen));
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++)
      TN_TRY(note_inner(self, attribute->as.graphs[k], chosen));
  }
  return TN_OK;
}

static tn_status note_all(struct selecting *self) {
  for (uint32_t i = 0; i < self->whole->node_count; i++) {
    const tn_node *node = self->whole->nodes[i];
    const int chosen = self->selection->chosen[i];
    TN_TRY(note_uses(self, node, chosen));
    for (uint32_t k = 0; chosen && k < node->output_count; k++) {
      struct facts *facts = node->outputs[k] ? facts_of(self, node->outputs[k]) : NULL;
      if (!facts && node->outputs[k]) return TN_OUT_OF_MEMORY;
      if (facts) facts->computed = 1;
    }
  }
  for (uint32_t i = 0; i < self->whole->output_count; i++)
    TN_TRY(note_use(self, self->whole->outputs[i], 0));
  return TN_OK;
}

/* --- ports and constants */

static tn_status list(tni_vector *vector, struct facts *facts, const tn_value_info *value) {
  facts->listed = 1;
  return tni_vector_append(vector, &value);
}

static tn_status list_input(struct selecting *self, const tn_value_info *value) {
  struct facts *facts = facts_of(self, value);
  if (!facts) return TN_OUT_OF_MEMORY;
  const int wanted = facts->used || self->selection->keeps_inputs;
  return wanted && !facts->computed && !facts->listed ? list(&self->inputs, facts, value) : TN_OK;
}

static tn_status list_outputs_of(struct selecting *self, const tn_node *node) {
  for (uint32_t i = 0; i < node->output_count; i++) {
    struct facts *facts =
        node->outputs[i] ? tni_pointer_map_find(&self->values, node->outputs[i]) : NULL;
    if (facts && facts->wanted) TN_TRY(list(&self->outputs, facts, node->outputs[i]));
  }
  return TN_OK;
}

static tn_status list_all(struct selecting *self) {
  const tn_graph *whole = self->whole;
  for (uint32_t i = 0; i < whole->constant_count; i++) {
    struct facts *facts = tni_pointer_map_find(&self->values, whole->constants[i]);
    if (facts && facts->used) TN_TRY(list(&self->constants, facts, whole->constants[i]));
  }
  for (uint32_t i = 0; i < whole->input_count; i++)
    TN_TRY(list_input(self, whole->inputs[i]));
  for (uint32_t i = 0; i < whole->node_count; i++) {
    const tn_node *node = whole->nodes[i];
    if (self->selection->chosen[i]) {
      TN_TRY(tni_vector_append(&self->nodes, &node));
      TN_TRY(list_outputs_of(self, node));
      continue;
    }
    for (uint32_t k = 0; k < node->output_count; k++)
      if (node->outputs[k]) TN_TRY(list_input(self, node->outputs[k]));
  }
  return TN_OK;
}

/* Moves a list of pointers into the arena. */
static const void *keep(tni_arena *arena, const tni_vector *from, uint32_t *count) {
  void **items = tni_arena_alloc_array(arena, from->count + 1, sizeof *items);
  if (items && from->count) memcpy(items, from->items, from->count * sizeof *items);
  *count = (uint32_t)from->count;
  return items;
}

static tn_status select_nodes(struct selecting *self) {
  tni_arena *arena = &self->made->arena;
  tn_graph *graph = &self->made->graph;
  TN_TRY(note_all(self));
  TN_TRY(list_all(self));
  graph->nodes = keep(arena, &self->nodes, &graph->node_count);
  graph->inputs = keep(arena, &self->inputs, &graph->input_count);
  graph->outputs = keep(arena, &self->outputs, &graph->output_count);
  graph->constants = keep(arena, &self->constants, &graph->constant_count);
  const int complete = graph->nodes && graph->inputs && graph->outputs && graph->constants;
  return complete ? TN_OK : TN_OUT_OF_MEMORY;
}

static tn_status fill(selected_model *made, const tni_selection *selection) {
  const tni_allocator *allocator = made->environment->allocator;
  struct selecting self = {.whole = made->whole->graph, .selection = selection, .made = made};
  tni_vector *const vectors[] = {&self.nodes, &self.inputs, &self.outputs, &self.constants};
  tni_arena_init(&self.facts, allocator);
  tni_map_init(&self.values, allocator);
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    tni_vector_init(vectors[i], allocator, sizeof(void *));
  const tn_status status = select_nodes(&self);
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    tni_vector_destroy(vectors[i]);
  tni_map_destroy(&self.values);
  tni_arena_destroy(&self.facts);
  return status;
}

/* The structs of a whole that somebody else made may be longer or shorter than ours. */
static void take_over(selected_model *self, tn_model *whole) {
  const size_t model_bytes = whole->size < sizeof self->view ? whole->size : sizeof self->view;
  const size_t graph_bytes =
      whole->graph->size < sizeof self->graph ? whole->graph->size : sizeof self->graph;
  const tn_maker *maker = self->view.maker;
  memcpy(&self->view, whole, model_bytes);
  memcpy(&self->graph, whole->graph, graph_bytes);
  self->view.api = &api;
  self->view.maker = maker;
  self->view.host = NULL;
  self->view.size = TN_SIZE(tn_model);
  self->view.graph = &self->graph;
  self->graph.size = TN_SIZE(tn_graph);
}

tn_status tni_model_select(const tni_environment *environment, tn_model *whole,
                           const tni_selection *selection, tn_model **out, tn_error *error) {
  selected_model *self = tni_object_alloc(environment, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a part of the model");
  take_over(self, whole);
  self->environment = environment;
  self->whole = whole;
  tn_model_retain(whole);
  atomic_init(&self->references, 1);
  tni_arena_init(&self->arena, environment->allocator);
  const tn_status status = fill(self, selection);
  if (status != TN_OK) {
    release(&self->view);
    return tni_fail(error, status, "no memory for a part of the model");
  }
  *out = &self->view;
  return TN_OK;
}
