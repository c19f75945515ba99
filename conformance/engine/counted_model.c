/* A model handed to a plugin whose references are counted. Its structs are copies in pages of their
 * own, which can be made unreadable when the last reference is gone. */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/altered.h"

enum { PAGES_BYTES = 1 << 20 };

struct counted_parts {
  atomic_long references;
  tn_model *model; /* whose constants it shows; held until the check returns */
  char *pages;
  size_t used;
};

static const void *get_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static void retain(tn_model *model) {
  atomic_fetch_add(&((counted_model *)model)->parts->references, 1);
}

static void release(tn_model *model) {
  struct counted_parts *parts = ((counted_model *)model)->parts;
  if (atomic_fetch_sub(&parts->references, 1) == 1) mprotect(parts->pages, PAGES_BYTES, PROT_NONE);
}

static const tn_model_api model_api = {
    .size = TN_SIZE(tn_model_api),
    .get_extension = get_extension,
    .retain = retain,
    .release = release,
};

static void *copy(struct counted_parts *parts, const void *from, size_t size) {
  size_t aligned = (size + 15) & ~(size_t)15;
  if (aligned > PAGES_BYTES - parts->used) return NULL;
  void *to = parts->pages + parts->used;
  parts->used += aligned;
  if (size) memcpy(to, from, size);
  return to;
}

/* A list of pointers to structs, both copied; pointers to values stay the same values. */
struct pairs {
  const tn_value_info *from[256], *to[256];
  uint32_t count;
};

static const tn_value_info *copy_value(struct counted_parts *parts, struct pairs *pairs,
                                       const tn_value_info *value) {
  if (!value) return NULL;
  for (uint32_t i = 0; i < pairs->count; i++)
    if (pairs->from[i] == value) return pairs->to[i];
  tn_value_info *made = copy(parts, value, sizeof *value);
  if (!made || pairs->count == 256) return NULL;
  made->dimensions = copy(parts, value->dimensions, value->rank * sizeof *value->dimensions);
  made->name.data = copy(parts, value->name.data, (size_t)value->name.length);
  pairs->from[pairs->count] = value;
  pairs->to[pairs->count++] = made;
  return made;
}

static const tn_value_info *const *copy_values(struct counted_parts *parts, struct pairs *pairs,
                                               const tn_value_info *const *values, uint32_t count) {
  const tn_value_info **made = copy(parts, values, count * sizeof *made);
  for (uint32_t i = 0; made && i < count; i++)
    made[i] = copy_value(parts, pairs, values[i]);
  return made;
}

static const tn_node *copy_node(struct counted_parts *parts, struct pairs *pairs,
                                const tn_node *node) {
  tn_node *made = copy(parts, node, sizeof *node);
  if (!made) return NULL;
  made->inputs = copy_values(parts, pairs, node->inputs, node->input_count);
  made->outputs = copy_values(parts, pairs, node->outputs, node->output_count);
  made->name.data = copy(parts, node->name.data, (size_t)node->name.length);
  made->operation.data = copy(parts, node->operation.data, (size_t)node->operation.length);
  tn_string *origins = copy(parts, node->origins, node->origin_count * sizeof *origins);
  for (uint64_t i = 0; origins && i < node->origin_count; i++)
    origins[i].data = copy(parts, origins[i].data, (size_t)origins[i].length);
  made->origins = origins;
  return made;
}

static const tn_graph *copy_graph(struct counted_parts *parts, const tn_graph *graph) {
  struct pairs pairs = {.count = 0};
  tn_graph *made = copy(parts, graph, sizeof *graph);
  if (!made) return NULL;
  const tn_node **nodes = copy(parts, graph->nodes, graph->node_count * sizeof *nodes);
  made->inputs = copy_values(parts, &pairs, graph->inputs, graph->input_count);
  for (uint32_t i = 0; nodes && i < graph->node_count; i++)
    nodes[i] = copy_node(parts, &pairs, graph->nodes[i]);
  made->nodes = nodes;
  made->outputs = copy_values(parts, &pairs, graph->outputs, graph->output_count);
  made->constants = copy_values(parts, &pairs, graph->constants, graph->constant_count);
  return made;
}

counted_model *counted_model_create(test *t, const char *name) {
  return counted_model_create_altered(t, name, NULL);
}

counted_model *counted_model_create_altered(test *t, const char *name,
                                            void (*alter)(tn_graph *graph)) {
  counted_model *made = test_alloc(t, sizeof *made);
  struct counted_parts *parts = test_alloc(t, sizeof *parts);
  tn_model *model = test_model(t, name);
  if (!model) return NULL;
  /* the mapping stays for the life of the worker: a late reader must meet it, not something new */
  parts->pages = mmap(NULL, PAGES_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (parts->pages == MAP_FAILED) return NULL;
  parts->model = model;
  atomic_init(&parts->references, 1);
  made->base = *model;
  made->base.api = &model_api;
  made->base.size = TN_SIZE(tn_model);
  made->base.graph = copy_graph(parts, model->graph);
  made->parts = parts;
  if (alter) alter((tn_graph *)(uintptr_t)made->base.graph);
  mprotect(parts->pages, PAGES_BYTES, PROT_READ); /* nobody may write to a model */
  return made;
}

long counted_model_references(const counted_model *model) {
  return atomic_load(&model->parts->references);
}
