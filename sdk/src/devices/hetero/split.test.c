#include "devices/hetero/split.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/fault_allocator.h"
#include "devices/hetero/groups.h"
#include "devices/hetero/random_graph.h"

/* Sanitizers see in the first ones what they look for, and make each many times as long. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { GRAPHS = 10000 };
#else
enum { GRAPHS = 100000 };
#endif

/* Parts in the order of their numbers, each of one device. */
static void check_split(const tni_split_graph *graph, const tni_split *split) {
  for (uint32_t node = 0; node < graph->node_count; node++) {
    cr_assert_lt(split->part[node], split->part_count);
    cr_assert_eq(split->device[split->part[node]], graph->device[node]);
    for (uint32_t edge = graph->edge_begin[node]; edge < graph->edge_begin[node + 1]; edge++)
      cr_assert_leq(split->part[node], split->part[graph->edge_to[edge]]);
  }
}

static uint32_t count_parts(const tni_split_graph *graph) {
  tni_split split;
  cr_assert_eq(tni_split_make(tni_allocator_system(), graph, &split), TN_OK);
  check_split(graph, &split);
  const uint32_t count = split.part_count;
  tni_split_destroy(tni_allocator_system(), &split);
  return count;
}

static uint32_t parts_of(uint32_t nodes, const uint32_t *begin, const uint32_t *to,
                         const uint32_t *device) {
  const tni_split_graph graph = {nodes, 3, begin, to, device};
  return count_parts(&graph);
}

Test(split, shapes_that_make_circles) {
  /* A diamond of which one arm is on another device: taking the top, the arm and the bottom at once
   * is a circle. */
  cr_assert_eq(
      parts_of(4, (uint32_t[]){0, 2, 3, 4, 4}, (uint32_t[]){1, 2, 3, 3}, (uint32_t[]){0, 0, 1, 0}),
      3);
  /* A skip over another device. */
  cr_assert_eq(parts_of(3, (uint32_t[]){0, 2, 3, 3}, (uint32_t[]){1, 2, 2}, (uint32_t[]){0, 1, 0}),
               3);
  /* Two chains that change devices the other way round: one of them waits. */
  cr_assert_eq(
      parts_of(4, (uint32_t[]){0, 1, 1, 2, 2}, (uint32_t[]){1, 3}, (uint32_t[]){0, 1, 1, 0}), 3);
  /* Nothing connects them: one part. */
  cr_assert_eq(parts_of(3, (uint32_t[]){0, 0, 0, 0}, NULL, (uint32_t[]){2, 2, 2}), 1);
  cr_assert_eq(parts_of(0, (uint32_t[]){0}, NULL, NULL), 0);
}

Test(split, two_devices_take_the_fewest_parts) {
  uint64_t state = 1;
  tni_random_graph drawn;
  for (uint32_t round = 0; round < GRAPHS; round++) {
    tni_random_graph_draw(&state, 2, &drawn);
    cr_assert_eq(count_parts(&drawn.graph), tni_fewest_parts(&drawn.graph), "graph %u", round);
  }
}

Test(split, three_devices_take_few_parts) {
  uint64_t state = 2, taken = 0, fewest = 0;
  tni_random_graph drawn;
  for (uint32_t round = 0; round < GRAPHS; round++) {
    tni_random_graph_draw(&state, 3, &drawn);
    const uint32_t ours = count_parts(&drawn.graph), least = tni_fewest_parts(&drawn.graph);
    cr_assert_leq(2 * ours, 3 * least, "graph %u: %u parts instead of %u", round, ours, least);
    taken += ours;
    fewest += least;
  }
  cr_assert_leq(10 * taken, 11 * fewest);
}

/* Groups that are entangled are given up, as their device would give them up. */
static void join_what_can_be_joined(tni_arena *arena, tni_random_graph *drawn, tni_joined *joined) {
  const tni_groups groups = {drawn->group, drawn->group_count};
  cr_assert_eq(tni_join_groups(arena, &drawn->graph, &groups, joined), TN_OK);
  if (joined->entangled_count == 0) return;
  uint32_t number[TNI_MOST_RANDOM_NODES + 1] = {0}, kept = 0;
  for (uint32_t group = 1; group <= drawn->group_count; group++)
    if (!joined->entangled[group - 1]) number[group] = ++kept;
  for (uint32_t node = 0; node < drawn->graph.node_count; node++)
    drawn->group[node] = number[drawn->group[node]];
  cr_assert_eq(joined->entangled_count, drawn->group_count - kept);
  drawn->group_count = kept;
  const tni_groups fewer = {drawn->group, kept};
  cr_assert_eq(tni_join_groups(arena, &drawn->graph, &fewer, joined), TN_OK);
  cr_assert_eq(joined->entangled_count, 0);
}

/* The groups are nodes by now. */
static void check_number(const tni_joined *joined, const tni_split *split, uint32_t round) {
  const uint32_t fewest = tni_fewest_parts(&joined->graph);
  if (joined->graph.device_count == 2)
    cr_assert_eq(split->part_count, fewest, "graph %u", round);
  else
    cr_assert_leq(2 * split->part_count, 3 * fewest, "graph %u: %u parts instead of %u", round,
                  split->part_count, fewest);
}

