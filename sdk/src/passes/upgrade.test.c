#include "passes/upgrade.h"

#include "base/fault_allocator.h"
#include "passes/shape.h"
#include "passes/test_build.h"
#include "passes/upgrade_rules.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

enum { NO_AXIS = 99 };

/* Upgrades a copy of a model. */
static tn_status upgrade_copy(const tni_allocator *allocator, void *user) {
  tni_model *model = user, *copy = NULL;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  TN_TRY(tni_model_clone(&model->view, &environment, &copy, NULL));
  const tn_status status = tni_upgrade_and_infer(copy, NULL, NULL);
  tni_model_destroy(copy);
  return status;
}

/* Upgrades to the newest set; on the way every failed allocation has to be survived. */
static void upgrade(tni_model *model) {
  tn_error error = {0};
  cr_assert_eq(tni_model_sync(model, NULL), TN_OK);
  cr_assert_gt(tni_fault_sweep(upgrade_copy, model), 10);
  cr_assert_eq(tni_upgrade_and_infer(model, NULL, &error), TN_OK, "%s", error.message);
}

static void expect_refusal(tni_model *model, const char *words) {
  tn_error error = {0};
  cr_assert_eq(tni_upgrade_and_infer(model, NULL, &error), TN_UNSUPPORTED, "%s", error.message);
  cr_assert(strstr(error.message, words), "%s", error.message);
  cr_assert(strstr(error.message, "node \"y\""), "%s", error.message);
  tni_model_destroy(model);
}

/* A model x -> y of one node. */
static tni_model *make_model(uint32_t set, const char *operation, const char *inputs, uint32_t rank,
                             const int64_t *shape, tni_node **node) {
  tni_model *model = tni_test_model(set);
  tni_test_input(model, "x", TN_F32, rank, shape);
  *node = tni_test_add(model->graph, operation, inputs, "y");
  tni_test_outputs(model->graph, "y");
  return model;
}

/* The numbers of a constant input. */
static const int64_t *input_ints(const tni_node *node, uint32_t index) {
  const tni_value *value = tni_node_input(node, index);
  cr_assert_not_null(value);
  cr_assert_not_null(value->view.constant);
  cr_assert_eq(value->view.type, TN_I64);
  return value->view.constant->data;
}

typedef struct axes_case {
  const char *operation;
  uint32_t set;
  const char *attribute;
  int64_t axes[2];
  uint32_t rank;
  int64_t shape[3];
  const char *result;
} axes_case;

Test(upgrade, attributes_become_inputs) {
  static const axes_case cases[] = {
      {"Squeeze", 11, "axes", {0, 2}, 3, {1, 4, 1}, "[4]"},
      {"Unsqueeze", 7, "axes", {0, 2}, 1, {4}, "[1,4,1]"},
      {"ReduceMean", 17, "axes", {0, 1}, 2, {3, 4}, "[1,1]"},
      {"ReduceSum", 12, "axes", {0, 1}, 2, {3, 4}, "[1,1]"},
      {"ReduceMax", 7, "axes", {0, 1}, 2, {3, 4}, "[1,1]"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tni_node *node = NULL;
    tni_model *model =
        make_model(cases[i].set, cases[i].operation, "x", cases[i].rank, cases[i].shape, &node);
    cr_assert_eq(
        tni_node_set_ints(node, tn_string_from(cases[i].attribute), 2, cases[i].axes, NULL), TN_OK);
    upgrade(model);
    cr_assert_eq(input_ints(node, 1)[1], cases[i].axes[1]);
    cr_assert_null(tn_node_attribute(&node->view, tn_string_from(cases[i].attribute)));
    cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), cases[i].result, "%s",
                     cases[i].operation);
    cr_assert_eq(model->view.operator_sets[0]->version, 28);
    tni_model_destroy(model);
  }
}

