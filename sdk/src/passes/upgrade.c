#include "passes/upgrade.h"

#include "passes/upgrade_rules.h"

/* An upgrade of a whole model. */
typedef struct upgrade {
  uint32_t version;
  const tni_upgrade_refusal *refusal; /* Or NULL. */
} upgrade;

/* The first set above `since`, up to `version`, in which the operator changes or is gone; 0 when it
 * stays. */
static uint32_t next_version(tn_string operation, uint32_t since, uint32_t version) {
  if (tni_onnx_since_version(operation, since) != since) return 0;
  for (uint32_t next = since + 1; next <= version; next++)
    if (tni_onnx_since_version(operation, next) != since) return next;
  return 0;
}

static tn_status make_step(tni_upgrade_step *step, uint32_t to, tn_error *error) {
  const tn_node *view = &step->node->view;
  tn_string operation = view->operation;
  const tni_upgrade_rule *rule = tni_upgrade_find_rule(operation, view->since_version, to);
  if (!rule && (!tni_upgrade_is_reviewed(operation) || tni_onnx_since_version(operation, to) == 0))
    return TNI_UPGRADE_REFUSE(error, "no rule leads from version %u of the operator to version %u",
                              view->since_version, to);
  if (rule && rule->function) TN_TRY(rule->function(step, error));
  if (rule && rule->becomes) operation = tn_string_from(rule->becomes);
  return tni_node_set_operator(step->node, view->domain, operation, to, error);
}

static tn_status upgrade_node(const upgrade *self, tni_node *node, tni_node_list *list,
                              tn_error *error) {
  if (node->view.domain.length > 0) return TN_OK;
  tni_upgrade_step step = {.version = self->version, .node = node, .list = list};
  for (;;) {
    const uint32_t to = next_version(node->view.operation, node->view.since_version, self->version);
    if (to == 0) return TN_OK;
    tn_error why = {0};
    const tn_status status = make_step(&step, to, &why);
    if (status == TN_OK) continue;
    if (self->refusal && status == TN_UNSUPPORTED) {
      self->refusal->refused(self->refusal->user, &node->view, &why);
      return TN_OK;
    }
    return tni_fail(error, status, "node \"%.*s\" (%.*s): %s", TNI_TEXT(node->view.name),
                    TNI_TEXT(node->view.operation), why.message);
  }
}

/* Nodes that rules add are of the right version already, and stand behind the last one. */
static tn_status upgrade_graph(const upgrade *self, tni_graph *graph, tn_error *error) {
  tni_node *last = graph->last_node;
  for (tni_node *node = graph->first_node; node; node = node == last ? NULL : node->next) {
    tni_node_list list = {.nodes = {node}, .count = 1};
    TN_TRY(upgrade_node(self, node, &list, error));
  }
  for (tni_graph *child = graph->first_child; child; child = child->next_sibling)
    TN_TRY(upgrade_graph(self, child, error));
  return TN_OK;
}

/* The model's set is the target from now on, unless it was newer before. */
static tn_status state_version(tni_model *model, uint32_t version, tn_error *error) {
  for (uint32_t i = 0; i < model->view.operator_set_count; i++) {
    const tn_operator_set *set = model->view.operator_sets[i];
    if (set->domain.length == 0 && set->version >= version) return TN_OK;
  }
  return tni_model_set_operator_set(model, TN_STRING(""), version, error);
}

tn_status tni_upgrade(tni_model *model, uint32_t version, const tni_upgrade_refusal *refusal,
                      tn_error *error) {
  const upgrade self = {version, refusal};
  TN_TRY(state_version(model, version, error));
  TN_TRY(upgrade_graph(&self, model->graph, error));
  return tni_model_sync(model, error);
}

static tn_status upgrade_before(void *user, tni_node *node, tni_node_list *list, tn_error *error) {
  return upgrade_node(user, node, list, error);
}

tn_status tni_upgrade_and_infer(tni_model *model, const tni_upgrade_refusal *refusal,
                                tn_error *error) {
  upgrade self = {TN_ONNX_OPERATOR_SET, refusal};
  const tni_shape_hook hook = {.before = upgrade_before, .user = &self};
  TN_TRY(state_version(model, self.version, error));
  return tni_infer_shapes(model, &hook, error);
}
