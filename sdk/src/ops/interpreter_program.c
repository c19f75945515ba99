#include "ops/interpreter_program.h"

#include "base/map.h"
#include "graph/tensor.h"

/* A value and where it lives. */
struct binding {
  tni_program *program;
  uint32_t slot;
};

struct compiler {
  tni_interpreter *interpreter;
  tni_map bindings; /* from a value to its binding */
  tn_error *error;
};

static const uint32_t until_the_end = UINT32_MAX; /* last use of what the caller gets */

static tn_status fail_memory(struct compiler *compiler) {
  return tni_fail(compiler->error, TN_OUT_OF_MEMORY, "no memory to interpret %.*s",
                  TNI_TEXT(compiler->interpreter->name));
}

static void *take(struct compiler *compiler, uint64_t count, size_t size) {
  return tni_arena_alloc_array(&compiler->interpreter->arena, (size_t)count, size);
}

/* Gives a value its slot. */
static tn_status bind(struct compiler *compiler, tni_program *program, const tn_value_info *value,
                      uint32_t slot) {
  struct binding *binding = take(compiler, 1, sizeof *binding);
  if (!binding) return fail_memory(compiler);
  binding->program = program;
  binding->slot = slot;
  if (tni_pointer_map_set(&compiler->bindings, value, binding) != TN_OK)
    return fail_memory(compiler);
  return TN_OK;
}

/* Finds a value, and keeps it alive until the present step of the graph that it belongs to. */
static tn_status resolve(struct compiler *compiler, tni_program *program,
                         const tn_value_info *value, const char *user_kind, tn_string user,
                         tni_slot_reference *out) {
  const struct binding *binding = tni_pointer_map_find(&compiler->bindings, value);
  if (!binding)
    return tni_fail_clause(compiler->error, TN_MALFORMED, TNI_CLAUSE(MODEL, 2),
                           "%s %.*s uses value %.*s, which nothing before it gives", user_kind,
                           TNI_TEXT(user), TNI_TEXT(value->name));
  tni_program *owner = binding->program;
  out->levels = program->depth - owner->depth;
  out->slot = binding->slot;
  if (owner->last_use[binding->slot] != until_the_end)
    owner->last_use[binding->slot] = owner->steps_compiled;
  return TN_OK;
}

/* Constants that kernels can read as they are are shared, others copied once. */
static tn_status add_constant(struct compiler *compiler, tni_program *program, uint32_t index) {
  const tn_value_info *value = program->graph->constants[index];
  tn_tensor *tensor = value->constant;
  if (tni_tensor_is_plain(tensor)) {
    tn_tensor_retain(tensor);
  } else {
    const tn_status status = tni_tensor_create_dense(compiler->interpreter->environment, tensor,
                                                     &tensor, compiler->error);
    if (status != TN_OK)
      return tni_fail_prefix(compiler->error, status, "constant %.*s", TNI_TEXT(value->name));
  }
  program->constants[program->constant_count++] = tensor;
  return bind(compiler, program, value, index);
}

static tn_status add_sources(struct compiler *compiler, tni_program *program) {
  const tn_graph *graph = program->graph;
  uint32_t slot = 0;
  for (; slot < graph->constant_count; slot++)
    TN_TRY(add_constant(compiler, program, slot));
  for (uint32_t i = 0; i < graph->input_count; i++)
    TN_TRY(bind(compiler, program, graph->inputs[i], slot++));
  program->slot_count = slot;
  return TN_OK;
}

static tn_status compile_graph(struct compiler *compiler, const tn_graph *graph,
                               tni_program *around, tni_program **place);

static tn_status compile_inner_graphs(struct compiler *compiler, tni_program *program,
                                      tni_step *step) {
  tni_program **place = &step->programs;
  for (uint32_t i = 0; i < step->node->attribute_count; i++) {
    const tn_attribute *attribute = step->node->attributes[i];
    for (uint64_t k = 0; k < tn_attribute_graph_count(attribute); k++) {
      TN_TRY(compile_graph(compiler, attribute->as.graphs[k], program, place));
      place = &(*place)->next;
    }
  }
  return TN_OK;
}

static const tni_operator *find_extra(const tni_interpreter *interpreter, const tn_node *node) {
  for (uint32_t i = 0; i < interpreter->extra_count; i++) {
    const tni_operator *op = interpreter->extra[i];
    if (tn_node_is(node, tn_string_from(op->domain), tn_string_from(op->name), op->since))
      return op;
  }
  return NULL;
}

static tn_status find_operator(struct compiler *compiler, const tn_node *node,
                               const tni_operator **out) {
  *out = find_extra(compiler->interpreter, node);
  if (*out) return TN_OK; /* its own kernel checks the node */
  const tni_operator *op = tni_operator_find(node->domain, node->operation, node->since_version);
  if (!op || !op->evaluate)
    return tni_fail(compiler->error, TN_UNSUPPORTED,
                    "node %.*s: no reference kernel for operator %.*s of version %u, domain "
                    "\"%.*s\"",
                    TNI_TEXT(node->name), TNI_TEXT(node->operation), node->since_version,
                    TNI_TEXT(node->domain));
  uint32_t *types = tni_alloc_array(compiler->interpreter->environment->allocator,
                                    node->input_count, sizeof *types);
  if (!types) return fail_memory(compiler);
  for (uint32_t i = 0; i < node->input_count; i++)
    types[i] = node->inputs[i] ? node->inputs[i]->type : TN_ANY_TYPE;
  const tn_status status = tni_operator_check(op, node, types, compiler->error);
  tni_free(compiler->interpreter->environment->allocator, types);
  *out = op;
  return status;
}