Test(upgrade, slice_and_pad_and_split) {
  tni_node *node = NULL;
  tni_model *model = make_model(9, "Slice", "x", 2, (int64_t[]){4, 6}, &node);
  tni_node_set_ints(node, TN_STRING("axes"), 1, (int64_t[]){1}, NULL);
  tni_node_set_ints(node, TN_STRING("starts"), 1, (int64_t[]){2}, NULL);
  tni_node_set_ints(node, TN_STRING("ends"), 1, (int64_t[]){5}, NULL);
  upgrade(model);
  cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), "[4,3]");
  tni_model_destroy(model);

  model = make_model(10, "Pad", "x", 1, (int64_t[]){2}, &node);
  tni_node_set_ints(node, TN_STRING("pads"), 2, (int64_t[]){1, 2}, NULL);
  tni_node_set_float(node, TN_STRING("value"), 7, NULL);
  upgrade(model);
  float output[5] = {0};
  cr_assert_eq(tni_test_run(model, 1, (int64_t[]){2}, (float[]){1, 2}, output, 5), 5);
  const float padded[] = {7, 1, 2, 7, 7};
  cr_assert_arr_eq(output, padded, sizeof padded);
  tni_model_destroy(model);

  model = tni_test_model(13);
  tni_test_input(model, "x", TN_F32, 1, (int64_t[]){6});
  node = tni_test_add(model->graph, "Split", "x", "a b c");
  tni_test_outputs(model->graph, "a b c");
  upgrade(model);
  cr_assert_eq(tn_node_attribute(&node->view, TN_STRING("num_outputs"))->as.ints[0], 3);
  cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "c")), "[2]");
  tni_model_destroy(model);
}

Test(upgrade, clip_of_every_float_type) {
  const uint32_t types[] = {TN_F32, TN_F64, TN_F16};
  for (size_t i = 0; i < 3; i++) {
    tni_model *model = tni_test_model(7);
    tni_test_input(model, "x", types[i], 1, (int64_t[]){2});
    /* The type of what Clip takes is not written anywhere: inference tells. */
    tni_test_add(model->graph, "Abs", "x", "a");
    tni_node *node = tni_test_add(model->graph, "Clip", "a", "y");
    tni_test_outputs(model->graph, "y");
    tni_node_set_float(node, TN_STRING("max"), 6, NULL);
    upgrade(model);
    cr_assert_null(tni_node_input(node, 1), "the bound that was left open is one now");
    const tni_value *bound = tni_node_input(node, 2);
    cr_assert_eq(bound->view.type, types[i]);
    cr_assert_eq(bound->view.rank, 0);
    tni_model_destroy(model);
  }
}

/* Softmax over the last two of three axes at once, as versions before 13 meant it. */
static void expect_coerced_softmax(tni_model *model) {
  float input[8];
  float output[8] = {0};
  for (int i = 0; i < 8; i++)
    input[i] = (float)i * 0.5f;
  cr_assert_eq(tni_test_run(model, 3, (int64_t[]){2, 2, 2}, input, output, 8), 8);
  for (int row = 0; row < 2; row++) {
    double sum = 0;
    for (int i = 0; i < 4; i++)
      sum += exp((double)input[row * 4 + i]);
    for (int i = 0; i < 4; i++)
      cr_assert_float_eq(output[row * 4 + i], exp((double)input[row * 4 + i]) / sum, 1e-6);
  }
}

Test(upgrade, softmax_keeps_its_old_meaning) {
  tni_node *node = NULL;
  tni_model *model = make_model(11, "Softmax", "x", 3, (int64_t[]){-1, 2, 2}, &node);
  upgrade(model);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Flatten Softmax Shape Reshape");
  const tni_value *y = tni_test_find(model->graph, "y");
  cr_assert_eq(y->producer->view.origin_count, 1);
  cr_assert(tn_string_equal(y->producer->view.origins[0], TN_STRING("y")));
  cr_assert_str_eq(tni_test_shape(y), "[?,2,2]");
  expect_coerced_softmax(model);
  tni_model_destroy(model);

  model = make_model(11, "Softmax", "x", 2, (int64_t[]){-1, 4}, &node);
  upgrade(model);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Softmax",
                   "the last axis needs no detour");
  cr_assert_eq(tn_node_attribute(&node->view, TN_STRING("axis"))->as.ints[0], -1);
  tni_model_destroy(model);
}

Test(upgrade, upsample_becomes_resize) {
  tni_node *node = NULL;
  tni_model *model = make_model(7, "Upsample", "x", 2, (int64_t[]){1, 2}, &node);
  cr_assert_eq(tni_node_set_attribute(node,
                                      &(tn_attribute){.size = TN_SIZE(tn_attribute),
                                                      .kind = TN_ATTRIBUTE_FLOATS,
                                                      .name = TN_STRING("scales"),
                                                      .count = 2,
                                                      .as.floats = (float[]){1, 2}},
                                      NULL),
               TN_OK);
  upgrade(model);
  cr_assert_str_eq(tni_test_operators(model, model->graph), "Resize");
  float output[4] = {0};
  cr_assert_eq(tni_test_run(model, 2, (int64_t[]){1, 2}, (float[]){1, 2}, output, 4), 4);
  const float doubled[] = {1, 1, 2, 2};
  cr_assert_arr_eq(output, doubled, sizeof doubled);
  tni_model_destroy(model);
}

