/* Query: the plugin's answers for what it is offered, the runtime's own for the rest. */
#include "base/arena.h"
#include "base/map.h"
#include "runtime/alias_affinity.h"
#include "runtime/alias_names.h"
#include "runtime/cut.h"
#include "runtime/operations.h"

typedef struct answers {
  tni_arena arena;
  tni_vector records; /* const tn_node_support * */
  tni_map rejected;   /* original nodes that the runtime answers for itself */
  const tni_offer *offer;
  const tni_alias_names *names; /* of the alias that is asked, or NULL */
  tn_query_sink sink;
  void *user;
  tn_error *error;
} answers;

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the answers of a query");
}

static tn_status add_rejection(answers *self, const tni_rejection *rejection, tn_string name) {
  char text[400];
  tni_rejection_print(rejection, text, sizeof text);
  tn_node_support *record = tni_arena_alloc(&self->arena, sizeof *record);
  if (!record) return no_memory(self->error);
  *record = tn_node_support_init();
  record->name = name;
  record->device = TN_STRING("");
  record->reason = TN_REASON_OPERATOR;
  record->cost = -1;
  if (!tni_arena_copy_string(&self->arena, tn_string_from(text), &record->reason_text) ||
      tni_vector_append(&self->records, &record) != TN_OK)
    return no_memory(self->error);
  return TN_OK;
}

/* An original node that became several of which some are rejected is answered once. */
static tn_status add_origin(answers *self, tni_rejection *rejection, tn_string name) {
  if (tni_string_map_find(&self->rejected, name)) return TN_OK;
  if (tni_string_map_set(&self->rejected, name, rejection) != TN_OK) return no_memory(self->error);
  return add_rejection(self, rejection, name);
}

static tn_status add_rejections(answers *self) {
  for (size_t i = 0; i < self->offer->rejections.count; i++) {
    tni_rejection *rejection = tni_vector_at(&self->offer->rejections, i);
    for (uint64_t j = 0; j < rejection->within->origin_count; j++)
      TN_TRY(add_origin(self, rejection, rejection->within->origins[j]));
  }
  return TN_OK;
}

/* What HETERO says of devices behind an alias is told by the names that users see. */
static tn_status name_devices(answers *self) {
  for (size_t i = 0; self->names && i < self->records.count; i++) {
    const tn_node_support **record = tni_vector_at(&self->records, i);
    if (!(*record)->reason_text.length) continue;
    tn_node_support *copy = tni_arena_alloc(&self->arena, (*record)->size);
    if (!copy) return no_memory(self->error);
    memcpy(copy, *record, (*record)->size);
    if (tni_alias_names_said(self->names, &self->arena, &copy->reason_text) != TN_OK)
      return no_memory(self->error);
    *record = copy;
  }
  return TN_OK;
}

static tn_status relay(void *user, const tn_node_support *const *nodes, uint64_t count) {
  answers *self = user;
  for (uint64_t i = 0; i < count; i++) {
    const tn_node_support *record = nodes ? nodes[i] : NULL;
    if (!record || record->size < TN_NODE_SUPPORT_FIRST_SIZE || record->size % 8)
      return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                             "answer %llu of query is NULL, or its size is no multiple of 8 from "
                             "%u on",
                             (unsigned long long)i, TN_NODE_SUPPORT_FIRST_SIZE);
    if (tni_string_map_find(&self->rejected, record->name)) continue;
    if (tni_vector_append(&self->records, &record) != TN_OK) return no_memory(self->error);
  }
  TN_TRY(name_devices(self));
  return self->sink(self->user, self->records.items, self->records.count);
}

static tn_status ask(answers *self, const tni_call *call, const tn_query_options *options,
                     tn_error *error) {
  const tni_offer *offer = self->offer;
  tn_plugin *plugin = call->engine->plugin;
  if (offer->rejections.count == 0)
    return plugin->api->query(plugin, call->device.id, offer->model, options, relay, self, error);
  TN_TRY(add_rejections(self));
  tn_model *part = NULL;
  TN_TRY(tni_cut_model(call->engine->services, offer, &part, error));
  const tn_status status =
      part->graph->node_count
          ? plugin->api->query(plugin, call->device.id, part, options, relay, self, error)
          : relay(self, NULL, 0);
  tn_model_release(part);
  return status;
}

static tn_status query(const tni_call *call, const tni_alias_names *names, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  tni_offer offer;
  TN_TRY(tni_offer_make(call->engine, model, &offer, error));
  answers self = {.offer = &offer, .names = names, .sink = sink, .user = user, .error = error};
  const tni_allocator *allocator = &call->engine->services->allocator;
  tni_arena_init(&self.arena, allocator);
  tni_vector_init(&self.records, allocator, sizeof(tn_node_support *));
  tni_map_init(&self.rejected, allocator);
  const tn_status status = ask(&self, call, options, error);
  tni_map_destroy(&self.rejected);
  tni_vector_destroy(&self.records);
  tni_arena_destroy(&self.arena);
  tni_offer_destroy(&offer);
  return status;
}

static tn_status query_alias(const tni_call *call, tn_model *model, const tn_query_options *options,
                             tn_query_sink sink, void *user, tn_error *error) {
  tni_alias_names names;
  tn_model *named = NULL;
  TN_TRY(tni_alias_names_read(call->engine, &names, error));
  tn_status status = tni_alias_affinity(call, options, model, &named, error);
  if (status == TN_OK) {
    status = query(call, &names, named, options, sink, user, error);
    if (named) tn_model_release(named);
  }
  tni_alias_names_destroy(&names);
  return status;
}

tn_status tni_query(tni_caller caller, tn_string device, tn_model *model,
                    const tn_query_options *options, tn_query_sink sink, void *user,
                    tn_error *error) {
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  tni_call call;
  tni_call_options prepared;
  TN_TRY(tni_call_begin(&call, caller, device, error));
  tn_status status =
      tni_call_options_begin(&prepared, &call, TNI_CALL_MODEL, "query", options, error);
  if (status == TN_OK)
    status = call.engine->is_alias ? query_alias(&call, model, prepared.options, sink, user, error)
                                   : query(&call, NULL, model, prepared.options, sink, user, error);
  tni_call_options_end(&prepared);
  return tni_call_end(&call, status, error);
}
