/* Checks of what layers rely on: constant tables, the host word, and calls that pass no layer
 * twice. */
#define TN_GROUP "layer"
#include <stdlib.h>
#include <string.h>

#include "engine/remote_objects.h"
#include "tenon/abi/ext/states.h"

static void infer(test *t, tn_infer_request *request, uint64_t seed) {
  if (!test_set_inputs(t, request, "carrier", seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", seed, 4);
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", seed, 4);
}

/* A copy of a table, to compare with later or to put in its place. */
static void *copy_table(test *t, const void *table) {
  uint32_t size = *(const uint32_t *)table;
  void *copy = test_alloc(t, size);
  memcpy(copy, table, size);
  return copy;
}

static void expect_same(test *t, const void *before, const void *table, const char *what) {
  EXPECT_THAT(memcmp(before, table, *(const uint32_t *)table) == 0, "the table of a %s is constant",
              what);
}

TN_CHECK(layer_tables_are_constant, LAYER, 1, 0,
         "tables of plugin, compiled model and request stay as they are") {
  const void *plugin = copy_table(t, t->plugin->api);
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  const void *of_model = copy_table(t, model->api), *of_request = copy_table(t, request->api);
  const tn_infer_request_api *api = request->api;
  infer(t, request, test_random(t));
  expect_same(t, of_request, request->api, "request");
  tn_infer_request *second = test_request(t, test_compile(t, "carrier"));
  NEED(second);
  infer(t, second, test_random(t));
  EXPECT(request->api == api);
  expect_same(t, plugin, t->plugin->api, "plugin");
  expect_same(t, of_model, model->api, "compiled model");
  expect_same(t, of_request, request->api, "request");
}

/* A slot of a table that the plugin must not go through for an object of its own. */
static void passed_a_layer_twice(void) {
  abort();
}

/* A table of the same size whose slots end the process. */
static void *trap_table(test *t, const void *table) {
  uint32_t size = *(const uint32_t *)table;
  char *copy = copy_table(t, table);
  void (*slot)(void) = passed_a_layer_twice;
  for (uint32_t at = 8; at + sizeof slot <= size; at += sizeof slot)
    memcpy(copy + at, &slot, sizeof slot);
  return copy;
}

TN_CHECK(layer_own_calls_of_request, LAYER, 6, 0,
         "the plugin does not go through the table of its own request") {
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *tensor = NULL;
  NEED(request);
  const tn_infer_request_api *api = request->api;
  request->api = trap_table(t, api);
  EXPECT_OK(api->infer(request, &t->error));
  EXPECT_OK(api->get_tensor(request, 0, &tensor, &t->error));
  EXPECT_OK(api->set_tensor(request, 0, NULL, &t->error));
  EXPECT_OK(api->set_callback(request, NULL, NULL, &t->error));
  EXPECT_OK(api->start(request, NULL, &t->error));
  EXPECT_OK(api->wait(request, -1, &t->error));
  EXPECT_OK(api->cancel(request, &t->error));
  request->api = api;
}

TN_CHECK(layer_own_calls_of_model, LAYER, 6, 0,
         "the plugin does not go through the table of its own compiled model") {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = NULL;
  NEED(model);
  const tn_compiled_model_api *api = model->api;
  model->api = trap_table(t, api);
  EXPECT(api->ports(model) != NULL);
  EXPECT_OK(api->create_request(model, NULL, &request, &t->error));
  REQUIRE(request != NULL);
  infer(t, request, test_random(t));
  tn_infer_request_destroy(request);
  model->api = api;
}

TN_CHECK(layer_own_calls_of_plugin, LAYER, 6, TEST_NOT_VIRTUAL,
         "the plugin does not go through the table of its own plugin object") {
  const tn_plugin_api *api = t->plugin->api;
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = NULL;
  NEED(carrier);
  t->plugin->api = trap_table(t, api);
  tn_status status = api->compile(t->plugin, t->device, carrier, NULL, &model, &t->error);
  bool kept = t->plugin->api != api;
  t->plugin->api = api;
  EXPECT_OK(status);
  EXPECT(kept);
  if (model) test_adopt_compiled_model(t, model);
}

TN_CHECK(layer_api_is_not_written, LAYER, 2, 0,
         "a table that a layer has put into an object stays there") {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  const tn_compiled_model_api *of_model = model->api;
  const tn_infer_request_api *of_request = request->api;
  const tn_compiled_model_api *layered_model = copy_table(t, of_model);
  const tn_infer_request_api *layered_request = copy_table(t, of_request);
  model->api = layered_model;
  request->api = layered_request;
  infer(t, request, test_random(t));
  EXPECT(model->api == layered_model && request->api == layered_request);
  model->api = of_model;
  request->api = of_request;
}

TN_CHECK(layer_host_word, LAYER, 3, 0, "the host word is NULL at first and never written") {
  int record = 0;
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  EXPECT(t->plugin->host == NULL && model->host == NULL && request->host == NULL);
  model->host = request->host = &record;
  infer(t, request, test_random(t));
  EXPECT(model->host == &record && request->host == &record);
  model->host = request->host = NULL;
}

/* The host was told of that many objects, and of this one last. */
static void expect_forgotten(test *t, const suite_host *host, const int *record, long times) {
  EXPECT_THAT(atomic_load(&host->forgotten) == times, "forget was called %ld times; it was %ld",
              times, atomic_load(&host->forgotten));
  EXPECT_THAT(atomic_load(&host->last_forgotten) == record,
              "forget is given the object's own word");
}

TN_CHECK(layer_forget, LAYER, 4, TEST_NOT_VIRTUAL,
         "before an object is freed its host word is handed to forget, once, unless it is NULL") {
  int records[3];
  test *other = test_another_engine(t);
  REQUIRE(other != NULL);
  suite_host *host = other->host;
  tn_compiled_model *model = test_compile(other, "carrier");
  tn_infer_request *plain = test_request(other, model), *request;
  REQUIRE(plain != NULL);
  test_destroy_request(t, plain);
  EXPECT(atomic_load(&host->forgotten) == 0);
  request = test_request(other, model);
  REQUIRE(request != NULL);
  request->host = &records[0];
  test_destroy_request(t, request);
  expect_forgotten(t, host, &records[0], 1);
  model->host = &records[1];
  test_destroy_compiled_model(t, model);
  expect_forgotten(t, host, &records[1], 2);
  other->plugin->host = &records[2];
  tn_plugin_destroy(other->plugin, TN_DESTROY_NORMAL);
  other->plugin = NULL;
  expect_forgotten(t, host, &records[2], 3);
  EXPECT(atomic_load(&host->ended) == 1);
}

TN_CHECK(layer_forget_state, LAYER, 4, TEST_NEEDS_STATES | TEST_NOT_VIRTUAL,
         "before a handle of a variable is freed its host word is handed to forget") {
  int record;
  tn_state *state = NULL;
  tn_infer_request *request = test_request(t, test_compile(t, "accumulator"));
  const tn_states_api *api =
      request ? tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES)) : NULL;
  NEED(api);
  REQUIRE_OK(api->open(request, 0, &state, &t->error));
  const long before = atomic_load(&t->host->forgotten);
  state->host = &record;
  state->api->destroy(state);
  expect_forgotten(t, t->host, &record, before + 1);
}

