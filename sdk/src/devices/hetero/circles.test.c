/* The shapes of models in which careless splits run in circles, from a model to its parts: what
 * each part has, takes and gives. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "devices/hetero/assign.h"
#include "devices/hetero/fake_devices.h"
#include "graph/graph.h"
#include "graph/selection.h"
#include "graph/tensor.h"

/* --- models: nodes n0, n1, ... that compute v0, v1, ...; inputs x and flag, a constant w */

enum { MOST_ROWS = 8, MOST_TEXT = 512 };

/* Values are told by a character: x, f (flag), w, 0 (v0), 1, ... */
struct row {
  const char *operation; /* its first letter decides who takes it */
  const char *inputs;
  const char *captured; /* what the graphs within it use of those around, or NULL: it has none */
};

struct making {
  tni_model *model;
  tni_value *x, *flag, *w, *computed[MOST_ROWS];
};

static tni_value *value_of(const struct making *self, char name) {
  return name == 'x'   ? self->x
         : name == 'f' ? self->flag
         : name == 'w' ? self->w
                       : self->computed[name - '0'];
}

static tni_value *add_value(tni_graph *graph, const char *name) {
  tni_value *value = NULL;
  cr_assert_eq(tni_graph_add_value(graph, tn_string_from(name), &value, NULL), TN_OK);
  tni_value_set_type(value, TN_F32);
  cr_assert_eq(tni_value_set_shape(value, 0, NULL, NULL), TN_OK);
  return value;
}

static void add_constant(struct making *self) {
  const float number = 1;
  tn_tensor *tensor = NULL;
  cr_assert_eq(
      tni_tensor_create_copy(tni_environment_system(), TN_F32, 0, NULL, &number, &tensor, NULL),
      TN_OK);
  tni_tensor_make_read_only(tensor);
  cr_assert_eq(tni_graph_add_constant(self->model->graph, TN_STRING("w"), tensor, &self->w, NULL),
               TN_OK);
  tn_tensor_release(tensor);
}

static tni_node *add_node(tni_graph *graph, const char *name, const char *operation) {
  tni_node *node = NULL;
  cr_assert_eq(tni_graph_add_node(graph, tn_string_from(name), TN_STRING("test"),
                                  tn_string_from(operation), 1, &node, NULL),
               TN_OK);
  cr_assert_eq(tni_node_add_origin(node, tn_string_from(name), NULL), TN_OK);
  return node;
}

/* A graph with a node that uses what is captured; the one in it, if any, does so instead.
 *  @param depth graphs around it, besides the main one */
