#include "devices/hetero/assign.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "devices/hetero/walk.h"
#include "graph/graph.h"

/* Models are chains "n0 n1 ..." of one letter an operation; a device takes the letters that it
 * knows, and a letter of `together` in one group. */
struct fake_device {
  const char *name, *knows, *together;
};

struct fake {
  const struct fake_device *devices;
  uint32_t count;
  uint32_t asked;       /* how often */
  uint32_t asked_about; /* nodes, all together */
};

static tn_status answer(const struct fake_device *device, const tn_model *model, tn_query_sink sink,
                        void *user) {
  tn_node_support records[16];
  const tn_node_support *pointers[16];
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    const char letter = node->operation.data[0];
    records[i] = tn_node_support_init();
    records[i].name = node->origins[0];
    records[i].supported = strchr(device->knows, letter) != NULL;
    if (records[i].supported && strchr(device->together, letter)) records[i].group = 7;
    if (!records[i].supported) records[i].reason = TN_REASON_OPERATOR;
    if (!records[i].supported) records[i].reason_text = TN_STRING("what is that?");
    pointers[i] = &records[i];
  }
  return sink(user, pointers, model->graph->node_count);
}

static tn_status ask(void *user, tn_string name, tn_model *model, tn_query_sink sink,
                     void *sink_user, tn_error *error) {
  struct fake *fake = user;
  fake->asked++;
  fake->asked_about += model->graph->node_count;
  for (uint32_t i = 0; i < fake->count; i++)
    if (tn_string_equal(name, tn_string_from(fake->devices[i].name)))
      return answer(&fake->devices[i], model, sink, sink_user);
  return tni_fail(error, TN_NOT_FOUND, "no such device");
}

