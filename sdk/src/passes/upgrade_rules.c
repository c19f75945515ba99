#include "passes/upgrade_rules.h"

#include <stdbool.h>

#include "ops/attributes.h"

static tn_status axes_to_input(tni_upgrade_step *step, tn_error *error) {
  return tni_upgrade_ints_to_input(step, "axes", 1, error);
}

static tn_status split_to_input(tni_upgrade_step *step, tn_error *error) {
  return tni_upgrade_ints_to_input(step, "split", 1, error);
}

/* Without sizes the number of parts is the number of outputs, and must be said. */
static tn_status split_in_parts(tni_upgrade_step *step, tn_error *error) {
  if (tni_node_input(step->node, 1)) return TN_OK;
  return tni_node_set_int(step->node, TN_STRING("num_outputs"), step->node->view.output_count,
                          error);
}

static tn_status slice_to_inputs(tni_upgrade_step *step, tn_error *error) {
  TN_TRY(tni_upgrade_ints_to_input(step, "starts", 1, error));
  TN_TRY(tni_upgrade_ints_to_input(step, "ends", 2, error));
  return tni_upgrade_ints_to_input(step, "axes", 3, error);
}

static tn_status pad_to_inputs(tni_upgrade_step *step, tn_error *error) {
  const double value = tni_attribute_float(&step->node->view, "value", 0);
  uint32_t type = TN_F32;
  if (value != 0) TN_TRY(tni_upgrade_float_type(step, 0, &type, error));
  TN_TRY(tni_upgrade_ints_to_input(step, "pads", 1, error));
  if (value != 0) TN_TRY(tni_upgrade_add_scalar(step, 2, "value", type, value, error));
  tni_node_remove_attribute(step->node, TN_STRING("value"));
  return TN_OK;
}

/* The old default, the largest f32, meant "no bound"; as a number it would not fit f16 and would
 * cut f64. */
static tn_status clip_to_inputs(tni_upgrade_step *step, tn_error *error) {
  static const struct {
    const char *name;
    double open;
  } bounds[] = {{"min", -0x1.fffffep+127}, {"max", 0x1.fffffep+127}};
  const tn_node *view = &step->node->view;
  uint32_t type = TN_ANY_TYPE;
  for (uint32_t i = 0; i < 2; i++)
    if (tni_attribute_float(view, bounds[i].name, bounds[i].open) != bounds[i].open)
      TN_TRY(tni_upgrade_float_type(step, 0, &type, error));
  for (uint32_t i = 0; i < 2; i++) {
    const double bound = tni_attribute_float(view, bounds[i].name, bounds[i].open);
    if (bound != bounds[i].open)
      TN_TRY(tni_upgrade_add_scalar(step, 1 + i, bounds[i].name, type, bound, error));
    tni_node_remove_attribute(step->node, tn_string_from(bounds[i].name));
  }
  return TN_OK;
}

static tn_status upsample_scales(tni_upgrade_step *step, tn_error *error) {
  uint64_t count = 0;
  const float *scales = tni_attribute_floats(&step->node->view, "scales", &count);
  if (!scales) return tni_fail(error, TN_MALFORMED, "the attribute \"scales\" is missing");
  TN_TRY(tni_upgrade_add_floats(step, 1, "scales", 1, count, scales, error));
  tni_node_remove_attribute(step->node, TN_STRING("scales"));
  return TN_OK;
}

static tn_status top_k_to_input(tni_upgrade_step *step, tn_error *error) {
  const tn_attribute *attribute = tni_attribute_find(&step->node->view, "k", TN_ATTRIBUTE_INT);
  if (!attribute) return tni_fail(error, TN_MALFORMED, "the attribute \"k\" is missing");
  TN_TRY(tni_upgrade_add_ints(step, 1, "k", 1, attribute->as.ints, error));
  tni_node_remove_attribute(step->node, TN_STRING("k"));
  return TN_OK;
}

/* The mask had the type of the data and became bool. */
static tn_status dropout_mask(tni_upgrade_step *step, tn_error *error) {
  const tni_value *mask = tni_node_output(step->node, 1);
  if (mask && mask->use_count > 0)
    return TNI_UPGRADE_REFUSE(error, "its mask, whose type changed, is used");
  return TN_OK;
}

static tn_status dropout_ratio(tni_upgrade_step *step, tn_error *error) {
  const float ratio = (float)tni_attribute_float(&step->node->view, "ratio", 0.5);
  TN_TRY(tni_upgrade_add_floats(step, 1, "ratio", 0, 1, &ratio, error));
  tni_node_remove_attribute(step->node, TN_STRING("ratio"));
  return TN_OK;
}

