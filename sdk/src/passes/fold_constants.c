#include "graph/tensor.h"
#include "ops/attributes.h"
#include "ops/interpreter.h"
#include "ops/shape_rules.h"
#include "passes/pass.h"
#include "passes/shape.h"

enum {
  LARGEST_GROWTH = 16 << 20, /* Bytes by which folding may make a model larger. */
  LARGEST_COST =
      1 << 28 /* Elements of inputs times elements of outputs of an operator that is costly. */
};

static tn_status make_constant(tni_shape_driver *driver, tni_value *value, tn_tensor *tensor,
                               tn_error *error) {
  TN_TRY(tni_value_set_constant(value, tensor, error));
  tni_shape_driver_forget(driver, value);
  return TN_OK;
}

/* --- results that inference knows */

/* Elements that inference found, as a tensor; `*out` stays NULL when not all are known. */
static tn_status tensor_of_elements(const tni_environment *environment, const tni_facts *facts,
                                    tn_tensor **out, tn_error *error) {
  int64_t numbers[TNI_MAX_ELEMENTS];
  int64_t shape[TN_MAX_RANK];
  uint32_t count = 0;
  if (facts->constant || !facts->elements || !tni_facts_are_static(facts)) return TN_OK;
  if (facts->type != TN_I64 && facts->type != TN_I32) return TN_OK;
  if (!tni_facts_integers(facts, numbers, &count)) return TN_OK;
  for (uint32_t i = 0; i < facts->rank; i++)
    shape[i] = facts->dimensions[i].min;
  if (tni_shape_element_count(facts->rank, shape) != count) return TN_OK;
  TN_TRY(tni_tensor_create(environment, facts->type, facts->rank, shape, out, error));
  for (uint32_t i = 0; i < count; i++) {
    if (facts->type == TN_I64)
      ((int64_t *)(*out)->data)[i] = numbers[i];
    else
      ((int32_t *)(*out)->data)[i] = (int32_t)numbers[i];
  }
  tni_tensor_make_read_only(*out);
  return TN_OK;
}

/* Makes tensors of all outputs; `*known` is 0 when inference does not know them all. */
static tn_status make_known(tni_shape_driver *driver, const tni_node *node, tn_tensor **results,
                            int *known, tn_error *error) {
  uint32_t next = 0;
  *known = 0;
  for (uint32_t i = 0; i < node->view.output_count; i++) {
    tni_value *value = tni_node_output(node, i);
    if (!value) continue;
    const tni_facts *facts = tni_shape_driver_facts(driver, value);
    if (!facts) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to fold constants");
    TN_TRY(tensor_of_elements(node->graph->model->environment, facts, &results[next], error));
    if (!results[next++]) return TN_OK;
  }
  *known = next > 0;
  return TN_OK;
}

/* --- results that are computed */

/* A model of one node, whose outputs are the results. */
static tn_status add_node(tni_graph *graph, const tn_node *node, tni_value **values,
                          tn_error *error) {
  tni_node *copy = NULL;
  TN_TRY(tni_graph_add_node(graph, node->name, node->domain, node->operation, node->since_version,
                            &copy, error));
  for (uint32_t i = 0; i < node->attribute_count; i++)
    TN_TRY(tni_node_set_attribute(copy, node->attributes[i], error));
  for (uint32_t i = 0; i < node->input_count; i++) {
    if (!node->inputs[i]) continue;
    TN_TRY(
        tni_graph_add_constant(graph, TN_STRING(""), node->inputs[i]->constant, &values[0], error));
    TN_TRY(tni_node_set_input(copy, i, values[0], error));
  }
  for (uint32_t i = 0; i < node->output_count; i++) {
    if (!node->outputs[i]) continue;
    TN_TRY(tni_graph_add_value(graph, TN_STRING(""), &values[0], error));
    TN_TRY(tni_node_set_output(copy, i, values[0], error));
    TN_TRY(tni_graph_add_output(graph, values[0], error));
  }
  return TN_OK;
}

static tn_status make_model(const tni_environment *environment, const tn_model *sets,
                            const tn_node *node, tn_model **out, tn_error *error) {
  tni_model *model = NULL;
  tni_value *value = NULL;
  TN_TRY(tni_model_create(environment, node->name, &model, error));
  tn_status status = TN_OK;
  for (uint32_t i = 0; i < sets->operator_set_count && status == TN_OK; i++)
    status = tni_model_set_operator_set(model, sets->operator_sets[i]->domain,
                                        sets->operator_sets[i]->version, error);
  if (status == TN_OK) status = add_node(model->graph, node, &value, error);
  if (status == TN_OK) status = tni_infer_shapes(model, NULL, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

static tn_status compute(const tni_environment *environment, tn_model *model, tn_tensor **outputs,
                         tn_error *error) {
  tni_interpreter *interpreter = NULL;
  TN_TRY(tni_interpreter_create(model, environment, &interpreter, error));
  const tni_run_options options = {.outputs = outputs};
  const tn_status status = tni_interpreter_run(interpreter, &options, error);
  tni_interpreter_destroy(interpreter);
  return status;
}

/* Bytes of a value when its shape is known, else UINT64_MAX. */
static uint64_t bytes_of(const tn_value_info *info) {
  int64_t shape[TN_MAX_RANK];
  if (!(info->flags & TN_VALUE_HAS_RANK)) return UINT64_MAX;
  for (uint32_t i = 0; i < info->rank; i++) {
    if (info->dimensions[i].min != info->dimensions[i].max) return UINT64_MAX;
    shape[i] = info->dimensions[i].min;
  }
  return tni_shape_bytes(info->type, info->rank, shape);
}

/* Takes the bytes of the results from the room that is left. What only this node uses goes when the
 * node goes, and counts against them. 0 when there is not enough room. */
static int take_room(const tn_node *node, uint64_t *room) {
  uint64_t needed = 0;
  uint64_t freed = 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] && __builtin_add_overflow(needed, bytes_of(node->outputs[i]), &needed))
      return 0;
  for (uint32_t i = 0; i < node->input_count; i++)
    if (node->inputs[i] && tni_value_of(node->inputs[i])->use_count == 1)
      freed += bytes_of(node->inputs[i]);
  const uint64_t growth = needed > freed ? needed - freed : 0;
  if (growth > *room) return 0;
  *room -= growth;
  return 1;
}