static void add_graph(const struct making *self, tni_node *owner, const char *attribute,
                      const char *captured, int depth) {
  char name[16];
  tni_graph *graph = NULL;
  cr_assert_eq(tni_graph_create_inner(owner->graph, tn_string_from(attribute), &graph, NULL),
               TN_OK);
  snprintf(name, sizeof name, "in%d", depth);
  tni_node *node = add_node(graph, name, depth == 1 ? "inner" : "If");
  for (uint32_t i = 0; captured[i] && depth == 1; i++)
    cr_assert_eq(tni_node_set_input(node, i, value_of(self, captured[i]), NULL), TN_OK);
  if (depth == 0) {
    cr_assert_eq(tni_node_set_input(node, 0, self->flag, NULL), TN_OK);
    add_graph(self, node, "then_branch", captured, 1);
  }
  snprintf(name, sizeof name, "out%d", depth);
  tni_value *result = add_value(graph, name);
  cr_assert_eq(tni_node_set_output(node, 0, result, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_output(graph, result, NULL), TN_OK);
  cr_assert_eq(
      tni_node_set_graphs(owner, tn_string_from(attribute), TN_ATTRIBUTE_GRAPH, 1, &graph, NULL),
      TN_OK);
}

/* An else branch gives the first of them as it came. */
static void add_graphs(const struct making *self, tni_node *owner, const struct row *row) {
  tni_graph *other = NULL;
  add_graph(self, owner, row->operation[0] == 'I' ? "then_branch" : "body", row->captured, 0);
  if (row->operation[0] != 'I') return;
  cr_assert_eq(tni_graph_create_inner(owner->graph, TN_STRING("else_branch"), &other, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_output(other, value_of(self, row->captured[0]), NULL), TN_OK);
  cr_assert_eq(
      tni_node_set_graphs(owner, TN_STRING("else_branch"), TN_ATTRIBUTE_GRAPH, 1, &other, NULL),
      TN_OK);
}

static void add_row(struct making *self, const struct row *row, uint32_t number) {
  char name[16];
  snprintf(name, sizeof name, "n%u", number);
  tni_node *node = add_node(self->model->graph, name, row->operation);
  for (uint32_t i = 0; row->inputs[i]; i++)
    cr_assert_eq(tni_node_set_input(node, i, value_of(self, row->inputs[i]), NULL), TN_OK);
  if (row->captured) add_graphs(self, node, row);
  snprintf(name, sizeof name, "v%u", number);
  self->computed[number] = add_value(self->model->graph, name);
  cr_assert_eq(tni_node_set_output(node, 0, self->computed[number], NULL), TN_OK);
}

/* The last value is the output. */
static tn_model *make_model(const struct row *rows) {
  struct making self;
  uint32_t count = 0;
  tn_model *view = NULL;
  tn_error error = {0};
  cr_assert_eq(tni_model_create(tni_environment_system(), TN_STRING("m"), &self.model, NULL),
               TN_OK);
  cr_assert_eq(tni_model_set_operator_set(self.model, TN_STRING("test"), 1, NULL), TN_OK);
  self.x = add_value(self.model->graph, "x");
  self.flag = add_value(self.model->graph, "flag");
  cr_assert_eq(tni_graph_add_input(self.model->graph, self.x, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_input(self.model->graph, self.flag, NULL), TN_OK);
  add_constant(&self);
  for (; rows[count].operation; count++)
    add_row(&self, &rows[count], count);
  cr_assert_eq(tni_graph_add_output(self.model->graph, self.computed[count - 1], NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(self.model, &view, &error), TN_OK, "%s", error.message);
  return view;
}

/* --- parts, as text: "A n0 n1 (what it takes) [its constants] > what it gives" */

static void print(char *to, const char *text, tn_string name) {
  const size_t used = strlen(to);
  snprintf(to + used, MOST_TEXT - used, text, TNI_TEXT(name));
}

static void print_values(char *to, const tn_value_info *const *values, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    print(to, i ? " %.*s" : "%.*s", values[i]->name);
}

static void print_part(char *to, const char *device, const tn_graph *graph) {
  const tn_string none = {NULL, 0};
  print(to, *to ? " | %.*s" : "%.*s", tn_string_from(device));
  for (uint32_t i = 0; i < graph->node_count; i++)
    print(to, " %.*s", graph->nodes[i]->name);
  print(to, " (%.*s", none);
  print_values(to, graph->inputs, graph->input_count);
  print(to, ")%.*s", none);
  if (graph->constant_count) print(to, " [%.*s]", graph->constants[0]->name);
  cr_assert_leq(graph->constant_count, 1);
  print(to, " > %.*s", none);
  print_values(to, graph->outputs, graph->output_count);
}

static void print_parts(const tni_fake_device *devices, tni_arena *arena, tn_model *model,
                        const tni_assignment *assigned, char *out) {
  const uint32_t count = model->graph->node_count;
  uint32_t *part_of = tni_arena_alloc_array(arena, count, sizeof *part_of);
  tn_model *parts[MOST_ROWS];
  tni_split split;
  cr_assert_eq(tni_split_make(arena->allocator, &assigned->joined.graph, &split), TN_OK);
  cr_assert_leq(split.part_count, MOST_ROWS);
  for (uint32_t i = 0; i < count; i++)
    part_of[i] = split.part[assigned->joined.node[i]];
  cr_assert_eq(
      tni_model_divide(tni_environment_system(), model, part_of, split.part_count, parts, NULL),
      TN_OK);
  for (uint32_t i = 0; i < split.part_count; i++) {
    cr_assert_eq(tni_model_check(parts[i], tni_allocator_system(), NULL), TN_OK);
    print_part(out, devices[split.device[i]].name, parts[i]->graph);
    tn_model_release(parts[i]);
  }
  tni_split_destroy(arena->allocator, &split);
}

static void check(const struct row *rows, const tni_fake_device *devices, uint32_t count,
                  const char *expected) {
  tn_model *model = make_model(rows);
  tni_assignment assigned;
  tni_fake_outcome outcome;
  tni_arena arena;
  char text[MOST_TEXT] = "";
  tni_arena_init(&arena, tni_allocator_system());
  cr_assert_eq(tni_fake_assign(&arena, model, devices, count, 0, &assigned, &outcome), TN_OK, "%s",
               outcome.error.message);
  print_parts(devices, &arena, model, &assigned, text);
  cr_assert_str_eq(text, expected);
  tni_arena_destroy(&arena);
  tn_model_release(model);
}

/* --- the shapes. A takes a, If and Loop, B takes b. */

static const tni_fake_device two[] = {{"A", "aIL", ""}, {"B", "b", ""}};

#define END \
  { NULL, NULL, NULL }

Test(circles, diamond) {
  static const struct row rows[] = {
      {"a", "x", NULL}, {"a", "0", NULL}, {"b", "0", NULL}, {"a", "12", NULL}, END};
  check(rows, two, 2, "A n0 n1 (x) > v0 v1 | B n2 (v0) > v2 | A n3 (v1 v2) > v3");
}

Test(circles, skip_through_another_device) {
  static const struct row rows[] = {{"a", "x", NULL}, {"b", "0", NULL}, {"a", "01", NULL}, END};
  check(rows, two, 2, "A n0 (x) > v0 | B n1 (v0) > v1 | A n2 (v0 v1) > v2");
}

/* It is no part of its own and goes over no edge: whoever uses it has it. */
Test(circles, shared_constant) {
  static const struct row rows[] = {{"a", "xw", NULL}, {"b", "0w", NULL}, {"a", "01w", NULL}, END};
  check(rows, two, 2, "A n0 (x) [w] > v0 | B n1 (v0) [w] > v1 | A n2 (v0 v1) [w] > v2");
  static const struct row once[] = {{"a", "x", NULL}, {"b", "0w", NULL}, END};
  check(once, two, 2, "A n0 (x) > v0 | B n1 (v0) [w] > v1");
}

/* What its graphs use of those around is used by the node: the way from n0 to it leads through B as
 * well. */
Test(circles, subgraph_inside_if) {
  static const struct row rows[] = {{"a", "x", NULL}, {"b", "0", NULL}, {"If", "f", "01w"}, END};
  check(rows, two, 2, "A n0 (x) > v0 | B n1 (v0) > v1 | A n2 (flag v0 v1) [w] > v2");
  /* and on, with a value that only the inner graphs and another device use */
  static const struct row more[] = {{"a", "x", NULL},  {"b", "0", NULL},  {"If", "f", "1"},
                                    {"b", "12", NULL}, {"a", "03", NULL}, END};
  check(more, two, 2,
        "A n0 (x) > v0 | B n1 (v0) > v1 | A n2 (flag v1) > v2 | B n3 (v1 v2) > v3 | A n4 (v0 v3) > "
        "v4");
}

Test(circles, subgraph_inside_loop) {
  static const struct row rows[] = {{"a", "x", NULL}, {"b", "0", NULL}, {"Loop", "0", "1w"}, END};
  check(rows, two, 2, "A n0 (x) > v0 | B n1 (v0) > v1 | A n2 (flag v0 v1) [w] > v2");
  static const struct row loops[] = {
      {"Loop", "x", "x"}, {"b", "0", NULL}, {"Loop", "x", "01"}, {"b", "2", NULL}, END};
  check(loops, two, 2,
        "A n0 (x flag) > v0 | B n1 (v0) > v1 | A n2 (x flag v0 v1) > v2 | B n3 (v2) > v3");
}

/* Each waits for the other: that of the later device is given up. */
Test(circles, two_groups_entangled) {
  static const struct row rows[] = {{"a", "x", NULL}, {"b", "x", NULL},  {"b", "0", NULL},
                                    {"a", "1", NULL}, {"a", "23", NULL}, END};
  static const tni_fake_device devices[] = {{"A", "a", "a"}, {"B", "b", "b"}, {"C", "ab", ""}};
  check(rows, devices, 3, "C n0 n1 n2 n3 n4 (x) > v4");
  static const tni_fake_device free_a[] = {{"A", "a", ""}, {"B", "b", "b"}, {"C", "b", ""}};
  check(rows, free_a, 3, "A n0 (x) > v0 | B n1 n2 (x v0) > v1 v2 | A n3 n4 (v1 v2) > v4");
}