/* The default of the mode moved from the old meaning to another. */
static tn_status roi_align_mode(tni_upgrade_step *step, tn_error *error) {
  return tni_node_set_string(step->node, TN_STRING("coordinate_transformation_mode"),
                             TN_STRING("output_half_pixel"), error);
}

/* Version 8 has a dimension for batches and lengths of sequences; no writer is known. */
static tn_status scan_batches(tni_upgrade_step *step, tn_error *error) {
  (void)step;
  return TNI_UPGRADE_REFUSE(error, "Scan of operator set 8, which has batches, is not supported");
}

/* Whether both are known to have ranks with which the second lies along the last axes of the first,
 * from `axis` on. */
static bool lies_at_the_end(const tni_value *a, const tni_value *b, int64_t axis) {
  const bool are_known =
      a && b && (a->view.flags & TN_VALUE_HAS_RANK) && (b->view.flags & TN_VALUE_HAS_RANK);
  if (are_known && axis < 0) axis += a->view.rank;
  return are_known && axis + b->view.rank == a->view.rank;
}

/* Until version 7 a node had to say that its second operand is smaller, and could lay it along
 * other axes than the last ones. */
static tn_status broadcast_to_last_axes(tni_upgrade_step *step, tn_error *error) {
  tni_node *node = step->node;
  const tn_attribute *axis = tni_attribute_find(&node->view, "axis", TN_ATTRIBUTE_INT);
  if (axis && tni_attribute_int(&node->view, "broadcast", 0) != 0 &&
      !lies_at_the_end(tni_node_input(node, 0), tni_node_input(node, 1), axis->as.ints[0]))
    return TNI_UPGRADE_REFUSE(error,
                              "an operand that \"axis\" lays along other axes than the last "
                              "ones is not supported");
  tni_node_remove_attribute(node, TN_STRING("axis"));
  tni_node_remove_attribute(node, TN_STRING("broadcast"));
  return TN_OK;
}

/* Version 6 has one slope, or one for each channel; version 7 lays them along the last axes. */
static tn_status slopes_along_last(tni_upgrade_step *step, tn_error *error) {
  const tni_value *x = tni_node_input(step->node, 0), *slope = tni_node_input(step->node, 1);
  const tn_value_info *slopes = slope ? &slope->view : NULL;
  const bool is_matrix = x && (x->view.flags & TN_VALUE_HAS_RANK) && x->view.rank == 2;
  const bool is_one = slopes && (slopes->flags & TN_VALUE_HAS_RANK) &&
                      (slopes->rank == 0 || (slopes->rank == 1 && slopes->dimensions[0].max == 1));
  if (is_matrix || is_one) return TN_OK;
  return TNI_UPGRADE_REFUSE(error, "slopes of channels in operator set 6 are not supported");
}

static const tni_upgrade_rule rules[] = {
    {"Add", 6, 7, NULL, broadcast_to_last_axes},
    {"BatchNormalization", 7, 9, NULL, tni_upgrade_batch_spatial},
    {"BatchNormalization", 9, 14, NULL, tni_upgrade_batch_training},
    {"Clip", 6, 11, NULL, clip_to_inputs},
    {"Div", 6, 7, NULL, broadcast_to_last_axes},
    {"Dropout", 7, 10, NULL, dropout_mask},
    {"Dropout", 10, 12, NULL, dropout_ratio},
    {"Equal", 1, 7, NULL, broadcast_to_last_axes},
    {"Gemm", 6, 7, NULL, broadcast_to_last_axes},
    {"Greater", 1, 7, NULL, broadcast_to_last_axes},
    {"Hardmax", 11, 13, NULL, tni_upgrade_softmax},
    {"Less", 1, 7, NULL, broadcast_to_last_axes},
    {"LogSoftmax", 11, 13, NULL, tni_upgrade_softmax},
    {"Mul", 6, 7, NULL, broadcast_to_last_axes},
    {"PRelu", 6, 7, NULL, slopes_along_last},
    {"Pad", 2, 11, NULL, pad_to_inputs},
    {"Pow", 1, 7, NULL, broadcast_to_last_axes},
    {"ReduceL1", 13, 18, NULL, axes_to_input},
    {"ReduceL2", 13, 18, NULL, axes_to_input},
    {"ReduceLogSum", 13, 18, NULL, axes_to_input},
    {"ReduceLogSumExp", 13, 18, NULL, axes_to_input},
    {"ReduceMax", 13, 18, NULL, axes_to_input},
    {"ReduceMean", 13, 18, NULL, axes_to_input},
    {"ReduceMin", 13, 18, NULL, axes_to_input},
    {"ReduceProd", 13, 18, NULL, axes_to_input},
    {"ReduceSum", 11, 13, NULL, axes_to_input},
    {"ReduceSumSquare", 13, 18, NULL, axes_to_input},
    {"Resize", 10, 11, NULL, tni_upgrade_resize},
    {"RoiAlign", 10, 16, NULL, roi_align_mode},
    {"Scan", 8, 9, NULL, scan_batches},
    {"Scatter", 9, 11, "ScatterElements", NULL},
    {"Slice", 1, 10, NULL, slice_to_inputs},
    {"Softmax", 11, 13, NULL, tni_upgrade_softmax},
    {"Split", 11, 13, NULL, split_to_input},
    {"Split", 13, 18, NULL, split_in_parts},
    {"Squeeze", 11, 13, NULL, axes_to_input},
    {"Sub", 6, 7, NULL, broadcast_to_last_axes},
    {"TopK", 1, 10, NULL, top_k_to_input},
    {"Unsqueeze", 11, 13, NULL, axes_to_input},
    {"Upsample", 7, 9, NULL, upsample_scales},
    {"Upsample", 9, 10, "Resize", NULL},
};

