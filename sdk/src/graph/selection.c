#include "graph/selection.h"

#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"

typedef struct selected_model {
  tn_model view;
  tn_graph graph;
  const tni_environment *environment;
  tn_model *whole;
  atomic_size_t references;
  const void *items[]; /* of the graph's lists */
} selected_model;

static void retain(tn_model *model) {
  atomic_fetch_add_explicit(&((selected_model *)model)->references, 1, memory_order_relaxed);
}

static void release(tn_model *model) {
  selected_model *self = (selected_model *)model;
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) != 1) return;
  tn_model_release(self->whole);
  tni_object_free(self->environment, self);
}

static const void *get_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static const tn_model_api api = {TN_SIZE(tn_model_api), 0, get_extension, retain, release};

/* --- what is known of each value: all of them are numbered, constants before inputs before what
 * nodes compute, each in the order of the whole */

struct value {
  const tn_value_info *info;
  uint32_t part;   /* that computes it, or TNI_NO_PART */
  uint32_t wanted; /* by another part, by a node of none, or as an output of the whole */
};

/* A node or a value, by its number, as something of a part. */
struct item {
  uint32_t part, number;
};

struct dividing {
  tn_model *model;
  const tn_graph *whole;
  const uint32_t *part_of;
  uint32_t part_count;
  tni_arena arena;
  tni_map numbers; /* from tn_value_info to its struct value */
  struct value *values;
  uint32_t value_count;
  uint32_t first_input, first_computed; /* among the values */
  tni_vector nodes, uses, outputs;      /* struct item; one use may be told several times */
};

static tn_status number(struct dividing *self, const tn_value_info *info, uint32_t part) {
  if (tni_pointer_map_find(&self->numbers, info)) return TN_OK;
  struct value *value = &self->values[self->value_count++];
  *value = (struct value){info, part, 0};
  return tni_pointer_map_set(&self->numbers, info, value);
}

static tn_status number_all(struct dividing *self) {
  const tn_graph *whole = self->whole;
  size_t most = (size_t)whole->constant_count + whole->input_count;
  for (uint32_t i = 0; i < whole->node_count; i++)
    most += whole->nodes[i]->output_count;
  self->values = tni_arena_alloc_array(&self->arena, most, sizeof *self->values);
  if (!self->values) return TN_OUT_OF_MEMORY;
  TN_TRY(tni_map_reserve(&self->numbers, most));
  for (uint32_t i = 0; i < whole->constant_count; i++)
    TN_TRY(number(self, whole->constants[i], TNI_NO_PART));
  self->first_input = self->value_count;
  for (uint32_t i = 0; i < whole->input_count; i++)
    TN_TRY(number(self, whole->inputs[i], TNI_NO_PART));
  self->first_computed = self->value_count;
  for (uint32_t i = 0; i < whole->node_count; i++)
    for (uint32_t k = 0; k < whole->nodes[i]->output_count; k++)
      if (whole->nodes[i]->outputs[k])
        TN_TRY(number(self, whole->nodes[i]->outputs[k], self->part_of[i]));
  return TN_OK;
}

/* --- who uses what */

static tn_status add(tni_vector *items, uint32_t part, size_t number) {
  const struct item item = {part, (uint32_t)number};
  return part == TNI_NO_PART ? TN_OK : tni_vector_append(items, &item);
}

/* Values of inner graphs have no number. */
static tn_status note_use(struct dividing *self, const tn_value_info *info, uint32_t part) {
  struct value *value = info ? tni_pointer_map_find(&self->numbers, info) : NULL;
  if (!value || value->part == part) return TN_OK;
  value->wanted = 1;
  return add(&self->uses, part, (size_t)(value - self->values));
}

static tn_status note_uses(struct dividing *self, const tn_node *node, uint32_t part);

/* What a graph within a node uses of the graphs around it. */
static tn_status note_inner(struct dividing *self, const tn_graph *graph, uint32_t part) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    TN_TRY(note_uses(self, graph->nodes[i], part));
  for (uint32_t i = 0; i < graph->output_count; i++)
    TN_TRY(note_use(self, graph->outputs[i], part));
  return TN_OK;
}

static tn_status note_uses(struct dividing *self, const tn_node *node, uint32_t part) {
  for (uint32_t i = 0; i < node->input_count; i++)
    TN_TRY(note_use(self, node->inputs[i], part));
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++)
      TN_TRY(note_inner(self, attribute->as.graphs[k], part));
  }
  return TN_OK;
}

