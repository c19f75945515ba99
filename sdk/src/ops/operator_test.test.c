#include "ops/operator_test.h"

#include "base/status.h"
#include "graph/tensor.h"
#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

#include <criterion/criterion.h>
#include <string.h>

/* The parts of a node, which point to each other. */
typedef struct parts {
  tn_value_info values[2 * TNI_TEST_PORTS];
  const tn_value_info *inputs[TNI_TEST_PORTS];
  const tn_value_info *outputs[TNI_TEST_PORTS];
  const tn_attribute *attributes[TNI_TEST_PORTS];
  tni_facts facts[TNI_TEST_PORTS];
  const tni_facts *fact_pointers[TNI_TEST_PORTS];
  uint32_t types[TNI_TEST_PORTS];
  tn_node node;
} parts;

tn_tensor *tni_test_tensor(uint32_t type, int rank, const int64_t *shape, size_t count,
                           const double *values) {
  const int64_t length = (int64_t)count;
  tn_tensor *tensor;
  tn_error error;
  const tn_status status =
      tni_tensor_create(tni_environment_system(), type, rank < 0 ? 1 : (uint32_t)rank,
                        rank < 0 ? &length : shape, &tensor, &error);
  cr_assert_eq(status, TN_OK, "%s", error.message);
  cr_assert_eq(tn_tensor_element_count(tensor), count);
  if (count > 0) tni_store_reals(type, tensor->data, 0, count, values);
  return tensor;
}

void tni_test_values(const tn_tensor *tensor, double *values) {
  const size_t count = (size_t)tn_tensor_element_count(tensor);
  if (count > 0) tni_load_reals(tensor->type, tensor->data, 0, 1, count, values);
}

static tn_attribute *add(tni_operator_test *test, const char *name, uint32_t kind, uint64_t count) {
  tn_attribute *attribute = &test->attributes[test->attribute_count++];
  *attribute = (tn_attribute){
      .size = TN_SIZE(tn_attribute), .kind = kind, .name = tn_string_from(name), .count = count};
  return attribute;
}

void tni_test_int(tni_operator_test *test, const char *name, const int64_t *value) {
  add(test, name, TN_ATTRIBUTE_INT, 1)->as.ints = value;
}

void tni_test_ints(tni_operator_test *test, const char *name, const int64_t *values,
                   uint64_t count) {
  add(test, name, TN_ATTRIBUTE_INTS, count)->as.ints = values;
}

void tni_test_float(tni_operator_test *test, const char *name, const float *value) {
  add(test, name, TN_ATTRIBUTE_FLOAT, 1)->as.floats = value;
}

void tni_test_string(tni_operator_test *test, const char *name, const tn_string *value) {
  add(test, name, TN_ATTRIBUTE_STRING, 1)->as.strings = value;
}

void tni_test_tensor_attribute(tni_operator_test *test, const char *name, tn_tensor *const *value) {
  add(test, name, TN_ATTRIBUTE_TENSOR, 1)->as.tensors = value;
}

void tni_test_graph(tni_operator_test *test, const char *name, const tn_graph *const *value) {
  add(test, name, TN_ATTRIBUTE_GRAPH, 1)->as.graphs = value;
}

static void tensor_facts(tn_tensor *tensor, tni_facts *out) {
  out->type = tensor->type;
  out->has_rank = 1;
  out->rank = tensor->rank;
  for (uint32_t i = 0; i < tensor->rank; i++)
    out->dimensions[i] = tni_dimension_of(tensor->shape[i]);
  out->constant = tensor;
}

/* Tensors of the system's environment may outlive the test's struct. */
static const tni_environment *environment_of(const tni_operator_test *test) {
  return test->allocator ? &test->environment : tni_environment_system();
}

static void assemble(tni_operator_test *test, uint32_t since, parts *out) {
  memset(out, 0, sizeof *out);
  if (test->output_count == 0) test->output_count = 1;
  for (uint32_t i = 0; i < test->input_count; i++) {
    if (!test->inputs[i] && !test->facts[i]) continue;
    if (test->inputs[i]) tensor_facts(test->inputs[i], &out->facts[i]);
    out->fact_pointers[i] = test->facts[i] ? test->facts[i] : &out->facts[i];
    out->types[i] = out->fact_pointers[i]->type;
    out->values[i] = (tn_value_info){.size = TN_SIZE(tn_value_info), .type = out->types[i]};
    out->inputs[i] = &out->values[i];
  }
  for (uint32_t i = 0; i < test->output_count; i++)
    out->outputs[i] = &out->values[TNI_TEST_PORTS + i];
  for (uint32_t i = 0; i < test->attribute_count; i++)
    out->attributes[i] = &test->attributes[i];
  test->environment = *tni_environment_system();
  if (test->allocator) test->environment.allocator = test->allocator;
  out->node = (tn_node){.size = TN_SIZE(tn_node),
                        .name = TN_STRING("tested"),
                        .domain = tn_string_from(test->domain),
                        .operation = tn_string_from(test->name),
                        .since_version = since,
                        .input_count = test->input_count,
                        .output_count = test->output_count,
                        .attribute_count = test->attribute_count,
                        .inputs = out->inputs,
                        .outputs = out->outputs,
                        .attributes = out->attributes};
}

