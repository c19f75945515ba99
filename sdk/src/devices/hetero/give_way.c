#include "devices/hetero/give_way.h"

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

static uint8_t *rival_at(const tni_assignment *self, const tni_ways *ways, uint32_t node,
                         uint32_t device) {
  return &ways->rivals[(size_t)node * self->device_count + device];
}

tn_status tni_ways_make(tni_arena *arena, const tni_assignment *assignment, tni_ways *out) {
  const size_t nodes = assignment->graph->node_count;
  out->tied = tni_arena_alloc_array(arena, nodes, sizeof *out->tied);
  out->rivals = tni_arena_alloc_array(arena, nodes * assignment->device_count, sizeof *out->rivals);
  return out->tied && out->rivals ? TN_OK : TN_OUT_OF_MEMORY;
}

/* --- opening */

static uint32_t find_weakest(const tni_assignment *self) {
  uint32_t weakest = TNI_NO_DEVICE;
  for (uint32_t node = 0; node < self->graph->node_count; node++) {
    const uint32_t group = self->group[node];
    if (!group || !self->joined.entangled[group - 1]) continue;
    if (weakest == TNI_NO_DEVICE || self->device[node] > self->device[weakest]) weakest = node;
  }
  return weakest;
}

/* Takes a node from its device, and all that the device takes with it alone. */
static void take_away(const tni_assignment *self, uint32_t node, const tni_refusal *why) {
  const uint32_t group = self->group[node];
  for (uint32_t other = 0; other < self->graph->node_count; other++) {
    if (other != node && (!group || self->group[other] != group)) continue;
    *tni_refusal_of(self, other, self->device[other]) = *why;
    self->device[other] = TNI_NO_DEVICE;
    self->group[other] = 0;
  }
}

/* Those on a circle that a device is about to give way to. */
static void note_rivals(const tni_assignment *self, const tni_ways *ways, uint32_t circle,
                        uint32_t device) {
  for (uint32_t node = 0; node < self->graph->node_count; node++)
    if (self->joined.circle[node] == circle && self->device[node] != device &&
        self->device[node] != TNI_NO_DEVICE)
      *rival_at(self, ways, node, device) = 1;
}

/* @return 1 when something has made way for the variable */
static int clear_way(const tni_assignment *self, const tni_ways *ways, uint32_t variable) {
  const uint32_t circle = self->joined.circle[variable], device = self->device[variable];
  int any = 0;
  for (uint32_t node = 0; ways->tied[variable] && node < self->graph->node_count; node++) {
    if (self->joined.circle[node] != circle || ways->tied[node] || self->device[node] == device ||
        self->device[node] == TNI_NO_DEVICE)
      continue;
    note_rivals(self, ways, circle, self->device[node]);
    take_away(self, node, &between_tied);
    any = 1;
  }
  return any;
}

void tni_ways_open(tni_assignment *assignment, tni_ways *ways) {
  const uint32_t weakest = find_weakest(assignment);
  if (clear_way(assignment, ways, weakest)) return;
  note_rivals(assignment, ways, assignment->joined.circle[weakest], assignment->device[weakest]);
  take_away(assignment, weakest, &entangled);
}

/* --- the other way */

static int gave_way(const tni_refusal *refusal) {
  return refusal->text.data == entangled.text.data || refusal->text.data == between_tied.text.data;
}

int tni_ways_around(const tni_assignment *assignment, const tni_ways *ways, uint32_t device,
                    uint8_t *set) {
  int any = 0;
  for (uint32_t node = 0; node < assignment->graph->node_count; node++) {
    const uint32_t now = assignment->device[node];
    if (now == TNI_NO_DEVICE)
      set[node] = gave_way(tni_refusal_of(assignment, node, device)) != 0;
    else
      set[node] = now != device && *rival_at(assignment, ways, node, device);
    any |= set[node];
  }
  return any;
}

int tni_ways_caused(const tni_refusal *refusal) {
  return gave_way(refusal) || refusal->text.data == in_the_way.text.data;
}

void tni_ways_leave(const tni_assignment *assignment, uint32_t node) {
  if (assignment->device[node] != TNI_NO_DEVICE) take_away(assignment, node, &in_the_way);
}
