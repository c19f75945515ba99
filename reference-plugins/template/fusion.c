#include "template.h"

#include <math.h>
#include <string.h>

/* A product that only one sum takes becomes one node of the plugin's own domain:
 *   Mul(a, b) -> p,  Add(p, c) -> y      =>      template.FusedMultiplyAdd(a, b, c) -> y */

#define DOMAIN "template"
#define FUSED  "FusedMultiplyAdd"

int template_is_fused(const tn_node *node) {
  return tn_string_is(node->domain, DOMAIN);
}

/* --- the pass */

static int is_product(const tn_value_info *value) {
  const tn_node *node = tn_kit_value_producer(value);
  return node && tn_node_is(node, TN_STRING(""), TN_STRING("Mul"), 14) && value->type == TN_F32 &&
         tn_kit_value_use_count(value) == 1 && !tn_kit_value_is_output(value);
}

static tn_status fuse(tn_kit_graph *graph, const tn_node *sum, uint32_t product, tn_error *error) {
  const tn_node *mul = tn_kit_value_producer(sum->inputs[product]);
  const tn_node *const nodes[] = {mul, sum};
  const tn_value_info *const inputs[] = {mul->inputs[0], mul->inputs[1], sum->inputs[1 - product]};
  const tn_kit_fusion fusion = {.nodes = nodes,
                                .node_count = 2,
                                .domain = TN_STRING_INIT(DOMAIN),
                                .operation = TN_STRING_INIT(FUSED),
                                .since_version = 1,
                                .inputs = inputs,
                                .input_count = 3};
  return tn_kit_graph_fuse(graph, &fusion, error);
}

/* The first sum of a product, or NULL. */
static const tn_node *find_sum(const tn_graph *view, uint32_t *product) {
  for (uint32_t i = 0; i < view->node_count; i++) {
    const tn_node *node = view->nodes[i];
    if (!tn_node_is(node, TN_STRING(""), TN_STRING("Add"), 14)) continue;
    for (*product = 0; *product < 2; ++*product)
      if (is_product(node->inputs[*product])) return node;
  }
  return NULL;
}

tn_status template_fuse(tn_kit_graph *graph, tn_error *error) {
  for (;;) { /* each fusion changes the graph: look again from its start */
    uint32_t product;
    const tn_graph *view;
    TN_KIT_TRY(tn_kit_graph_view(graph, &view, error));
    const tn_node *sum = find_sum(view, &product);
    if (!sum) return TN_OK;
    TN_KIT_TRY(fuse(graph, sum, product, error));
  }
}

/* --- the kernel */

enum {
  INPUTS = 3,
  GRAIN = 4096 /* elements that are worth another thread */
};

/* The common shape of the inputs by the rules of broadcasting. */
static tn_status find_shape(const tn_kit_kernel_call *call, uint32_t *rank, int64_t *shape,
                            tn_error *error) {
  *rank = 0;
  for (uint32_t i = 0; i < INPUTS; i++)
    if (call->inputs[i]->rank > *rank) *rank = call->inputs[i]->rank;
  for (uint32_t d = 0; d < *rank; d++) {
    shape[d] = 1;
    for (uint32_t i = 0; i < INPUTS; i++) {
      const tn_tensor *input = call->inputs[i];
      const uint32_t missing = *rank - input->rank;
      const int64_t length = d < missing ? 1 : input->shape[d - missing];
      if (length == 1 || length == shape[d]) continue;
      if (shape[d] != 1)
        return tn_kit_fail(error, TN_WRONG_SHAPE,
                           "node '%.*s': the inputs' shapes cannot be broadcast together",
                           TN_KIT_TEXT(call->node->name));
      shape[d] = length;
    }
  }
  return TN_OK;
}

/* Elements to step over in an input for one step in each dimension of the result. */
static void find_steps(const tn_tensor *input, uint32_t rank, int64_t *steps) {
  int64_t step = 1;
  for (uint32_t d = rank; d > 0; d--) {
    const uint32_t missing = rank - input->rank;
    const int64_t length = d - 1 < missing ? 1 : input->shape[d - 1 - missing];
    steps[d - 1] = length == 1 ? 0 : step;
    step *= length;
  }
}

struct product_and_sum {
  tn_tensor *const *inputs;
  tn_tensor *output;
  int64_t steps[INPUTS][TN_MAX_RANK];
};

/* The place of an element of the result, and where its operands stand. */
static void go_to(const struct product_and_sum *self, uint64_t element, int64_t *place,
                  int64_t *at) {
  memset(at, 0, INPUTS * sizeof *at);
  for (uint32_t d = self->output->rank; d > 0; d--) {
    const uint64_t length = (uint64_t)self->output->shape[d - 1];
    place[d - 1] = (int64_t)(element % length);
    element /= length;
    for (uint32_t i = 0; i < INPUTS; i++)
      at[i] += self->steps[i][d - 1] * place[d - 1];
  }
}

/* A part of the result, which the host may compute on any of its threads. */
static void TN_CALL compute_part(void *user, uint64_t begin, uint64_t end) {
  const struct product_and_sum *self = user;
  const float *a = self->inputs[0]->data, *b = self->inputs[1]->data, *c = self->inputs[2]->data;
  float *y = self->output->data;
  int64_t place[TN_MAX_RANK], at[INPUTS];
  go_to(self, begin, place, at);
  for (uint64_t n = begin; n < end; n++) {
    y[n] = fmaf(a[at[0]], b[at[1]], c[at[2]]);
    for (uint32_t d = self->output->rank; d > 0; d--) { /* on to the next element */
      for (uint32_t i = 0; i < INPUTS; i++)
        at[i] += self->steps[i][d - 1];
      if (++place[d - 1] < self->output->shape[d - 1]) break;
      place[d - 1] = 0;
      for (uint32_t i = 0; i < INPUTS; i++)
        at[i] -= self->steps[i][d - 1] * self->output->shape[d - 1];
    }
  }
}

static tn_status run(const tn_kit_kernel_call *call, tn_error *error) {
  uint32_t rank;
  int64_t shape[TN_MAX_RANK];
  tn_tensor *output;
  TN_KIT_TRY(find_shape(call, &rank, shape, error));
  TN_KIT_TRY(tn_kit_kernel_output(call, 0, TN_F32, rank, shape, &output, error));
  struct product_and_sum self = {.inputs = call->inputs, .output = output};
  for (uint32_t i = 0; i < INPUTS; i++)
    find_steps(self.inputs[i], rank, self.steps[i]);
  tn_kit_parallel_for(call->engine, tn_tensor_element_count(output), GRAIN, compute_part, &self);
  return TN_OK;
}

const tn_kit_kernel template_kernels[] = {{DOMAIN, FUSED, 1, run}};
const uint32_t template_kernel_count = sizeof template_kernels / sizeof *template_kernels;
