/* Checks of where the time of an inference is said to have gone. */
#define TN_GROUP "profiling"
#include <stdlib.h>
#include <string.h>

#include "engine/blob.h"
#include "engine/long_model.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/runtime_model.h"

enum { MOST = 256 };

/* One entry, copied. */
struct entry {
  uint32_t size, status, lane, reserved;
  char name[96], operation[64];
  uint64_t start, end;
};

/* A profile, copied. */
struct profile {
  struct entry entries[MOST];
  uint64_t count;
  int calls;
  tn_status answer;
};

static void keep_text(char *to, size_t size, tn_string text) {
  const size_t length = text.length < size ? (size_t)text.length : size - 1;
  if (length) memcpy(to, text.data, length); /* zeros follow */
}

static tn_status take(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  struct profile *profile = user;
  profile->calls++;
  profile->count = count < MOST ? count : MOST;
  for (uint64_t i = 0; i < profile->count; i++) {
    const tn_profile_entry *from = entries[i];
    struct entry *to = &profile->entries[i];
    *to = (struct entry){.size = from->size,
                         .status = from->status,
                         .lane = from->lane,
                         .reserved = from->reserved,
                         .start = from->start_ns,
                         .end = from->start_ns + from->duration_ns};
    keep_text(to->name, sizeof to->name, from->name);
    keep_text(to->operation, sizeof to->operation, from->operation);
  }
  return profile->answer;
}

static const tn_map_entry counting[] = {{TN_STRING_INIT("PERF_COUNT"), {TN_VALUE_BOOL, 0, {1}}}};

/* A request of a model compiled with PERF_COUNT, with inputs. */
static tn_infer_request *profiled(test *t, const char *model) {
  tn_infer_request *request = test_request(t, test_compile_with(t, model, counting, 1));
  return request && test_set_inputs(t, request, model, t->seed, 4) ? request : NULL;
}

static const tn_profiling_api *api_of(test *t, tn_infer_request *request) {
  const tn_profiling_api *api =
      request->api->get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  EXPECT(api != NULL);
  return api;
}

static tn_status get(test *t, tn_infer_request *request, struct profile *out) {
  const tn_profiling_api *api = api_of(t, request);
  memset(out, 0, sizeof *out);
  return api ? api->get(request, take, out, &t->error) : TN_INTERNAL;
}

/* The profile of an inference, and the nanoseconds that the inference took here. */
static bool profile_of(test *t, tn_infer_request *request, struct profile *out, int64_t *wall) {
  const int64_t before = test_now();
  tn_status status = tn_infer_request_infer(request, &t->error);
  *wall = test_now() - before;
  return test_record_status(t, status, TN_OK, "infer(request, &t->error)", __FILE__, __LINE__) &&
         test_record_status(t, get(t, request, out), TN_OK, "get(request, take, out, &t->error)",
                            __FILE__, __LINE__);
}

static const tn_node *find_node(const tn_model *model, const char *name) {
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    if (tn_string_equal(model->graph->nodes[i]->name, tn_string_from(name)))
      return model->graph->nodes[i];
  return NULL;
}

/* --- when there is one */

TN_CHECK(
    profiling_off_by_default, PROFILING, 2, TEST_NEEDS_PROFILING,
    "without PERF_COUNT a profile is refused with WRONG_STATE, before and after an inference") {
  static struct profile profile;
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  EXPECT_STATUS(get(t, request, &profile), TN_WRONG_STATE);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_STATUS(get(t, request, &profile), TN_WRONG_STATE);
  EXPECT(profile.calls == 0);
}

TN_CHECK(profiling_before_anything_ran, PROFILING, 2, TEST_NEEDS_PROFILING,
         "with PERF_COUNT a profile is refused with WRONG_STATE while nothing has run yet") {
  static struct profile profile;
  tn_infer_request *request = profiled(t, "carrier");
  NEED(request);
  EXPECT_STATUS(get(t, request, &profile), TN_WRONG_STATE);
  EXPECT(profile.calls == 0);
}

