#include "devices/hetero/search.h"

#include <string.h>

/* Steps of the search: nodes taken or taken back. About a millisecond. */
enum { MOST_STEPS = 200000, MOST_TURNS = 64 };

/* --- greedily: whose longest chain of changes is the longest */

/* What decides between devices of the same urgency. */
enum tie { LOWEST, HIGHEST, MOST_READY, NEXT_IN_TURN, TIES };

static uint64_t rank(const tni_walk *walk, uint32_t device, uint32_t last, enum tie tie) {
  const uint32_t devices = walk->plan->graph->device_count;
  uint32_t second = 0;
  switch (tie) {
    case LOWEST:
      second = devices - device;
      break;
    case HIGHEST:
      second = device;
      break;
    case MOST_READY:
      second = walk->ready_count[device];
      break;
    case NEXT_IN_TURN:
      second = devices - (device + devices - 1 - last % devices) % devices;
      break;
    case TIES:
      break;
  }
  return (uint64_t)walk->urgency[device] << 32 | second;
}

static uint32_t choose(const tni_walk *walk, uint32_t last, enum tie tie) {
  uint32_t best = TNI_NO_DEVICE;
  for (uint32_t device = 0; device < walk->plan->graph->device_count; device++) {
    if (walk->ready_count[device] == 0) continue;
    if (best == TNI_NO_DEVICE || rank(walk, device, last, tie) > rank(walk, best, last, tie))
      best = device;
  }
  return best;
}

/* Walks to the end, or until the walk is no better than the best one; keeps it when it is. */
static void walk_greedily(tni_walk *walk, uint32_t first, enum tie tie, uint32_t *turns,
                          tni_sequence *best) {
  uint32_t count = 0, device = first;
  tni_walk_restart(walk);
  while (!tni_walk_is_over(walk) && count + 1 < best->count) {
    turns[count++] = device;
    tni_walk_take(walk, device, NULL, 0);
    device = choose(walk, device, tie);
  }
  if (!tni_walk_is_over(walk)) return;
  memcpy(best->devices, turns, count * sizeof *turns);
  best->count = count;
}

tn_status tni_search_greedily(tni_arena *arena, tni_walk *walk, tni_sequence *out) {
  const uint32_t nodes = walk->plan->graph->node_count, devices = walk->plan->graph->device_count;
  uint32_t *turns = tni_arena_alloc_array(arena, (size_t)nodes + 1, sizeof *turns);
  out->devices = tni_arena_alloc_array(arena, (size_t)nodes + 1, sizeof *out->devices);
  if (!turns || !out->devices) return TN_OUT_OF_MEMORY;
  out->count = nodes + 1;
  if (nodes == 0) out->count = 0;
  for (uint32_t tie = 0; tie < (devices > 2 ? (uint32_t)TIES : 1u); tie++) {
    for (uint32_t first = 0; first < devices; first++) {
      tni_walk_restart(walk);
      if (walk->ready_count[first]) walk_greedily(walk, first, (enum tie)tie, turns, out);
    }
  }
  return TN_OK;
}

/* --- all sequences, by depth first */

struct search {
  tni_walk *walk;
  tni_sequence *best;
  uint32_t bound; /* only shorter ones are of use */
  uint32_t steps; /* that are left */
  uint32_t current[MOST_TURNS];
  tni_turn turns[MOST_TURNS];
};

static void look_deeper(struct search *search, uint32_t depth);

static void look_at(struct search *search, uint32_t depth, uint32_t device) {
  tni_walk *walk = search->walk;
  tni_walk_try(walk, device, &search->turns[depth]);
  const uint32_t taken = walk->taken_count - search->turns[depth].taken_before;
  search->steps -= search->steps < 2 * taken + 1 ? search->steps : 2 * taken + 1;
  search->current[depth] = device;
  look_deeper(search, depth + 1);
  tni_walk_take_back(walk, &search->turns[depth]);
}

static void look_deeper(struct search *search, uint32_t depth) {
  tni_walk *walk = search->walk;
  if (tni_walk_is_over(walk)) {
    memcpy(search->best->devices, search->current, depth * sizeof *search->current);
    search->best->count = search->bound = depth;
    return;
  }
  for (uint32_t device = 0; device < walk->plan->graph->device_count; device++)
    if (walk->ready_count[device] && search->steps && depth + tni_walk_needs(walk) < search->bound)
      look_at(search, depth, device);
}

tn_status tni_search_all(tni_arena *arena, tni_walk *walk, uint32_t known, tni_sequence *best) {
  const uint32_t devices = walk->plan->graph->device_count;
  struct search search = {.walk = walk, .best = best, .steps = MOST_STEPS};
  search.bound = known < best->count ? known : best->count;
  tni_walk_restart(walk);
  if (search.bound > MOST_TURNS || search.bound <= tni_walk_needs(walk)) return TN_OK;
  uint32_t *counts =
      tni_arena_alloc_array(arena, 2 * (size_t)devices * search.bound, sizeof *counts);
  if (!counts) return TN_OUT_OF_MEMORY;
  for (uint32_t turn = 0; turn < search.bound; turn++)
    search.turns[turn].counts = counts + 2 * (size_t)devices * turn;
  look_deeper(&search, 0);
  return TN_OK;
}