/* Halving took the element above, doubling the one below. */
Test(upgrade, nearest_resize_says_what_it_meant) {
  const float up[] = {1, 2};
  const float down[] = {1, 0.6f};
  const float both[] = {2, 0.5f};
  const float *const scales[] = {up, down, both};
  const char *const modes[] = {"floor", "ceil", NULL};
  for (int i = 0; i < 3; i++) {
    tni_model *model = tni_test_model(10);
    tni_test_input(model, "x", TN_F32, 2, (int64_t[]){2, 4});
    tni_test_constant(model->graph, "scales", TN_F32, 1, (int64_t[]){2}, scales[i]);
    tni_node *node = tni_test_add(model->graph, "Resize", "x scales", "y");
    tni_test_outputs(model->graph, "y");
    if (!modes[i]) {
      expect_refusal(model, "scales above and below 1");
      continue;
    }
    upgrade(model);
    const tn_attribute *mode = tn_node_attribute(&node->view, TN_STRING("nearest_mode"));
    cr_assert(tn_string_equal(mode->as.strings[0], tn_string_from(modes[i])));
    cr_assert_null(tni_node_input(node, 1));
    tni_model_destroy(model);
  }
}

Test(upgrade, refuses_what_has_no_equal) {
  tni_node *node = NULL;
  tni_model *model = tni_test_model(7);
  const char *const names[] = {"scale", "bias", "mean", "variance"};
  tni_test_input(model, "x", TN_F32, 2, (int64_t[]){1, 2});
  for (int i = 0; i < 4; i++)
    tni_test_constant(model->graph, names[i], TN_F32, 1, (int64_t[]){2}, (float[]){1, 1});
  node = tni_test_add(model->graph, "BatchNormalization", "x scale bias mean variance", "y");
  tni_node_set_int(node, TN_STRING("spatial"), 0, NULL);
  expect_refusal(model, "\"spatial\" of 0");

  model = make_model(17, "DFT", "x", 2, (int64_t[]){1, 2}, &node);
  expect_refusal(model, "no rule leads from version 17 of the operator to version 20");
}

static void note(void *user, const tn_node *node, const tn_error *why) {
  (void)why;
  *(tn_string *)user = node->name;
}

Test(upgrade, a_refusal_leaves_the_node_as_it_was) {
  tni_node *node = NULL;
  tn_string refused = {0};
  const tni_upgrade_refusal refusal = {note, &refused};
  tni_model *model = make_model(17, "DFT", "x", 2, (int64_t[]){1, 2}, &node);
  cr_assert_eq(tni_upgrade_and_infer(model, &refusal, NULL), TN_OK);
  cr_assert(tn_string_equal(refused, TN_STRING("y")));
  cr_assert_eq(node->view.since_version, 17);
  tni_model_destroy(model);
}

/* For a plugin of an older set: no further than that, with the types that the newest copy found. */
Test(upgrade, goes_as_far_as_a_plugin_reads) {
  tni_model *model = tni_test_model(7);
  tni_model *newest = NULL;
  tni_test_input(model, "x", TN_F32, 1, (int64_t[]){2});
  tni_test_add(model->graph, "Abs", "x", "a");
  tni_node *clip = tni_test_add(model->graph, "Clip", "a", "y");
  tni_node_set_float(clip, TN_STRING("min"), 0, NULL);
  tni_test_outputs(model->graph, "y");
  cr_assert_eq(tni_model_sync(model, NULL), TN_OK);
  cr_assert_eq(tni_model_clone(&model->view, tni_environment_system(), &newest, NULL), TN_OK);
  upgrade(newest);
  cr_assert_eq(tni_copy_shapes(newest, model, NULL), TN_OK);
  tn_error error = {0};
  cr_assert_eq(tni_upgrade(model, 12, NULL, &error), TN_OK, "%s", error.message);
  cr_assert_eq(clip->view.since_version, 12);
  cr_assert_eq(tni_test_find(model->graph, "a")->producer->view.since_version, 6);
  cr_assert_eq(tni_node_input(clip, 1)->view.type, TN_F32);
  cr_assert_eq(tni_upgrade(model, 7, NULL, NULL), TN_OK);
  cr_assert_eq(clip->view.since_version, 12, "what is newer stays");
  tni_model_destroy(newest);
  tni_model_destroy(model);
}

