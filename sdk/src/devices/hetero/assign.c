#include "devices/hetero/assign.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/edges.h"
#include "devices/hetero/followers.h"
#include "devices/hetero/give_way.h"
#include "devices/hetero/variables.h"
#include "devices/hetero/walk.h"
#include "graph/selection.h"

static const tni_refusal asked_for_another = {TN_REASON_OTHER,
                                              TN_STRING_INIT("its affinity names another device")};

struct assigning {
  const tni_environment *environment;
  tni_arena *arena;
  tn_model *model;
  const tni_asking *asking;
  tni_assignment *out;
  uint8_t *offered; /* of each node: whether the device that is asked may take it */
  tni_ways ways;    /* what gave way where groups could not be kept */
  tni_variables variables;
  uint32_t turns;   /* how often a device took what it gave way to */
  uint8_t *follows; /* of each node: whether the device of its users takes it */
  tn_error *error;
};

static tn_status no_memory(const struct assigning *self) {
  return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for the split of model %.*s",
                  TNI_TEXT(self->model->name));
}

tni_refusal *tni_refusal_of(const tni_assignment *assignment, uint32_t node, uint32_t device) {
  return &assignment->refusals[(size_t)node * assignment->devices.count + device];
}

void tni_assignment_reasons(const tni_assignment *assignment, uint32_t node, tni_text *out) {
  const char *separator = "";
  for (uint32_t device = 0; device < assignment->devices.count; device++) {
    const tni_refusal *refusal = tni_refusal_of(assignment, node, device);
    if (refusal->reason == TN_REASON_NONE) continue;
    tni_text_append_format(out, "%s%.*s: %.*s", separator,
                           TNI_TEXT(assignment->devices.names[device]), TNI_TEXT(refusal->text));
    separator = "; ";
  }
}

static tn_status make_room(struct assigning *self, const tni_devices *devices) {
  const uint32_t device_count = devices->count;
  tni_assignment *out = self->out;
  memset(out, 0, sizeof *out);
  out->graph = self->model->graph;
  out->devices = *devices;
  const size_t nodes = out->graph->node_count;
  out->device = tni_arena_alloc_array(self->arena, nodes, sizeof *out->device);
  out->group = tni_arena_alloc_array(self->arena, nodes, sizeof *out->group);
  out->refusals = tni_arena_alloc_array(self->arena, nodes * device_count, sizeof *out->refusals);
  self->offered = tni_arena_alloc_array(self->arena, nodes, sizeof *self->offered);
  self->follows = tni_arena_alloc_array(self->arena, nodes, sizeof *self->follows);
  if (!out->device || !out->group || !out->refusals || !self->offered || !self->follows ||
      tni_ways_make(self->arena, out, &self->ways) != TN_OK ||
      tni_variables_find(self->arena, out->graph, &self->variables) != TN_OK)
    return no_memory(self);
  memset(out->device, 0xff, nodes * sizeof *out->device);
  return tni_edges_make(self->arena, out->graph, &out->edges) == TN_OK ? TN_OK : no_memory(self);
}

/* --- affinity */

static tn_string affinity_of(const tni_assignment *out, uint32_t node) {
  return out->graph->nodes[node]->affinity;
}

static int is_meant_for(const tni_assignment *out, uint32_t node, uint32_t device) {
  const tn_string affinity = affinity_of(out, node);
  return affinity.length == 0 || tni_devices_is_meant(&out->devices, device, affinity);
}

static int is_one_meant_for_both(const tni_assignment *out, uint32_t node, uint32_t other) {
  for (uint32_t device = 0; device < out->devices.count; device++)
    if (is_meant_for(out, node, device) && is_meant_for(out, other, device)) return 1;
  return 0;
}

