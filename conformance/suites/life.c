/* Checks of engines' and objects' lives in one process. */
#define TN_GROUP "life"
#include <string.h>

#include "engine/altered.h"
#include "engine/check.h"
#include "engine/observe.h"

/* One inference on the carrier, whose outputs are judged. */
static void use(test *t, test *engine, tn_infer_request *request, uint64_t seed) {
  if (!request || !test_set_inputs(engine, request, "carrier", seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(engine, request, "carrier", seed, 4);
}

TN_CHECK(life_one_engine, LIFE, 2, TEST_NO_ENGINE,
         "an engine is created, used and destroyed, and then tells its host that it has ended") {
  suite_host host;
  tn_plugin *plugin = NULL;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  REQUIRE_OK(suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                      t->setup->property_count, &plugin, &t->error));
  REQUIRE(plugin != NULL);
  EXPECT(atomic_load(&host.ended) == 0);
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  test_about(t, TNI_CLAUSE(LIFE, 8));
  EXPECT(atomic_load(&host.ended) == 1);
  suite_host_clear(&host);
}

TN_CHECK(life_end_is_last, LIFE, 8, 0,
         "the engine calls end once, when all is destroyed, and the host not at all after it") {
  test *other = test_another_engine(t);
  REQUIRE(other != NULL);
  tn_compiled_model *model = test_compile(other, "carrier");
  tn_infer_request *request = test_request(other, model);
  use(t, other, request, test_random(t));
  test_destroy_request(t, request);
  test_destroy_compiled_model(t, model);
  suite_host *host = other->host;
  EXPECT(atomic_load(&host->ended) == 0);
  tn_plugin_destroy(other->plugin, TN_DESTROY_NORMAL);
  other->plugin = NULL;
  EXPECT(atomic_load(&host->ended) == 1);
  EXPECT(atomic_load(&host->calls_after_end) == 0);
  EXPECT(atomic_load(&host->blocks) == 0);
}

TN_CHECK(life_hundred_engines, LIFE, 3, TEST_NO_ENGINE | TEST_SLOW,
         "100 engines are created, used and destroyed one after the other") {
  for (int i = 0; i < 100; i++) {
    test *engine = test_another_engine(t);
    REQUIRE(engine != NULL);
    if (i % 10 == 0) {
      tn_compiled_model *model = test_compile(engine, "carrier");
      tn_infer_request *request = test_request(engine, model);
      use(t, engine, request, test_random(t));
      if (request) test_destroy_request(t, request);
      if (model) test_destroy_compiled_model(t, model);
    }
    EXPECT(engine->plugin != NULL);
    if (i % 10) test_end_engine(t, engine);
  }
}

TN_CHECK(life_several_engines, LIFE, 4, 0,
         "engines live side by side, and destroying one leaves the others working") {
  test *second = test_another_engine(t), *third = test_another_engine(t);
  REQUIRE(second && third);
  EXPECT(second->plugin != t->plugin && third->plugin != t->plugin);
  tn_infer_request *first_request = test_request(t, test_compile(t, "carrier"));
  tn_compiled_model *gone = test_compile(second, "carrier");
  tn_infer_request *gone_request = test_request(second, gone);
  tn_infer_request *third_request = test_request(third, test_compile(third, "carrier"));
  REQUIRE(first_request && gone_request && third_request);
  use(t, t, first_request, test_random(t));
  EXPECT_OK(tn_infer_request_infer(gone_request, &t->error));
  use(t, third, third_request, test_random(t));
  test_destroy_request(t, gone_request);
  test_destroy_compiled_model(t, gone);
  test_end_engine(t, second);
  use(t, t, first_request, test_random(t));
  use(t, third, third_request, test_random(t));
}

TN_CHECK(life_engines_own_properties, LIFE, 4, 0,
         "a property set on one engine is not set on another") {
  test *other = test_another_engine(t);
  seen_properties properties;
  uint32_t tried = 0;
  REQUIRE(other != NULL);
  REQUIRE_OK(see_properties(t, t->plugin, &properties, &t->error));
  property_place here = {"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
  property_place there = {"plugin", TN_LEVEL_PLUGIN, other->plugin, TN_STRING(""), NULL};
  for (uint32_t i = 0; i < properties.count; i++) {
    const tn_property *property = properties.items[i];
    seen_value before, after;
    if (property->kind != TN_VALUE_BOOL || !(property->flags & TN_PROPERTY_WRITABLE) ||
        !(property->levels & TN_LEVEL_PLUGIN))
      continue;
    tried++;
    REQUIRE_OK(see_property(t, &there, property->name, &before, &t->error));
    tn_map_entry entry = {property->name, tn_value_of_bool(!before.value.as.boolean)};
    EXPECT_OK(set_properties_at(&here, &entry, 1, &t->error));
    EXPECT_OK(see_property(t, &there, property->name, &after, &t->error));
    EXPECT_THAT(after.value.as.boolean == before.value.as.boolean,
                "property %.*s of another engine stays as it was", TNI_TEXT(property->name));
  }
  if (!tried) NOT_APPLICABLE("the plugin declares no writable truth value");
}

/* --- makers -------------------------------------------------------------------------------------
 */

TN_CHECK(life_maker, LIFE, 1, TEST_NOT_VIRTUAL,
         "all objects of an engine name its maker record, which stays as it is") {
  const tn_maker *maker = t->plugin->maker;
  tn_maker copy = *maker;
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  EXPECT(model->maker == maker && request->maker == maker);
  use(t, t, request, test_random(t));
  EXPECT(memcmp(&copy, maker, sizeof copy) == 0);
  EXPECT(tn_string_equal(maker->name, t->plugin->api->info(t->plugin)->name));
  EXPECT(maker->library != NULL);
}

TN_CHECK(life_maker_of_each_engine, LIFE, 1, 0,
         "two engines have different maker records that name the same library") {
  test *other = test_another_engine(t);
  REQUIRE(other != NULL);
  EXPECT(other->plugin->maker != t->plugin->maker);
  EXPECT(other->plugin->maker->library == t->plugin->maker->library);
}

/* --- the model view ------------------------------------------------------------------------------
 */

TN_CHECK(life_model_is_not_written, MODEL, 1, 0,
         "query, compile and inference write nothing that is reached from the model") {
  counted_model *view = counted_model_create(t, t->setup->carrier); /* its pages are read only */
  tn_compiled_model *model = NULL;
  seen_answers answers;
  REQUIRE(view != NULL);
  tn_model before = view->base;
  EXPECT_OK(see_query(t, t->plugin, &view->base, NULL, &answers, &t->error));
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, &view->base, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  use(t, t, test_request(t, model), test_random(t));
  EXPECT(memcmp(&before, &view->base, sizeof before) == 0);
}

TN_CHECK(life_model_released, LIFE, 6, 0,
         "a compiled model works after the model that it was compiled from was released") {
  counted_model *view = counted_model_create(t, t->setup->carrier);
  tn_compiled_model *model = NULL;
  REQUIRE(view != NULL);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, &view->base, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  tn_model_release(&view->base); /* unreadable from here on, unless the plugin retained it */
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  const tn_port_list *ports = tn_compiled_model_ports(model);
  EXPECT(ports->input_count && ports->inputs[0]->name.length && ports->inputs[0]->name.data[0]);
  use(t, t, request, test_random(t));
}

TN_CHECK(
    life_model_references, MODEL, 5, 0,
    "each reference that the plugin takes of a model is given back when its objects are gone") {
  counted_model *view = counted_model_create(t, t->setup->carrier);
  tn_compiled_model *model = NULL;
  seen_answers answers;
  REQUIRE(view != NULL);
  EXPECT_OK(see_query(t, t->plugin, &view->base, NULL, &answers, &t->error));
  EXPECT(counted_model_references(view) == 1);
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, &view->base, NULL, &model, &t->error));
  tn_infer_request *request = test_request(t, model);
  use(t, t, request, test_random(t));
  EXPECT(counted_model_references(view) >= 1);
  if (request) test_destroy_request(t, request);
  tn_compiled_model_destroy(model);
  EXPECT_THAT(counted_model_references(view) == 1,
              "destroying the compiled model gives back its references; %ld are left",
              counted_model_references(view) - 1);
}