static tn_status note_all(struct dividing *self) {
  const tn_graph *whole = self->whole;
  for (uint32_t i = 0; i < whole->node_count; i++) {
    TN_TRY(add(&self->nodes, self->part_of[i], i));
    TN_TRY(note_uses(self, whole->nodes[i], self->part_of[i]));
  }
  for (uint32_t i = 0; i < whole->output_count; i++)
    TN_TRY(note_use(self, whole->outputs[i], TNI_NO_PART));
  for (uint32_t i = 0; i < self->value_count; i++)
    if (self->values[i].wanted) TN_TRY(add(&self->outputs, self->values[i].part, i));
  return TN_OK;
}

/* --- by part */

static uint32_t part_of_item(const struct item *item) {
  return item->part;
}

static uint32_t number_of_item(const struct item *item) {
  return item->number;
}

/* What has the same key stays in its order. */
static tn_status sort(tni_arena *arena, tni_vector *items, uint32_t (*key)(const struct item *item),
                      uint32_t key_count) {
  struct item *all = items->items;
  struct item *sorted = tni_arena_alloc_array(arena, items->count, sizeof *sorted);
  size_t *next = tni_arena_alloc_array(arena, (size_t)key_count + 1, sizeof *next);
  if (!sorted || !next) return TN_OUT_OF_MEMORY;
  for (size_t i = 0; i < items->count; i++)
    next[key(&all[i]) + 1]++;
  for (uint32_t i = 0; i < key_count; i++)
    next[i + 1] += next[i];
  for (size_t i = 0; i < items->count; i++)
    sorted[next[key(&all[i])]++] = all[i];
  if (items->count) memcpy(all, sorted, items->count * sizeof *all);
  return TN_OK;
}

/* Of items that are told several times one is left. */
static void drop_repeated(tni_vector *items) {
  const struct item *all = items->items;
  size_t count = 0;
  for (size_t i = 0; i < items->count; i++)
    if (count == 0 || memcmp(&all[i], &all[count - 1], sizeof *all) != 0)
      ((struct item *)items->items)[count++] = all[i];
  items->count = count;
}

static tn_status sort_all(struct dividing *self) {
  TN_TRY(sort(&self->arena, &self->uses, number_of_item, self->value_count));
  TN_TRY(sort(&self->arena, &self->uses, part_of_item, self->part_count));
  TN_TRY(sort(&self->arena, &self->nodes, part_of_item, self->part_count));
  TN_TRY(sort(&self->arena, &self->outputs, part_of_item, self->part_count));
  drop_repeated(&self->uses);
  return TN_OK;
}

/* --- models */

struct run {
  const struct item *items;
  uint32_t count;
};

/* Takes the items of a part whose numbers are below a bound off the list, of which `begin` is left.
 */
static struct run take_run(const tni_vector *items, size_t *begin, uint32_t part, uint32_t bound) {
  const struct item *first = items->count ? (const struct item *)items->items + *begin : NULL;
  struct run run = {first, 0};
  while (*begin < items->count && first[run.count].part == part && first[run.count].number < bound)
    run.count++, (*begin)++;
  return run;
}

/* The structs of a whole that somebody else made may be longer or shorter than ours. */
static void take_over(selected_model *self, tn_model *whole) {
  const size_t model_bytes = whole->size < sizeof self->view ? whole->size : sizeof self->view;
  const size_t graph_bytes =
      whole->graph->size < sizeof self->graph ? whole->graph->size : sizeof self->graph;
  const tn_maker *maker = self->view.maker;
  memcpy(&self->view, whole, model_bytes);
  memcpy(&self->graph, whole->graph, graph_bytes);
  self->view.api = &api;
  self->view.maker = maker;
  self->view.host = NULL;
  self->view.size = TN_SIZE(tn_model);
  self->view.graph = &self->graph;
  self->graph.size = TN_SIZE(tn_graph);
}

/* @return where the next list begins */
static const void **list(const struct dividing *self, const struct run *run, const void **to,
                         uint32_t *count) {
  for (uint32_t i = 0; i < run->count; i++)
    to[i] = self->values[run->items[i].number].info;
  *count = run->count;
  return to + run->count;
}

/* Where the items of the next part begin. */
struct places {
  size_t node, use, output;
};

