#include "devices/hetero/fake_devices.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "graph/graph.h"

/* --- devices */

static void judge(const tni_fake_device *device, const tn_node *node, tn_node_support *out) {
  const char letter = node->operation.data[0];
  *out = tn_node_support_init();
  out->name = node->origins[0];
  out->supported = strchr(device->knows, letter) != NULL;
  if (out->supported && strchr(device->together, letter)) out->group = 7;
  if (!out->supported) out->reason = TN_REASON_OPERATOR;
  if (!out->supported) out->reason_text = TN_STRING("what is that?");
}

static tn_status answer(const tni_fake_device *device, const tn_model *model, tn_query_sink sink,
                        void *user) {
  const char *silent = strchr(device->knows, '!');
  tn_node_support records[TNI_MOST_FAKE_NODES];
  const tn_node_support *pointers[TNI_MOST_FAKE_NODES];
  uint32_t count = 0;
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    if (silent && strchr(silent, node->operation.data[0])) continue;
    judge(device, node, &records[count]);
    pointers[count] = &records[count];
    count++;
  }
  return sink(user, pointers, count);
}

static tn_status ask(void *user, tn_string name, tn_model *model, tn_query_sink sink,
                     void *sink_user, tn_error *error) {
  tni_fake *fake = user;
  fake->asked++;
  fake->asked_about += model->graph->node_count;
  for (uint32_t i = 0; i < fake->count; i++)
    if (tn_string_equal(name, tn_string_from(fake->devices[i].name)))
      return answer(&fake->devices[i], model, sink, sink_user);
  return tni_fail(error, TN_NOT_FOUND, "no such device");
}

/* --- models */

static tni_value *add_value(tni_model *model, const char *prefix, uint32_t number, uint32_t rank) {
  static const tn_dimension any[] = {{1, 9, NULL}, {1, 9, NULL}, {1, 9, NULL}};
  char name[16];
  tni_value *value = NULL;
  snprintf(name, sizeof name, "%s%u", prefix, number);
  cr_assert_eq(tni_graph_add_value(model->graph, tn_string_from(name), &value, NULL), TN_OK);
  tni_value_set_type(value, TN_F32);
  cr_assert_eq(tni_value_set_shape(value, rank, any, NULL), TN_OK);
  return value;
}

static int is_shape(const tni_fake_node *row) {
  return strcmp(row->operation, "Shape") == 0;
}

static void add_node(tni_model *model, tni_value **values, const tni_fake_node *row,
                     uint32_t number) {
  const char *domain = row->variable ? "tenon" : is_shape(row) ? "" : "test";
  char name[16];
  tni_node *node = NULL;
  snprintf(name, sizeof name, "n%u", number);
  cr_assert_eq(tni_graph_add_node(model->graph, tn_string_from(name), tn_string_from(domain),
                                  tn_string_from(row->operation), 1, &node, NULL),
               TN_OK);
  cr_assert_eq(tni_node_add_origin(node, tn_string_from(name), NULL), TN_OK);
  if (row->affinity)
    cr_assert_eq(tni_node_set_affinity(node, tn_string_from(row->affinity), NULL), TN_OK);
  if (row->variable)
    cr_assert_eq(
        tni_node_set_string(node, TN_STRING("variable_id"), tn_string_from(row->variable), NULL),
        TN_OK);
  for (uint32_t i = 0; row->inputs[i]; i++)
    cr_assert_eq(tni_node_set_input(node, i, values[row->inputs[i] - '0'], NULL), TN_OK);
  const int is_short = is_shape(row) || row->operation[0] == 's';
  values[number + 1] = add_value(model, "v", number, is_short ? 1 : 3);
  cr_assert_eq(tni_node_set_output(node, 0, values[number + 1], NULL), TN_OK);
}

tn_model *tni_fake_model(const tni_fake_node *nodes, uint32_t count) {
  tni_value *values[TNI_MOST_FAKE_NODES + 1];
  static const char *const domains[] = {"", "tenon", "test"};
  uint8_t used[TNI_MOST_FAKE_NODES + 1] = {0};
  tni_model *model = NULL;
  tn_model *view = NULL;
  cr_assert_leq(count, TNI_MOST_FAKE_NODES);
  cr_assert_eq(tni_model_create(tni_environment_system(), TN_STRING("fake"), &model, NULL), TN_OK);
  for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
    cr_assert_eq(tni_model_set_operator_set(model, tn_string_from(domains[i]), 1, NULL), TN_OK);
  values[0] = add_value(model, "x", 0, 3);
  cr_assert_eq(tni_graph_add_input(model->graph, values[0], NULL), TN_OK);
  for (uint32_t i = 0; i < count; i++) {
    add_node(model, values, &nodes[i], i);
    for (const char *input = nodes[i].inputs; *input; input++)
      used[*input - '0'] = 1;
  }
  for (uint32_t i = 1; i <= count; i++)
    if (!used[i]) cr_assert_eq(tni_graph_add_output(model->graph, values[i], NULL), TN_OK);
  tn_error error = {0};
  cr_assert_eq(tni_model_freeze(model, &view, &error), TN_OK, "%s", error.message);
  return view;
}

/* --- both */

static void keep_reasons(const tni_assignment *made, tni_fake_outcome *out) {
  for (uint32_t i = 0; out->reasons[0] == 0 && i < made->graph->node_count; i++) {
    tni_text text;
    tni_text_init(&text, tni_allocator_system());
    tni_assignment_reasons(made, i, &text);
    snprintf(out->reasons, sizeof out->reasons, "%.*s", TNI_TEXT(tni_text_string(&text)));
    tni_text_destroy(&text);
  }
}

tn_status tni_fake_assign(tni_arena *arena, tn_model *model, const tni_fake_device *devices,
                          uint32_t count, uint32_t may_leave, tni_assignment *keep,
                          tni_fake_outcome *out) {
  const tni_environment environment = {.allocator = arena->allocator,
                                       .maker = tni_environment_system()->maker};
  tni_fake fake = {devices, count, 0, 0};
  const tni_asking asking = {ask, &fake, NULL, may_leave};
  tni_assignment made;
  tn_string *names = tni_arena_alloc_array(arena, count, sizeof *names);
  memset(out, 0, sizeof *out);
  out->status = names ? TN_OK : TN_OUT_OF_MEMORY;
  for (uint32_t i = 0; names && i < count; i++)
    names[i] = tn_string_from(devices[i].name);
  const tni_devices listed = {names, names, count};
  if (names)
    out->status = tni_assign(&environment, arena, model, &listed, &asking, &made, &out->error);
  out->asked = fake.asked;
  out->asked_about = fake.asked_about;
  if (out->status != TN_OK) return out->status;
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    out->devices[i] = made.device[i] == UINT32_MAX ? '-' : (char)('0' + made.device[i]);
    out->groups[i] = (char)('0' + made.group[i]);
  }
  keep_reasons(&made, out);
  if (keep) *keep = made;
  return TN_OK;
}