static void add_node(tni_model *model, tni_value **value, char letter, uint32_t number,
                     const char *affinity) {
  char name[16], output[16], operation[2] = {letter, 0};
  snprintf(name, sizeof name, "n%u", number);
  snprintf(output, sizeof output, "v%u", number);
  tni_node *node = NULL;
  tni_value *made = NULL;
  cr_assert_eq(tni_graph_add_node(model->graph, tn_string_from(name), TN_STRING("test"),
                                  tn_string_from(operation), 1, &node, NULL),
               TN_OK);
  cr_assert_eq(tni_node_add_origin(node, tn_string_from(name), NULL), TN_OK);
  if (affinity) cr_assert_eq(tni_node_set_affinity(node, tn_string_from(affinity), NULL), TN_OK);
  cr_assert_eq(tni_node_set_input(node, 0, *value, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_value(model->graph, tn_string_from(output), &made, NULL), TN_OK);
  cr_assert_eq(tni_node_set_output(node, 0, made, NULL), TN_OK);
  *value = made;
}

/* @param affinity of the last node, or NULL */
static tn_model *chain(const char *letters, const char *affinity) {
  tni_model *model = NULL;
  tni_value *value = NULL;
  tn_model *view = NULL;
  cr_assert_eq(tni_model_create(tni_environment_system(), TN_STRING("chain"), &model, NULL), TN_OK);
  cr_assert_eq(tni_model_set_operator_set(model, TN_STRING("test"), 1, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_value(model->graph, TN_STRING("x"), &value, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_input(model->graph, value, NULL), TN_OK);
  for (uint32_t i = 0; letters[i]; i++)
    add_node(model, &value, letters[i], i, letters[i + 1] ? NULL : affinity);
  cr_assert_eq(tni_graph_add_output(model->graph, value, NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  return view;
}

struct outcome {
  tn_status status;
  tn_error error;
  char devices[17]; /* a digit a node */
  char groups[17];
  uint32_t asked, asked_about;
};

static tn_status assign_once(const tni_allocator *allocator, tn_model *model, struct fake *fake,
                             struct outcome *out) {
  const tni_environment environment = {.allocator = allocator,
                                       .maker = tni_environment_system()->maker};
  tn_string names[4];
  for (uint32_t i = 0; i < fake->count; i++)
    names[i] = tn_string_from(fake->devices[i].name);
  const tni_asking asking = {ask, fake, NULL, 0};
  tni_assignment made;
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  memset(out, 0, sizeof *out);
  out->status =
      tni_assign(&environment, &arena, model, names, fake->count, &asking, &made, &out->error);
  for (uint32_t i = 0; out->status == TN_OK && i < model->graph->node_count; i++) {
    out->devices[i] = (char)('0' + made.device[i]);
    out->groups[i] = (char)('0' + made.group[i]);
  }
  tni_arena_destroy(&arena);
  return out->status;
}

static struct outcome assign(const char *letters, const char *affinity,
                             const struct fake_device *devices, uint32_t count) {
  struct fake fake = {devices, count, 0, 0};
  struct outcome out;
  tn_model *model = chain(letters, affinity);
  assign_once(tni_allocator_system(), model, &fake, &out);
  tn_model_release(model);
  out.asked = fake.asked;
  out.asked_about = fake.asked_about;
  return out;
}

Test(assign, each_device_is_asked_for_what_is_left) {
  const struct fake_device devices[] = {{"A", "ac", ""}, {"B", "abc", ""}, {"C", "abc", ""}};
  const struct outcome out = assign("abcba", NULL, devices, 3);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "01010");
  cr_assert_str_eq(out.groups, "00000");
  cr_assert_eq(out.asked, 2);
  cr_assert_eq(out.asked_about, 5 + 2);
}

Test(assign, what_nobody_takes_is_told_with_the_reason_of_each) {
  const struct fake_device devices[] = {{"A", "a", ""}, {"B.1", "b", ""}};
  const struct outcome out = assign("azb", NULL, devices, 2);
  cr_assert_eq(out.status, TN_UNSUPPORTED);
  cr_assert_str_eq(out.error.message,
                   "node n1 (z) is taken by no device: A: what is that?; B.1: what is that?");
}

Test(assign, affinity_decides) {
  const struct fake_device devices[] = {{"A", "a", ""}, {"B.1", "a", ""}};
  cr_assert_str_eq(assign("aaa", "B.1", devices, 2).devices, "001");
  cr_assert_str_eq(assign("aaa", "B", devices, 2).devices, "001");
  const struct outcome unknown = assign("aaa", "C", devices, 2);
  cr_assert_eq(unknown.status, TN_NOT_FOUND);
  cr_assert_str_eq(unknown.error.message, "node n2: its affinity C is none of the devices");
  const struct fake_device one[] = {{"A", "a", ""}, {"B", "b", ""}};
  cr_assert_eq(assign("aaa", "B", one, 2).status, TN_UNSUPPORTED);
}

Test(assign, groups_are_kept) {
  const struct fake_device devices[] = {{"A", "ac", "a"}, {"B", "abc", ""}};
  const struct outcome out = assign("aacb", NULL, devices, 2);
  cr_assert_str_eq(out.devices, "0001");
  cr_assert_str_eq(out.groups, "1100");
}

Test(assign, a_group_around_what_runs_elsewhere_goes_to_the_next) {
  const struct fake_device devices[] = {{"A", "ac", "a"}, {"B", "abc", ""}};
  const struct outcome out = assign("abac", NULL, devices, 2);
  cr_assert_str_eq(out.devices, "1110");
  cr_assert_str_eq(out.groups, "0000");
  const struct fake_device without[] = {{"A", "ac", "a"}, {"B", "b", ""}};
  const struct outcome none = assign("aba", NULL, without, 2);
  cr_assert_eq(none.status, TN_UNSUPPORTED);
  cr_assert(strstr(none.error.message, "A: the device takes it together"), "%s",
            none.error.message);
}

/* A's group lies around a node of B's group, which is given up first, since B comes later; C takes
 * it. */
Test(assign, of_entangled_groups_the_later_devices_is_given_up) {
  const struct fake_device devices[] = {{"A", "a", "a"}, {"B", "b", "b"}, {"C", "abc", ""}};
  const struct outcome out = assign("abab", NULL, devices, 3);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "2222");
}

struct swept {
  tn_model *model;
};

static tn_status sweep_once(const tni_allocator *allocator, void *user) {
  const struct fake_device devices[] = {{"A", "ac", "a"}, {"B", "abc", ""}};
  struct fake fake = {devices, 2, 0, 0};
  struct outcome out;
  return assign_once(allocator, ((struct swept *)user)->model, &fake, &out);
}

Test(assign, every_failed_allocation_is_survived) {
  struct swept swept = {chain("abac", NULL)};
  cr_assert_gt(tni_fault_sweep(sweep_once, &swept), 10);
  tn_model_release(swept.model);
}
