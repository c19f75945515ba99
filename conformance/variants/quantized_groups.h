/** @file
 *  Devices that take a product (Conv or MatMul) between DequantizeLinear and QuantizeLinear as a
 * group: all of its nodes together or none.
 */
#ifndef TENON_CONFORMANCE_QUANTIZED_GROUPS_H
#define TENON_CONFORMANCE_QUANTIZED_GROUPS_H

#include <stdbool.h>

#include "template.h"

/** Whether QuantizeLinear before and DequantizeLinear behind belong to a group. Defined by each
 * variant. */
static const bool group_has_reals_at_ports;

/** Whether the device runs a node that is in no group. Defined by each variant. */
static bool runs_apart(const tn_node *node);

/* Places of the nodes of a group; the first and the last are there where reals are at the ports. */
enum { QUANTIZE_X, DEQUANTIZE_X, WEIGHTS, BIAS, PRODUCT, QUANTIZE_Y, DEQUANTIZE_Y, PLACES };

static bool is(const tn_node *node, const char *operation) {
  return node && tn_string_equal(node->operation, tn_string_from(operation));
}

/* What a group may hold; which node stands where is found in the graph. */
static int may_be_in_group(const tn_node *node) {
  return is(node, "Conv") || is(node, "MatMul") || is(node, "QuantizeLinear") ||
         is(node, "DequantizeLinear");
}

static bool is_byte(const tn_value_info *value) {
  return value && (value->type == TN_I8 || value->type == TN_U8);
}

static const tn_node *producer_of(const tn_graph *graph, const tn_value_info *value) {
  for (uint32_t i = 0; value && i < graph->node_count; i++)
    for (uint32_t j = 0; j < graph->nodes[i]->output_count; j++)
      if (graph->nodes[i]->outputs[j] == value) return graph->nodes[i];
  return NULL;
}

/* The only node that takes a value which is no output of the graph, or NULL. */
static const tn_node *only_user_of(const tn_graph *graph, const tn_value_info *value) {
  const tn_node *user = NULL;
  uint32_t uses = 0;
  for (uint32_t i = 0; i < graph->output_count; i++)
    uses += graph->outputs[i] == value;
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint32_t j = 0; j < graph->nodes[i]->input_count; j++) {
      if (graph->nodes[i]->inputs[j] != value) continue;
      user = graph->nodes[i];
      uses++;
    }
  return uses == 1 ? user : NULL;
}

/* The DequantizeLinear that gives an input of the product and nothing else, or NULL. */
static const tn_node *unpacked(const tn_graph *graph, const tn_node *product, uint32_t input) {
  const tn_value_info *value = input < product->input_count ? product->inputs[input] : NULL;
  const tn_node *node = producer_of(graph, value);
  return is(node, "DequantizeLinear") && only_user_of(graph, value) == product ? node : NULL;
}

/* Finds the nodes around a product. */
static bool find_inner_group(const tn_graph *graph, const tn_node *product,
                             const tn_node *group[PLACES]) {
  if (product->input_count < 2 || product->output_count != 1 || !product->outputs[0]) return false;
  group[PRODUCT] = product;
  group[DEQUANTIZE_X] = unpacked(graph, product, 0);
  group[WEIGHTS] = unpacked(graph, product, 1);
  group[BIAS] = unpacked(graph, product, 2);
  if (!group[DEQUANTIZE_X] || !is_byte(group[DEQUANTIZE_X]->inputs[0]) || !group[WEIGHTS] ||
      !is_byte(group[WEIGHTS]->inputs[0]) || !group[WEIGHTS]->inputs[0]->constant ||
      (product->input_count > 2 && product->inputs[2] && !group[BIAS]))
    return false;
  group[QUANTIZE_Y] = only_user_of(graph, product->outputs[0]);
  return is(group[QUANTIZE_Y], "QuantizeLinear") && group[QUANTIZE_Y]->output_count == 1 &&
         is_byte(group[QUANTIZE_Y]->outputs[0]);
}

