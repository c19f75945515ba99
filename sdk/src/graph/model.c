#include "graph/parts.h"

#include "base/vector.h"

#include <string.h>

static const void *TN_CALL get_extension(tn_model *model, tn_string id) {
  (void)model;
  (void)id;
  return NULL;
}

static void TN_CALL retain(tn_model *model) {
  tni_model *self = (tni_model *)model;
  atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
}

static void destroy(tni_model *model) {
  const tni_environment *environment = model->environment;
  if (model->graph) tni_graph_destroy(model->graph);
  tni_map_destroy(&model->nodes_by_name);
  tni_map_destroy(&model->symbols_by_name);
  tni_map_destroy(&model->inner_names);
  tni_arena_destroy(&model->arena);
  tni_object_free(environment, model);
}

static void TN_CALL release(tn_model *model) {
  tni_model *self = (tni_model *)model;
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) == 1) destroy(self);
}

static const tn_model_api model_api = {
    TN_SIZE(tn_model_api), 0, get_extension, retain, release,
};

tn_status tni_fail_memory(tn_error *error, const tni_model *model) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for model %.*s", TNI_TEXT(model->view.name));
}

tn_status tni_model_create(const tni_environment *environment, tn_string name, tni_model **out,
                           tn_error *error) {
  tni_model *model = tni_object_alloc(environment, sizeof *model);
  if (!model) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for model %.*s", TNI_TEXT(name));
  model->environment = environment;
  atomic_init(&model->references, 1);
  model->view.api = &model_api;
  model->view.size = TN_SIZE(tn_model);
  tni_arena_init(&model->arena, environment->allocator);
  tni_map_init(&model->nodes_by_name, environment->allocator);
  tni_map_init(&model->symbols_by_name, environment->allocator);
  tni_map_init(&model->inner_names, environment->allocator);
  if (!tni_arena_copy_string(&model->arena, name, &model->view.name) ||
      tni_graph_create(model, NULL, name, &model->graph, NULL) != TN_OK) {
    tni_fail(error, TN_OUT_OF_MEMORY, "no memory for model %.*s", TNI_TEXT(name));
    destroy(model);
    return TN_OUT_OF_MEMORY;
  }
  model->view.graph = &model->graph->view;
  *out = model;
  return TN_OK;
}

void tni_model_destroy(tni_model *model) {
  if (!model) return;
  TNI_ASSERT_MUTABLE(model);
  release(&model->view);
}

/* Every value that somebody uses comes from somewhere. */
static tn_status check_sources(const tni_graph *graph, tn_error *error) {
  for (const tni_value *value = graph->first_value; value; value = value->next) {
    const int has_source = value->producer || value->view.constant || value->input_count;
    if (has_source || !value->use_count) continue;
    const tni_use *use = value->first_use;
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(MODEL, TNI_MODEL_ORDER),
                           "value %.*s, which %s %.*s uses, is no input, no constant and no "
                           "node's output",
                           TNI_TEXT(value->view.name), use->node ? "node" : "graph",
                           TNI_TEXT(use->node ? use->node->view.name : use->graph->view.name));
  }
  for (const tni_graph *inner = graph->first_child; inner; inner = inner->next_sibling)
    if (inner->owner) TN_TRY(check_sources(inner, error));
  return TN_OK;
}

tn_status tni_model_freeze(tni_model *model, tn_model **out, tn_error *error) {
  TNI_ASSERT_MUTABLE(model);
  TN_TRY(tni_model_sync(model, error));
  TN_TRY(check_sources(model->graph, error));
  TN_TRY(tni_model_check(&model->view, model->environment->allocator, error));
  model->frozen = 1;
  *out = &model->view;
  return TN_OK;
}

tn_status tni_model_set_operator_set(tni_model *model, tn_string domain, uint32_t version,
                                     tn_error *error) {
  TNI_ASSERT_MUTABLE(model);
  tn_operator_set made = {TN_SIZE(tn_operator_set), version, domain};
  const uint32_t count = model->view.operator_set_count;
  uint32_t place = 0;
  while (place < count && !tn_string_equal(model->operator_sets[place]->domain, domain))
    place++;
  tn_operator_set *set = tni_arena_alloc(&model->arena, sizeof *set);
  const tn_operator_set **sets =
      tni_arena_array_grow(&model->arena, model->operator_sets, count,
                           &model->operator_set_capacity, count + 1, sizeof *sets);
  if (!set || !sets || !tni_arena_copy_string(&model->arena, domain, &made.domain))
    return tni_fail_memory(error, model);
  *set = made;
  sets[place] = set;
  model->operator_sets = sets;
  model->view.operator_sets = sets;
  if (place == count) model->view.operator_set_count++;
  return TN_OK;
}

tn_status tni_model_symbol(tni_model *model, tn_string name, const tn_symbol **out,
                           tn_error *error) {
  TNI_ASSERT_MUTABLE(model);
  tn_symbol *symbol = name.length ? tni_string_map_find(&model->symbols_by_name, name) : NULL;
  if (!symbol) {
    symbol = tni_arena_alloc(&model->arena, sizeof *symbol);
    if (!symbol || !tni_arena_copy_string(&model->arena, name, &symbol->name) ||
        (name.length && tni_string_map_set(&model->symbols_by_name, symbol->name, symbol) != TN_OK))
      return tni_fail_memory(error, model);
    symbol->size = TN_SIZE(tn_symbol);
  }
  *out = symbol;
  return TN_OK;
}

tni_node *tni_model_find_node(const tni_model *model, tn_string name) {
  return tni_string_map_find(&model->nodes_by_name, name);
}

void *tni_arena_array_grow(tni_arena *arena, void *items, size_t count, size_t *capacity,
                           size_t wanted, size_t item_size) {
  if (items && wanted <= *capacity) return items;
  /* Most arrays of a graph are filled once: the first room is exact, later ones double. */
  size_t larger = items ? *capacity * 2 : 1;
  if (larger < wanted) larger = wanted;
  void *grown = tni_arena_alloc_array(arena, larger, item_size);
  if (!grown) return NULL;
  if (count) memcpy(grown, items, count * item_size);
  *capacity = larger;
  return grown;
}