/* The devices that a node asks for are none of those which one before it asks for. */
static tn_status contradict(const struct assigning *self, uint32_t node) {
  const tni_assignment *out = self->out;
  const tni_variables *variables = &self->variables;
  const uint32_t first = variables->first[node];
  uint32_t other = first;
  while (variables->first[other] != first || is_one_meant_for_both(out, node, other))
    other++;
  return tni_fail(self->error, TN_INVALID_ARGUMENT,
                  "variable %.*s: node %.*s is meant for %.*s and node %.*s for %.*s, but one "
                  "device runs all nodes of a variable",
                  TNI_TEXT(variables->name[first]), TNI_TEXT(out->graph->nodes[other]->name),
                  TNI_TEXT(affinity_of(out, other)), TNI_TEXT(out->graph->nodes[node]->name),
                  TNI_TEXT(affinity_of(out, node)));
}

/* @param holder of the refusals: the first of those that are tied to the node
 *  @return how many devices may still take it */
static uint32_t narrow(const tni_assignment *out, uint32_t node, uint32_t holder) {
  uint32_t left = 0;
  for (uint32_t device = 0; device < out->devices.count; device++) {
    tni_refusal *refusal = tni_refusal_of(out, holder, device);
    if (!is_meant_for(out, node, device)) *refusal = asked_for_another;
    left += refusal->reason == TN_REASON_NONE;
  }
  return left;
}

static tn_status fail_unknown(const struct assigning *self, uint32_t node) {
  const tni_assignment *out = self->out;
  tni_text names;
  tni_text_init(&names, self->environment->allocator);
  for (uint32_t device = 0; device < out->devices.count; device++)
    tni_text_append_format(&names, "%s%.*s", device ? ", " : "",
                           TNI_TEXT(out->devices.names[device]));
  const tn_status status =
      tni_text_status(&names) == TN_OK
          ? tni_fail(self->error, TN_NOT_FOUND,
                     "node %.*s: its affinity %.*s is none of the devices: %.*s",
                     TNI_TEXT(out->graph->nodes[node]->name), TNI_TEXT(affinity_of(out, node)),
                     TNI_TEXT(tni_text_string(&names)))
          : no_memory(self);
  tni_text_destroy(&names);
  return status;
}

static tn_status apply_affinity_of(const struct assigning *self, uint32_t node) {
  const tni_assignment *out = self->out;
  const uint32_t first = self->variables.first[node];
  if (!is_one_meant_for_both(out, node, node)) return fail_unknown(self, node);
  return narrow(out, node, first == TNI_NO_VARIABLE ? node : first) ? TN_OK
                                                                    : contradict(self, node);
}

/* That of one node of a variable holds for all of them. */
static tn_status apply_affinity(const struct assigning *self) {
  const tni_assignment *out = self->out;
  for (uint32_t node = 0; node < out->graph->node_count; node++)
    TN_TRY(apply_affinity_of(self, node));
  for (uint32_t node = 0; node < out->graph->node_count; node++) {
    const uint32_t first = self->variables.first[node];
    for (uint32_t device = 0; first != TNI_NO_VARIABLE && device < out->devices.count; device++)
      *tni_refusal_of(out, node, device) = *tni_refusal_of(out, first, device);
  }
  return TN_OK;
}

/* --- asking */

/* What is tied to a node goes with it. */
static uint32_t share_of(const struct assigning *self, const uint32_t *shares, uint32_t node) {
  const uint32_t first = self->variables.first[node];
  return shares[first == TNI_NO_VARIABLE ? node : first];
}

/* @param shares NULL: all of it */
static int offer_what_is_left(const struct assigning *self, uint32_t device,
                              const uint32_t *shares) {
  const tni_assignment *out = self->out;
  int any = 0;
  for (uint32_t node = 0; node < out->graph->node_count; node++) {
    self->offered[node] = out->device[node] == TNI_NO_DEVICE &&
                          tni_refusal_of(out, node, device)->reason == TN_REASON_NONE &&
                          (!shares || share_of(self, shares, node) == device);
    any |= self->offered[node];
  }
  return any;
}