/* Elements of values whose shapes are known, or UINT64_MAX. */
static uint64_t count_elements(const tn_value_info *const *values, uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (!values[i]) continue;
    const uint64_t bytes = bytes_of(values[i]);
    const uint32_t bits = tn_element_type_bits(values[i]->type);
    if (bytes == UINT64_MAX || bits < 8 || __builtin_add_overflow(sum, bytes / (bits / 8), &sum))
      return UINT64_MAX;
  }
  return sum;
}

/* Whether computing the node takes no noticeable time. How long pooling takes is up to the size of
 * its window, which needs no data. */
static int is_cheap(const tn_node *node) {
  const tni_operator *op = tni_operator_find(node->domain, node->operation, node->since_version);
  if (!(op->flags & TNI_OPERATOR_COSTLY)) return 1;
  uint64_t cost = 0;
  return !tn_node_attribute(node, TN_STRING("kernel_shape")) &&
         !__builtin_mul_overflow(count_elements(node->inputs, node->input_count),
                                 count_elements(node->outputs, node->output_count), &cost) &&
         cost <= LARGEST_COST;
}

/* Whether the node may go when its results are known. What gives a port stays, as a port is the
 * output of a node. */
static int may_go(const tn_node *node) {
  const tni_operator *op = tni_operator_find(node->domain, node->operation, node->since_version);
  if (!op || (op->flags & (TNI_OPERATOR_NOT_FOLDABLE | TNI_OPERATOR_SIDE_EFFECT))) return 0;
  if (tn_node_has_graphs(node)) return 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] && tni_value_is_port(tni_value_of(node->outputs[i]))) return 0;
  return 1;
}

static int is_computable(const tn_node *node, uint64_t *room) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (node->inputs[i] && !node->inputs[i]->constant) return 0;
  return is_cheap(node) && take_room(node, room);
}

/* Runs the node alone. One that cannot be computed stays: whoever runs the model gets to hear why.
 */
static tn_status make_computed(const tni_node *node, tn_tensor **results, int *known,
                               tn_error *error) {
  const tni_model *model = node->graph->model;
  tn_model *single = NULL;
  tn_status status = make_model(model->environment, &model->view, &node->view, &single, error);
  if (status == TN_OK) status = compute(model->environment, single, results, error);
  if (single) tn_model_release(single);
  *known = status == TN_OK;
  return status == TN_OUT_OF_MEMORY ? status : TN_OK;
}

/* Lets constants take the place of the node. */
static tn_status replace(tni_shape_driver *driver, tni_node *node, tn_tensor **results,
                         tn_error *error) {
  for (uint32_t i = 0; i < node->view.output_count; i++) {
    tni_value *value = tni_node_output(node, i);
    if (!value) continue;
    tni_tensor_make_read_only(*results);
    TN_TRY(make_constant(driver, value, *results++, error));
  }
  tni_node_remove(node);
  return TN_OK;
}

static tn_status fold_results(tni_shape_driver *driver, tni_node *node, uint64_t *room,
                              tn_error *error) {
  const tni_allocator *allocator = node->graph->model->environment->allocator;
  const uint32_t count = node->view.output_count;
  int known = 0;
  tn_tensor **results = tni_alloc_array(allocator, count, sizeof(tn_tensor *));
  if (!results) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to fold constants");
  tn_status status = is_computable(&node->view, room)
                         ? make_computed(node, results, &known, error)
                         : make_known(driver, node, results, &known, error);
  if (status == TN_OK && known) status = replace(driver, node, results, error);
  for (uint32_t i = 0; i < count; i++)
    if (results[i]) tn_tensor_release(results[i]);
  tni_free(allocator, results);
  return status;
}

/* The tensor of a Constant is the result itself, wherever it lies. */
static tn_tensor *tensor_of_constant(const tn_node *node) {
  if (node->domain.length > 0 || !tn_string_equal(node->operation, TN_STRING("Constant")))
    return NULL;
  return tni_attribute_tensor(node, "value");
}

static tn_status fold_node(void *user, tni_shape_driver *driver, tni_node *node, tn_error *error) {
  if (!may_go(&node->view)) return TN_OK;
  tn_tensor *tensor = tensor_of_constant(&node->view);
  if (!tensor) return fold_results(driver, node, user, error);
  if (!tni_node_output(node, 0)) return TN_OK;
  TN_TRY(make_constant(driver, tni_node_output(node, 0), tensor, error));
  tni_node_remove(node);
  return TN_OK;
}

tn_status tni_fold_constants(tni_model *model, tn_error *error) {
  uint64_t room = LARGEST_GROWTH;
  const tni_shape_hook hook = {.after = fold_node, .user = &room};
  return tni_infer_shapes(model, &hook, error);
}