Test(split, groups_stay_whole_in_every_graph) {
  uint64_t state = 3, with_groups = 0;
  tni_random_graph drawn;
  for (uint32_t round = 0; round < GRAPHS; round++) {
    tni_random_graph_draw(&state, 2 + round % 2, &drawn);
    tni_arena arena;
    tni_arena_init(&arena, tni_allocator_system());
    tni_joined joined;
    join_what_can_be_joined(&arena, &drawn, &joined);
    with_groups += drawn.group_count > 0;
    uint32_t part_of_group[TNI_MOST_RANDOM_NODES + 1] = {0};
    tni_split split, whole;
    cr_assert_eq(tni_split_make(tni_allocator_system(), &joined.graph, &split), TN_OK);
    check_split(&joined.graph, &split);
    check_number(&joined, &split, round);
    uint32_t part[TNI_MOST_RANDOM_NODES];
    for (uint32_t node = 0; node < drawn.graph.node_count; node++) {
      part[node] = split.part[joined.node[node]];
      uint32_t *expected = &part_of_group[drawn.group[node]];
      if (drawn.group[node])
        cr_assert(*expected == 0 || *expected == part[node] + 1, "graph %u", round);
      *expected = part[node] + 1;
    }
    whole = (tni_split){part, split.device, split.part_count};
    check_split(&drawn.graph, &whole);
    tni_split_destroy(tni_allocator_system(), &split);
    tni_arena_destroy(&arena);
  }
  cr_assert_gt(with_groups, GRAPHS / 2);
}

Test(split, entangled_groups_are_told) {
  /* Two groups that each depend on the other, on two devices; a third beside them is not concerned.
   */
  const uint32_t begin[] = {0, 1, 1, 2, 2, 2}, to[] = {1, 3}, device[] = {0, 1, 1, 0, 0},
                 group[] = {1, 2, 2, 1, 3};
  const tni_split_graph graph = {5, 2, begin, to, device};
  const tni_groups groups = {group, 3};
  tni_arena arena;
  tni_arena_init(&arena, tni_allocator_system());
  tni_joined joined;
  cr_assert_eq(tni_join_groups(&arena, &graph, &groups, &joined), TN_OK);
  cr_assert_eq(joined.entangled_count, 2);
  cr_assert(joined.entangled[0] && joined.entangled[1] && !joined.entangled[2]);
  tni_arena_destroy(&arena);
}

/* --- how time grows */

/* A long graph whose nodes take up to three values that were made shortly before. */
static tni_split_graph long_graph(uint32_t nodes, uint64_t *state) {
  enum { DEVICES = 3, READERS = 2, NEAR = 50 };
  uint32_t *begin = calloc(nodes + 1, sizeof *begin), *device = calloc(nodes, sizeof *device),
           *to = calloc((size_t)nodes * READERS, sizeof *to), edges = 0;
  for (uint32_t node = 0; node < nodes; node++) {
    begin[node] = edges;
    device[node] = tni_random_next(state) % DEVICES;
    for (uint32_t i = 0; i < READERS; i++) {
      const uint32_t reader = node + 1 + tni_random_next(state) % NEAR;
      if (reader < nodes) to[edges++] = reader;
    }
  }
  begin[nodes] = edges;
  return (tni_split_graph){nodes, DEVICES, begin, to, device};
}

/* Processor time of splitting a graph of so many nodes, the least of several. */
static double time_of(uint32_t nodes) {
  uint64_t state = 11;
  const tni_split_graph graph = long_graph(nodes, &state);
  double least = 1e9;
  for (int round = 0; round < 3; round++) {
    const clock_t begun = clock();
    count_parts(&graph);
    const double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    if (seconds < least) least = seconds;
  }
  free((void *)(uintptr_t)graph.edge_begin);
  free((void *)(uintptr_t)graph.edge_to);
  free((void *)(uintptr_t)graph.device);
  return least;
}

/* n log n from 10,000 to 100,000 nodes is 12.5 times as much; caches and noise may double it. */
Test(split, time_grows_with_the_graph) {
  const double some = time_of(10000), many = time_of(100000);
  cr_assert_lt(many, 25 * some, "10,000 nodes: %.3g s, 100,000: %.3g times as much", some,
               many / some);
}

static tn_status split_once(const tni_allocator *allocator, void *user) {
  const tni_random_graph *drawn = user;
  const tni_groups groups = {drawn->group, drawn->group_count};
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  tni_joined joined;
  tni_split split = {0};
  tn_status status = tni_join_groups(&arena, &drawn->graph, &groups, &joined);
  if (status == TN_OK && joined.entangled_count == 0)
    status = tni_split_make(allocator, &joined.graph, &split);
  tni_split_destroy(allocator, &split);
  tni_arena_destroy(&arena);
  return status;
}

Test(split, every_failed_allocation_is_survived) {
  uint64_t state = 5;
  tni_random_graph drawn;
  do {
    tni_random_graph_draw(&state, 3, &drawn);
  } while (drawn.graph.node_count < 8 || tni_fewest_parts(&drawn.graph) < 5);
  memset(drawn.group, 0, sizeof drawn.group);
  drawn.group_count = 0;
  cr_assert_gt(tni_fault_sweep(split_once, &drawn), 3);
}