static tn_status keep_refusal(const struct assigning *self, uint32_t node, uint32_t device,
                              const tni_refusal *refusal) {
  tni_refusal *kept = tni_refusal_of(self->out, node, device);
  kept->reason = refusal->reason;
  return tni_arena_copy_string(self->arena, refusal->text, &kept->text) ? TN_OK : no_memory(self);
}

static void take(const struct assigning *self, uint32_t node, uint32_t device, tni_claim *claim) {
  tni_assignment *out = self->out;
  out->device[node] = device;
  if (claim && claim->number == 0) claim->number = ++out->group_count;
  out->group[node] = claim ? claim->number : 0;
  self->ways.tied[node] = claim && claim->tied;
}

static tn_status keep_answer(const struct assigning *self, const tni_claims *claims, uint32_t node,
                             uint32_t device) {
  tni_assignment *out = self->out;
  tni_claim *claim = NULL;
  const tni_refusal *refusal = tni_claims_of(claims, out->graph->nodes[node], &claim);
  if (refusal) return keep_refusal(self, node, device, refusal);
  take(self, node, device, claim);
  return TN_OK;
}

/* --- variables: what reads and writes one has to run in one place */

/* A node whose variable others use as well, which are not offered, is not to be had alone. */
static tn_status tie_node(const struct assigning *self, tni_claims *claims, uint32_t first,
                          uint32_t node) {
  const tn_node *const *nodes = self->out->graph->nodes;
  if (self->offered[first] && self->offered[node])
    return tni_claims_tie(claims, nodes[first], nodes[node]);
  if (self->offered[first]) return tni_claims_part(claims, nodes[first]);
  return self->offered[node] ? tni_claims_part(claims, nodes[node]) : TN_OK;
}

static tn_status tie(const struct assigning *self, tni_claims *claims) {
  for (uint32_t node = 0; node < self->out->graph->node_count; node++) {
    const uint32_t first = self->variables.first[node];
    if (first == TNI_NO_VARIABLE || first == node) continue;
    if (tie_node(self, claims, first, node) != TN_OK) return no_memory(self);
  }
  return TN_OK;
}

static tn_status keep_answers(const struct assigning *self, tni_claims *claims, uint32_t device) {
  const tni_assignment *out = self->out;
  for (uint32_t node = 0; node < out->graph->node_count; node++)
    if (self->offered[node]) tni_claims_look_at(claims, out->graph->nodes[node]);
  for (uint32_t node = 0; node < out->graph->node_count; node++)
    if (self->offered[node]) TN_TRY(keep_answer(self, claims, node, device));
  return TN_OK;
}

/* @param keep takes the answers for the nodes that were offered */
static tn_status ask(const struct assigning *self, uint32_t device,
                     tn_status (*keep)(const struct assigning *self, tni_claims *claims,
                                       uint32_t device)) {
  const tni_selection selection = {self->offered, 0};
  tn_model *left = NULL;
  TN_TRY(tni_model_select(self->environment, self->model, &selection, &left, self->error));
  tni_claims claims;
  tni_claims_init(&claims, self->environment->allocator);
  tn_status status = self->asking->ask(self->asking->user, self->out->devices.names[device], left,
                                       tni_claims_take, &claims, self->error);
  if (status == TN_OK) status = tie(self, &claims);
  if (status == TN_OK) status = keep(self, &claims, device);
  tni_claims_destroy(&claims);
  tn_model_release(left);
  return status;
}

/* --- what nobody takes */

static tn_status refuse(const struct assigning *self, uint32_t node) {
  const tni_assignment *out = self->out;
  tni_text reasons;
  tni_text_init(&reasons, self->environment->allocator);
  tni_assignment_reasons(out, node, &reasons);
  const tn_node *refused = out->graph->nodes[node];
  const tn_status status =
      tni_text_status(&reasons) == TN_OK
          ? tni_fail(self->error, TN_UNSUPPORTED, "node %.*s (%.*s) is taken by no device: %.*s",
                     TNI_TEXT(refused->name), TNI_TEXT(refused->operation),
                     TNI_TEXT(tni_text_string(&reasons)))
          : no_memory(self);
  tni_text_destroy(&reasons);
  return status;
}

