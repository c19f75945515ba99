#include "devices/hetero/claims.h"

#include <string.h>

#include "base/status.h"

struct answer {
  tni_refusal refusal; /* reason TN_REASON_NONE: supported */
  tni_claim *claim;
};

static const tni_refusal no_answer = {TN_REASON_OTHER,
                                      TN_STRING_INIT("the device does not answer for it")};
static const tni_refusal not_whole = {
    TN_REASON_OTHER,
    TN_STRING_INIT("the device takes it together with others alone, of which it refuses some")};

static const tni_refusal apart = {
    TN_REASON_OTHER,
    TN_STRING_INIT("it uses a variable of nodes that are not offered to the device")};

void tni_claims_init(tni_claims *claims, const tni_allocator *allocator) {
  tni_arena_init(&claims->arena, allocator);
  tni_map_init(&claims->by_name, allocator);
  tni_map_init(&claims->by_number, allocator);
}

void tni_claims_destroy(tni_claims *claims) {
  tni_map_destroy(&claims->by_number);
  tni_map_destroy(&claims->by_name);
  tni_arena_destroy(&claims->arena);
}

static tni_claim *claim_of_number(tni_claims *claims, uint32_t number) {
  const void *key = (const void *)(uintptr_t)number;
  tni_claim *claim = tni_pointer_map_find(&claims->by_number, key);
  if (claim) return claim;
  claim = tni_arena_alloc(&claims->arena, sizeof *claim);
  return claim && tni_pointer_map_set(&claims->by_number, key, claim) == TN_OK ? claim : NULL;
}

static tn_status take_one(tni_claims *claims, const tn_node_support *node) {
  struct answer *answer = tni_arena_alloc(&claims->arena, sizeof *answer);
  tn_string name;
  if (!answer || !tni_arena_copy_string(&claims->arena, node->name, &name)) return TN_OUT_OF_MEMORY;
  if (!node->supported) {
    answer->refusal.reason = node->reason == TN_REASON_NONE ? TN_REASON_OTHER : node->reason;
    if (!tni_arena_copy_string(&claims->arena, node->reason_text, &answer->refusal.text))
      return TN_OUT_OF_MEMORY;
  } else if (node->group && !(answer->claim = claim_of_number(claims, node->group))) {
    return TN_OUT_OF_MEMORY;
  }
  return tni_string_map_set(&claims->by_name, name, answer);
}

tn_status tni_claims_take(void *user, const tn_node_support *const *nodes, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    TN_TRY(take_one(user, nodes[i]));
  return TN_OK;
}

static tni_claim *root_of(tni_claim *claim) {
  while (claim && claim->joined)
    claim = claim->joined;
  return claim;
}

/* An invented node goes by its own name. */
static uint64_t name_count(const tn_node *node) {
  return node->origin_count ? node->origin_count : 1;
}

static const struct answer *answer_of(const tni_claims *claims, const tn_node *node,
                                      uint64_t index) {
  return tni_string_map_find(&claims->by_name,
                             node->origin_count ? node->origins[index] : node->name);
}

static const tni_refusal *refusal_of(const tni_claims *claims, const tn_node *node) {
  for (uint64_t i = 0; i < name_count(node); i++) {
    const struct answer *answer = answer_of(claims, node, i);
    if (!answer) return &no_answer;
    if (answer->refusal.reason != TN_REASON_NONE) return &answer->refusal;
  }
  return NULL;
}

void tni_claims_look_at(tni_claims *claims, const tn_node *node) {
  const int refused = refusal_of(claims, node) != NULL;
  tni_claim *first = NULL;
  for (uint64_t i = 0; i < name_count(node); i++) {
    const struct answer *answer = answer_of(claims, node, i);
    tni_claim *claim = answer ? root_of(answer->claim) : NULL;
    if (!claim) continue;
    if (refused) claim->broken |= TNI_CLAIM_REFUSED;
    if (!first) {
      first = claim;
    } else if (first != claim) {
      claim->joined = first;
      first->broken |= claim->broken;
      first->tied |= claim->tied;
    }
  }
}

/* The claim of a node; one of its own where the device named none. */
static tni_claim *claim_for(tni_claims *claims, const tn_node *node) {
  tni_claim *claim = NULL;
  for (uint64_t i = 0; i < name_count(node) && !claim; i++) {
    const struct answer *answer = answer_of(claims, node, i);
    claim = answer ? root_of(answer->claim) : NULL;
  }
  if (claim) return claim;
  claim = tni_arena_alloc(&claims->arena, sizeof *claim);
  struct answer *first = (struct answer *)(uintptr_t)answer_of(claims, node, 0);
  if (claim && first) first->claim = claim;
  return claim;
}

tn_status tni_claims_tie(tni_claims *claims, const tn_node *a, const tn_node *b) {
  tni_claim *one = claim_for(claims, a), *other = claim_for(claims, b);
  if (!one || !other) return TN_OUT_OF_MEMORY;
  if (refusal_of(claims, a) || refusal_of(claims, b)) one->broken |= TNI_CLAIM_REFUSED;
  one->tied = 1;
  if (one == other) return TN_OK;
  one->broken |= other->broken;
  other->joined = one;
  return TN_OK;
}

tn_status tni_claims_part(tni_claims *claims, const tn_node *node) {
  tni_claim *claim = claim_for(claims, node);
  if (!claim) return TN_OUT_OF_MEMORY;
  claim->broken |= TNI_CLAIM_APART;
  return TN_OK;
}

const tni_refusal *tni_claims_of(const tni_claims *claims, const tn_node *node, tni_claim **claim) {
  *claim = NULL;
  const tni_refusal *refusal = refusal_of(claims, node);
  if (refusal) return refusal;
  for (uint64_t i = 0; i < name_count(node) && !*claim; i++)
    *claim = root_of(answer_of(claims, node, i)->claim);
  if (!*claim || !(*claim)->broken) return NULL;
  return (*claim)->broken & TNI_CLAIM_REFUSED ? &not_whole : &apart;
}
