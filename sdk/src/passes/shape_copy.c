#include "passes/shape.h"

static void forget_graph(tni_graph *graph) {
  for (tni_value *value = graph->first_value; value; value = value->next) {
    const int given = value->input_count > 0 && !graph->parent;
    if (!given && !value->view.constant) tni_value_clear_shape(value);
  }
  for (tni_graph *child = graph->first_child; child; child = child->next_sibling)
    forget_graph(child);
}

void tni_forget_shapes(tni_model *model) {
  forget_graph(model->graph);
}

/* Dimensions of one model in another: symbols by name, and those without a name by what they became
 * before. */
typedef struct shape_copy {
  tni_model *to;
  tni_map symbols; /* Symbols of `to` by symbols of `from`. */
} shape_copy;

static tn_status copy_symbol(shape_copy *self, const tn_symbol *symbol, const tn_symbol **out,
                             tn_error *error) {
  const tn_symbol *copy = tni_pointer_map_find(&self->symbols, symbol);
  if (!copy) {
    TN_TRY(tni_model_symbol(self->to, symbol->name, &copy, error));
    if (tni_pointer_map_set(&self->symbols, symbol, (void *)(uintptr_t)copy) != TN_OK)
      return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to copy shapes");
  }
  *out = copy;
  return TN_OK;
}

static tn_status copy_value(shape_copy *self, const tn_value_info *from, tni_value *to,
                            tn_error *error) {
  tn_dimension dimensions[TN_MAX_RANK];
  if (from->type != TN_ANY_TYPE) tni_value_set_type(to, from->type);
  if (!(from->flags & TN_VALUE_HAS_RANK)) return TN_OK;
  for (uint32_t i = 0; i < from->rank; i++) {
    dimensions[i] = from->dimensions[i];
    if (dimensions[i].symbol)
      TN_TRY(copy_symbol(self, dimensions[i].symbol, &dimensions[i].symbol, error));
  }
  return tni_value_set_shape(to, from->rank, dimensions, error);
}

static tn_status copy_graph(shape_copy *self, const tni_graph *from, tni_graph *to,
                            tn_error *error);

/* Copies for the inner graphs of a node; attributes that the upgraded node does not have are
 * skipped. */
static tn_status copy_inner(shape_copy *self, const tni_node *from, const tni_node *to,
                            tn_error *error) {
  for (uint32_t i = 0; i < to->view.attribute_count; i++) {
    const tn_attribute *attribute = to->view.attributes[i];
    const tn_attribute *other = tn_node_attribute(&from->view, attribute->name);
    if (!other || other->kind != attribute->kind || other->count != attribute->count) continue;
    for (uint64_t j = 0; j < tn_attribute_graph_count(attribute); j++)
      TN_TRY(copy_graph(self, tni_graph_of(other->as.graphs[j]),
                        tni_graph_of(attribute->as.graphs[j]), error));
  }
  return TN_OK;
}

static tn_status copy_graph(shape_copy *self, const tni_graph *from, tni_graph *to,
                            tn_error *error) {
  for (tni_value *value = to->first_value; value; value = value->next) {
    if (value->view.constant) continue;
    const tni_value *other = tni_string_map_find(&from->values_by_name, value->view.name);
    if (other) TN_TRY(copy_value(self, &other->view, value, error));
  }
  for (tni_node *node = to->first_node; node; node = node->next) {
    const tni_node *other = tni_model_find_node(from->model, node->view.name);
    if (other) TN_TRY(copy_inner(self, other, node, error));
  }
  return TN_OK;
}

tn_status tni_copy_shapes(const tni_model *from, tni_model *to, tn_error *error) {
  shape_copy self = {.to = to};
  tni_map_init(&self.symbols, to->environment->allocator);
  const tn_status status = copy_graph(&self, from->graph, to->graph, error);
  tni_map_destroy(&self.symbols);
  return status;
}
