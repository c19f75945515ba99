/* Checks that repeating leaves nothing behind: one per kind of object and call. */
#define TN_GROUP "life"
#include <string.h>

#include "engine/altered.h"
#include "engine/check.h"
#include "engine/growth.h"
#include "engine/ignore.h"

/* What the rounds work on. */
struct scene {
  tn_model *carrier, *refused;
  tn_compiled_model *model;
  tn_infer_request *request;
  tn_tensor *input;
};

static bool prepare(test *t, struct scene *scene) {
  tn_tensor *input = NULL;
  memset(scene, 0, sizeof *scene);
  scene->carrier = test_model(t, "carrier");
  scene->refused = test_model(t, "unknown_operator");
  scene->model = test_compile(t, "carrier");
  scene->request = test_request(t, scene->model);
  if (!scene->carrier || !scene->refused || !scene->request) return false;
  if (!test_set_inputs(t, scene->request, "carrier", t->seed, 4)) return false;
  EXPECT_OK(tn_infer_request_get_tensor(scene->request, 0, &input, &t->error));
  scene->input = input;
  return input != NULL;
}

/* --- rounds: each gives back all that it makes -------------------------------------------------
 */

static tn_status round_engine(test *t, void *user) {
  suite_host host;
  tn_plugin *plugin = NULL;
  (void)user;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  tn_status status = suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                              t->setup->property_count, &plugin, &t->error);
  if (status == TN_OK) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  suite_host_clear(&host);
  return status;
}

static tn_status round_compiled_model(test *t, void *user) {
  const struct scene *scene = user;
  tn_compiled_model *model = NULL;
  tn_status status =
      tn_plugin_compile(t->plugin, t->device, scene->carrier, NULL, &model, &t->error);
  if (status == TN_OK) tn_compiled_model_destroy(model);
  return status;
}

static tn_status round_request(test *t, void *user) {
  const struct scene *scene = user;
  tn_infer_request *request = NULL;
  tn_status status = tn_compiled_model_create_request(scene->model, NULL, &request, &t->error);
  if (status != TN_OK) return status;
  for (uint32_t i = 0; status == TN_OK && i < scene->carrier->graph->input_count; i++) {
    tn_tensor *tensor = NULL; /* the same inputs as the scene's request */
    status = tn_infer_request_get_tensor(scene->request, i, &tensor, &t->error);
    if (status == TN_OK) status = tn_infer_request_set_tensor(request, i, tensor, &t->error);
  }
  if (status == TN_OK) status = tn_infer_request_infer(request, &t->error);
  tn_infer_request_destroy(request);
  return status;
}

static tn_status round_infer(test *t, void *user) {
  return tn_infer_request_infer(((struct scene *)user)->request, &t->error);
}

static tn_status round_start(test *t, void *user) {
  const struct scene *scene = user;
  tn_status status = tn_infer_request_start(scene->request, NULL, &t->error);
  return status == TN_OK ? tn_infer_request_wait(scene->request, -1, &t->error) : status;
}

static tn_status round_tensors(test *t, void *user) {
  const struct scene *scene = user;
  tn_tensor *tensor = NULL;
  tn_status status = tn_infer_request_set_tensor(scene->request, 0, NULL, &t->error);
  if (status == TN_OK) status = tn_infer_request_get_tensor(scene->request, 0, &tensor, &t->error);
  if (status == TN_OK)
    status = tn_infer_request_set_tensor(scene->request, 0, scene->input, &t->error);
  return status;
}

static tn_status round_query(test *t, void *user) {
  const struct scene *scene = user;
  return tn_plugin_query(t->plugin, t->device, scene->carrier, NULL, ignore_answers, NULL,
                         &t->error);
}

static tn_status round_failures(test *t, void *user) {
  const struct scene *scene = user;
  tn_compiled_model *model = NULL;
  tn_status status =
      tn_plugin_compile(t->plugin, t->device, scene->refused, NULL, &model, &t->error);
  if (status != TN_UNSUPPORTED) return status == TN_OK ? TN_INTERNAL : status;
  status =
      tn_plugin_compile(t->plugin, TN_STRING("nothing"), scene->carrier, NULL, &model, &t->error);
  return status == TN_NOT_FOUND ? TN_OK : TN_INTERNAL;
}

static tn_status round_reading(test *t, void *user) {
  const tn_plugin_api *api = t->plugin->api;
  (void)user;
  tn_status status = api->devices(t->plugin, ignore_devices, NULL, &t->error);
  if (status == TN_OK) status = api->properties(t->plugin, ignore_properties, NULL, &t->error);
  api->get_property(t->plugin, t->device, TN_STRING("FULL_DEVICE_NAME"), ignore_value, NULL,
                    &t->error); /* a plugin need not have it */
  return status;
}

TN_CHECK(life_leak_engine, LIFE, 15, TEST_SLOW,
         "creating and destroying engines leaves no thread, descriptor or memory") {
  test_expect_no_growth(t, round_engine, NULL);
}

TN_CHECK(life_leak_compiled_model, LIFE, 15, TEST_SLOW,
         "compiling and destroying leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_compiled_model, &scene);
}

TN_CHECK(life_leak_request, LIFE, 15, TEST_SLOW,
         "making, using and destroying requests leaves no thread, descriptor or memory") {
  struct scene scene;
  if (test_lacks_requests(t, 2)) return;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_request, &scene);
}

TN_CHECK(life_leak_infer, LIFE, 15, TEST_SLOW,
         "repeating infer leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_infer, &scene);
}

TN_CHECK(life_leak_start, LIFE, 15, TEST_SLOW,
         "repeating start and wait leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_start, &scene);
}

TN_CHECK(life_leak_tensors, LIFE, 15, TEST_SLOW,
         "setting and getting tensors leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_tensors, &scene);
}

TN_CHECK(life_leak_query, LIFE, 15, TEST_SLOW,
         "repeating query leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_query, &scene);
}

TN_CHECK(life_leak_failures, LIFE, 15, TEST_SLOW,
         "repeating compiles that fail leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, &scene));
  test_expect_no_growth(t, round_failures, &scene);
}

TN_CHECK(life_leak_reading, LIFE, 15, TEST_SLOW,
         "repeating enumeration and reading leaves no thread, descriptor or memory") {
  test_expect_no_growth(t, round_reading, NULL);
}