TN_CHECK(life_model_references_after_failure, MODEL, 5, 0,
         "a compile that fails gives back the references that it took of the model") {
  counted_model *view = counted_model_create(t, "unknown_operator");
  tn_compiled_model *model = NULL;
  REQUIRE(view != NULL);
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, &view->base, NULL, &model, &t->error),
                TN_UNSUPPORTED);
  EXPECT(counted_model_references(view) == 1);
}

/* --- owned objects */

TN_CHECK(life_order_of_requests, LIFE, 5, 0,
         "requests and models may be destroyed in any order, children before parents") {
  if (test_lacks_requests(t, 2)) return;
  for (uint32_t order = 0; order < 6; order++) { /* the permutations of three requests */
    static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    tn_compiled_model *first = test_compile(t, "carrier"), *second = test_compile(t, "carrier");
    REQUIRE(first && second);
    tn_infer_request *requests[3] = {test_request(t, first), test_request(t, first),
                                     test_request(t, second)};
    for (uint32_t i = 0; i < 3; i++)
      use(t, t, requests[i], test_random(t));
    for (uint32_t i = 0; i < 3; i++) {
      REQUIRE(requests[orders[order][i]] != NULL);
      test_destroy_request(t, requests[orders[order][i]]);
      if (i < 2) use(t, t, requests[orders[order][2]], test_random(t));
    }
    test_destroy_compiled_model(t, order % 2 ? first : second);
    test_destroy_compiled_model(t, order % 2 ? second : first);
  }
}