static tn_status ask_all(const struct assigning *self) {
  const tni_assignment *out = self->out;
  const uint32_t *shares = self->asking->shares;
  for (uint32_t device = 0; shares && device < out->devices.count; device++)
    if (offer_what_is_left(self, device, shares)) TN_TRY(ask(self, device, keep_answers));
  for (uint32_t device = 0; device < out->devices.count; device++)
    if (offer_what_is_left(self, device, NULL)) TN_TRY(ask(self, device, keep_answers));
  return TN_OK;
}

static tn_status refuse_what_is_left(const struct assigning *self) {
  const tni_assignment *out = self->out;
  for (uint32_t node = 0; !self->asking->may_leave && node < out->graph->node_count; node++)
    if (out->device[node] == TNI_NO_DEVICE) return refuse(self, node);
  return TN_OK;
}

/* --- groups */

/* Numbers without gaps, after groups were given up. */
static tn_status number_groups(const struct assigning *self) {
  tni_assignment *out = self->out;
  uint32_t *numbers =
      tni_arena_alloc_array(self->arena, (size_t)out->group_count + 1, sizeof *numbers);
  if (!numbers) return no_memory(self);
  uint32_t count = 0;
  for (uint32_t node = 0; node < out->graph->node_count; node++) {
    if (!out->group[node]) continue;
    uint32_t *number = &numbers[out->group[node]];
    if (!*number) *number = ++count;
    out->group[node] = *number;
  }
  out->group_count = count;
  return TN_OK;
}

static void rename_device(const tni_assignment *out, uint32_t from, uint32_t to) {
  for (uint32_t node = 0; node < out->graph->node_count; node++)
    if (out->device[node] == from) out->device[node] = to;
}

/* What is left counts as one more device. */
static tn_status join_groups(const struct assigning *self) {
  tni_assignment *out = self->out;
  TN_TRY(number_groups(self));
  out->edges.device = out->device;
  out->edges.device_count = out->devices.count + self->asking->may_leave;
  const tni_groups groups = {out->group, out->group_count};
  rename_device(out, TNI_NO_DEVICE, out->devices.count);
  const tn_status status = tni_join_groups(self->arena, &out->edges, &groups, &out->joined);
  rename_device(out, out->devices.count, TNI_NO_DEVICE);
  return status == TN_OK ? TN_OK : no_memory(self);
}

/* --- what gave way and is taken by nobody else: the device may take all that is on the circle */

/* Keeps in the set that was offered the clusters that the device takes whole; those that it takes
 * together or not at all are one. */
static tn_status keep_what_is_taken(const struct assigning *self, tni_claims *claims) {
  const tni_assignment *out = self->out;
  const uint32_t count = out->graph->node_count;
  uint32_t *clusters = tni_arena_alloc_array(&claims->arena, count, sizeof *clusters);
  uint8_t *dropped = tni_arena_alloc_array(&claims->arena, count, sizeof *dropped);
  tni_claim *claim;
  if (!clusters || !dropped) return no_memory(self);
  memcpy(clusters, self->ways.cluster, count * sizeof *clusters);
  for (uint32_t node = 0; node < count; node++) {
    if (!self->offered[node]) continue;
    tni_claims_of(claims, out->graph->nodes[node], &claim);
    if (!claim) continue;
    if (!claim->holder) claim->holder = node + 1;
    tni_clusters_join(clusters, node, claim->holder - 1);
  }
  for (uint32_t node = 0; node < count; node++)
    if (self->offered[node] && tni_claims_of(claims, out->graph->nodes[node], &claim))
      dropped[tni_cluster_of(clusters, node)] = 1;
  tni_clusters_keep(clusters, dropped, count, self->offered);
  return TN_OK;
}

