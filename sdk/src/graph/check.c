#include "graph/check_parts.h"

#include <string.h>

tn_status tni_check_text(tni_check *check, tn_string text, const char *what, tn_string of) {
  if (text.data || text.length == 0) return TN_OK;
  return TNI_BROKEN(check, TNI_MODEL_STRUCTS, "%s of %.*s: a length without text", what,
                    TNI_TEXT(of));
}

tn_status tni_check_memory(tni_check *check) {
  return tni_fail(check->error, TN_OUT_OF_MEMORY, "no memory to check model %.*s",
                  TNI_TEXT(check->model->name));
}

static tn_status check_sets(tni_check *check) {
  const tn_model *model = check->model;
  if (model->operator_set_count && !model->operator_sets)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS,
                      "model %.*s: a count of operator sets without the sets",
                      TNI_TEXT(model->name));
  for (uint32_t i = 0; i < model->operator_set_count; i++) {
    const tn_operator_set *set = model->operator_sets[i];
    if (!set || set->size < TN_OPERATOR_SET_FIRST_SIZE || set->size % 8)
      return TNI_BROKEN(check, TNI_MODEL_STRUCTS,
                        "model %.*s: operator set %u is missing or of an illegal size",
                        TNI_TEXT(model->name), i);
    TN_TRY(tni_check_text(check, set->domain, "the domain of an operator set", model->name));
    if (tni_string_map_find(&check->domains, set->domain))
      return TNI_BROKEN(check, TNI_MODEL_OPERATORS,
                        "model %.*s: two operator sets of domain \"%.*s\"", TNI_TEXT(model->name),
                        TNI_TEXT(set->domain));
    if (tni_string_map_set(&check->domains, set->domain, (void *)(uintptr_t)set) != TN_OK)
      return tni_check_memory(check);
  }
  return TN_OK;
}

static tn_status check_model(tni_check *check) {
  const tn_model *model = check->model;
  const char *problem = NULL;
  if (!model->api || model->api->size < TN_MODEL_API_FIRST_SIZE || !model->api->retain ||
      !model->api->release || !model->api->get_extension)
    problem = "no table, or one without retain, release or get_extension";
  else if (!model->maker)
    problem = "no maker";
  else if (!model->graph)
    problem = "no graph";
  if (problem)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS, "model %.*s: %s", TNI_TEXT(model->name), problem);
  if (model->flags)
    return tni_fail(check->error, TN_UNSUPPORTED, "model %.*s: unknown flags 0x%x",
                    TNI_TEXT(model->name), model->flags);
  TN_TRY(check_sets(check));
  return tni_check_graph(check, model->graph, NULL);
}

tn_status tni_model_check(const tn_model *view, const tni_allocator *allocator, tn_error *error) {
  if (!view || view->size < TN_MODEL_FIRST_SIZE || view->size % 8 ||
      (view->name.length && !view->name.data))
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(MODEL, TNI_MODEL_STRUCTS),
                           "model: no struct, one of an illegal size, or no name");
  tni_check check = {.model = view, .error = error};
  tni_map *const maps[] = {&check.domains, &check.graphs,      &check.values,
                           &check.names,   &check.value_names, &check.node_names};
  tni_arena_init(&check.arena, allocator);
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
    tni_map_init(maps[i], allocator);
  const tn_status status = check_model(&check);
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
    tni_map_destroy(maps[i]);
  tni_arena_destroy(&check.arena);
  return status;
}
