#include "devices/hetero/give_way.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/walk.h"

static const tni_refusal entangled = {
    TN_REASON_OTHER, TN_STRING_INIT("the device takes it together with others alone, and what lies "
                                    "between them runs elsewhere")};
static const tni_refusal between_tied = {
    TN_REASON_OTHER,
    TN_STRING_INIT("it lies between nodes of one variable, which run on another device")};
static const tni_refusal in_the_way = {
    TN_REASON_OTHER,
    TN_STRING_INIT("it lies between nodes that another device alone takes, and takes together")};

/* What becomes of a node when circles are opened. */
enum leaving { STAYS, GIVES_WAY, LIES_BETWEEN };

/* A circle through several devices that is about to be opened. */
struct tni_circle {
  uint32_t weakest;     /* 1 + a node of the group that gives way; 0: no circle of that kind */
  uint32_t given_count; /* groups that give way with it */
  uint32_t is_cleared; /* 1: what lies between gives way instead, since the group is a variable's */
};

static uint8_t *rival_at(const tni_assignment *self, const tni_ways *ways, uint32_t node,
                         uint32_t device) {
  return &ways->rivals[(size_t)node * self->devices.count + device];
}

tn_status tni_ways_make(tni_arena *arena, const tni_assignment *assignment, tni_ways *out) {
  const size_t nodes = assignment->graph->node_count;
  out->tied = tni_arena_alloc_array(arena, nodes, sizeof *out->tied);
  out->rivals =
      tni_arena_alloc_array(arena, nodes * assignment->devices.count, sizeof *out->rivals);
  out->givers =
      tni_arena_alloc_array(arena, nodes * assignment->devices.count, sizeof *out->givers);
  out->circles = tni_arena_alloc_array(arena, nodes, sizeof *out->circles);
  out->leaving = tni_arena_alloc_array(arena, nodes, sizeof *out->leaving);
  out->given = tni_arena_alloc_array(arena, nodes + 1, sizeof *out->given);
  out->dropped = tni_arena_alloc_array(arena, nodes, sizeof *out->dropped);
  out->cluster = tni_arena_alloc_array(arena, nodes, sizeof *out->cluster);
  if (!out->tied || !out->rivals || !out->givers || !out->circles || !out->leaving || !out->given ||
      !out->dropped || !out->cluster)
    return TN_OUT_OF_MEMORY;
  for (uint32_t node = 0; node < nodes; node++)
    out->cluster[node] = node;
  return TN_OK;
}

/* --- clusters */

uint32_t tni_cluster_of(uint32_t *clusters, uint32_t node) {
  while (clusters[node] != node)
    node = clusters[node] = clusters[clusters[node]];
  return node;
}

void tni_clusters_join(uint32_t *clusters, uint32_t a, uint32_t b) {
  const uint32_t one = tni_cluster_of(clusters, a), other = tni_cluster_of(clusters, b);
  if (one < other)
    clusters[other] = one;
  else
    clusters[one] = other;
}

/* --- opening */

static struct tni_circle *circle_of(const tni_assignment *self, const tni_ways *ways,
                                    uint32_t node) {
  return &ways->circles[self->joined.circle[node]];
}

static int is_entangled(const tni_assignment *self, uint32_t node) {
  const uint32_t group = self->group[node];
  return group && self->joined.entangled[group - 1];
}

/* Whether it is in the way of the variable that would have to give way. */
static int lies_between(const tni_assignment *self, const tni_ways *ways, uint32_t node) {
  const uint32_t weakest = circle_of(self, ways, node)->weakest - 1;
  return ways->tied[weakest] && !ways->tied[node] && self->device[node] != self->device[weakest] &&
         self->device[node] != TNI_NO_DEVICE;
}

static void find_circles(const tni_assignment *self, const tni_ways *ways) {
  const uint32_t count = self->graph->node_count;
  memset(ways->circles, 0, count * sizeof *ways->circles);
  for (uint32_t node = 0; node < count; node++) {
    struct tni_circle *circle = circle_of(self, ways, node);
    if (!is_entangled(self, node)) continue;
    if (!circle->weakest || self->device[node] > self->device[circle->weakest - 1])
      circle->weakest = node + 1;
  }
  for (uint32_t node = 0; node < count; node++) {
    struct tni_circle *circle = circle_of(self, ways, node);
    if (circle->weakest && lies_between(self, ways, node)) circle->is_cleared = 1;
  }
}

/* Few groups at first, since the others may stay when these have gone; but there is an end to it.
 */
static uint32_t most_at_once(const tni_ways *ways) {
  enum { DOUBLED_AFTER = 4, MOST_DOUBLED = 31 };
  const uint32_t times = ways->openings / DOUBLED_AFTER;
  return UINT32_C(1) << (times < MOST_DOUBLED ? times : MOST_DOUBLED);
}

/* Whether the group of a node is one of those that give way. */
static int is_given(const tni_assignment *self, const tni_ways *ways, uint32_t node) {
  struct tni_circle *circle = circle_of(self, ways, node);
  const uint32_t weakest = circle->weakest - 1;
  if (!is_entangled(self, node) || self->device[node] != self->device[weakest] ||
      ways->tied[node] != ways->tied[weakest])
    return 0;
  uint8_t *given = &ways->given[self->group[node]];
  if (!*given && circle->given_count < most_at_once(ways)) {
    *given = 1;
    circle->given_count++;
  }
  return *given;
}

