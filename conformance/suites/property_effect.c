/* Checks of standard properties that change how a model is computed: whether it is so. */
#define TN_GROUP "property"
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/check.h"
#include "engine/long_model.h"
#include "engine/observe.h"

static const tn_property *declared(test *t, const char *name) {
  seen_properties properties;
  EXPECT_OK(see_properties(t, t->plugin, &properties, &t->error));
  const tn_property *property = declaration_of(&properties, tn_string_from(name), TN_LEVEL_MODEL);
  return property && property->flags & TN_PROPERTY_WRITABLE ? property : NULL;
}

/* --- EXCLUSIVE_ASYNC_REQUESTS --------------------------------------------------------------------
 */

enum { SIDE_BY_SIDE = 4, TRIES = 5, IN_TURN_TIME = 40000000 };

/* One request of a model of its own, and when its generation ended. */
struct runner {
  long_model model;
  tn_infer_request *request;
  _Atomic int64_t ended, worked;
};

/* Nanoseconds that the processors have spent on this process: what others run does not count. */
static int64_t time_worked(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void TN_CALL note_end(void *user, tn_infer_request *request, tn_status status,
                             const tn_error *error) {
  struct runner *self = user;
  (void)request, (void)status, (void)error;
  self->ended = test_now();
  self->worked = time_worked();
}

/* The first one finds how much there is to compute; the others compute as much. */
static bool make_runner(test *t, const struct runner *first, struct runner *out) {
  static const tn_map_entry entry = {TN_STRING_INIT("EXCLUSIVE_ASYNC_REQUESTS"),
                                     {TN_VALUE_BOOL, 0, {1}}};
  const bool made = first == out ? long_model_begin(t, IN_TURN_TIME, &entry, 1, &out->model)
                                 : long_model_begin_like(t, &first->model, &out->model);
  if (!made) return false;
  out->request = out->model.request;
  EXPECT_OK(tn_infer_request_set_callback(out->request, note_end, out, &t->error));
  return true;
}

/* When the first of all generations ended, in parts of the time until the last did: of the time
 * that has passed or that was worked, whichever is less. In turn it is a quarter of it; side by
 * side, however many processors there are, all of them end late in both. */
static double first_end(test *t, struct runner *runners) {
  const int64_t begun = test_now(), before = time_worked();
  int64_t first = INT64_MAX, last = begun + 1, least = INT64_MAX, most = before + 1;
  for (uint32_t i = 0; i < SIDE_BY_SIDE; i++)
    EXPECT_OK(tn_infer_request_start(runners[i].request, NULL, &t->error));
  for (uint32_t i = 0; i < SIDE_BY_SIDE; i++) {
    EXPECT_OK(tn_infer_request_wait(runners[i].request, -1, &t->error));
    if (runners[i].ended < first) first = runners[i].ended;
    if (runners[i].ended > last) last = runners[i].ended;
    if (runners[i].worked < least) least = runners[i].worked;
    if (runners[i].worked > most) most = runners[i].worked;
  }
  const double passed = (double)(first - begun) / (double)(last - begun);
  const double worked = (double)(least - before) / (double)(most - before);
  return worked < passed ? worked : passed;
}

/* Of the same inputs, since all of them have the seed of the case. */
static void expect_same_outputs(test *t, const struct runner *runners) {
  tn_tensor *outputs[SIDE_BY_SIDE] = {NULL};
  for (uint32_t i = 0; i < SIDE_BY_SIDE; i++)
    REQUIRE_OK(tn_infer_request_get_tensor(runners[i].request, runners[i].model.input_count,
                                           &outputs[i], &t->error));
  for (uint32_t i = 1; i < SIDE_BY_SIDE; i++)
    test_expect_equal(t, outputs[0], outputs[i], "outputs of two models in turn");
}

TN_CHECK_WITH(property_exclusive_requests, PROPERTY, 15, TEST_SLOW,
              "inferences of several models with EXCLUSIVE_ASYNC_REQUESTS end one after the other",
              .revision = 2) {
  struct runner runners[SIDE_BY_SIDE];
  double shares[TRIES];
  uint32_t late = 0;
  if (!declared(t, "EXCLUSIVE_ASYNC_REQUESTS"))
    NOT_APPLICABLE("EXCLUSIVE_ASYNC_REQUESTS is not declared");
  memset(runners, 0, sizeof runners);
  for (uint32_t i = 0; i < SIDE_BY_SIDE; i++)
    if (!make_runner(t, runners, &runners[i])) return;
  for (uint32_t i = 0; i < TRIES && i - late <= TRIES / 2; i++) {
    shares[i] = first_end(t, runners);
    late += shares[i] > 0.34 ? 1 : 0; /* two at a time end the first after half of it */
  }
  if (late > TRIES / 2 && long_model_too_short(t, &runners->model)) return;
  EXPECT_THAT(late <= TRIES / 2,
              "of %d inferences in turn the first ends after a quarter of the time; in %d tries it "
              "ended after %.2f, %.2f, %.2f, %.2f and %.2f of it",
              SIDE_BY_SIDE, TRIES, shares[0], shares[1], shares[2], shares[3], shares[4]);
  expect_same_outputs(t, runners);
}

/* --- INFERENCE_PRECISION_HINT --------------------------------------------------------------------
 */

enum { MAX_CHOICES = 8 };

/* A model compiled for one choice, after an inference. */
struct computed {
  tn_string asked, reported;
  tn_tensor *output;
};

static bool compute(test *t, const char *model, const tn_property *hint, uint64_t choice,
                    struct computed *out) {
  const tn_map_entry entry = {hint->name, hint->choices[choice]};
  tn_compiled_model *compiled = test_compile_with(t, model, &entry, 1);
  tn_infer_request *request = test_request(t, compiled);
  seen_value value;
  if (!request || !test_set_inputs(t, request, model, t->seed, 4)) return false;
  const property_place place = {"model", TN_LEVEL_MODEL, NULL, TN_STRING(""), compiled};
  EXPECT_OK(see_property(t, &place, hint->name, &value, &t->error));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_OK(tn_infer_request_get_tensor(request, tn_compiled_model_ports(compiled)->input_count,
                                        &out->output, &t->error));
  out->asked = hint->choices[choice].as.string;
  out->reported = value.value.as.string;
  return out->output && value.value.kind == TN_VALUE_STRING;
}

static bool same_bytes(const tn_tensor *a, const tn_tensor *b) {
  const uint64_t bytes = tn_dense_bytes(a->type, tn_tensor_element_count(a));
  return !a->strides && !b->strides && memcmp(a->data, b->data, (size_t)bytes) == 0;
}

/* Of one reported precision results are equal, of two they differ: the model sums products of
 * numbers that none of the smaller types holds. */
static void compare(test *t, const struct computed *a, const struct computed *b) {
  char what[160];
  snprintf(what, sizeof what, "outputs for the hints %.*s and %.*s, both reported as %.*s",
           TNI_TEXT(a->asked), TNI_TEXT(b->asked), TNI_TEXT(a->reported));
  if (tn_string_equal(a->reported, b->reported))
    test_expect_close(t, a->output, b->output, what);
  else
    EXPECT_THAT(!same_bytes(a->output, b->output),
                "results differ where %.*s and %.*s are reported as inference precision",
                TNI_TEXT(a->reported), TNI_TEXT(b->reported));
}

TN_CHECK(property_precision, PROPERTY, 16, 0,
         "results follow the inference precision that compiled models report") {
  static const char model[] = "conv_f32";
  struct computed results[MAX_CHOICES];
  const tn_property *hint = declared(t, "INFERENCE_PRECISION_HINT");
  if (!hint || hint->kind != TN_VALUE_STRING || hint->choice_count < 2)
    NOT_APPLICABLE("INFERENCE_PRECISION_HINT is not declared with several choices");
  uint32_t count = 0;
  for (uint64_t i = 0; i < hint->choice_count && count < MAX_CHOICES; i++) {
    if (!compute(t, model, hint, i, &results[count])) return;
    for (uint32_t j = 0; j < count; j++)
      compare(t, &results[j], &results[count]);
    count++;
  }
}

TN_CHECK(property_precision_of_integers, PROPERTY, 16, 0,
         "integers are exact in every inference precision") {
  static const char model[] = "reals_and_integers";
  const tn_property *hint = declared(t, "INFERENCE_PRECISION_HINT");
  if (!hint || hint->kind != TN_VALUE_STRING || hint->choice_count < 2)
    NOT_APPLICABLE("INFERENCE_PRECISION_HINT is not declared with several choices");
  for (uint64_t i = 0; i < hint->choice_count && i < MAX_CHOICES; i++) {
    struct computed result;
    if (!compute(t, model, hint, i, &result)) return;
    test_expect_output(t, result.output, model, 0, t->seed, 4);
  }
}

/* Results of the carrier, in devices that run no network of reals: no less exact than its elements
 * where the reported precision is theirs, or a wider one; integers always. */
static bool is_held_by(uint32_t type, tn_string precision) {
  static const struct {
    uint32_t type;
    const char *precisions[4]; /* that hold all numbers of the type */
  } rows[] = {{TN_F16, {"f16", "f32", "f64"}},
              {TN_BF16, {"bf16", "f32", "f64"}},
              {TN_F32, {"f32", "f64"}},
              {TN_F64, {"f64"}}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (rows[i].type != type) continue;
    for (const char *const *name = rows[i].precisions; *name; name++)
      if (tn_string_equal(precision, tn_string_from(*name))) return true;
    return false;
  }
  return true;
}

TN_CHECK(property_precision_of_carrier, PROPERTY, 16, 0,
         "the carrier's results are as exact as its elements in every inference precision that is "
         "reported and holds them") {
  static const char model[] = "carrier";
  const tn_property *hint = declared(t, "INFERENCE_PRECISION_HINT");
  if (!hint || hint->kind != TN_VALUE_STRING || hint->choice_count < 2)
    NOT_APPLICABLE("INFERENCE_PRECISION_HINT is not declared with several choices");
  uint32_t tried = 0;
  for (uint64_t i = 0; i < hint->choice_count && i < MAX_CHOICES; i++) {
    struct computed result;
    if (!compute(t, model, hint, i, &result)) return;
    if (!is_held_by(result.output->type, result.reported)) continue;
    test_expect_output(t, result.output, model, 0, t->seed, 4);
    tried++;
  }
  if (!tried) NOT_APPLICABLE("every precision that is reported is narrower than the elements");
}
