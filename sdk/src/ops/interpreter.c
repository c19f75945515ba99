#include "ops/interpreter.h"

#include "graph/tensor.h"
#include "ops/interpreter_frame.h"

void tni_interpreter_destroy(tni_interpreter *interpreter) {
  if (!interpreter) return;
  tni_program_release(interpreter->program);
  tni_arena_destroy(&interpreter->arena);
  if (interpreter->model) tn_model_release(interpreter->model);
  tni_free(interpreter->environment->allocator, interpreter);
}

/* An interpreter that has no graph yet. */
static tn_status make(tn_string name, const tni_environment *environment, tni_interpreter **out,
                      tn_error *error) {
  tni_interpreter *interpreter = tni_alloc(environment->allocator, sizeof *interpreter);
  if (!interpreter)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to interpret %.*s", TNI_TEXT(name));
  interpreter->name = name;
  interpreter->environment = environment;
  tni_arena_init(&interpreter->arena, environment->allocator);
  *out = interpreter;
  return TN_OK;
}

/* Compiles; on failure the interpreter is gone. */
static tn_status complete(tni_interpreter *interpreter, tni_interpreter **out, tn_error *error) {
  const tn_status status = tni_program_compile(interpreter, error);
  if (status == TN_OK)
    *out = interpreter;
  else
    tni_interpreter_destroy(interpreter);
  return status;
}

tn_status tni_interpreter_create(tn_model *model, const tni_environment *environment,
                                 tni_interpreter **out, tn_error *error) {
  return tni_interpreter_create_with(model, NULL, 0, environment, out, error);
}

tn_status tni_interpreter_create_with(tn_model *model, const tni_operator *const *extra,
                                      uint32_t extra_count, const tni_environment *environment,
                                      tni_interpreter **out, tn_error *error) {
  tni_interpreter *interpreter = NULL;
  TN_TRY(make(model->name, environment, &interpreter, error));
  interpreter->extra = extra;
  interpreter->extra_count = extra_count;
  tn_model_retain(model);
  interpreter->model = model;
  interpreter->graph = model->graph;
  return complete(interpreter, out, error);
}

/* Those of the values that are there. */
static const tn_value_info **present(tni_arena *arena, const tn_value_info *const *values,
                                     uint32_t count, uint32_t *out_count) {
  const tn_value_info **kept = tni_arena_alloc_array(arena, count, sizeof *kept);
  for (uint32_t i = 0; kept && i < count; i++)
    if (values[i]) kept[(*out_count)++] = values[i];
  return kept;
}

/* A graph of one node. An input that the node takes twice is there twice: the later place counts,
 * and both hold the same. */
static const tn_graph *graph_around(tni_arena *arena, const tn_node *node) {
  const tn_node **nodes = tni_arena_alloc(arena, sizeof *nodes);
  tn_graph *graph = tni_arena_alloc(arena, sizeof *graph);
  if (!nodes || !graph) return NULL;
  *nodes = node;
  graph->size = TN_SIZE(tn_graph);
  graph->name = node->name;
  graph->node_count = 1;
  graph->nodes = nodes;
  graph->inputs = present(arena, node->inputs, node->input_count, &graph->input_count);
  graph->outputs = present(arena, node->outputs, node->output_count, &graph->output_count);
  return graph->inputs && graph->outputs ? graph : NULL;
}

tn_status tni_interpreter_create_for_node(const tn_node *node, const tni_environment *environment,
                                          tni_interpreter **out, tn_error *error) {
  tni_interpreter *interpreter = NULL;
  TN_TRY(make(node->name, environment, &interpreter, error));
  interpreter->graph = graph_around(&interpreter->arena, node);
  if (interpreter->graph) return complete(interpreter, out, error);
  tni_interpreter_destroy(interpreter);
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to interpret node %.*s",
                  TNI_TEXT(node->name));
}