TN_CHECK(layer_forget_remote, LAYER, 4, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
         "before a remote context or a tensor of it is freed its host word is handed to forget") {
  int records[2];
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL;
  const tn_remote_api *api = remote_api(t);
  NEED(api);
  REQUIRE_OK(api->create_context(t->plugin, t->device, NULL, &context, &t->error));
  EXPECT_OK(
      tn_remote_context_create_tensor(context, TN_F32, 1, (int64_t[]){4}, &tensor, &t->error));
  const long before = atomic_load(&t->host->forgotten);
  if (tensor) {
    tensor->host = &records[0];
    tn_tensor_release(tensor);
    expect_forgotten(t, t->host, &records[0], before + 1);
  }
  context->host = &records[1];
  tn_remote_context_release(context);
  expect_forgotten(t, t->host, &records[1], before + (tensor ? 2 : 1));
}

TN_CHECK(layer_new_objects, LAYER, 5, 0, "each creating call returns an object of its own") {
  if (test_lacks_requests(t, 2)) return;
  tn_model *view = test_model(t, "carrier");
  tn_compiled_model *first = NULL, *second = NULL;
  NEED(view);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &first, &t->error));
  test_adopt_compiled_model(t, first);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, view, NULL, &second, &t->error));
  test_adopt_compiled_model(t, second);
  tn_infer_request *a = test_request(t, first), *b = test_request(t, first),
                   *c = test_request(t, second);
  REQUIRE(a && b && c);
  EXPECT(first != second);
  EXPECT(a != b && a != c && b != c);
}

static tn_status TN_CALL count_bytes(const tn_target *target, const void *bytes, uint64_t size,
                                     tn_error *error) {
  (void)bytes, (void)error;
  *(uint64_t *)target->user += size;
  return TN_OK;
}

TN_CHECK(layer_known_by_maker, LAYER, 11, TEST_NEEDS_IMPORT,
         "an extension knows an object by its maker, also when a layer has replaced its table") {
  uint64_t bytes = 0;
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  const tn_compiled_model_api *api = model->api;
  const tn_export_api *exporter =
      tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_EXPORT));
  REQUIRE(exporter != NULL);
  tn_target target = tn_target_init();
  target.user = &bytes;
  target.write = count_bytes;
  model->api = copy_table(t, api);
  EXPECT_OK(exporter->export_model(model, NULL, &target, &t->error));
  model->api = api;
  EXPECT(bytes > 0);
}
