#include "devices/hetero/variables.h"

#include <string.h>

#include "base/map.h"
#include "base/status.h"

struct finding {
  tni_variables *out;
  tni_map users; /* from the id of a variable to the place in `first` of a node that uses it */
};

/* Each node leads to one before it, or to itself. */
static uint32_t root_of(uint32_t *first, uint32_t node) {
  while (first[node] != node)
    node = first[node] = first[first[node]];
  return node;
}

static void join(uint32_t *first, uint32_t a, uint32_t b) {
  const uint32_t one = root_of(first, a), other = root_of(first, b);
  if (one < other)
    first[other] = one;
  else
    first[one] = other;
}

static tn_status note_user(struct finding *self, uint32_t node, tn_string id) {
  uint32_t *const first = self->out->first;
  const uint32_t *known = tni_string_map_find(&self->users, id);
  if (first[node] == TNI_NO_VARIABLE) {
    first[node] = node;
    self->out->name[node] = id;
  }
  if (!known) return tni_string_map_set(&self->users, id, &first[node]);
  join(first, (uint32_t)(known - first), node);
  return TN_OK;
}

static tn_status look_at_graph(struct finding *self, uint32_t node, const tn_graph *graph);

/* @param within a node of the main graph, or one of an inner graph of it */
static tn_status look_at(struct finding *self, uint32_t node, const tn_node *within) {
  const tn_attribute *id = tn_node_attribute(within, TN_STRING("variable_id"));
  if (id && id->kind == TN_ATTRIBUTE_STRING && tn_string_is(within->domain, "tenon"))
    TN_TRY(note_user(self, node, id->as.strings[0]));
  for (uint32_t i = 0; i < within->attribute_count; i++) {
    const tn_attribute *attribute = within->attributes[i];
    for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++)
      TN_TRY(look_at_graph(self, node, attribute->as.graphs[k]));
  }
  return TN_OK;
}

static tn_status look_at_graph(struct finding *self, uint32_t node, const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    TN_TRY(look_at(self, node, graph->nodes[i]));
  return TN_OK;
}

tn_status tni_variables_find(tni_arena *arena, const tn_graph *graph, tni_variables *out) {
  const size_t count = graph->node_count;
  struct finding self = {.out = out};
  tn_status status = TN_OK;
  out->first = tni_arena_alloc_array(arena, count, sizeof *out->first);
  out->name = tni_arena_alloc_array(arena, count, sizeof *out->name);
  if (!out->first || !out->name) return TN_OUT_OF_MEMORY;
  memset(out->first, 0xff, count * sizeof *out->first);
  tni_map_init(&self.users, arena->allocator);
  for (uint32_t i = 0; status == TN_OK && i < count; i++)
    status = look_at(&self, i, graph->nodes[i]);
  tni_map_destroy(&self.users);
  for (uint32_t i = 0; status == TN_OK && i < count; i++)
    if (out->first[i] != TNI_NO_VARIABLE) out->first[i] = root_of(out->first, i);
  return status;
}
