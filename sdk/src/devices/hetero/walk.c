#include "devices/hetero/walk.h"

#include <string.h>

static uint32_t later(uint32_t a, uint32_t b) {
  return a > b ? a : b;
}

/* Nodes in an order in which edges lead forward. */
static void sort_nodes(const tni_split_graph *graph, const uint32_t *inputs, uint32_t *waits_for,
                       uint32_t *order) {
  memcpy(waits_for, inputs, graph->node_count * sizeof *waits_for);
  uint32_t count = 0;
  for (uint32_t node = 0; node < graph->node_count; node++)
    if (inputs[node] == 0) order[count++] = node;
  for (uint32_t next = 0; next < count; next++)
    for (uint32_t edge = graph->edge_begin[order[next]]; edge < graph->edge_begin[order[next] + 1];
         edge++)
      if (--waits_for[graph->edge_to[edge]] == 0) order[count++] = graph->edge_to[edge];
}

static void measure_tails(const tni_split_graph *graph, const uint32_t *order, uint32_t *tail) {
  for (uint32_t at = graph->node_count; at-- > 0;) {
    const uint32_t node = order[at];
    tail[node] = 0;
    for (uint32_t edge = graph->edge_begin[node]; edge < graph->edge_begin[node + 1]; edge++) {
      const uint32_t to = graph->edge_to[edge];
      tail[node] = later(tail[node], tail[to] + (graph->device[to] != graph->device[node]));
    }
  }
}

tn_status tni_walk_plan_make(tni_arena *arena, const tni_split_graph *graph, tni_walk_plan *out) {
  out->graph = graph;
  out->inputs = tni_arena_alloc_array(arena, graph->node_count, sizeof *out->inputs);
  out->tail = tni_arena_alloc_array(arena, graph->node_count, sizeof *out->tail);
  out->first_place =
      tni_arena_alloc_array(arena, (size_t)graph->device_count + 1, sizeof *out->first_place);
  uint32_t *waits_for = tni_arena_alloc_array(arena, graph->node_count, sizeof *waits_for);
  uint32_t *order = tni_arena_alloc_array(arena, graph->node_count, sizeof *order);
  if (!out->inputs || !out->tail || !out->first_place || !waits_for || !order)
    return TN_OUT_OF_MEMORY;
  for (uint32_t edge = 0; edge < graph->edge_begin[graph->node_count]; edge++)
    out->inputs[graph->edge_to[edge]]++;
  for (uint32_t node = 0; node < graph->node_count; node++)
    out->first_place[graph->device[node] + 1]++;
  for (uint32_t device = 0; device < graph->device_count; device++)
    out->first_place[device + 1] += out->first_place[device];
  sort_nodes(graph, out->inputs, waits_for, order);
  measure_tails(graph, order, out->tail);
  return TN_OK;
}

tn_status tni_walk_make(tni_arena *arena, const tni_walk_plan *plan, tni_walk *out) {
  const uint32_t nodes = plan->graph->node_count, devices = plan->graph->device_count;
  out->plan = plan;
  out->waits_for = tni_arena_alloc_array(arena, nodes, sizeof *out->waits_for);
  out->ready = tni_arena_alloc_array(arena, nodes, sizeof *out->ready);
  out->taken = tni_arena_alloc_array(arena, nodes, sizeof *out->taken);
  out->ready_count = tni_arena_alloc_array(arena, 2 * (size_t)devices, sizeof *out->ready_count);
  if (!out->waits_for || !out->ready || !out->taken || !out->ready_count) return TN_OUT_OF_MEMORY;
  out->urgency = out->ready_count + devices;
  tni_walk_restart(out);
  return TN_OK;
}

static void make_ready(tni_walk *walk, uint32_t node) {
  const tni_walk_plan *plan = walk->plan;
  const uint32_t device = plan->graph->device[node];
  walk->ready[plan->first_place[device] + walk->ready_count[device]++] = node;
  walk->urgency[device] = later(walk->urgency[device], plan->tail[node] + 1);
}

void tni_walk_restart(tni_walk *walk) {
  const tni_split_graph *graph = walk->plan->graph;
  memcpy(walk->waits_for, walk->plan->inputs, graph->node_count * sizeof *walk->waits_for);
  memset(walk->ready_count, 0, 2 * (size_t)graph->device_count * sizeof *walk->ready_count);
  walk->taken_count = 0;
  for (uint32_t node = 0; node < graph->node_count; node++)
    if (walk->waits_for[node] == 0) make_ready(walk, node);
}

int tni_walk_is_over(const tni_walk *walk) {
  return walk->taken_count == walk->plan->graph->node_count;
}

void tni_walk_take(tni_walk *walk, uint32_t device, uint32_t *part, uint32_t number) {
  const tni_split_graph *graph = walk->plan->graph;
  const uint32_t *ready = walk->ready + walk->plan->first_place[device];
  for (uint32_t next = 0; next < walk->ready_count[device]; next++) { /* which grows on the way */
    const uint32_t node = ready[next];
    walk->taken[walk->taken_count++] = node;
    if (part) part[node] = number;
    for (uint32_t edge = graph->edge_begin[node]; edge < graph->edge_begin[node + 1]; edge++)
      if (--walk->waits_for[graph->edge_to[edge]] == 0) make_ready(walk, graph->edge_to[edge]);
  }
  walk->ready_count[device] = 0;
  walk->urgency[device] = 0;
}

void tni_walk_try(tni_walk *walk, uint32_t device, tni_turn *turn) {
  turn->device = device;
  turn->taken_before = walk->taken_count;
  memcpy(turn->counts, walk->ready_count,
         2 * (size_t)walk->plan->graph->device_count * sizeof *turn->counts);
  tni_walk_take(walk, device, NULL, 0);
}

void tni_walk_take_back(tni_walk *walk, const tni_turn *turn) {
  const tni_split_graph *graph = walk->plan->graph;
  for (uint32_t at = turn->taken_before; at < walk->taken_count; at++) {
    const uint32_t node = walk->taken[at];
    for (uint32_t edge = graph->edge_begin[node]; edge < graph->edge_begin[node + 1]; edge++)
      walk->waits_for[graph->edge_to[edge]]++;
  }
  memcpy(walk->ready_count, turn->counts, 2 * (size_t)graph->device_count * sizeof *turn->counts);
  /* Those that were ready then were taken first; of the other devices nothing but the end of the
   * list is new. */
  memcpy(walk->ready + walk->plan->first_place[turn->device], walk->taken + turn->taken_before,
         walk->ready_count[turn->device] * sizeof *walk->ready);
  walk->taken_count = turn->taken_before;
}

uint32_t tni_walk_needs(const tni_walk *walk) {
  uint32_t longest = 0, devices = 0;
  for (uint32_t device = 0; device < walk->plan->graph->device_count; device++) {
    longest = later(longest, walk->urgency[device]);
    devices += walk->urgency[device] > 0;
  }
  return later(longest, devices);
}
