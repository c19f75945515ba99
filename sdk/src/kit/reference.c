#include "tenon/kit/reference.h"

#include "base/half.h"
#include "kit/request.h"
#include "ops/interpreter.h"

/* A kernel of the author's as an operator of the interpreter. */
struct adapter {
  tni_operator op; /* first: the evaluation leads back from it */
  const tn_kit_kernel *kernel;
  tn_kit_engine *engine;
};

struct tn_kit_program {
  tn_kit_engine *engine;
  tni_interpreter *interpreter;
  struct adapter *adapters;
  const tni_operator **operators;
};

/* --- what the kernels run */

static tn_status check_graphs(const tn_kit_engine *engine, const tn_node *node, uint32_t *reason,
                              tn_error *error) {
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++) {
      const tn_graph *graph = attribute->as.graphs[k];
      for (uint32_t n = 0; n < graph->node_count; n++)
        TN_TRY(tn_kit_reference_check(engine, graph->nodes[n], reason, error));
    }
  }
  return TN_OK;
}

tn_status tn_kit_reference_check(const tn_kit_engine *engine, const tn_node *node, uint32_t *reason,
                                 tn_error *error) {
  const tni_allocator *allocator = &engine->kit->allocator;
  const tni_operator *op = tni_operator_find(node->domain, node->operation, node->since_version);
  *reason = TN_REASON_OPERATOR;
  if (!op || !op->evaluate)
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(OPERATOR, 1),
                           "there is no kernel for operator %.*s of version %u in domain '%.*s'",
                           TNI_TEXT(node->operation), node->since_version, TNI_TEXT(node->domain));
  uint32_t *types = TNI_ALLOC_ITEMS(allocator, types, node->input_count);
  if (!types) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to look at a node");
  for (uint32_t i = 0; i < node->input_count; i++)
    types[i] = node->inputs[i] ? node->inputs[i]->type : TN_ANY_TYPE;
  const tn_status status = tni_operator_check(op, node, types, error);
  tni_free(allocator, types);
  *reason = status == TN_UNSUPPORTED ? TN_REASON_TYPE : TN_REASON_OTHER;
  TN_TRY(status);
  return check_graphs(engine, node, reason, error);
}

/* --- kernels of the author's */

/* Nothing is known before the kernel has run: it makes its outputs itself. */
static tn_status infer_nothing(tni_inference *inference, tn_error *error) {
  (void)inference;
  (void)error;
  return TN_OK;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  const struct adapter *adapter = (const struct adapter *)evaluation->op;
  const tn_kit_kernel_call call = {evaluation->node, evaluation->inputs, evaluation->input_count,
                                   adapter->engine, evaluation};
  return adapter->kernel->run(&call, error);
}

tn_status tn_kit_kernel_output(const tn_kit_kernel_call *call, uint32_t index, uint32_t type,
                               uint32_t rank, const int64_t *shape, tn_tensor **out,
                               tn_error *error) {
  tni_evaluation *evaluation = call->kit;
  TN_TRY(evaluation->allocate_output(evaluation, index, type, rank, shape, error));
  *out = evaluation->outputs[index];
  return TN_OK;
}

/* --- programs */

void tn_kit_program_destroy(tn_kit_program *self) {
  if (!self) return;
  tni_interpreter_destroy(self->interpreter);
  tn_kit_free(self->engine, self->operators);
  tn_kit_free(self->engine, self->adapters);
  tn_kit_free(self->engine, self);
}

static tn_status adapt(tn_kit_program *self, const tn_kit_kernel *kernels, uint32_t count,
                       tn_error *error) {
  const tni_allocator *allocator = &self->engine->kit->allocator;
  self->adapters = TNI_ALLOC_ITEMS(allocator, self->adapters, count);
  self->operators = TNI_ALLOC_ITEMS(allocator, self->operators, count);
  if (!self->adapters || !self->operators)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a program");
  for (uint32_t i = 0; i < count; i++) {
    tni_operator *op = &self->adapters[i].op;
    self->adapters[i].kernel = &kernels[i];
    self->adapters[i].engine = self->engine;
    op->domain = kernels[i].domain;
    op->name = kernels[i].operation;
    op->since = kernels[i].since_version;
    op->infer = infer_nothing;
    op->evaluate = evaluate;
    self->operators[i] = op;
  }
  return TN_OK;
}

