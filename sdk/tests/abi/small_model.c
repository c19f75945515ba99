#include <string.h>

#include "small_host.h"

enum { MAX_LENGTH = 8 };

/* Everything of one model in one block. */
struct model {
  tn_model base;
  atomic_long references;
  tn_operator_set set;
  const tn_operator_set *sets[1];
  tn_graph graph;
  tn_dimension dimensions[2];
  tn_value_info values[MAX_LENGTH + 1];
  const tn_value_info *value_pointers[MAX_LENGTH + 1];
  tn_node nodes[MAX_LENGTH];
  const tn_node *node_pointers[MAX_LENGTH];
  tn_string origins[MAX_LENGTH];
  char names[2 * MAX_LENGTH + 1][16];
};

static atomic_long live;

long small_models_live(void) {
  return atomic_load(&live);
}

static const void *get_extension(tn_model *model, tn_string id) {
  (void)model, (void)id;
  return NULL;
}

static void retain(tn_model *model) {
  atomic_fetch_add(&((struct model *)model)->references, 1);
}

static void release(tn_model *model) {
  if (atomic_fetch_sub(&((struct model *)model)->references, 1) != 1) return;
  atomic_fetch_sub(&live, 1);
  free(model);
}

static const tn_model_api model_api = {.size = TN_SIZE(tn_model_api),
                                       .get_extension = get_extension,
                                       .retain = retain,
                                       .release = release};

static const tn_maker maker = {TN_SIZE(tn_maker), 0, &model_api, TN_STRING_INIT("small host")};

static tn_string name_of(struct model *self, uint32_t slot, const char *prefix, uint32_t number) {
  snprintf(self->names[slot], sizeof self->names[slot], "%s%u", prefix, number);
  return tn_string_from(self->names[slot]);
}

static void add_value(struct model *self, uint32_t index) {
  tn_value_info *value = &self->values[index];
  *value = tn_value_info_init();
  value->flags = TN_VALUE_HAS_RANK;
  value->name = name_of(self, index, "value", index);
  value->type = TN_F32;
  value->rank = 2;
  value->dimensions = self->dimensions;
  self->value_pointers[index] = value;
}

static void add_node(struct model *self, uint32_t index, const char *operation, uint32_t version) {
  tn_node *node = &self->nodes[index];
  *node = tn_node_init();
  node->name = name_of(self, MAX_LENGTH + 1 + index, "node", index);
  node->operation = tn_string_from(operation);
  node->since_version = version;
  node->input_count = node->output_count = 1;
  node->inputs = &self->value_pointers[index];
  node->outputs = &self->value_pointers[index + 1];
  self->origins[index] = node->name;
  node->origins = &self->origins[index];
  node->origin_count = 1;
  self->node_pointers[index] = node;
}

tn_model *small_model(const char *operation, uint32_t version, uint32_t length, int64_t min,
                      int64_t max) {
  CHECK(length <= MAX_LENGTH);
  struct model *self = calloc(1, sizeof *self);
  CHECK(self);
  atomic_init(&self->references, 1);
  atomic_fetch_add(&live, 1);
  self->dimensions[0].min = min;
  self->dimensions[0].max = max;
  self->dimensions[1].min = self->dimensions[1].max = 4;
  for (uint32_t i = 0; i <= length; i++)
    add_value(self, i);
  for (uint32_t i = 0; i < length; i++)
    add_node(self, i, operation, version);
  self->graph = tn_graph_init();
  self->graph.name = TN_STRING("chain");
  self->graph.nodes = self->node_pointers;
  self->graph.node_count = length;
  self->graph.inputs = &self->value_pointers[0];
  self->graph.outputs = &self->value_pointers[length];
  self->graph.input_count = self->graph.output_count = 1;
  self->set = tn_operator_set_init();
  self->set.version = TN_ONNX_OPERATOR_SET;
  self->sets[0] = &self->set;
  self->base.api = &model_api;
  self->base.maker = &maker;
  self->base.size = TN_SIZE(tn_model);
  self->base.name = TN_STRING("chain");
  self->base.graph = &self->graph;
  self->base.operator_sets = self->sets;
  self->base.operator_set_count = 1;
  return &self->base;
}
