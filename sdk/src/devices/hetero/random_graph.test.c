#include "devices/hetero/random_graph.h"

#include <criterion/criterion.h>
#include <string.h>

uint32_t tni_random_next(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u; /* Knuth's constants */
  return (uint32_t)(*state >> 33);
}

/* A permutation, so that the numbers of nodes say nothing about their order. */
static void shuffle(uint64_t *state, uint32_t *order, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    order[i] = i;
  for (uint32_t i = count; i > 1; i--) {
    const uint32_t other = tni_random_next(state) % i, kept = order[i - 1];
    order[i - 1] = order[other];
    order[other] = kept;
  }
}

static void draw_edges(uint64_t *state, uint32_t nodes, tni_random_graph *out) {
  uint32_t order[TNI_MOST_RANDOM_NODES], place[TNI_MOST_RANDOM_NODES], count = 0;
  const uint32_t percent = 5 + tni_random_next(state) % 60;
  shuffle(state, order, nodes);
  for (uint32_t i = 0; i < nodes; i++)
    place[order[i]] = i;
  for (uint32_t from = 0; from < nodes; from++) {
    out->begin[from] = count;
    for (uint32_t to = 0; to < nodes; to++)
      if (place[from] < place[to] && tni_random_next(state) % 100 < percent) out->to[count++] = to;
  }
  out->begin[nodes] = count;
}

static void draw_groups(uint64_t *state, uint32_t nodes, tni_random_graph *out) {
  uint32_t number[TNI_MOST_RANDOM_NODES] = {0};
  out->group_count = 0;
  for (uint32_t node = 0; node < nodes; node++) {
    const uint32_t drawn =
        out->device[node] * 3 + tni_random_next(state) % 3; /* two groups a device, and none */
    out->group[node] = 0;
    if (drawn % 3 == 0 || tni_random_next(state) % 2) continue;
    if (!number[drawn]) number[drawn] = ++out->group_count;
    out->group[node] = number[drawn];
  }
}

void tni_random_graph_draw(uint64_t *state, uint32_t device_count, tni_random_graph *out) {
  const uint32_t nodes = 1 + tni_random_next(state) % TNI_MOST_RANDOM_NODES;
  draw_edges(state, nodes, out);
  for (uint32_t node = 0; node < nodes; node++)
    out->device[node] = tni_random_next(state) % device_count;
  draw_groups(state, nodes, out);
  out->graph = (tni_split_graph){nodes, device_count, out->begin, out->to, out->device};
}

/* All nodes of a device that can be taken after those of the set. */
static uint32_t take_all(const tni_split_graph *graph, const uint32_t *needs, uint32_t set,
                         uint32_t device) {
  for (uint32_t before = ~set; before != set;) {
    before = set;
    for (uint32_t node = 0; node < graph->node_count; node++)
      if (graph->device[node] == device && (needs[node] & ~set) == 0) set |= 1u << node;
  }
  return set;
}

/* By breadth: the sets of nodes that can be reached in one turn, in two, and so on. */
uint32_t tni_fewest_parts(const tni_split_graph *graph) {
  static _Thread_local uint8_t reached[1u << TNI_MOST_RANDOM_NODES];
  uint32_t needs[TNI_MOST_RANDOM_NODES] = {0};
  for (uint32_t from = 0; from < graph->node_count; from++)
    for (uint32_t edge = graph->edge_begin[from]; edge < graph->edge_begin[from + 1]; edge++)
      needs[graph->edge_to[edge]] |= 1u << from;
  const uint32_t all = (1u << graph->node_count) - 1;
  memset(reached, 0, (size_t)all + 1);
  reached[0] = 1;
  for (uint8_t turns = 1; !reached[all]; turns++)
    for (uint32_t set = 0; set < all; set++)
      for (uint32_t device = 0; reached[set] == turns && device < graph->device_count; device++) {
        const uint32_t next = take_all(graph, needs, set, device);
        if (!reached[next]) reached[next] = (uint8_t)(turns + 1);
      }
  return reached[all] - 1u;
}

Test(random_graph, the_fewest_parts_of_known_graphs) {
  const uint32_t chain_begin[] = {0, 1, 2, 3, 3}, chain_to[] = {1, 2, 3},
                 chain_device[] = {0, 1, 0, 1};
  const tni_split_graph chain = {4, 2, chain_begin, chain_to, chain_device};
  cr_assert_eq(tni_fewest_parts(&chain), 4);
  const uint32_t loose_begin[] = {0, 0, 0, 0}, loose_device[] = {0, 1, 0};
  const tni_split_graph loose = {3, 2, loose_begin, NULL, loose_device};
  cr_assert_eq(tni_fewest_parts(&loose), 2);
}