static tn_dimension new_dimension(tni_inference *inference, int64_t min, int64_t max) {
  (void)inference;
  return (tn_dimension){min, max, NULL};
}

static tn_dimension *new_elements(tni_inference *inference, uint32_t count) {
  tni_operator_test *test = inference->driver;
  if (test->element_count + count > TNI_TEST_ELEMENTS) return NULL;
  test->element_count += count;
  return &test->elements[test->element_count - count];
}

static tn_status infer(tni_operator_test *test, const tni_operator *op, parts *around) {
  tni_inference inference = {.node = &around->node,
                             .input_count = test->input_count,
                             .output_count = test->output_count,
                             .inputs = around->fact_pointers,
                             .outputs = test->inferred,
                             .allocator = environment_of(test)->allocator,
                             .new_dimension = new_dimension,
                             .new_elements = new_elements,
                             .infer_graph = test->infer_graph,
                             .driver = test};
  memset(test->inferred, 0, sizeof test->inferred);
  TN_TRY(tni_operator_check(op, &around->node, around->types, &test->error));
  return op->infer(&inference, &test->error);
}

static const tni_operator *find(const tni_operator_test *test) {
  for (uint32_t i = 0; i < tni_operator_count(); i++) {
    const tni_operator *op = tni_operator_at(i);
    const char *domain = op->domain ? op->domain : "";
    if (strcmp(op->name, test->name) == 0 && strcmp(domain, test->domain ? test->domain : "") == 0)
      return op;
  }
  cr_assert_fail("no operator %s", test->name);
  return NULL;
}

tn_status tni_test_infer(tni_operator_test *test) {
  parts around;
  const tni_operator *op = find(test);
  assemble(test, op->since, &around);
  return infer(test, op, &around);
}

static tn_status allocate_output(tni_evaluation *evaluation, uint32_t index, uint32_t type,
                                 uint32_t rank, const int64_t *shape, tn_error *error) {
  return tni_tensor_create(evaluation->environment, type, rank, shape, &evaluation->outputs[index],
                           error);
}

static tn_status find_variable(tni_evaluation *evaluation, tn_string name, tni_variable **out,
                               tn_error *error) {
  tni_operator_test *test = evaluation->driver;
  if (!test->variable) return tni_fail(error, TN_NOT_FOUND, "no variable '%.*s'", TNI_TEXT(name));
  *out = test->variable;
  return TN_OK;
}

/* Makes the outputs whose type and shape are known before the kernel runs. */
static tn_status allocate_known(tni_operator_test *test, tni_evaluation *evaluation) {
  for (uint32_t i = 0; i < test->output_count; i++) {
    const tni_facts *facts = &test->inferred[i];
    int64_t shape[TN_MAX_RANK];
    if (facts->type == TN_ANY_TYPE || !tni_facts_are_static(facts)) continue;
    for (uint32_t d = 0; d < facts->rank; d++)
      shape[d] = facts->dimensions[d].min;
    TN_TRY(allocate_output(evaluation, i, facts->type, facts->rank, shape, &test->error));
  }
  return TN_OK;
}

tn_status tni_test_run(tni_operator_test *test) {
  parts around;
  const tni_operator *op = find(test);
  assemble(test, op->since, &around);
  tni_evaluation evaluation = {.node = &around.node,
                               .input_count = test->input_count,
                               .output_count = test->output_count,
                               .inputs = test->inputs,
                               .outputs = test->outputs,
                               .allocator = environment_of(test)->allocator,
                               .environment = environment_of(test),
                               .allocate_output = allocate_output,
                               .evaluate_graph = test->evaluate_graph,
                               .find_variable = find_variable,
                               .driver = test};
  TN_TRY(infer(test, op, &around));
  TN_TRY(allocate_known(test, &evaluation));
  return op->evaluate(&evaluation, &test->error);
}

void tni_test_end(tni_operator_test *test) {
  for (uint32_t i = 0; i < TNI_TEST_PORTS; i++) {
    if (test->outputs[i]) tn_tensor_release(test->outputs[i]);
    test->outputs[i] = NULL;
  }
}