TN_CHECK(profiling_after_infer, PROFILING, 1, TEST_NEEDS_PROFILING,
         "with PERF_COUNT there is a profile after an inference, with well-formed entries") {
  static struct profile profile;
  int64_t wall;
  tn_infer_request *request = profiled(t, "carrier");
  if (!request || !profile_of(t, request, &profile, &wall)) return;
  EXPECT(profile.calls == 1 && profile.count >= 1);
  for (uint64_t i = 0; i < profile.count; i++) {
    const struct entry *entry = &profile.entries[i];
    EXPECT(entry->size >= TN_PROFILE_ENTRY_FIRST_SIZE && entry->size % 8 == 0);
    EXPECT(entry->status <= TN_PROFILE_OPTIMIZED_OUT && entry->reserved == 0);
    EXPECT(entry->name[0] != 0);
  }
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

static const char *const lessened[] = {"multiply_add", "needless_nodes", NULL};

TN_CHECK_WITH(profiling_what_did_not_run_took_no_time, PROFILING, 7, TEST_NEEDS_PROFILING,
              "a node that was optimized out or not reached has a duration of 0",
              .names = lessened) {
  static struct profile profile;
  int64_t wall;
  uint32_t idle = 0;
  tn_infer_request *request = profiled(t, t->parameter);
  if (!request || !profile_of(t, request, &profile, &wall)) return;
  for (uint64_t i = 0; i < profile.count; i++) {
    const struct entry *entry = &profile.entries[i];
    if (entry->status == TN_PROFILE_EXECUTED) continue;
    idle++;
    EXPECT_THAT(entry->end == entry->start, "%s did not run, and took %llu ns", entry->name,
                (unsigned long long)(entry->end - entry->start));
  }
  if (!idle) NOT_APPLICABLE("every node of the model runs on its own");
}

TN_CHECK(profiling_after_wait, PROFILING, 1, TEST_NEEDS_PROFILING,
         "with PERF_COUNT there is a profile after an inference in the background") {
  static struct profile profile;
  tn_infer_request *request = profiled(t, "carrier");
  NEED(request);
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
    REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
    EXPECT_OK(get(t, request, &profile));
    EXPECT(profile.count >= 1);
  }
}

TN_CHECK(profiling_busy, PROFILING, 5, TEST_NEEDS_PROFILING,
         "a profile is refused with BUSY while a generation is in flight") {
  static struct profile profile;
  tn_infer_request *request = profiled(t, "carrier");
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  if (!test_start_held(t, request)) INCONCLUSIVE(NOT_HELD);
  EXPECT_STATUS(get(t, request, &profile), TN_BUSY);
  EXPECT(profile.calls == 0);
  suite_host_let_go(t->host);
  REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
  EXPECT_OK(get(t, request, &profile));
}

TN_CHECK(profiling_of_the_last, PROFILING, 5, TEST_NEEDS_PROFILING,
         "the profile is that of the last inference: it does not grow from one to the next, and "
         "is given again unchanged") {
  static struct profile first, again, later;
  int64_t wall;
  tn_infer_request *request = profiled(t, "network_f32");
  if (!request || !profile_of(t, request, &first, &wall)) return;
  EXPECT_OK(get(t, request, &again));
  EXPECT(again.count == first.count &&
         memcmp(again.entries, first.entries, sizeof first.entries) == 0);
  for (int i = 0; i < 5; i++) {
    if (!profile_of(t, request, &later, &wall)) return;
    EXPECT(later.count == first.count);
  }
}

TN_CHECK(profiling_of_each_request, PROFILING, 5, TEST_NEEDS_PROFILING,
         "a request that has not run has no profile, whatever others of its model did") {
  static struct profile profile;
  int64_t wall;
  tn_compiled_model *model = test_compile_with(t, "carrier", counting, 1);
  tn_infer_request *ran = test_request(t, model), *idle = test_request(t, model);
  NEED(ran && idle);
  if (!test_set_inputs(t, ran, "carrier", t->seed, 4) || !profile_of(t, ran, &profile, &wall))
    return;
  EXPECT_STATUS(get(t, idle, &profile), TN_WRONG_STATE);
}