static tn_status check_input(const tn_value_info *value, const tn_tensor *tensor, tn_error *error) {
  tn_status status = tni_tensor_check(tensor, "its tensor", error);
  if (status != TN_OK) return tni_fail_prefix(error, status, "input %.*s", TNI_TEXT(value->name));
  if (value->type != TN_ANY_TYPE && value->type != tensor->type)
    return tni_fail(error, TN_WRONG_TYPE, "input %.*s: expected element type %u, got %u",
                    TNI_TEXT(value->name), value->type, tensor->type);
  if (!(value->flags & TN_VALUE_HAS_RANK)) return TN_OK;
  if (value->rank != tensor->rank)
    return tni_fail(error, TN_WRONG_SHAPE, "input %.*s: expected rank %u, got %u",
                    TNI_TEXT(value->name), value->rank, tensor->rank);
  for (uint32_t i = 0; i < value->rank; i++) {
    const tn_dimension *expected = &value->dimensions[i];
    if (tensor->shape[i] < expected->min || tensor->shape[i] > expected->max)
      return tni_fail(error, TN_WRONG_SHAPE,
                      "input %.*s: expected dimension %u from %lld to %lld, got %lld",
                      TNI_TEXT(value->name), i, (long long)expected->min, (long long)expected->max,
                      (long long)tensor->shape[i]);
  }
  return TN_OK;
}

static tn_status check_inputs(const tn_graph *graph, tn_tensor *const *inputs, tn_error *error) {
  for (uint32_t i = 0; i < graph->input_count; i++)
    TN_TRY(check_input(graph->inputs[i], inputs[i], error));
  return TN_OK;
}

/* Writes a result into the caller's tensor. */
static tn_status deliver(const tn_value_info *value, const tn_tensor *result, tn_tensor *target,
                         tn_error *error) {
  tn_status status = TN_OK;
  if (result->type == target->type && !tni_tensor_same_shape(target, result->rank, result->shape)) {
    if (!target->api->resize)
      return tni_fail(error, TN_TOO_SMALL,
                      "output %.*s: the tensor has another shape than the result, and cannot be "
                      "resized",
                      TNI_TEXT(value->name));
    status = target->api->resize(target, result->rank, result->shape, error);
  }
  if (status == TN_OK) status = tni_tensor_copy(result, target, error);
  return status == TN_OK ? TN_OK
                         : tni_fail_prefix(error, status, "output %.*s", TNI_TEXT(value->name));
}

/* 1 when a result is also an input or constant of the model, which the caller must not get as a
 * result: who writes to the one would change the other. */
static int is_shared(const tni_program *program, uint32_t index) {
  return program->outputs[index].slot < program->constant_count + program->graph->input_count;
}

static tn_status deliver_all(const tni_interpreter *interpreter, tn_tensor **results,
                             tn_tensor **outputs, tn_error *error) {
  const tni_program *program = interpreter->program;
  for (uint32_t i = 0; i < program->graph->output_count; i++) {
    if (outputs[i]) {
      TN_TRY(deliver(program->graph->outputs[i], results[i], outputs[i], error));
      tn_tensor_release(results[i]);
      results[i] = NULL;
    } else if (is_shared(program, i)) {
      tn_tensor *copy;
      TN_TRY(tni_tensor_create_dense(interpreter->environment, results[i], &copy, error));
      tn_tensor_release(results[i]);
      results[i] = copy;
    }
  }
  for (uint32_t i = 0; i < program->graph->output_count; i++) {
    if (!results[i]) continue;
    outputs[i] = results[i];
    results[i] = NULL;
  }
  return TN_OK;
}

static tn_status run_and_deliver(tni_run *run, tn_tensor **results, tn_error *error) {
  const tni_program *program = run->interpreter->program;
  TN_TRY(check_inputs(program->graph, run->options->inputs, error));
  TN_TRY(tni_run_prepare(run, error));
  TN_TRY(tni_program_run(run, program, NULL, run->options->inputs, results, error));
  return deliver_all(run->interpreter, results, run->options->outputs, error);
}

tn_status tni_interpreter_run(const tni_interpreter *interpreter, const tni_run_options *options,
                              tn_error *error) {
  const tni_allocator *allocator = interpreter->environment->allocator;
  const uint32_t output_count = interpreter->program->graph->output_count;
  tni_run run = {.interpreter = interpreter, .options = options};
  tn_tensor **results = tni_alloc_array(allocator, output_count, sizeof *results);
  if (!results)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to run %.*s", TNI_TEXT(interpreter->name));
  const tn_status status = run_and_deliver(&run, results, error);
  for (uint32_t i = 0; i < output_count; i++)
    if (results[i]) tn_tensor_release(results[i]);
  tni_run_release(&run);
  tni_free(allocator, results);
  return status;
}