TN_CHECK(life_destroy_frees, LIFE, 5, 0,
         "destroying a request and a model gives back what they took from the host") {
  suite_host *host = t->host;
  tn_compiled_model *warm = test_compile(t, "carrier");
  tn_infer_request *warm_request = test_request(t, warm);
  NEED(warm_request);
  use(t, t, warm_request, test_random(t));
  test_destroy_request(t, warm_request);
  test_destroy_compiled_model(t, warm);
  long blocks = atomic_load(&host->blocks), executors = atomic_load(&host->executors);
  for (int i = 0; i < 4; i++) {
    tn_compiled_model *model = test_compile(t, "carrier");
    tn_infer_request *request = test_request(t, model);
    NEED(request);
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_destroy_request(t, request);
    test_destroy_compiled_model(t, model);
  }
  EXPECT_THAT(atomic_load(&host->blocks) == blocks,
              "four rounds leave no block of the host; they left %ld",
              atomic_load(&host->blocks) - blocks);
  EXPECT(atomic_load(&host->executors) == executors);
}

/* --- counted objects */

/* A request that goes on holding a tensor because it ignores NULL has no wrong count. */
static void expect_given_back(test *t, tn_infer_request *request, const tn_tensor *tensor,
                              long before) {
  tn_tensor *now = NULL;
  if (suite_host_own_tensors(t->host) != before) {
    const uint32_t about = test_about(t, TNI_CLAUSE(REQUEST, 7));
    EXPECT_OK(tn_infer_request_get_tensor(request, 0, &now, &t->error));
    EXPECT_THAT(now != tensor, "NULL gives the port back to the request's own tensor");
    test_about(t, about);
  }
  EXPECT(suite_host_own_tensors(t->host) == before);
}

/* A dense tensor for input 0 of the carrier, one reference. */
static tn_tensor *input_tensor(test *t) {
  tn_model *carrier = test_model(t, "carrier");
  tn_tensor *tensor = NULL;
  int64_t shape[TN_MAX_RANK];
  if (!carrier) return NULL;
  const tn_value_info *port = carrier->graph->inputs[0];
  suite_shape(port, 4, shape);
  EXPECT_OK(suite_host_create_tensor(t->host, port->type, port->rank, shape, TN_TENSOR_ALIGNMENT,
                                     &tensor, &t->error));
  return tensor;
}

TN_CHECK_WITH(life_set_tensor_references, LIFE, 11, 0,
              "set_tensor takes one reference, and gives it back when another tensor is set",
              .revision = 2) {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  NEED(request);
  long before = suite_host_own_tensors(t->host);
  tn_tensor *tensor = input_tensor(t);
  REQUIRE(tensor != NULL);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, tensor, &t->error));
  tn_tensor_release(tensor);
  EXPECT(suite_host_own_tensors(t->host) == before + 1); /* the request's reference holds it */
  EXPECT_OK(tn_infer_request_set_tensor(request, 0, tensor, &t->error)); /* the same once more */
  EXPECT(suite_host_own_tensors(t->host) == before + 1);
  EXPECT_OK(tn_infer_request_set_tensor(request, 0, NULL, &t->error));
  expect_given_back(t, request, tensor, before);
}

TN_CHECK_WITH(
    life_get_tensor_references, LIFE, 10, 0,
    "get_tensor gives no reference: the tensor goes when the request and the caller let go",
    .revision = 2) {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  NEED(request);
  long before = suite_host_own_tensors(t->host);
  tn_tensor *tensor = input_tensor(t), *got = NULL;
  REQUIRE(tensor != NULL);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, tensor, &t->error));
  for (int i = 0; i < 5; i++)
    EXPECT_OK(tn_infer_request_get_tensor(request, 0, &got, &t->error));
  tn_tensor_release(tensor);
  EXPECT_OK(tn_infer_request_set_tensor(request, 0, NULL, &t->error));
  expect_given_back(t, request, tensor, before);
}

