#include "test_engine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
static const tn_value none = {TN_VALUE_NONE, 0, {0}};

/* --- the backend */

static void expect_backend(const char *simulated, tn_status status, const char *message) {
  test_engine engine;
  tn_error error;
  setenv("TEMPLATE_BACKEND", simulated, 1);
  cr_assert_eq(test_engine_open(&engine, NULL, &error), status);
  cr_assert(strstr(error.message, message), "%s", error.message);
  cr_assert_null(engine.plugin);
  cr_assert_eq(atomic_load(&engine.host.ended), 0);
  cr_assert_eq(atomic_load(&engine.host.executors), 0);
}

Test(template, without_its_backend_creation_says_so) {
  expect_backend("missing", TN_BACKEND_MISSING, "version 2.0");
  expect_backend("old", TN_BACKEND_VERSION, "found version 1.1");
}

/* --- fusion */

struct answers {
  int count, supported, grouped;
};

static tn_status count_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  struct answers *answers = user;
  for (uint64_t i = 0; i < count; i++) {
    const int known = tn_string_equal(nodes[i]->name, TN_STRING("mul")) ||
                      tn_string_equal(nodes[i]->name, TN_STRING("add"));
    answers->count += known;
    answers->supported += (int)nodes[i]->supported;
    answers->grouped += nodes[i]->group != 0;
  }
  return TN_OK;
}

Test(template, query_names_the_originals_of_what_is_fused) {
  test_engine engine;
  struct answers answers = {0, 0, 0};
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);
  cr_assert_eq(
      tn_plugin_query(engine.plugin, TN_STRING("1"), model, NULL, count_answers, &answers, NULL),
      TN_OK);
  cr_assert_eq(answers.count, 2);
  cr_assert_eq(answers.supported, 2);
  cr_assert_eq(answers.grouped, 0); /* each runs without the other too */
  tn_model_release(model);
  test_engine_close(&engine);
}

static tn_model *runtime_model(tn_compiled_model *compiled) {
  const tn_runtime_model_api *api =
      tn_compiled_model_get_extension(compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  tn_model *model = NULL;
  cr_assert_not_null(api);
  cr_assert_eq(api->get(compiled, &model, NULL), TN_OK);
  return model;
}

static void infer_compiled(tn_compiled_model *compiled, const float *in, float *out) {
  tn_infer_request *request;
  cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &request, NULL), TN_OK);
  test_infer(request, in, out);
  tn_infer_request_destroy(request);
}

Test(template, fuses_unless_told_not_to) {
  test_engine engine;
  float fused[8], plain[8];
  tn_compiled_model *compiled;
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);

  cr_assert_eq(test_compile(&engine, model, NULL, none, &compiled, NULL), TN_OK);
  tn_model *runtime = runtime_model(compiled);
  infer_compiled(compiled, numbers, fused);
  tn_compiled_model_destroy(compiled);
  cr_assert_eq(runtime->graph->node_count, 1); /* it outlives the compiled model */
  const tn_node *node = runtime->graph->nodes[0];
  cr_assert(tn_node_is(node, TN_STRING("template"), TN_STRING("FusedMultiplyAdd"), 1));
  cr_assert_eq(node->origin_count, 2);
  cr_assert_not_null(tn_node_attribute(node, TN_STRING(TN_RUNTIME_KERNEL)));
  cr_assert(tn_string_equal(runtime->graph->outputs[0]->name, TN_STRING("y")));
  tn_model_release(runtime);

  cr_assert_eq(
      test_compile(&engine, model, "DISABLE_TRANSFORMATIONS", tn_value_of_bool(1), &compiled, NULL),
      TN_OK);
  runtime = runtime_model(compiled);
  cr_assert_eq(runtime->graph->node_count, 2);
  tn_model_release(runtime);
  infer_compiled(compiled, numbers, plain);
  tn_compiled_model_destroy(compiled);

  const tn_value accuracy = tn_value_of_string(TN_STRING("ACCURACY"));
  cr_assert_eq(test_compile(&engine, model, "EXECUTION_MODE_HINT", accuracy, &compiled, NULL),
               TN_OK);
  runtime = runtime_model(compiled);
  cr_assert_eq(runtime->graph->node_count, 2, "what rounds differently is not fused");
  tn_model_release(runtime);
  tn_compiled_model_destroy(compiled);
  for (int i = 0; i < 8; i++) {
    cr_assert_float_eq(fused[i], 4 * numbers[i], 0);
    cr_assert_float_eq(plain[i], fused[i], 0);
  }
  tn_model_release(model);
  test_engine_close(&engine);
}

