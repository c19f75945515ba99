/* RANDOM: TEMPLATE that runs the nodes that a seed draws, by their names, and some of them only
 * together with what computes their first input. So a model is split in another way for each seed
 * and for each of the two devices.
 *
 * A real plugin never judges by names: this is for tests of what splits models. What query has
 * refused compile refuses as well, and a group that was cut. */
#define _GNU_SOURCE /* TEMPLATE's plugin.c asks for it */

#include "template.h"

#include <string.h>

#undef TN_KIT_DEFINE_ENTRY
#define TN_KIT_DEFINE_ENTRY(plugin)
#include "plugin.c"

static const tn_kit_property support_seed =
    TN_KIT_PROPERTY("SUPPORT_SEED", INT64, TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE | TN_LEVEL_MODEL,
                    TN_PROPERTY_WRITABLE | TN_PROPERTY_CACHING, "", NULL, NULL,
                    "What the nodes are drawn by.", TN_KIT_INT64(0), TN_KIT_RANGE(0, INT64_MAX));

/* --- drawing */

static uint64_t mix(uint64_t state, tn_string text) {
  for (uint64_t i = 0; i < text.length; i++)
    state = (state ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
  state = (state ^ (state >> 33)) * UINT64_C(0xff51afd7ed558ccd);
  return state ^ (state >> 33);
}

/* 0 to 15, by seed, device, what is asked and of what. */
static unsigned draw(const tn_kit_call *call, tn_string question, tn_string name) {
  const uint64_t seed = (uint64_t)tn_kit_settings_int64(call->settings, "SUPPORT_SEED");
  const uint64_t start = mix(UINT64_C(0xcbf29ce484222325) ^ seed, call->device->id);
  return (unsigned)(mix(mix(start, question), name) % 16);
}

/* The name of the original node, which is the same in the whole model and in each part of it. */
static tn_string name_of(const tn_node *node) {
  return node->origin_count ? node->origins[0] : node->name;
}

/* Some devices run few nodes, some nearly all. What an upgrade has invented goes with the rest. */
static int is_drawn(const tn_kit_call *call, const tn_node *node) {
  static const unsigned shares[] = {4, 8, 12, 15};
  const unsigned share = shares[draw(call, TN_STRING("share"), TN_STRING("")) % 4];
  return !node->origin_count || draw(call, TN_STRING("node"), name_of(node)) < share;
}

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  if (is_drawn(call, node)) return template_check_node(call, node, reason, error);
  *reason = TN_REASON_OPERATOR;
  return tn_kit_fail(error, TN_UNSUPPORTED, "node '%.*s' was not drawn",
                     TN_KIT_TEXT(name_of(node)));
}

/* --- groups */

static const tn_value_info *first_computed_input(const tn_node *node) {
  for (uint32_t k = 0; k < node->input_count; k++)
    if (node->inputs[k] && !node->inputs[k]->constant) return node->inputs[k];
  return NULL;
}

/* Whether the device runs it only together with what computes its first input. Not where an
 * upgrade has made several of one node. */
static int leans(const tn_kit_call *call, const tn_graph *graph, const tn_node *node) {
  if (!node->origin_count || !first_computed_input(node) ||
      draw(call, TN_STRING("group"), name_of(node)) >= 4)
    return 0;
  int same = 0;
  for (uint32_t i = 0; i < graph->node_count; i++)
    same += tn_string_equal(name_of(graph->nodes[i]), name_of(node));
  return same == 1;
}

enum { NO_NODE = -1 };

static int64_t find_producer(const tn_graph *graph, const tn_node *node) {
  const tn_value_info *input = first_computed_input(node);
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint32_t k = 0; k < graph->nodes[i]->output_count; k++)
      if (graph->nodes[i]->outputs[k] == input) return i;
  return NO_NODE;
}

