#include "devices/hetero/followers.h"

#include <string.h>

#include "base/map.h"
#include "base/status.h"
#include "devices/hetero/walk.h"

static const tni_refusal follows = {
    TN_REASON_OTHER,
    TN_STRING_INIT("it computes a shape for nodes that run on another device, and goes there")};

enum { MOST_DEVICES = 64 }; /* bits of a set */

struct finding {
  const tni_assignment *assignment;
  tni_followers *out;
  uint8_t *shapes; /* of each node: whether it computes a shape */
  uint32_t *known; /* of each node: how many of its inputs follow from shapes */
  tni_map places;  /* from a value to the set of devices that compute it or use its elements */
};

/* --- what computes shapes */

static int takes_a_shape(const tn_node *node) {
  return node->domain.length == 0 &&
         (tn_string_is(node->operation, "Shape") || tn_string_is(node->operation, "Size"));
}

static int is_short(const tn_value_info *value) {
  return (value->flags & TN_VALUE_HAS_RANK) && value->rank <= 1;
}

static int gives_little(const tn_node *node) {
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] && !is_short(node->outputs[i])) return 0;
  return node->output_count > 0 && !tn_node_has_graphs(node);
}

static uint32_t count_computed(const tn_node *node) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < node->input_count; i++)
    count += node->inputs[i] && !node->inputs[i]->constant;
  return count;
}

static void mark_shapes(struct finding *self) {
  const tni_split_graph *edges = &self->assignment->edges;
  for (uint32_t i = 0; i < edges->node_count; i++) { /* producers stand before users */
    const tn_node *node = self->assignment->graph->nodes[i];
    const uint32_t computed = count_computed(node);
    if (!gives_little(node)) continue;
    if (!takes_a_shape(node) && (computed == 0 || self->known[i] < computed)) continue;
    self->shapes[i] = 1;
    for (uint32_t edge = edges->edge_begin[i]; edge < edges->edge_begin[i + 1]; edge++)
      self->known[edges->edge_to[edge]]++;
  }
}

/* --- where values are */

static uint64_t places_of(const struct finding *self, const tn_value_info *value) {
  const uint64_t *places = tni_pointer_map_find(&self->places, value);
  return places ? *places : 0;
}

static tn_status add_place(struct finding *self, tni_arena *arena, const tn_value_info *value,
                           uint32_t device) {
  if (!value || value->constant || device >= MOST_DEVICES) return TN_OK;
  uint64_t *places = tni_pointer_map_find(&self->places, value);
  if (!places) {
    places = tni_arena_alloc(arena, sizeof *places);
    if (!places) return TN_OUT_OF_MEMORY;
    TN_TRY(tni_pointer_map_set(&self->places, value, places));
  }
  *places |= UINT64_C(1) << device;
  return TN_OK;
}

static tn_status find_places(struct finding *self, tni_arena *arena) {
  const tn_graph *graph = self->assignment->graph;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    const uint32_t device = self->assignment->device[i];
    for (uint32_t k = 0; k < node->input_count && !takes_a_shape(node); k++)
      TN_TRY(add_place(self, arena, node->inputs[k], device));
    for (uint32_t k = 0; k < node->output_count; k++)
      TN_TRY(add_place(self, arena, node->outputs[k], device));
  }
  return TN_OK;
}

/* What is shaped may be large: it goes nowhere for its shape when that is to be had where it is. */
static int may_leave(const struct finding *self, uint32_t node, uint32_t target) {
  const tn_node *taker = self->assignment->graph->nodes[node];
  if (!takes_a_shape(taker) || taker->input_count == 0 || !taker->inputs[0]) return 1;
  if (is_short(taker->inputs[0])) return 1;
  const uint64_t places = places_of(self, taker->inputs[0]);
  const uint32_t device = self->assignment->device[node];
  return device < MOST_DEVICES && target < MOST_DEVICES &&
         ((places >> target & 1) || !(places >> device & 1));
}

/* --- where users are */

/* The device of all users, where those that follow have gone on; TNI_NO_DEVICE: there is no such
 * device. */
static uint32_t place_of_users(const tni_assignment *assignment, const uint32_t *target,
                               uint32_t node) {
  const tni_split_graph *edges = &assignment->edges;
  uint32_t common = TNI_NO_DEVICE;
  for (uint32_t edge = edges->edge_begin[node]; edge < edges->edge_begin[node + 1]; edge++) {
    const uint32_t user = edges->edge_to[edge];
    const uint32_t device = target[user] == TNI_NO_DEVICE ? assignment->device[user] : target[user];
    if (edge > edges->edge_begin[node] && device != common) return TNI_NO_DEVICE;
    common = device;
  }
  return common;
}

static uint32_t choose_target(const struct finding *self, uint32_t node) {
  const tni_assignment *assignment = self->assignment;
  const uint32_t device = assignment->device[node];
  if (!self->shapes[node] || device == TNI_NO_DEVICE || assignment->group[node])
    return TNI_NO_DEVICE;
  const uint32_t target = place_of_users(assignment, self->out->target, node);
  if (target == TNI_NO_DEVICE || target == device ||
      tni_refusal_of(assignment, node, target)->reason != TN_REASON_NONE ||
      !may_leave(self, node, target))
    return TNI_NO_DEVICE;
  return target;
}

static tn_status find(struct finding *self, tni_arena *arena) {
  tni_followers *out = self->out;
  const uint32_t count = self->assignment->graph->node_count;
  out->count = 0;
  out->target = tni_arena_alloc_array(arena, count, sizeof *out->target);
  self->shapes = tni_arena_alloc_array(arena, count, sizeof *self->shapes);
  self->known = tni_arena_alloc_array(arena, count, sizeof *self->known);
  if (!out->target || !self->shapes || !self->known) return TN_OUT_OF_MEMORY;
  memset(out->target, 0xff, count * sizeof *out->target);
  mark_shapes(self);
  if (!memchr(self->shapes, 1, count)) return TN_OK;
  TN_TRY(find_places(self, arena));
  for (uint32_t node = count; node-- > 0;) { /* users have gone before */
    out->target[node] = choose_target(self, node);
    out->count += out->target[node] != TNI_NO_DEVICE;
  }
  return TN_OK;
}

tn_status tni_followers_find(tni_arena *arena, const tni_assignment *assignment,
                             tni_followers *out) {
  struct finding self = {.assignment = assignment, .out = out};
  tni_map_init(&self.places, arena->allocator);
  const tn_status status = find(&self, arena);
  tni_map_destroy(&self.places);
  return status;
}

void tni_followers_move(const tni_followers *followers, const uint8_t *accepted,
                        tni_assignment *assignment) {
  for (uint32_t node = assignment->graph->node_count; node-- > 0;) {
    uint32_t *target = &followers->target[node];
    if (*target == TNI_NO_DEVICE) continue;
    if (!accepted[node] || place_of_users(assignment, followers->target, node) != *target) {
      *target = TNI_NO_DEVICE; /* it stays, and so do those before it */
      continue;
    }
    *tni_refusal_of(assignment, node, assignment->device[node]) = follows;
    assignment->device[node] = *target;
  }
}
