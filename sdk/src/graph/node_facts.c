#include "graph/parts.h"

enum { WORTH_A_MAP = 32 /* origins from which on a map finds doubles faster than a walk */ };

tn_status tni_node_set_operator(tni_node *node, tn_string domain, tn_string operation,
                                uint32_t since_version, tn_error *error) {
  tni_model *model = node->graph->model;
  TNI_ASSERT_MUTABLE(model);
  tn_string own_domain, own_operation;
  if (!tni_arena_copy_string(&model->arena, domain, &own_domain) ||
      !tni_arena_copy_string(&model->arena, operation, &own_operation))
    return tni_fail_memory(error, model);
  node->view.domain = own_domain;
  node->view.operation = own_operation;
  node->view.since_version = since_version;
  return TN_OK;
}

tn_status tni_node_set_affinity(tni_node *node, tn_string device, tn_error *error) {
  tni_model *model = node->graph->model;
  TNI_ASSERT_MUTABLE(model);
  if (!tni_arena_copy_string(&model->arena, device, &node->view.affinity))
    return tni_fail_memory(error, model);
  return TN_OK;
}

static int has_origin(const tni_node *node, tn_string name) {
  for (uint64_t i = 0; i < node->view.origin_count; i++)
    if (tn_string_equal(node->origins[i], name)) return 1;
  return 0;
}

/* Appends a name that the node does not have; there is room. */
static tn_status append_origin(tni_node *node, tn_string name, tn_error *error) {
  tn_string own;
  if (!tni_arena_copy_string(&node->graph->model->arena, name, &own))
    return tni_fail_memory(error, node->graph->model);
  node->origins[node->view.origin_count++] = own;
  return TN_OK;
}

static tn_status reserve_origins(tni_node *node, uint64_t count, tn_error *error) {
  tni_model *model = node->graph->model;
  tn_string *origins =
      tni_arena_array_grow(&model->arena, node->origins, (size_t)node->view.origin_count,
                           &node->origin_capacity, (size_t)count, sizeof *origins);
  if (!origins) return tni_fail_memory(error, model);
  node->origins = origins;
  node->view.origins = origins;
  return TN_OK;
}

tn_status tni_node_add_origin(tni_node *node, tn_string name, tn_error *error) {
  TNI_ASSERT_MUTABLE(node->graph->model);
  if (has_origin(node, name)) return TN_OK;
  TN_TRY(reserve_origins(node, node->view.origin_count + 1, error));
  return append_origin(node, name, error);
}

static tn_status add_many(tni_node *node, const tn_node *other, tni_map *seen, tn_error *error) {
  tni_model *model = node->graph->model;
  const uint64_t sum = node->view.origin_count + other->origin_count;
  if (tni_map_reserve(seen, (size_t)sum) != TN_OK) return tni_fail_memory(error, model);
  for (uint64_t i = 0; i < node->view.origin_count; i++)
    tni_string_map_set(seen, node->origins[i], node);
  for (uint64_t i = 0; i < other->origin_count; i++) {
    if (tni_string_map_find(seen, other->origins[i])) continue;
    TN_TRY(append_origin(node, other->origins[i], error));
    tni_string_map_set(seen, node->origins[node->view.origin_count - 1], node);
  }
  return TN_OK;
}

tn_status tni_node_add_origins_of(tni_node *node, const tn_node *other, tn_error *error) {
  tni_model *model = node->graph->model;
  TNI_ASSERT_MUTABLE(model);
  if (&node->view == other) return TN_OK;
  TN_TRY(reserve_origins(node, node->view.origin_count + other->origin_count, error));
  if (node->view.origin_count + other->origin_count >= WORTH_A_MAP) {
    tni_map seen;
    tni_map_init(&seen, model->environment->allocator);
    const tn_status status = add_many(node, other, &seen, error);
    tni_map_destroy(&seen);
    return status;
  }
  for (uint64_t i = 0; i < other->origin_count; i++)
    TN_TRY(tni_node_add_origin(node, other->origins[i], error));
  return TN_OK;
}