static tn_status refuse_alone(const tn_node *node, tn_error *error) {
  return tn_kit_fail(error, TN_UNSUPPORTED,
                     "node '%.*s' runs only together with what computes its first input",
                     TN_KIT_TEXT(name_of(node)));
}

/* What is noted of a node; beyond TAKEN stand groups. */
enum { REFUSED, TAKEN };

/* @param marks of the nodes before this one as well */
static tn_status judge(const tn_kit_call *call, const tn_graph *graph, uint32_t index,
                       uint32_t *marks, uint32_t *reason, tn_error *error) {
  const tn_node *node = graph->nodes[index];
  TN_KIT_TRY(check_node(call, node, reason, error));
  marks[index] = TAKEN;
  if (!leans(call, graph, node)) return TN_OK;
  const int64_t producer = find_producer(graph, node);
  marks[index] = REFUSED;
  *reason = TN_REASON_OTHER;
  if (producer == NO_NODE || marks[producer] == REFUSED) return refuse_alone(node, error);
  if (marks[producer] == TAKEN) marks[producer] = (uint32_t)producer + TAKEN + 1;
  marks[index] = marks[producer];
  return TN_OK;
}

static tn_status judge_all(const tn_kit_call *call, const tn_graph *graph, uint32_t *marks,
                           tn_kit_answers *answers, tn_error *error) {
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_node *node = graph->nodes[i];
    tn_error why = {0};
    uint32_t reason = TN_REASON_OTHER;
    const tn_status status = judge(call, graph, i, marks, &reason, &why);
    if (status != TN_OK && status != TN_UNSUPPORTED && status != TN_MALFORMED) {
      if (error) *error = why;
      return status;
    }
    for (uint64_t k = 0; status != TN_OK && k < node->origin_count; k++)
      TN_KIT_TRY(
          tn_kit_answer_no(answers, node->origins[k], reason, tn_string_from(why.message), error));
  }
  return TN_OK;
}

static tn_status query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                       tn_error *error) {
  const tn_graph *graph = model->graph;
  uint32_t *marks = tn_kit_allocate(call->engine, (graph->node_count + 1) * sizeof *marks);
  if (!marks) return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for the answers of a query");
  const tn_status status = judge_all(call, graph, marks, answers, error);
  for (uint32_t i = 0; status == TN_OK && i < graph->node_count; i++)
    for (uint64_t k = 0; marks[i] != REFUSED && k < graph->nodes[i]->origin_count; k++)
      tn_kit_answer_yes(answers, graph->nodes[i]->origins[k], marks[i] - TAKEN);
  tn_kit_free(call->engine, marks);
  return status;
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  const tn_graph *graph = model->graph;
  for (uint32_t i = 0; i < graph->node_count; i++)
    if (leans(call, graph, graph->nodes[i]) && find_producer(graph, graph->nodes[i]) == NO_NODE)
      return refuse_alone(graph->nodes[i], error);
  return template_compile(compiled, call, model, error);
}

/* --- the table: TEMPLATE's, but for what was said above */

enum { MOST_PROPERTIES = 64 };

static tn_plugin_info random_info;
static const tn_kit_property *random_rows[MOST_PROPERTIES];
static tn_kit_property_table random_properties;
static tn_kit_plugin random_support;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_table(void) {
  const uint64_t own =
      template_properties.count < MOST_PROPERTIES ? template_properties.count : MOST_PROPERTIES - 1;
  memcpy(random_rows, template_properties.rows, (size_t)own * sizeof *random_rows);
  random_rows[own] = &support_seed;
  random_properties = (tn_kit_property_table){random_rows, own + 1};
  random_info = info;
  random_info.name = TN_STRING("RANDOM");
  random_support = template_plugin;
  random_support.info = &random_info;
  random_support.properties = &random_properties;
  random_support.check_node = check_node;
  random_support.query = query;
  random_support.compile = compile;
}

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  pthread_once(&once, make_table);
  return tn_kit_create(&random_support, options, out, error);
}
