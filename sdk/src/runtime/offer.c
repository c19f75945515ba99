#include "runtime/offer.h"

#include "graph/graph.h"
#include "ops/operator.h"
#include "runtime/call.h"
#include "runtime/upgrade_cache.h"

#include <stdio.h>

/* The version that the plugin states for a domain; 0 when it states none. */
static uint32_t stated_version(const tn_plugin_info *info, tn_string domain) {
  for (uint64_t i = 0; i < info->operator_set_count; i++)
    if (tn_string_equal(info->operator_sets[i]->domain, domain))
      return info->operator_sets[i]->version;
  return 0;
}

/* Whether the node means in the stated set what it says here. */
static int has_equal(const tn_node *node, uint32_t version) {
  if (version == 0) return 0;
  if (node->domain.length) return node->since_version <= version;
  const uint32_t newest = version < TN_ONNX_OPERATOR_SET ? version : TN_ONNX_OPERATOR_SET;
  return tni_onnx_since_version(node->operation, newest) == node->since_version;
}

static tn_status reject_in(tni_offer *offer, const tn_plugin_info *info, const tn_graph *graph,
                           const tn_node *within);

static tn_status reject_below(tni_offer *offer, const tn_plugin_info *info, const tn_node *node,
                              const tn_node *within) {
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t j = 0; j < tn_attribute_graph_count(attribute); j++)
      TN_TRY(reject_in(offer, info, attribute->as.graphs[j], within));
  }
  return TN_OK;
}

/* At most one rejection for each node of the main graph: the first thing that is wrong with it. */
static tn_status reject_in(tni_offer *offer, const tn_plugin_info *info, const tn_graph *graph,
                           const tn_node *within) {
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i], *outermost = within ? within : node;
    const uint32_t version = stated_version(info, node->domain);
    const size_t count = offer->rejections.count;
    if (!has_equal(node, version)) {
      const tni_rejection rejection = {node, outermost, version, version != 0};
      TN_TRY(tni_vector_append(&offer->rejections, &rejection));
    } else {
      TN_TRY(reject_below(offer, info, node, outermost));
    }
    if (within && offer->rejections.count != count) return TN_OK;
  }
  return TN_OK;
}

tn_status tni_offer_make(const tni_engine *engine, tn_model *model, tni_offer *out,
                         tn_error *error) {
  if (!model) return tni_fail(error, TN_INVALID_ARGUMENT, "the model is NULL");
  const tni_allocator *allocator = &engine->services->allocator;
  const uint32_t version = stated_version(engine->info, TN_STRING(""));
  tni_vector_init(&out->rejections, allocator, sizeof(tni_rejection));
  out->model = NULL;
  TN_TRY(tni_model_check(model, allocator, error));
  if (tni_engine_is_virtual(engine)) {
    tn_model_retain(model);
    out->model = model;
    return TN_OK;
  }
  TN_TRY(tni_upgraded_model(engine->services, model, version, &out->model, error));
  const tn_status status = reject_in(out, engine->info, out->model->graph, NULL);
  if (status == TN_OK) return TN_OK;
  tni_offer_destroy(out);
  return tni_fail(error, status, "no memory for the nodes that the plugin does not know");
}

void tni_offer_destroy(tni_offer *offer) {
  tni_vector_destroy(&offer->rejections);
  if (offer->model) tn_model_release(offer->model);
  offer->model = NULL;
}

void tni_rejection_print(const tni_rejection *rejection, char *text, size_t capacity) {
  const tn_node *node = rejection->node;
  char inside[160] = "";
  if (node != rejection->within)
    snprintf(inside, sizeof inside, " (node \"%.*s\" within it)", TNI_TEXT(node->name));
  const char *domain_dot = node->domain.length ? "." : "";
  if (rejection->has_set)
    snprintf(text, capacity,
             "%.*s%s%.*s of version %u%s has no equal in operator set %u, which the plugin reads",
             TNI_TEXT(node->domain), domain_dot, TNI_TEXT(node->operation), node->since_version,
             inside, rejection->version);
  else
    snprintf(text, capacity, "%.*s%s%.*s%s: the plugin reads no operators of this domain",
             TNI_TEXT(node->domain), domain_dot, TNI_TEXT(node->operation), inside);
}

tn_status tni_offer_check_complete(const tni_offer *offer, tn_error *error) {
  if (offer->rejections.count == 0) return TN_OK;
  const tni_rejection *first = tni_vector_at(&offer->rejections, 0);
  char reason[400];
  tni_rejection_print(first, reason, sizeof reason);
  return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(CORE, 3), "node %.*s: %s",
                         TNI_TEXT(first->within->name), reason);
}