static void count_ports(tni_interpreter *interpreter, tni_program *program, const tn_node *node) {
  if (node->input_count > program->most_inputs) program->most_inputs = node->input_count;
  if (node->output_count > program->most_outputs) program->most_outputs = node->output_count;
  if (node->input_count > interpreter->most_inputs) interpreter->most_inputs = node->input_count;
  if (node->output_count > interpreter->most_outputs)
    interpreter->most_outputs = node->output_count;
}

static tn_status compile_step(struct compiler *compiler, tni_program *program, uint32_t index) {
  tni_step *step = &program->steps[index];
  const tn_node *node = program->graph->nodes[index];
  step->node = node;
  program->steps_compiled = index;
  count_ports(compiler->interpreter, program, node);
  TN_TRY(find_operator(compiler, node, &step->op));
  step->inputs = take(compiler, node->input_count, sizeof *step->inputs);
  step->outputs = take(compiler, node->output_count, sizeof *step->outputs);
  if (!step->inputs || !step->outputs) return fail_memory(compiler);
  for (uint32_t i = 0; i < node->input_count; i++) {
    step->inputs[i].slot = TNI_NO_SLOT;
    if (node->inputs[i])
      TN_TRY(resolve(compiler, program, node->inputs[i], "node", node->name, &step->inputs[i]));
  }
  TN_TRY(compile_inner_graphs(compiler, program, step));
  for (uint32_t i = 0; i < node->output_count; i++) {
    step->outputs[i] = TNI_NO_SLOT;
    if (!node->outputs[i]) continue;
    step->outputs[i] = program->slot_count++;
    program->last_use[step->outputs[i]] = index;
    TN_TRY(bind(compiler, program, node->outputs[i], step->outputs[i]));
  }
  return TN_OK;
}

/* Hands every slot to the step after which it is dead. Inputs that nobody uses die with the frame.
 */
static tn_status plan_deaths(struct compiler *compiler, tni_program *program) {
  const uint32_t step_count = program->graph->node_count;
  for (uint32_t slot = program->constant_count; slot < program->slot_count; slot++)
    if (program->last_use[slot] < step_count) program->steps[program->last_use[slot]].dead_count++;
  for (uint32_t i = 0; i < step_count; i++) {
    tni_step *step = &program->steps[i];
    step->dead = take(compiler, step->dead_count, sizeof *step->dead);
    if (!step->dead) return fail_memory(compiler);
    step->dead_count = 0;
  }
  for (uint32_t slot = program->constant_count; slot < program->slot_count; slot++) {
    if (program->last_use[slot] >= step_count) continue;
    tni_step *step = &program->steps[program->last_use[slot]];
    step->dead[step->dead_count++] = slot;
  }
  return TN_OK;
}

static tn_status compile_outputs(struct compiler *compiler, tni_program *program) {
  const tn_graph *graph = program->graph;
  for (uint32_t i = 0; i < graph->output_count; i++) {
    tni_slot_reference *output = &program->outputs[i];
    TN_TRY(resolve(compiler, program, graph->outputs[i], "graph", graph->name, output));
    if (output->levels == 0) program->last_use[output->slot] = until_the_end;
  }
  return TN_OK;
}

/* Upper bound of the slots: every output of every node has one. */
static uint64_t most_slots(const tn_graph *graph) {
  uint64_t count = (uint64_t)graph->constant_count + graph->input_count;
  for (uint32_t i = 0; i < graph->node_count; i++)
    count += graph->nodes[i]->output_count;
  return count;
}

static tn_status compile_graph(struct compiler *compiler, const tn_graph *graph,
                               tni_program *around, tni_program **place) {
  tni_program *program = take(compiler, 1, sizeof *program);
  if (!program) return fail_memory(compiler);
  *place = program;
  program->graph = graph;
  program->around = around;
  program->depth = around ? around->depth + 1 : 0;
  program->constants = take(compiler, graph->constant_count, sizeof *program->constants);
  program->steps = take(compiler, graph->node_count, sizeof *program->steps);
  program->outputs = take(compiler, graph->output_count, sizeof *program->outputs);
  const uint64_t slots = most_slots(graph);
  program->last_use = take(compiler, slots, sizeof *program->last_use);
  if (!program->constants || !program->steps || !program->outputs || !program->last_use ||
      slots >= TNI_NO_SLOT)
    return fail_memory(compiler);
  /* Until a node uses it, an input is kept: its last use lies behind all steps. */
  for (uint64_t i = 0; i < slots; i++)
    program->last_use[i] = graph->node_count;
  TN_TRY(add_sources(compiler, program));
  for (uint32_t i = 0; i < graph->node_count; i++)
    TN_TRY(compile_step(compiler, program, i));
  TN_TRY(compile_outputs(compiler, program));
  return plan_deaths(compiler, program);
}

tn_status tni_program_compile(tni_interpreter *interpreter, tn_error *error) {
  struct compiler compiler = {.interpreter = interpreter, .error = error};
  tni_map_init(&compiler.bindings, interpreter->environment->allocator);
  const tn_status status =
      compile_graph(&compiler, interpreter->graph, NULL, &interpreter->program);
  tni_map_destroy(&compiler.bindings);
  return status;
}

void tni_program_release(tni_program *program) {
  if (!program) return;
  for (uint32_t i = 0; i < program->constant_count; i++)
    tn_tensor_release(program->constants[i]);
  for (uint32_t i = 0; program->steps && i < program->graph->node_count; i++)
    for (tni_program *inner = program->steps[i].programs; inner; inner = inner->next)
      tni_program_release(inner);
}
