#include "base/map.h"
#include "base/text.h"
#include "graph/graph.h"
#include "kit/engine.h"

#include <string.h>

/* One original node. */
struct answer {
  tn_node_support record;
  const char *text; /* what reason_text borrows, or NULL */
  bool judged;
};

struct tn_kit_answers {
  const tn_kit_call *call;
  const tni_allocator *allocator;
  struct answer *all;
  const tn_node_support **pointers;
  uint64_t count;
  tni_map by_name; /* the original's name -> its answer */
};

static tn_status no_memory(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the answers of a query");
}

/* Adds an answer for each original of the node that has none yet. */
static tn_status add_originals(tn_kit_answers *self, const tn_node *node, tn_error *error) {
  for (uint64_t i = 0; i < node->origin_count; i++) {
    if (tni_string_map_find(&self->by_name, node->origins[i])) continue;
    struct answer *added = &self->all[self->count];
    added->record = tn_node_support_init();
    added->record.name = node->origins[i];
    added->record.reason = TN_REASON_OTHER;
    added->record.reason_text = TN_STRING("the device has not judged this node");
    added->record.cost = -1;
    self->pointers[self->count++] = &added->record;
    if (tni_string_map_set(&self->by_name, added->record.name, added) != TN_OK)
      return no_memory(error);
  }
  return TN_OK;
}

static tn_status init_answers(tn_kit_answers *self, const tn_kit_call *call, const tn_model *model,
                              tn_error *error) {
  *self = (tn_kit_answers){.call = call, .allocator = &call->engine->kit->allocator};
  tni_map_init(&self->by_name, self->allocator);
  uint64_t most = 0;
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    most += model->graph->nodes[i]->origin_count;
  self->all = TNI_ALLOC_ITEMS(self->allocator, self->all, most);
  self->pointers = TNI_ALLOC_ITEMS(self->allocator, self->pointers, most);
  if (!self->all || !self->pointers) return no_memory(error);
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    TN_TRY(add_originals(self, model->graph->nodes[i], error));
  return TN_OK;
}

static void destroy_answers(tn_kit_answers *self) {
  for (uint64_t i = 0; i < self->count; i++)
    tni_free(self->allocator, (void *)(uintptr_t)self->all[i].text);
  tni_map_destroy(&self->by_name);
  tni_free(self->allocator, self->pointers);
  tni_free(self->allocator, self->all);
}

static void judge(tn_kit_answers *self, struct answer *answer, const char *text, uint32_t reason,
                  uint32_t group) {
  tni_free(self->allocator, (void *)(uintptr_t)answer->text);
  answer->text = text;
  answer->judged = true;
  answer->record.supported = text == NULL;
  answer->record.group = group;
  answer->record.device = text ? TN_STRING("") : self->call->device->id;
  answer->record.reason = reason;
  answer->record.reason_text = tn_string_from(text);
}

void tn_kit_answer_yes(tn_kit_answers *self, tn_string node, uint32_t group) {
  struct answer *answer = tni_string_map_find(&self->by_name, node);
  if (answer) judge(self, answer, NULL, TN_REASON_NONE, group);
}

tn_status tn_kit_answer_no(tn_kit_answers *self, tn_string node, uint32_t reason, tn_string text,
                           tn_error *error) {
  struct answer *answer = tni_string_map_find(&self->by_name, node);
  if (!answer) return TN_OK;
  char *copy = tni_string_to_chars(self->allocator, text);
  if (!copy) return no_memory(error);
  judge(self, answer, copy, reason, 0);
  return TN_OK;
}

/* An original that stands behind several nodes is supported when all of them are. */
static tn_status answer_originals(tn_kit_answers *self, const tn_node *node, tn_status status,
                                  uint32_t reason, const tn_error *refusal, tn_error *error) {
  for (uint64_t i = 0; i < node->origin_count; i++) {
    const struct answer *answer = tni_string_map_find(&self->by_name, node->origins[i]);
    if (status != TN_OK)
      TN_TRY(tn_kit_answer_no(self, node->origins[i], reason, tn_string_from(refusal->message),
                              error));
    else if (!answer->judged)
      tn_kit_answer_yes(self, node->origins[i], 0);
  }
  return TN_OK;
}

tn_status tn_kit_answer_by_node(tn_kit_answers *self, const tn_node *node, tn_error *error) {
  tn_error refusal = tni_no_error();
  uint32_t reason = TN_REASON_OTHER;
  const tn_status status =
      self->call->engine->plugin->check_node(self->call, node, &reason, &refusal);
  if (status == TN_OK || status == TN_UNSUPPORTED || status == TN_MALFORMED)
    return answer_originals(self, node, status, reason, &refusal, error);
  if (error) *error = refusal;
  return status;
}

static tn_status answer_all(tn_kit_answers *answers, const tn_model *model, tn_error *error) {
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    TN_TRY(tn_kit_answer_by_node(answers, model->graph->nodes[i], error));
  return TN_OK;
}

static tn_status answer(tn_kit_answers *answers, tn_model *model, tn_query_sink sink, void *user,
                        tn_error *error) {
  const tn_kit_plugin *plugin = answers->call->engine->plugin;
  TN_TRY(plugin->query ? plugin->query(answers->call, model, answers, error)
                       : answer_all(answers, model, error));
  const tn_status status = sink(user, answers->pointers, answers->count);
  return tni_received(status, "the answers", error);
}

tn_status TN_CALL tni_kit_query(tn_plugin *plugin, tn_string device, tn_model *model,
                                const tn_query_options *options, tn_query_sink sink, void *user,
                                tn_error *error) {
  tn_kit_engine *engine = (tn_kit_engine *)plugin;
  TN_TRY(tni_kit_check_argument(model, "the model", error));
  TN_TRY(tni_kit_check_argument((const void *)(uintptr_t)sink, "the sink", error));
  tn_kit_call call;
  TN_TRY(tni_kit_call_begin(engine, device, options, &call, error));
  tn_status status = tni_model_check(model, &engine->kit->allocator, error);
  if (status == TN_OK) {
    tn_kit_answers answers;
    status = init_answers(&answers, &call, model, error);
    if (status == TN_OK) status = answer(&answers, model, sink, user, error);
    destroy_answers(&answers);
  }
  tni_kit_call_end(&call);
  return status;
}