tn_status tn_kit_program_create(tn_kit_engine *engine, tn_model *model,
                                const tn_kit_kernel *kernels, uint32_t count, tn_kit_program **out,
                                tn_error *error) {
  tn_kit_program *self = tn_kit_allocate(engine, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a program");
  self->engine = engine;
  tn_status status = adapt(self, kernels, count, error);
  if (status == TN_OK)
    status = tni_interpreter_create_with(model, self->operators, count, &engine->kit->environment,
                                         &self->interpreter, error);
  if (status != TN_OK) {
    tn_kit_program_destroy(self);
    return status;
  }
  *out = self;
  return TN_OK;
}

/* --- running */

static int before(void *user, const tn_node *node) {
  const tn_kit_observer *observer = user;
  return observer->before ? observer->before(observer->user, node) : 0;
}

static int after(void *user, const tn_node *node, tn_tensor *const *outputs,
                 uint32_t output_count) {
  const tn_kit_observer *observer = user;
  return observer->after ? observer->after(observer->user, node, outputs, output_count) : 0;
}

void tn_kit_round_to_f16(tn_tensor *tensor) {
  float *elements = tensor->data;
  const uint64_t count = tn_tensor_element_count(tensor);
  for (uint64_t i = 0; i < count; i++)
    elements[i] = tni_f16_to_f32(tni_f16_from_f32(elements[i]));
}

/* The interpreter changes tensors by name; the request keeps them by number. */
static tn_status take_variables(const tn_kit_request *request, tni_variables *out,
                                tn_error *error) {
  const tn_kit_compiled *compiled = request->compiled;
  const tni_allocator *allocator = &compiled->engine->kit->allocator;
  const uint32_t count = compiled->variable_count;
  tn_string *names = TNI_ALLOC_ITEMS(allocator, names, count);
  tni_variable *variables = TNI_ALLOC_ITEMS(allocator, variables, count);
  if (!names || !variables) {
    tni_free(allocator, names);
    tni_free(allocator, variables);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the variables of an inference");
  }
  for (uint32_t i = 0; i < count; i++) {
    names[i] = compiled->variables[i].name;
    variables[i].tensor = request->kit->working[i];
  }
  out->names = names;
  out->variables = variables;
  out->count = count;
  return TN_OK;
}

/* Also after a failure: the tensors there are now have replaced the ones before. */
static void give_variables(tn_kit_request *request, const tni_variables *variables) {
  const tni_allocator *allocator = &request->compiled->engine->kit->allocator;
  for (uint32_t i = 0; i < variables->count; i++)
    request->kit->working[i] = variables->variables[i].tensor;
  tni_free(allocator, variables->variables);
  tni_free(allocator, (void *)(uintptr_t)variables->names);
}

tn_status tn_kit_program_run(const tn_kit_program *program, tn_kit_request *request,
                             tn_tensor *const *inputs, tn_tensor **outputs,
                             const tn_kit_observer *observer, tn_error *error) {
  const int has_variables = request->compiled->variable_count != 0;
  const tni_observer watching = {before, after, (void *)(uintptr_t)observer};
  tni_variables variables;
  tni_run_options options = {inputs, outputs, NULL, observer ? &watching : NULL};
  for (uint32_t i = 0; i < request->compiled->ports.output_count; i++)
    outputs[i] = NULL;
  if (has_variables) {
    TN_TRY(take_variables(request, &variables, error));
    options.variables = &variables;
  }
  const tn_status status = tni_interpreter_run(program->interpreter, &options, error);
  if (has_variables) give_variables(request, &variables);
  return status;
}