/* Operators whose steps were all compared: those without a rule admit more types, or add attributes
 * and inputs whose absence has the old meaning. */
static const char *const reviewed[] = {
    "Abs",
    "Acos",
    "Acosh",
    "Add",
    "ArgMax",
    "ArgMin",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "AveragePool",
    "BatchNormalization",
    "BitShift",
    "Cast",
    "CastLike",
    "Ceil",
    "Celu",
    "Clip",
    "Compress",
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Conv",
    "ConvTranspose",
    "Cos",
    "Cosh",
    "CumSum",
    "DepthToSpace",
    "DequantizeLinear",
    "Det",
    "Div",
    "Dropout",
    "Einsum",
    "Elu",
    "Equal",
    "Erf",
    "Exp",
    "Expand",
    "EyeLike",
    "Flatten",
    "Floor",
    "GRU",
    "Gather",
    "GatherElements",
    "GatherND",
    "Gemm",
    "GlobalAveragePool",
    "GlobalLpPool",
    "GlobalMaxPool",
    "Greater",
    "GreaterOrEqual",
    "HardSigmoid",
    "HardSwish",
    "Hardmax",
    "Identity",
    "If",
    "InstanceNormalization",
    "IsInf",
    "IsNaN",
    "LRN",
    "LSTM",
    "LeakyRelu",
    "Less",
    "LessOrEqual",
    "Log",
    "LogSoftmax",
    "Loop",
    "LpNormalization",
    "LpPool",
    "MatMul",
    "Max",
    "MaxPool",
    "MaxRoiPool",
    "MaxUnpool",
    "Mean",
    "MeanVarianceNormalization",
    "Min",
    "Mish",
    "Mod",
    "Mul",
    "Neg",
    "NonMaxSuppression",
    "NonZero",
    "OneHot",
    "PRelu",
    "Pad",
    "Pow",
    "QLinearMatMul",
    "QuantizeLinear",
    "RNN",
    "Range",
    "Reciprocal",
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare",
    "Relu",
    "Reshape",
    "Resize",
    "ReverseSequence",
    "RoiAlign",
    "Round",
    "Scan",
    "ScatterElements",
    "ScatterND",
    "Selu",
    "Shape",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Size",
    "Slice",
    "Softmax",
    "Softplus",
    "Softsign",
    "SpaceToDepth",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Tan",
    "Tanh",
    "ThresholdedRelu",
    "Tile",
    "TopK",
    "Transpose",
    "Unique",
    "Unsqueeze",
    "Where",
};

const tni_upgrade_rule *tni_upgrade_find_rule(tn_string operation, uint32_t from, uint32_t to) {
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (rules[i].from == from && rules[i].to == to &&
        tn_string_equal(operation, tn_string_from(rules[i].operation)))
      return &rules[i];
  return NULL;
}

int tni_upgrade_is_reviewed(tn_string operation) {
  for (size_t i = 0; i < sizeof reviewed / sizeof *reviewed; i++)
    if (tn_string_equal(operation, tn_string_from(reviewed[i]))) return 1;
  return 0;
}
