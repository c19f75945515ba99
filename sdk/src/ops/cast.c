/* Cast, CastLike and BitCast. Where ONNX leaves the result open (a real that no integer of the
 * target type is near to), it is the nearest integer of the type, and 0 for NaN; of integers below
 * a byte the low bits, as its tests have it. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

#define NUMBER_TYPES (TNI_BASIC_TYPES | TNI_PACKED_TYPES)

static void convert_chunk(const tn_tensor *from, tn_tensor *to, int64_t position, size_t count) {
  double reals[TNI_CHUNK];
  int64_t signeds[TNI_CHUNK];
  uint64_t unsigneds[TNI_CHUNK];
  switch (tni_type_class(from->type)) {
    case TNI_REAL:
      tni_load_reals(from->type, from->data, position, 1, count, reals);
      if (!tni_type_in(to->type, TNI_PACKED_TYPES)) {
        tni_store_reals(to->type, to->data, position, count, reals);
        return;
      }
      for (size_t i = 0; i < count; i++)
        signeds[i] = tni_saturate_signed(reals[i], 64);
      tni_store_signed(to->type, to->data, position, count, signeds);
      return;
    case TNI_SIGNED:
      tni_load_signed(from->type, from->data, position, 1, count, signeds);
      tni_store_signed(to->type, to->data, position, count, signeds);
      return;
    default:
      tni_load_unsigned(from->type, from->data, position, 1, count, unsigneds);
      tni_store_unsigned(to->type, to->data, position, count, unsigneds);
  }
}

static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const uint64_t total = tn_tensor_element_count(evaluation->inputs[0]);
  tni_end_packed(evaluation->outputs[0]);
  for (uint64_t done = 0; done < total; done += TNI_CHUNK)
    convert_chunk(evaluation->inputs[0], evaluation->outputs[0], (int64_t)done,
                  total - done < TNI_CHUNK ? (size_t)(total - done) : TNI_CHUNK);
  return TN_OK;
}

/* The type that attribute 'to' names, among `types`. */
static tn_status read_target(const tn_node *node, uint64_t types, uint32_t *out, tn_error *error) {
  const int64_t to = tni_attribute_int(node, "to", 0);
  *out = to > 0 && to < 64 ? (uint32_t)to : TN_ANY_TYPE;
  if (tn_element_type_bits(*out) == 0)
    return tni_node_fail(node, error, TN_MALFORMED,
                         "attribute 'to' is %lld, which is no element type", (long long)to);
  if (tni_type_in(*out, types)) return TN_OK;
  return tni_node_fail(node, error, TN_UNSUPPORTED, "conversion to %s is not supported",
                       tni_type_name(*out));
}

static tn_status infer_cast(tni_inference *inference, tn_error *error) {
  uint32_t type;
  TN_TRY(read_target(inference->node, NUMBER_TYPES, &type, error));
  TN_TRY(tni_infer_same_as_input(inference, error));
  inference->outputs[0].type = type;
  tni_facts_pass_elements(inference, 0, inference->inputs[0]);
  return TN_OK;
}

static tn_status infer_cast_like(tni_inference *inference, tn_error *error) {
  TN_TRY(tni_infer_same_as_input(inference, error));
  inference->outputs[0].type = inference->inputs[1]->type;
  tni_facts_pass_elements(inference, 0, inference->inputs[0]);
  return TN_OK;
}

static tn_status infer_bit_cast(tni_inference *inference, tn_error *error) {
  uint32_t type;
  const uint32_t from = inference->inputs[0]->type;
  TN_TRY(read_target(inference->node, TNI_MOVABLE_TYPES, &type, error));
  TN_TRY(tni_infer_same_as_input(inference, error));
  inference->outputs[0].type = type;
  if (from == TN_ANY_TYPE || tn_element_type_bits(from) == tn_element_type_bits(type)) return TN_OK;
  return tni_node_fail(inference->node, error, TN_MALFORMED,
                       "%s and %s differ in the size of an element", tni_type_name(from),
                       tni_type_name(type));
}

static tn_status evaluate_bit_cast(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  const tn_tensor *input = evaluation->inputs[0];
  const uint64_t bytes = tn_dense_bytes(input->type, tn_tensor_element_count(input));
  if (bytes > 0) memcpy(evaluation->outputs[0]->data, input->data, (size_t)bytes);
  return TN_OK;
}

/* `saturate` and `round_mode` speak of types that are not supported here. */
static const tni_formal_attribute cast_attributes[] = {{"to", TN_ATTRIBUTE_INT, 1},
                                                       {"saturate", TN_ATTRIBUTE_INT, 0},
                                                       {"round_mode", TN_ATTRIBUTE_STRING, 0},
                                                       {NULL, 0, 0}};
static const tni_formal_attribute cast_like_attributes[] = {
    {"saturate", TN_ATTRIBUTE_INT, 0}, {"round_mode", TN_ATTRIBUTE_STRING, 0}, {NULL, 0, 0}};
static const tni_formal_attribute bit_cast_attributes[] = {{"to", TN_ATTRIBUTE_INT, 1},
                                                           {NULL, 0, 0}};

TNI_OPERATOR(BitCast) = {.name = "BitCast",
                         .since = 26,
                         .inputs = {{"input", TNI_MOVABLE_TYPES, "T1", 0}},
                         .outputs = {{"output", TNI_MOVABLE_TYPES, "T2", 0}},
                         .attributes = bit_cast_attributes,
                         .infer = infer_bit_cast,
                         .evaluate = evaluate_bit_cast};

TNI_OPERATOR(Cast) = {.name = "Cast",
                      .since = 28,
                      .inputs = {{"input", NUMBER_TYPES, "T1", 0}},
                      .outputs = {{"output", NUMBER_TYPES, "T2", 0}},
                      .attributes = cast_attributes,
                      .infer = infer_cast,
                      .evaluate = evaluate};

TNI_OPERATOR(CastLike) = {
    .name = "CastLike",
    .since = 25,
    .inputs = {{"input", NUMBER_TYPES, "T1", 0}, {"target_type", NUMBER_TYPES, "T2", 0}},
    .outputs = {{"output", NUMBER_TYPES, "T2", 0}},
    .attributes = cast_like_attributes,
    .infer = infer_cast_like,
    .evaluate = evaluate};
