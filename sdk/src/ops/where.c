/* Where: elements of X where the condition is true, of Y elsewhere. */
#include "ops/broadcast.h"
#include "ops/elements.h"
#include "ops/shape_rules.h"

#include <string.h>

/* The elements of a small result whose condition is known. */
static void follow(tni_inference *inference) {
  const tn_tensor *condition = inference->inputs[0]->constant;
  const tni_facts *out = &inference->outputs[0];
  tn_dimension x[TNI_MAX_ELEMENTS], y[TNI_MAX_ELEMENTS];
  uint32_t x_count, y_count;
  if (!condition || !tni_facts_are_static(out) || out->rank > 1) return;
  if (!tni_type_in(out->type, TNI_INDEX_TYPES)) return;
  if (!tni_facts_elements(inference->inputs[1], x, &x_count)) return;
  if (!tni_facts_elements(inference->inputs[2], y, &y_count)) return;
  const int64_t count = out->rank == 0 ? 1 : out->dimensions[0].min;
  const int repeats = tn_tensor_element_count(condition) == 1;
  const uint8_t *chooses = condition->data;
  if (count > TNI_MAX_ELEMENTS) return;
  tn_dimension elements[TNI_MAX_ELEMENTS];
  for (int64_t i = 0; i < count; i++)
    elements[i] = chooses[repeats ? 0 : i] ? x[x_count == 1 ? 0 : i] : y[y_count == 1 ? 0 : i];
  tni_facts_set_elements(inference, 0, elements, (uint32_t)count);
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  inference->outputs[0].type = inference->inputs[1]->type;
  TN_TRY(tni_broadcast_shapes(inference, 0, 3, &inference->outputs[0], error));
  follow(inference);
  return TN_OK;
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  tn_tensor *const *inputs = evaluation->inputs;
  tn_tensor *out = evaluation->outputs[0];
  const size_t size = tn_element_type_bits(out->type) / 8;
  tni_broadcast walk;
  tni_broadcast_start(&walk, out, inputs, 3);
  while (tni_broadcast_next(&walk)) {
    char *target = (char *)out->data + (size_t)walk.position * size;
    const uint8_t *condition = (const uint8_t *)inputs[0]->data + walk.offset[0];
    for (size_t i = 0; i < walk.count; i++) {
      const size_t chosen = condition[(int64_t)i * walk.stride[0]] ? 1 : 2;
      const int64_t from = walk.offset[chosen] + (int64_t)i * walk.stride[chosen];
      memcpy(target + i * size, (const char *)inputs[chosen]->data + (size_t)from * size, size);
    }
  }
  return TN_OK;
}

TNI_OPERATOR(Where) = {.name = "Where",
                       .since = 16,
                       .inputs = {{"condition", TNI_TYPE(TN_BOOL), "B", 0},
                                  {"X", TNI_MOVABLE_TYPES, "T", 0},
                                  {"Y", TNI_MOVABLE_TYPES, "T", 0}},
                       .outputs = {{"output", TNI_MOVABLE_TYPES, "T", 0}},
                       .infer = infer,
                       .evaluate = evaluate};