static bool find_group(const tn_graph *graph, const tn_node *product,
                       const tn_node *group[PLACES]) {
  if (!find_inner_group(graph, product, group)) return false;
  if (!group_has_reals_at_ports) return true;
  const tn_value_info *bytes = group[DEQUANTIZE_X]->inputs[0];
  group[QUANTIZE_X] = producer_of(graph, bytes);
  group[DEQUANTIZE_Y] = only_user_of(graph, group[QUANTIZE_Y]->outputs[0]);
  return is(group[QUANTIZE_X], "QuantizeLinear") && only_user_of(graph, bytes) &&
         is(group[DEQUANTIZE_Y], "DequantizeLinear");
}

/* Whether the device can run each of the nodes. */
static tn_status judge(const tn_kit_call *call, const tn_node *const group[PLACES], bool *sound,
                       tn_error *error) {
  uint32_t reason;
  tn_status status = TN_OK;
  for (int i = 0; i < PLACES && status == TN_OK; i++)
    if (group[i]) status = template_check_node(call, group[i], &reason, error);
  *sound = status == TN_OK;
  return status == TN_OUT_OF_MEMORY ? status : TN_OK;
}

/* Calls `take` for each group of the graph, with the number of its product. */
static tn_status visit_groups(const tn_kit_call *call, const tn_graph *graph,
                              void (*take)(void *user, const tn_node *const group[PLACES],
                                           uint32_t number),
                              void *user, tn_error *error) {
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i], *group[PLACES] = {NULL};
    bool sound = false;
    if ((!is(node, "Conv") && !is(node, "MatMul")) || !find_group(graph, node, group)) continue;
    TN_KIT_TRY(judge(call, group, &sound, error));
    if (sound) take(user, group, i);
  }
  return TN_OK;
}

static void claim(void *user, const tn_node *const group[PLACES], uint32_t number) {
  for (int i = 0; i < PLACES; i++)
    for (uint64_t j = 0; group[i] && j < group[i]->origin_count; j++)
      tn_kit_answer_yes(user, group[i]->origins[j], number + 1);
}

static void count(void *user, const tn_node *const group[PLACES], uint32_t number) {
  (void)number;
  for (int i = 0; i < PLACES; i++)
    *(uint32_t *)user += group[i] != NULL;
}

struct membership {
  const tn_node *node;
  bool found;
};

static void find_member(void *user, const tn_node *const group[PLACES], uint32_t number) {
  struct membership *membership = user;
  (void)number;
  for (int i = 0; i < PLACES; i++)
    membership->found = membership->found || group[i] == membership->node;
}

/* A node that runs neither apart nor in a group is refused by name: another node may stand for the
 * same original, which is supported only when both are. */
static tn_status refuse_alone(const tn_kit_call *call, const tn_graph *graph, const tn_node *node,
                              tn_kit_answers *answers, tn_error *error) {
  struct membership membership = {node, false};
  TN_KIT_TRY(visit_groups(call, graph, find_member, &membership, error));
  for (uint64_t i = 0; !membership.found && i < node->origin_count; i++)
    TN_KIT_TRY(tn_kit_answer_no(answers, node->origins[i], TN_REASON_OTHER,
                                TN_STRING("the node belongs to no product between quantized "
                                          "numbers"),
                                error));
  return TN_OK;
}

static tn_status query_groups(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                              tn_error *error) {
  const tn_graph *graph = model->graph;
  TN_KIT_TRY(template_check_compiler(call->engine, error));
  TN_KIT_TRY(visit_groups(call, graph, claim, answers, error));
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    TN_KIT_TRY(runs_apart(node) ? tn_kit_answer_by_node(answers, node, error)
                                : refuse_alone(call, graph, node, answers, error));
  }
  return TN_OK;
}

/* A model of whole groups, and of nodes that run apart. */
static tn_status check_groups(const tn_kit_call *call, const tn_graph *graph, tn_error *error) {
  const uint32_t all = graph->node_count;
  uint32_t found = 0;
  TN_KIT_TRY(visit_groups(call, graph, count, &found, error));
  for (uint32_t i = 0; i < all; i++)
    found += runs_apart(graph->nodes[i]);
  if (found == all) return TN_OK;
  return tn_kit_fail(error, TN_UNSUPPORTED,
                     "%u of the model's %u nodes belong to no product between quantized numbers",
                     all - found, all);
}

#endif