/* Every operator that is implemented can be reached from whichever version it has at set 7 or
 * later. */
Test(upgrade, reaches_every_operator) {
  static const char *const refused[] = {"Scan 8", "GroupNormalization 18"};
  for (uint32_t i = 0; i < tni_operator_count(); i++) {
    const tni_operator *op = tni_operator_at(i);
    if (op->domain && op->domain[0]) continue;
    for (uint32_t set = 7; set <= TN_ONNX_OPERATOR_SET; set++) {
      const uint32_t from = tni_onnx_since_version(tn_string_from(op->name), set);
      const uint32_t to =
          set < 28 ? tni_onnx_since_version(tn_string_from(op->name), set + 1) : from;
      if (from == 0 || from == to) continue;
      char text[64];
      snprintf(text, sizeof text, "%s %u", op->name, from);
      if (strcmp(text, refused[0]) == 0 || strcmp(text, refused[1]) == 0) continue;
      cr_expect(tni_upgrade_find_rule(tn_string_from(op->name), from, to) ||
                    tni_upgrade_is_reviewed(tn_string_from(op->name)),
                "no rule for %s", text);
    }
  }
}

/* x [2,3,4] and b [3] or [4], of operator set 6, where `axis` is not what is left out. */
static tni_model *make_old_sum(const char *operation, int64_t extent, int64_t axis) {
  tni_model *model = tni_test_model(6);
  tni_test_input(model, "x", TN_F32, 3, (int64_t[]){2, 3, 4});
  tni_test_constant(model->graph, "b", TN_F32, 1, &extent, (float[4]){1, 2, 3, 4});
  tni_node *node = tni_test_add(model->graph, operation, "x b", "y");
  tni_test_outputs(model->graph, "y");
  tni_node_set_int(node, TN_STRING("broadcast"), 1, NULL);
  if (axis != NO_AXIS) tni_node_set_int(node, TN_STRING("axis"), axis, NULL);
  return model;
}

Test(upgrade, operands_along_the_last_axes_stay) {
  static const char *const operations[] = {"Add",  "Div", "Equal", "Greater",
                                           "Less", "Mul", "Pow",   "Sub"};
  static const int64_t axes[] = {NO_AXIS, 2, -1};
  for (size_t i = 0; i < 8; i++)
    for (size_t k = 0; k < 3; k++) {
      tni_model *model = make_old_sum(operations[i], 4, axes[k]);
      upgrade(model);
      cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), "[2,3,4]");
      tni_model_destroy(model);
    }
  tni_node *node = NULL;
  tni_model *model = make_model(6, "Gemm", "x x x", 2, (int64_t[]){3, 3}, &node);
  tni_node_set_int(node, TN_STRING("broadcast"), 1, NULL);
  upgrade(model);
  cr_assert_str_eq(tni_test_shape(tni_test_find(model->graph, "y")), "[3,3]");
  tni_model_destroy(model);
}

Test(upgrade, operands_along_other_axes_are_refused) {
  expect_refusal(make_old_sum("Add", 3, 1), "other axes than the last ones");
  expect_refusal(make_old_sum("Pow", 3, -2), "other axes than the last ones");
}

Test(upgrade, axes_mean_nothing_where_shapes_are_equal) {
  tni_node *node = NULL;
  tni_model *model = make_model(6, "Mul", "x x", 2, (int64_t[]){3, 3}, &node);
  tni_node_set_int(node, TN_STRING("broadcast"), 0, NULL);
  tni_node_set_int(node, TN_STRING("axis"), 1, NULL);
  upgrade(model);
  cr_assert_null(tn_node_attribute(&node->view, TN_STRING("axis")));
  tni_model_destroy(model);
}

Test(upgrade, slopes_of_channels_in_old_sets_are_refused) {
  tni_node *node = NULL;
  expect_refusal(make_model(6, "PRelu", "x x", 1, (int64_t[]){3}, &node), "slopes of channels");
  tni_model *model = tni_test_model(6);
  tni_test_input(model, "x", TN_F32, 3, (int64_t[]){2, 3, 3});
  tni_test_input(model, "slope", TN_F32, 1, (int64_t[]){3});
  tni_test_add(model->graph, "PRelu", "x slope", "y");
  tni_test_outputs(model->graph, "y");
  expect_refusal(model, "slopes of channels");
  model = make_model(6, "PRelu", "x x", 2, (int64_t[]){3, 3}, &node);
  upgrade(model);
  tni_model_destroy(model);
}