/* --- properties */

static tn_status keep_number(void *user, const tn_value *value) {
  *(int64_t *)user = value->as.int64;
  return TN_OK;
}

static int64_t streams_of(const test_engine *engine, const char *name, tn_value value) {
  tn_compiled_model *compiled;
  int64_t streams;
  tn_model *model = test_model_chain(NULL, "Relu", 14, 1, 2, 2);
  cr_assert_eq(test_compile(engine, model, name, value, &compiled, NULL), TN_OK);
  cr_assert_eq(tn_compiled_model_get_property(compiled, TN_STRING("NUM_STREAMS"), keep_number,
                                              &streams, NULL),
               TN_OK);
  tn_compiled_model_destroy(compiled);
  tn_model_release(model);
  return streams;
}

Test(template, hints_are_resolved) {
  test_engine engine;
  test_engine_must_open(&engine);
  cr_assert_eq(streams_of(&engine, NULL, none), 1);
  cr_assert_eq(streams_of(&engine, "NUM_STREAMS", tn_value_of_int64(3)), 3);
  cr_assert_eq(streams_of(&engine, "PERFORMANCE_HINT", tn_value_of_string(TN_STRING("THROUGHPUT"))),
               4);
  cr_assert_eq(streams_of(&engine, "EXCLUSIVE_ASYNC_REQUESTS", tn_value_of_bool(1)), 1);
  test_engine_close(&engine);
}

static tn_status keep_text(void *user, const tn_value *value) {
  memcpy(user, value->as.string.data, (size_t)value->as.string.length);
  return TN_OK;
}

Test(template, computes_in_the_precision_that_it_reports) {
  static const struct {
    const char *hint;
    float expected; /* 3 x + x of 0.1 */
  } cases[] = {{"f32", 0.4f}, {"f16", 0.39990234375f}};
  test_engine engine;
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const float in[8] = {0.1f};
    float out[8];
    char reported[8] = "";
    tn_compiled_model *compiled;
    cr_assert_eq(test_compile(&engine, model, "INFERENCE_PRECISION_HINT",
                              tn_value_of_string(tn_string_from(cases[i].hint)), &compiled, NULL),
                 TN_OK);
    cr_assert_eq(tn_compiled_model_get_property(compiled, TN_STRING("INFERENCE_PRECISION_HINT"),
                                                keep_text, reported, NULL),
                 TN_OK);
    cr_assert_str_eq(reported, cases[i].hint);
    infer_compiled(compiled, in, out);
    cr_assert_float_eq(out[0], cases[i].expected, 0);
    tn_compiled_model_destroy(compiled);
  }
  tn_model_release(model);
  test_engine_close(&engine);
}

/* --- profiling */

struct profile {
  int entries, mul, add, stages;
};

static tn_status look_at_profile(void *user, const tn_profile_entry *const *entries,
                                 uint64_t count) {
  struct profile *profile = user;
  for (uint64_t i = 0; i < count; i++) {
    profile->entries++;
    profile->mul += tn_string_equal(entries[i]->name, TN_STRING("mul"));
    profile->add += tn_string_equal(entries[i]->name, TN_STRING("add"));
    profile->stages += entries[i]->operation.length == 0;
  }
  return TN_OK;
}