static enum leaving leaving_of(const tni_assignment *self, const tni_ways *ways, uint32_t node) {
  const struct tni_circle *circle = circle_of(self, ways, node);
  if (!circle->weakest) return STAYS;
  if (circle->is_cleared) return lies_between(self, ways, node) ? LIES_BETWEEN : STAYS;
  return is_given(self, ways, node) ? GIVES_WAY : STAYS;
}

static uint8_t *giver_at(const tni_assignment *self, const tni_ways *ways, uint32_t node,
                         uint32_t device) {
  return &ways->givers[(size_t)self->joined.circle[node] * self->devices.count + device];
}

/* Which nodes give way, and which devices do on each circle. */
static void choose_leaving(const tni_assignment *self, const tni_ways *ways) {
  const size_t count = self->graph->node_count;
  memset(ways->given, 0, (count + 1) * sizeof *ways->given);
  memset(ways->givers, 0, count * self->devices.count * sizeof *ways->givers);
  for (uint32_t node = 0; node < count; node++) {
    ways->leaving[node] = (uint8_t)leaving_of(self, ways, node);
    if (ways->leaving[node] != STAYS) *giver_at(self, ways, node, self->device[node]) = 1;
  }
}

/* Those which a device is about to give way to. */
static void note_rivals(const tni_assignment *self, const tni_ways *ways) {
  for (uint32_t node = 0; node < self->graph->node_count; node++) {
    if (self->device[node] == TNI_NO_DEVICE || ways->leaving[node] != STAYS) continue;
    for (uint32_t device = 0; device < self->devices.count; device++)
      if (device != self->device[node] && *giver_at(self, ways, node, device))
        *rival_at(self, ways, node, device) = 1;
  }
}

static void take_away(const tni_assignment *self, uint32_t node, const tni_refusal *why) {
  *tni_refusal_of(self, node, self->device[node]) = *why;
  self->device[node] = TNI_NO_DEVICE;
  self->group[node] = 0;
}

void tni_ways_open(tni_assignment *assignment, tni_ways *ways) {
  find_circles(assignment, ways);
  choose_leaving(assignment, ways);
  note_rivals(assignment, ways);
  for (uint32_t node = 0; node < assignment->graph->node_count; node++) {
    const struct tni_circle *circle = circle_of(assignment, ways, node);
    if (circle->weakest) tni_clusters_join(ways->cluster, node, circle->weakest - 1);
    if (ways->leaving[node] != STAYS)
      take_away(assignment, node, ways->leaving[node] == GIVES_WAY ? &entangled : &between_tied);
  }
  ways->openings++;
}

/* --- the other way */

static int gave_way(const tni_refusal *refusal) {
  return refusal->text.data == entangled.text.data || refusal->text.data == between_tied.text.data;
}

/* Whether a refusal is none of the device, but comes from a circle that was opened. */
static int is_caused(const tni_refusal *refusal) {
  return gave_way(refusal) || refusal->text.data == in_the_way.text.data;
}

static int is_around(const tni_assignment *self, const tni_ways *ways, uint32_t device,
                     uint32_t node) {
  const uint32_t now = self->device[node];
  if (now == TNI_NO_DEVICE) return gave_way(tni_refusal_of(self, node, device));
  return now != device && *rival_at(self, ways, node, device);
}

int tni_clusters_keep(uint32_t *clusters, const uint8_t *dropped, uint32_t count, uint8_t *set) {
  int any = 0;
  for (uint32_t node = 0; node < count; node++) {
    if (set[node] && dropped[tni_cluster_of(clusters, node)]) set[node] = 0;
    any |= set[node];
  }
  return any;
}

/* Clusters in which a node is left, and in which the device refuses none. */
int tni_ways_around(const tni_assignment *assignment, const tni_ways *ways, uint32_t device,
                    uint8_t *set) {
  const uint32_t count = assignment->graph->node_count;
  memset(ways->dropped, 1, count);
  for (uint32_t node = 0; node < count; node++) {
    set[node] = (uint8_t)is_around(assignment, ways, device, node);
    if (set[node] && assignment->device[node] == TNI_NO_DEVICE)
      ways->dropped[tni_cluster_of(ways->cluster, node)] = 0;
  }
  for (uint32_t node = 0; node < count; node++) {
    const tni_refusal *refusal = tni_refusal_of(assignment, node, device);
    if (set[node] && refusal->reason != TN_REASON_NONE && !is_caused(refusal))
      ways->dropped[tni_cluster_of(ways->cluster, node)] = 1;
  }
  return tni_clusters_keep(ways->cluster, ways->dropped, count, set);
}

void tni_ways_leave(const tni_assignment *assignment, const tni_ways *ways, const uint8_t *set) {
  const uint32_t count = assignment->graph->node_count;
  memset(ways->given, 0, (size_t)count + 1);
  for (uint32_t node = 0; node < count; node++)
    if (set[node]) ways->given[assignment->group[node]] = 1;
  ways->given[0] = 0;
  for (uint32_t node = 0; node < count; node++)
    if (assignment->device[node] != TNI_NO_DEVICE &&
        (set[node] || ways->given[assignment->group[node]]))
      take_away(assignment, node, &in_the_way);
}
