/* How the time from a model to its parts grows with the model: asking, assigning, splitting, and
 * making the parts. What devices do themselves is not looked at. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "devices/hetero/assign.h"
#include "graph/graph.h"
#include "graph/selection.h"

/* A device that takes the letters that it knows; of the nodes in a row, so many at a time belong to
 * one group, the first of which is shorter by `less`; 0: each is taken alone. */
struct row_device {
  const char *name, *knows;
  uint32_t together, less;
};

/* A model of operators that repeat, each of which takes what the one before it gives. */
struct growth {
  const char *operators; /* a letter each */
  const struct row_device *devices;
  uint32_t device_count;
  uint32_t has_parts; /* 1: one for each node; 0: one for all */
};

/* --- devices */

/* Names are numbers. */
static uint32_t number_of(const tn_node *node) {
  return (uint32_t)strtoul(node->name.data, NULL, 10);
}

static tn_status ask(void *user, tn_string name, tn_model *model, tn_query_sink sink,
                     void *sink_user, tn_error *error) {
  const struct growth *self = user;
  const struct row_device *device = self->devices;
  (void)error;
  while (!tn_string_equal(name, tn_string_from(device->name)))
    device++;
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    tn_node_support answer = tn_node_support_init();
    const tn_node_support *one = &answer;
    answer.name = node->origins[0];
    answer.supported = strchr(device->knows, node->operation.data[0]) != NULL;
    if (!answer.supported) answer.reason = TN_REASON_OPERATOR;
    if (answer.supported && device->together)
      answer.group = 1 + (number_of(node) + device->less) / device->together;
    const tn_status status = sink(sink_user, &one, 1);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

/* --- models */

static tni_value *add_value(tni_model *model, const char *name) {
  tni_value *value = NULL;
  cr_assert_eq(tni_graph_add_value(model->graph, tn_string_from(name), &value, NULL), TN_OK);
  tni_value_set_type(value, TN_F32);
  cr_assert_eq(tni_value_set_shape(value, 0, NULL, NULL), TN_OK);
  return value;
}

static tn_model *make_model(const char *operators, uint32_t count) {
  const size_t letters = strlen(operators);
  tni_model *model = NULL;
  tn_model *view = NULL;
  cr_assert_eq(tni_model_create(tni_environment_system(), TN_STRING("row"), &model, NULL), TN_OK);
  cr_assert_eq(tni_model_set_operator_set(model, TN_STRING("test"), 1, NULL), TN_OK);
  tni_value *value = add_value(model, "x");
  cr_assert_eq(tni_graph_add_input(model->graph, value, NULL), TN_OK);
  for (uint32_t i = 0; i < count; i++) {
    const char operation[] = {operators[i % letters], 0};
    char name[16];
    tni_node *node = NULL;
    snprintf(name, sizeof name, "%u", i);
    cr_assert_eq(tni_graph_add_node(model->graph, tn_string_from(name), TN_STRING("test"),
                                    tn_string_from(operation), 1, &node, NULL),
                 TN_OK);
    cr_assert_eq(tni_node_add_origin(node, tn_string_from(name), NULL), TN_OK);
    cr_assert_eq(tni_node_set_input(node, 0, value, NULL), TN_OK);
    value = add_value(model, name);
    cr_assert_eq(tni_node_set_output(node, 0, value, NULL), TN_OK);
  }
  cr_assert_eq(tni_graph_add_output(model->graph, value, NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(model, &view, NULL), TN_OK);
  return view;
}

/* --- from a model to its parts */

/* @return number of parts */
static uint32_t make_parts(const struct growth *self, tni_arena *arena, tn_model *model) {
  const tni_environment *environment = tni_environment_system();
  const uint32_t nodes = model->graph->node_count;
  const tni_asking asking = {ask, (void *)(uintptr_t)self, NULL, 0};
  tn_string *names = tni_arena_alloc_array(arena, self->device_count, sizeof *names);
  uint32_t *part_of = tni_arena_alloc_array(arena, nodes, sizeof *part_of);
  tni_assignment assigned;
  tni_split split;
  tn_error error = {0};
  for (uint32_t i = 0; i < self->device_count; i++)
    names[i] = tn_string_from(self->devices[i].name);
  const tni_devices listed = {names, names, self->device_count};
  cr_assert_eq(tni_assign(environment, arena, model, &listed, &asking, &assigned, &error), TN_OK,
               "%s", error.message);
  cr_assert_eq(tni_split_make(environment->allocator, &assigned.joined.graph, &split), TN_OK);
  tn_model **parts = tni_arena_alloc_array(arena, split.part_count, sizeof *parts);
  for (uint32_t i = 0; i < nodes; i++)
    part_of[i] = split.part[assigned.joined.node[i]];
  cr_assert_eq(tni_model_divide(environment, model, part_of, split.part_count, parts, NULL), TN_OK);
  const uint32_t count = split.part_count;
  for (uint32_t i = 0; i < count; i++)
    tn_model_release(parts[i]);
  tni_split_destroy(environment->allocator, &split);
  return count;
}

/* Processor time for a model of so many nodes, the least of several. */
static double time_of(const struct growth *self, uint32_t nodes, int rounds) {
  tn_model *model = make_model(self->operators, nodes);
  double least = 1e9;
  for (int round = 0; round < rounds; round++) {
    tni_arena arena;
    tni_arena_init(&arena, tni_allocator_system());
    const clock_t begun = clock();
    const uint32_t parts = make_parts(self, &arena, model);
    const double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    cr_assert_eq(parts, self->has_parts ? nodes : 1);
    tni_arena_destroy(&arena);
    if (seconds < least) least = seconds;
  }
  tn_model_release(model);
  return least;
}

/* As n log n, which what lies in no cache any more doubles, and noise may more than double again;
 * so the bound is half-way, as a factor, from there to the square. */
static void check_growth(const struct growth *self, uint32_t nodes, uint32_t times) {
  const double expected = times * log((double)nodes * times) / log(nodes),
               square = (double)times * times;
  const double some = time_of(self, nodes, 5), more = time_of(self, nodes * times, 2);
  cr_assert_lt(more, sqrt(expected * square) * some,
               "%u nodes: %.3g s, %u times as many: %.3g times as long", nodes, some, times,
               more / some);
}

/* Sanitizers make each node many times as long. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { FEW = 480, NODES = 20, GROUPS = 10 };
#else
enum { FEW = 960, NODES = 100, GROUPS = 20 };
#endif

Test(growth, as_many_parts_as_nodes) {
  static const struct row_device devices[] = {{"A", "a", 0, 0}, {"B", "b", 0, 0}, {"C", "c", 0, 0}};
  check_growth(&(struct growth){"ab", devices, 2, 1}, FEW, NODES);
  check_growth(&(struct growth){"abc", devices, 3, 1}, FEW, NODES);
}

/* In every eight nodes groups of A and B are entangled; C takes what gives way. */
Test(growth, as_many_circles_as_groups) {
  static const struct row_device devices[] = {
      {"A", "a", 8, 0}, {"B", "b", 8, 0}, {"C", "ab", 0, 0}};
  check_growth(&(struct growth){"aababbab", devices, 3, 0}, FEW, GROUPS);
}

/* Each group lies in the way of two of the other device. */
Test(growth, one_circle_of_all_groups) {
  static const struct row_device devices[] = {
      {"A", "a", 8, 0}, {"B", "b", 8, 4}, {"C", "ab", 0, 0}};
  check_growth(&(struct growth){"ab", devices, 3, 0}, FEW, GROUPS);
}

/* What gave way comes back everywhere, since nobody else takes it. */
Test(growth, as_many_ways_round_as_circles) {
  static const struct row_device devices[] = {{"A", "a", 8, 0}, {"B", "ab", 8, 0}};
  check_growth(&(struct growth){"aababbab", devices, 2, 0}, FEW, GROUPS);
}