TN_CHECK_WITH(life_destroy_releases_tensors, LIFE, 11, 0,
              "destroying a request gives back the references of the tensors set on it",
              .revision = 2) {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  NEED(request);
  long before = suite_host_own_tensors(t->host);
  tn_tensor *tensor = input_tensor(t);
  REQUIRE(tensor != NULL);
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, tensor, &t->error));
  tn_tensor_release(tensor);
  test_destroy_request(t, request);
  EXPECT(suite_host_own_tensors(t->host) == before);
}

TN_CHECK_WITH(life_failed_set_tensor_references, LIFE, 12, 0,
              "a set_tensor that fails takes no reference and keeps the tensor that was set",
              .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *kept = NULL, *now = NULL;
  NEED(request);
  long before = suite_host_own_tensors(t->host);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &kept, &t->error));
  tn_tensor *wrong = NULL;
  REQUIRE_OK(suite_host_create_tensor(t->host, TN_U16, 1, (int64_t[]){3}, TN_TENSOR_ALIGNMENT,
                                      &wrong, &t->error));
  test_about(t, TNI_CLAUSE(REQUEST, 8));
  const tn_status status = tn_infer_request_set_tensor(request, 0, wrong, &t->error);
  tn_tensor_release(wrong);
  EXPECT_STATUS(status, TN_WRONG_TYPE);
  if (status == TN_OK) return;
  test_about(t, 0);
  EXPECT(suite_host_own_tensors(t->host) == before);
  EXPECT_OK(tn_infer_request_get_tensor(request, 0, &now, &t->error));
  test_about(t, TNI_CLAUSE(REQUEST, 6));
  EXPECT(now == kept);
}

TN_CHECK(life_tensor_outlives_engine, LIFE, 7, 0,
         "a request's own tensor that the caller retained lives on after the engine") {
  test *other = test_another_engine(t);
  tn_tensor *tensor = NULL;
  REQUIRE(other != NULL);
  tn_compiled_model *model = test_compile(other, "carrier");
  tn_infer_request *request = test_request(other, model);
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &tensor, &t->error));
  if (tensor->flags & TN_TENSOR_UNSHAPED) NOT_APPLICABLE("the carrier's shape is not known");
  tn_tensor_retain(tensor);
  uint64_t bytes = tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
  memset(tensor->data, 0x11, (size_t)bytes);
  test_destroy_request(t, request);
  test_destroy_compiled_model(t, model);
  tn_plugin_destroy(other->plugin, TN_DESTROY_NORMAL);
  other->plugin = NULL;
  memset(tensor->data, 0x22, (size_t)bytes);
  EXPECT(((const char *)tensor->data)[bytes - 1] == 0x22);
  EXPECT(tensor->api->size >= TN_TENSOR_API_FIRST_SIZE && tensor->maker != NULL);
  tn_tensor_release(tensor);
  EXPECT(atomic_load(&other->host->ended) == 1);
  EXPECT(atomic_load(&other->host->calls_after_end) == 0);
  EXPECT(atomic_load(&other->host->blocks) == 0 && atomic_load(&other->host->tensors) == 0);
}

TN_CHECK(life_context_outlives_engine, LIFE, 7, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
         "a remote context lives on after plugin.destroy, and end comes with its last release") {
  test *other = test_another_engine(t);
  tn_remote_context *context = NULL;
  REQUIRE(other != NULL);
  const tn_remote_api *remote =
      tn_plugin_get_extension(other->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  REQUIRE(remote != NULL);
  REQUIRE_OK(remote->create_context(other->plugin, t->device, NULL, &context, &t->error));
  tn_plugin_destroy(other->plugin, TN_DESTROY_NORMAL);
  other->plugin = NULL;
  EXPECT(atomic_load(&other->host->ended) == 0);
  tn_tensor *tensor = NULL;
  EXPECT_OK(
      tn_remote_context_create_tensor(context, TN_F32, 1, (int64_t[]){16}, &tensor, &t->error));
  tn_remote_context_release(context);
  EXPECT(atomic_load(&other->host->ended) == (tensor ? 0 : 1)); /* the tensor keeps it alive */
  if (tensor) tn_tensor_release(tensor);
  EXPECT(atomic_load(&other->host->ended) == 1);
  EXPECT(atomic_load(&other->host->blocks) == 0);
}