TN_CHECK(profiling_sink_fails, PROFILING, 1, TEST_NEEDS_PROFILING,
         "a failure of the sink is passed on, and the profile is there at the next call") {
  static struct profile profile;
  tn_infer_request *request = profiled(t, "carrier");
  NEED(request);
  const tn_profiling_api *api = api_of(t, request);
  NEED(api);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  memset(&profile, 0, sizeof profile);
  profile.answer = TN_CANCELLED;
  EXPECT_STATUS(api->get(request, take, &profile, &t->error), TN_CANCELLED);
  EXPECT(profile.calls == 1);
  EXPECT_STATUS(api->get(request, NULL, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_OK(get(t, request, &profile));
}

/* --- what it says */

/* Every entry that is no stage names a node of the model, and each node ran at most once. */
static void check_names(test *t, const char *name) {
  static struct profile profile;
  int64_t wall;
  const tn_model *model = test_model(t, name);
  tn_infer_request *request = profiled(t, name);
  if (!model || !request || !profile_of(t, request, &profile, &wall)) return;
  uint32_t nodes = 0;
  for (uint64_t i = 0; i < profile.count; i++) {
    const struct entry *entry = &profile.entries[i];
    if (!entry->operation[0]) continue; /* a stage */
    nodes++;
    if (!find_node(model, entry->name))
      test_note(t, "entry %llu names '%s'", (unsigned long long)i, entry->name);
    EXPECT(find_node(model, entry->name) != NULL);
    for (uint64_t k = 0; k < i; k++)
      EXPECT(strcmp(profile.entries[k].name, entry->name) != 0 || !profile.entries[k].operation[0]);
  }
  EXPECT(nodes > 0);
}

TN_CHECK(profiling_names_nodes, PROFILING, 4, TEST_NEEDS_PROFILING,
         "entries name nodes of the original model, each node once") {
  check_names(t, "network_f32");
}

TN_CHECK(profiling_names_nodes_in_a_row, PROFILING, 4, TEST_NEEDS_PROFILING,
         "nodes of the same operator in a row are told apart by their names") {
  check_names(t, "chain");
}

TN_CHECK(profiling_names_fused_nodes, PROFILING, 4, TEST_NEEDS_PROFILING,
         "nodes that a device fuses are reported by their original names, each once") {
  check_names(t, "multiply_add");
}

static const char *const flat_models[] = {"network_f32",
                                          "chain",
                                          "multiply_add",
                                          "products_read_twice",
                                          "sums_of_products",
                                          "needless_nodes",
                                          "multiply_add_wide",
                                          "reals_and_integers",
                                          NULL};

/* Entries that tell of the node of that name. */
static uint32_t count_entries(const struct profile *profile, tn_string name) {
  uint32_t count = 0;
  for (uint64_t i = 0; i < profile->count; i++)
    count += profile->entries[i].operation[0] &&
             tn_string_equal(tn_string_from(profile->entries[i].name), name);
  return count;
}

static void expect_each_node(test *t, const tn_graph *graph, const struct profile *profile) {
  uint64_t told = 0;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const uint32_t count = count_entries(profile, graph->nodes[i]->name);
    EXPECT_THAT(count == 1, "node '%.*s' has one entry; it has %u", TNI_TEXT(graph->nodes[i]->name),
                count);
    told += count;
  }
  for (uint64_t i = 0; i < profile->count; i++)
    if (!profile->entries[i].operation[0]) told++; /* a stage */
  EXPECT_THAT(told == profile->count, "%llu entries are of nodes or stages; there are %llu",
              (unsigned long long)told, (unsigned long long)profile->count);
}

TN_CHECK_WITH(profiling_every_node, PROFILING, 6, TEST_NEEDS_PROFILING,
              "each node of the model has one entry, whatever became of it, and no entry is of "
              "another one",
              .names = flat_models) {
  static struct profile profile;
  int64_t wall;
  const tn_model *model = test_model(t, t->parameter);
  tn_infer_request *request = profiled(t, t->parameter);
  if (!model || !request || !profile_of(t, request, &profile, &wall)) return;
  expect_each_node(t, model->graph, &profile);
}

/* The model of a blob that a compiled model's export made, profiled, with inputs. */
static tn_infer_request *profiled_import(test *t, const char *name) {
  blob whole;
  tn_compiled_model *model = NULL;
  if (!blob_make(t, name, &whole)) return NULL;
  tn_import_options options = tn_compile_options_init();
  options.properties = counting;
  options.property_count = 1;
  const blob_source source = blob_source_make(whole.bytes, whole.size, true);
  EXPECT_OK(blob_import(t, &source, &options, &model));
  blob_clear(&whole);
  if (!model) return NULL;
  test_adopt_compiled_model(t, model);
  tn_infer_request *request = test_request(t, model);
  return request && test_set_inputs(t, request, name, t->seed, 4) ? request : NULL;
}

TN_CHECK_WITH(profiling_every_node_imported, PROFILING, 6, TEST_NEEDS_PROFILING | TEST_NEEDS_IMPORT,
              "each node of the model that was exported has one entry in a profile of the imported "
              "one",
              .names = flat_models) {
  static struct profile profile;
  int64_t wall;
  const tn_model *model = test_model(t, t->parameter);
  tn_infer_request *request = model ? profiled_import(t, t->parameter) : NULL;
  if (!request || !profile_of(t, request, &profile, &wall)) return;
  expect_each_node(t, model->graph, &profile);
}

static bool is_named_by(const tn_model *runtime, tn_string name) {
  for (uint32_t i = 0; i < runtime->graph->node_count; i++)
    for (uint64_t k = 0; k < runtime->graph->nodes[i]->origin_count; k++)
      if (tn_string_equal(runtime->graph->nodes[i]->origins[k], name)) return true;
  return false;
}

TN_CHECK_WITH(profiling_agrees_with_what_runs, PROFILING, 6, TEST_NEEDS_PROFILING,
              "a node that no node of the runtime model stands for is not said to have been "
              "executed, nor to have taken time",
              .names = flat_models) {
  static struct profile profile;
  int64_t wall;
  tn_model *runtime = NULL;
  tn_compiled_model *compiled = test_compile_with(t, t->parameter, counting, 1);
  tn_infer_request *request = test_request(t, compiled);
  if (!request || !test_set_inputs(t, request, t->parameter, t->seed, 4)) return;
  const tn_runtime_model_api *api =
      tn_compiled_model_get_extension(compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  if (!api) NOT_APPLICABLE("compiled models of the plugin have no runtime model");
  REQUIRE_OK(api->get(compiled, &runtime, &t->error));
  test_adopt_model(t, runtime);
  if (!profile_of(t, request, &profile, &wall)) return;
  for (uint64_t i = 0; i < profile.count; i++) {
    const struct entry *entry = &profile.entries[i];
    if (!entry->operation[0] || is_named_by(runtime, tn_string_from(entry->name))) continue;
    EXPECT_THAT(entry->status != TN_PROFILE_EXECUTED && entry->end == entry->start,
                "node '%s', which nothing that runs stands for, did not run", entry->name);
  }
}

TN_CHECK(profiling_tells_something_ran, PROFILING, 1, TEST_NEEDS_PROFILING,
         "of a network without constant nodes at least one is reported as executed") {
  static struct profile profile;
  int64_t wall;
  bool ran = false;
  tn_infer_request *request = profiled(t, "network_f32");
  if (!request || !profile_of(t, request, &profile, &wall)) return;
  for (uint64_t i = 0; i < profile.count; i++)
    ran = ran ||
          (profile.entries[i].operation[0] && profile.entries[i].status == TN_PROFILE_EXECUTED);
  EXPECT(ran);
}

/* --- times */

static int by_lane_and_start(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  if (x->lane != y->lane) return x->lane < y->lane ? -1 : 1;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* Sums of lanes stay within the wall time, and entries of a lane do not overlap. */
static void check_times_of(test *t, tn_infer_request *request) {
  static struct profile profile;
  int64_t wall;
  if (!profile_of(t, request, &profile, &wall)) return;
  const uint64_t limit = (uint64_t)wall + (uint64_t)wall / 20;
  uint64_t sum = 0;
  qsort(profile.entries, (size_t)profile.count, sizeof *profile.entries, by_lane_and_start);
  for (uint64_t i = 0; i < profile.count; i++) {
    const struct entry *entry = &profile.entries[i];
    const struct entry *before = i && entry[-1].lane == entry->lane ? &entry[-1] : NULL;
    sum = (before ? sum : 0) + (entry->end - entry->start);
    EXPECT(entry->end >= entry->start && entry->end <= limit);
    EXPECT(sum <= limit);
    EXPECT(!before || entry->end == entry->start || before->end == before->start ||
           entry->start >= before->end);
  }
}

static void check_times(test *t, const char *name) {
  tn_infer_request *request = profiled(t, name);
  if (request) check_times_of(t, request);
}

TN_CHECK(profiling_times, PROFILING, 3, TEST_NEEDS_PROFILING,
         "entries of a lane do not overlap, and their sum and ends stay within the wall time plus "
         "5 %") {
  check_times(t, "network_f32");
}

TN_CHECK(profiling_times_of_branches, PROFILING, 3, TEST_NEEDS_PROFILING,
         "entries of a lane do not overlap where nodes run within a node") {
  check_times(t, "branches");
}

TN_CHECK_WITH(profiling_times_of_long_work, PROFILING, 3, TEST_NEEDS_PROFILING | TEST_SLOW,
              "times of a model that runs for some milliseconds stay within the wall time plus 5 %",
              .revision = 2) {
  long_model model;
  if (long_model_begin(t, LONG_TIME, counting, 1, &model)) check_times_of(t, model.request);
}

/* Sums the times of all executed nodes, however many there are. */
static tn_status add_up(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  uint64_t *sum = user;
  for (uint64_t i = 0; i < count; i++)
    if (entries[i]->operation.length && entries[i]->status == TN_PROFILE_EXECUTED)
      *sum += entries[i]->duration_ns;
  return TN_OK;
}

TN_CHECK_WITH(profiling_finds_the_work, PROFILING, 3, TEST_NEEDS_PROFILING | TEST_SLOW,
              "of a model whose products take nearly all of its time the executed nodes take at "
              "least a tenth of the wall time",
              .revision = 2) {
  long_model model;
  bool enlarged;
  uint64_t sum = 0;
  int64_t wall = INT64_MAX;
  if (!long_model_begin(t, LONG_TIME, counting, 1, &model)) return;
  const tn_profiling_api *api = api_of(t, model.request);
  NEED(api);
  while (sum < (uint64_t)wall / 10 && long_model_try(t, &model, &enlarged)) {
    const int64_t before = test_now();
    if (!long_model_time(t, &model)) return;
    wall = test_now() - before;
    sum = 0;
    REQUIRE_OK(api->get(model.request, add_up, &sum, &t->error));
  }
  if (sum < (uint64_t)wall / 10 && long_model_too_short(t, &model)) return;
  EXPECT(sum >= (uint64_t)wall / 10);
}

/* --- what is not declared */

TN_CHECK(
    profiling_is_declared, PROFILING, 2, 0,
    "the extension for profiles is there where the device declares it; where it does not it is "
    "missing, or refuses with UNSUPPORTED or WRONG_STATE") {
  static struct profile profile;
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  const tn_profiling_api *api =
      request->api->get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  const bool declared = t->capabilities & TN_DEVICE_HAS_PROFILING;
  EXPECT(!declared || (api && api->size >= TN_PROFILING_API_FIRST_SIZE && api->get));
  if (declared || !api) return;
  tn_status status = api->get(request, take, &profile, &t->error);
  EXPECT(status == TN_UNSUPPORTED || status == TN_WRONG_STATE);
}