Test(template, profiles_name_the_originals_when_asked_for) {
  test_engine engine;
  float out[8];
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);
  for (int on = 0; on < 2; on++) {
    struct profile profile = {0, 0, 0, 0};
    tn_compiled_model *compiled;
    tn_infer_request *request;
    cr_assert_eq(test_compile(&engine, model, "PERF_COUNT", tn_value_of_bool(on), &compiled, NULL),
                 TN_OK);
    cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &request, NULL), TN_OK);
    const tn_profiling_api *api =
        tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
    cr_assert_not_null(api);
    cr_assert_eq(api->get(request, look_at_profile, &profile, NULL), TN_WRONG_STATE);
    test_infer(request, numbers, out);
    cr_assert_eq(api->get(request, look_at_profile, &profile, NULL), on ? TN_OK : TN_WRONG_STATE);
    cr_assert_eq(profile.mul, on);
    cr_assert_eq(profile.add, on);
    cr_assert_eq(profile.stages, on ? 3 : 0);
    tn_infer_request_destroy(request);
    tn_compiled_model_destroy(compiled);
  }
  tn_model_release(model);
  test_engine_close(&engine);
}

/* --- variables */

static tn_state *open_state(tn_infer_request *request) {
  const tn_states_api *api =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  tn_state *state = NULL;
  cr_assert_not_null(api);
  cr_assert_eq(api->count(request), 1);
  cr_assert_eq(api->open(request, 1, &state, NULL), TN_OUT_OF_RANGE);
  cr_assert_eq(api->open(request, 0, &state, NULL), TN_OK);
  return state;
}

static void expect_state(tn_state *state, float first) {
  tn_tensor *value;
  cr_assert_eq(state->api->get(state, &value, NULL), TN_OK);
  cr_assert_float_eq(((const float *)value->data)[0], first, 0);
  tn_tensor_release(value);
}

Test(template, variables_live_from_one_inference_to_the_next) {
  const int64_t shape[] = {2, 4}, other[] = {4, 2};
  test_engine engine;
  tn_compiled_model *compiled;
  tn_infer_request *one, *two;
  float out[8];
  test_engine_must_open(&engine);
  tn_model *model = test_model_with_variable(NULL);
  cr_assert_eq(test_compile(&engine, model, NULL, none, &compiled, NULL), TN_OK);
  tn_model_release(model);
  cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &one, NULL), TN_OK);
  cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &two, NULL), TN_OK);
  tn_state *state = open_state(one);
  cr_assert(tn_string_equal(state->api->name(state), TN_STRING("memory")));
  expect_state(state, 0);
  for (int i = 1; i <= 3; i++) {
    test_infer(one, numbers, out);
    cr_assert_float_eq(out[0], -4.0f * (float)i, 0);
  }
  test_infer(two, numbers, out);
  cr_assert_float_eq(out[0], -4.0f, 0);
  expect_state(state, -12);
  tn_tensor *value = test_tensor(2, shape, numbers), *wrong = test_tensor(2, other, numbers);
  cr_assert_eq(state->api->set(state, wrong, NULL), TN_WRONG_SHAPE);
  expect_state(state, -12);
  cr_assert_eq(state->api->set(state, value, NULL), TN_OK);
  tn_tensor_release(value);
  tn_tensor_release(wrong);
  test_infer(one, numbers, out);
  cr_assert_float_eq(out[0], -8.0f, 0);
  cr_assert_eq(state->api->reset(state, NULL), TN_OK);
  expect_state(state, 0);
  state->api->destroy(state);
  test_infer(one, numbers, out);
  cr_assert_float_eq(out[0], -4.0f, 0);
  tn_infer_request_destroy(one);
  tn_infer_request_destroy(two);
  tn_compiled_model_destroy(compiled);
  test_engine_close(&engine);
}