static tn_status take_if_all(const struct assigning *self, tni_claims *claims, uint32_t device) {
  const tni_assignment *out = self->out;
  for (uint32_t node = 0; node < out->graph->node_count; node++)
    if (self->offered[node]) tni_claims_look_at(claims, out->graph->nodes[node]);
  TN_TRY(keep_what_is_taken(self, claims));
  tni_ways_leave(out, &self->ways, self->offered);
  for (uint32_t node = 0; node < out->graph->node_count; node++) {
    tni_claim *claim;
    if (!self->offered[node]) continue;
    tni_claims_of(claims, out->graph->nodes[node], &claim);
    *tni_refusal_of(out, node, device) = (tni_refusal){TN_REASON_NONE, {NULL, 0}};
    take(self, node, device, claim);
  }
  return TN_OK;
}

static int is_any_offered(const struct assigning *self) {
  return memchr(self->offered, 1, self->out->graph->node_count) != NULL;
}

/* As many turns as there are nodes, so that there is an end to it. What one device does not take
 * says nothing of what gave way at another.
 *  @param turned receives 1 when a device has taken more, and the others are to be asked again */
static tn_status turn_round(struct assigning *self, int *turned) {
  const tni_assignment *out = self->out;
  for (uint32_t device = 0;
       device < out->devices.count && !*turned && self->turns < out->graph->node_count; device++) {
    if (!tni_ways_around(out, &self->ways, device, self->offered)) continue;
    TN_TRY(ask(self, device, take_if_all));
    *turned = is_any_offered(self);
    self->turns += (uint32_t)*turned;
  }
  return TN_OK;
}

/* --- shape computations */

static tn_status note_follower(const struct assigning *self, const tni_claims *claims,
                               uint32_t node, uint32_t device) {
  tni_claim *claim = NULL;
  const tni_refusal *refusal = tni_claims_of(claims, self->out->graph->nodes[node], &claim);
  self->follows[node] = !refusal && !claim; /* with others or not at all is no offer */
  return refusal ? keep_refusal(self, node, device, refusal) : TN_OK;
}

static tn_status note_followers(const struct assigning *self, tni_claims *claims, uint32_t device) {
  const tn_graph *graph = self->out->graph;
  for (uint32_t node = 0; node < graph->node_count; node++)
    if (self->offered[node]) tni_claims_look_at(claims, graph->nodes[node]);
  for (uint32_t node = 0; node < graph->node_count; node++)
    if (self->offered[node]) TN_TRY(note_follower(self, claims, node, device));
  return TN_OK;
}

static tn_status follow_users(const struct assigning *self) {
  tni_assignment *out = self->out;
  tni_followers found;
  if (tni_followers_find(self->arena, out, &found) != TN_OK) return no_memory(self);
  if (found.count == 0) return TN_OK;
  for (uint32_t device = 0; device < out->devices.count; device++) {
    int any = 0;
    for (uint32_t node = 0; node < out->graph->node_count; node++) {
      self->offered[node] = found.target[node] == device;
      any |= self->offered[node];
    }
    if (any) TN_TRY(ask(self, device, note_followers));
  }
  tni_followers_move(&found, self->follows, out);
  return join_groups(self);
}

tn_status tni_assign(const tni_environment *environment, tni_arena *arena, tn_model *model,
                     const tni_devices *devices, const tni_asking *asking, tni_assignment *out,
                     tn_error *error) {
  struct assigning self = {.environment = environment,
                           .arena = arena,
                           .model = model,
                           .asking = asking,
                           .out = out,
                           .error = error};
  TN_TRY(make_room(&self, devices));
  TN_TRY(apply_affinity(&self));
  for (;;) {
    TN_TRY(ask_all(&self));
    int turned = 0;
    TN_TRY(turn_round(&self, &turned));
    if (turned) continue;
    TN_TRY(refuse_what_is_left(&self));
    TN_TRY(join_groups(&self));
    if (out->joined.entangled_count == 0) return follow_users(&self);
    tni_ways_open(out, &self.ways);
  }
}