static tn_status make(const struct dividing *self, const tni_environment *environment,
                      uint32_t part, struct places *places, tn_model **out) {
  const struct run nodes = take_run(&self->nodes, &places->node, part, UINT32_MAX),
                   constants = take_run(&self->uses, &places->use, part, self->first_input),
                   inputs = take_run(&self->uses, &places->use, part, UINT32_MAX),
                   outputs = take_run(&self->outputs, &places->output, part, UINT32_MAX);
  const size_t count = (size_t)nodes.count + constants.count + inputs.count + outputs.count;
  selected_model *made = tni_object_alloc(environment, sizeof *made + count * sizeof *made->items);
  if (!made) return TN_OUT_OF_MEMORY;
  take_over(made, self->model);
  made->environment = environment;
  made->whole = self->model;
  tn_model_retain(made->whole);
  atomic_init(&made->references, 1);
  tn_graph *graph = &made->graph;
  const void **next = made->items;
  graph->nodes = (const tn_node *const *)next;
  graph->node_count = nodes.count;
  for (uint32_t i = 0; i < nodes.count; i++)
    *next++ = self->whole->nodes[nodes.items[i].number];
  graph->constants = (const tn_value_info *const *)next;
  next = list(self, &constants, next, &graph->constant_count);
  graph->inputs = (const tn_value_info *const *)next;
  next = list(self, &inputs, next, &graph->input_count);
  graph->outputs = (const tn_value_info *const *)next;
  list(self, &outputs, next, &graph->output_count);
  *out = &made->view;
  return TN_OK;
}

static tn_status make_all(const struct dividing *self, const tni_environment *environment,
                          tn_model **out) {
  struct places places = {0};
  for (uint32_t part = 0; part < self->part_count; part++)
    TN_TRY(make(self, environment, part, &places, &out[part]));
  return TN_OK;
}

static tn_status divide(struct dividing *self, uint32_t keeps_inputs) {
  TN_TRY(number_all(self));
  TN_TRY(note_all(self));
  for (uint32_t i = self->first_input; keeps_inputs && i < self->value_count; i++)
    if (self->values[i].part == TNI_NO_PART) TN_TRY(add(&self->uses, 0, i));
  return sort_all(self);
}

static tn_status run(const tni_environment *environment, struct dividing *self,
                     uint32_t keeps_inputs, tn_model **out, tn_error *error) {
  tni_vector *const vectors[] = {&self->nodes, &self->uses, &self->outputs};
  self->whole = self->model->graph;
  tni_arena_init(&self->arena, environment->allocator);
  tni_map_init(&self->numbers, environment->allocator);
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    tni_vector_init(vectors[i], environment->allocator, sizeof(struct item));
  memset(out, 0, self->part_count * sizeof *out);
  tn_status status = divide(self, keeps_inputs);
  if (status == TN_OK) status = make_all(self, environment, out);
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    tni_vector_destroy(vectors[i]);
  tni_map_destroy(&self->numbers);
  tni_arena_destroy(&self->arena);
  if (status == TN_OK) return TN_OK;
  for (uint32_t part = 0; part < self->part_count; part++)
    if (out[part]) tn_model_release(out[part]);
  return tni_fail(error, status, "no memory for a part of the model");
}

tn_status tni_model_divide(const tni_environment *environment, tn_model *whole,
                           const uint32_t *part_of, uint32_t part_count, tn_model **out,
                           tn_error *error) {
  struct dividing self = {.model = whole, .part_of = part_of, .part_count = part_count};
  return run(environment, &self, 0, out, error);
}

tn_status tni_model_select(const tni_environment *environment, tn_model *whole,
                           const tni_selection *selection, tn_model **out, tn_error *error) {
  const uint32_t count = whole->graph->node_count;
  uint32_t *part_of = TNI_ALLOC_ITEMS(environment->allocator, part_of, (size_t)count + 1);
  tn_model *made = NULL;
  if (!part_of) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a part of the model");
  for (uint32_t i = 0; i < count; i++)
    part_of[i] = selection->chosen[i] ? 0 : TNI_NO_PART;
  struct dividing self = {.model = whole, .part_of = part_of, .part_count = 1};
  const tn_status status = run(environment, &self, selection->keeps_inputs, &made, error);
  tni_free(environment->allocator, part_of);
  if (status == TN_OK) *out = made;
  return status;
}
