/* BitShift. A shift by less than nothing or by the width of the type or more leaves only the fill:
 * the sign for a right shift of a signed number, else 0. */
#include "ops/attributes.h"
#include "ops/elementwise.h"

static uint64_t left_unsigned(uint64_t x, uint64_t by) {
  return by > 63 ? 0 : x << by;
}
static uint64_t right_unsigned(uint64_t x, uint64_t by) {
  return by > 63 ? 0 : x >> by;
}
static int64_t left_signed(int64_t x, int64_t by) {
  return (int64_t)left_unsigned((uint64_t)x, (uint64_t)by);
}
static int64_t right_signed(int64_t x, int64_t by) {
  if (by < 0 || by > 63) return x < 0 ? -1 : 0;
  return x < 0 ? ~(~x >> by) : x >> by;
}

/* A narrow number is computed with in 64 bits, where all bits that leave the type on the left are
 * cut off when it is stored, and the sign fills from above on the right: both as if it had its own
 * width. */
static tn_status evaluate(tni_evaluation *evaluation, tn_error *error) {
  (void)error;
  static const tni_binary left = {NULL, left_signed, left_unsigned};
  static const tni_binary right = {NULL, right_signed, right_unsigned};
  const tn_string direction = tni_attribute_string(evaluation->node, "direction", TN_STRING(""));
  return tni_evaluate_binary(evaluation,
                             tn_string_equal(direction, TN_STRING("LEFT")) ? &left : &right);
}

static tn_status infer(tni_inference *inference, tn_error *error) {
  const tn_string direction = tni_attribute_string(inference->node, "direction", TN_STRING(""));
  if (!tn_string_equal(direction, TN_STRING("LEFT")) &&
      !tn_string_equal(direction, TN_STRING("RIGHT")))
    return tni_node_fail(inference->node, error, TN_MALFORMED,
                         "attribute 'direction' must be LEFT or RIGHT, '%.*s' came",
                         TNI_TEXT(direction));
  return tni_infer_broadcast(inference, error);
}

static const tni_formal_attribute attributes[] = {{"direction", TN_ATTRIBUTE_STRING, 1},
                                                  {NULL, 0, 0}};

TNI_OPERATOR(BitShift) = {
    .name = "BitShift",
    .since = 28,
    .inputs = {{"X", TNI_INTEGER_TYPES, "T", 0}, {"Y", TNI_INTEGER_TYPES, "T", 0}},
    .outputs = {{"Z", TNI_INTEGER_TYPES, "T", 0}},
    .attributes = attributes,
    .infer = infer,
    .evaluate = evaluate};
