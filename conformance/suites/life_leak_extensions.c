/* Checks that repeating what extensions offer leaves nothing behind. */
#define TN_GROUP "life"
#include "engine/blob.h"
#include "engine/growth.h"
#include "engine/ignore.h"
#include "engine/remote_objects.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"

/* What the rounds work on. */
struct scene {
  tn_compiled_model *model;
  tn_infer_request *request;
  blob blob;
  tn_tensor *host; /* for copies */
};

static tn_status round_export(test *t, void *user) {
  blob out = {0};
  const tn_status status = blob_export(t, ((struct scene *)user)->model, &out);
  blob_clear(&out);
  return status;
}

static tn_status round_import(test *t, void *user) {
  const struct scene *scene = user;
  tn_compiled_model *model = NULL;
  const blob_source source = blob_source_make(scene->blob.bytes, scene->blob.size, false);
  const tn_status status = blob_import(t, &source, NULL, &model);
  if (status == TN_OK) tn_compiled_model_destroy(model);
  return status;
}

static tn_status round_damaged(test *t, void *user) {
  const struct scene *scene = user;
  tn_compiled_model *model = NULL;
  const blob_source source = blob_source_make(scene->blob.bytes, scene->blob.size / 2, true);
  return blob_import(t, &source, NULL, &model) == TN_OK ? TN_INTERNAL : TN_OK;
}

static tn_status round_profile(test *t, void *user) {
  tn_infer_request *request = ((struct scene *)user)->request;
  const tn_profiling_api *api =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  const tn_status status = tn_infer_request_infer(request, &t->error);
  return status == TN_OK && api ? api->get(request, ignore_profile, NULL, &t->error) : status;
}

static tn_status round_runtime_model(test *t, void *user) {
  tn_compiled_model *compiled = ((struct scene *)user)->model;
  const tn_runtime_model_api *api =
      tn_compiled_model_get_extension(compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  tn_model *model = NULL;
  const tn_status status = api->get(compiled, &model, &t->error);
  if (status == TN_OK) tn_model_release(model);
  return status;
}

static tn_status round_state(test *t, void *user) {
  tn_infer_request *request = ((struct scene *)user)->request;
  const tn_states_api *api =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  tn_state *state = NULL;
  tn_tensor *value = NULL;
  tn_status status = api ? api->open(request, 0, &state, &t->error) : TN_NOT_FOUND;
  if (status != TN_OK) return status;
  status = state->api->get(state, &value, &t->error);
  if (status == TN_OK) status = state->api->set(state, value, &t->error);
  if (status == TN_OK) tn_tensor_release(value);
  if (status == TN_OK) status = state->api->reset(state, &t->error);
  state->api->destroy(state);
  return status;
}

static tn_status round_remote(test *t, void *user) {
  static const int64_t shape[] = {16, 16};
  tn_tensor *host = ((struct scene *)user)->host, *tensor = NULL;
  tn_remote_context *context = NULL;
  const tn_remote_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  tn_status status = api->create_context(t->plugin, t->device, NULL, &context, &t->error);
  if (status != TN_OK) return status;
  status = context->api->create_tensor(context, TN_F32, 2, shape, NULL, 0, &tensor, &t->error);
  if (status == TN_OK) status = remote_copy_from(t, tensor, host);
  if (status == TN_OK) status = remote_copy_to(t, tensor, host);
  if (tensor) tn_tensor_release(tensor);
  context->api->release(context);
  return status;
}

/* Twice, since the first may make what the second is given. */
static tn_status round_default_context(test *t, void *user) {
  const tn_remote_api *api = user;
  tn_status status = TN_OK;
  for (int i = 0; i < 2 && status == TN_OK; i++) {
    tn_remote_context *context = NULL;
    status = api->default_context(t->plugin, t->device, &context, &t->error);
    if (status == TN_OK) tn_remote_context_release(context);
  }
  return status;
}

static tn_status round_refused_context(test *t, void *user) {
  const tn_remote_api *api = user;
  const tn_string none = TN_STRING("nothing");
  tn_remote_context *context = NULL;
  if (api->create_context(t->plugin, none, NULL, &context, &t->error) == TN_OK) return TN_INTERNAL;
  return api->default_context(t->plugin, none, &context, &t->error) == TN_OK ? TN_INTERNAL : TN_OK;
}

/* Host tensors of a context, of a type that its device takes. */
struct host_tensors {
  tn_remote_context *context;
  uint32_t type;
};

static tn_status round_host_tensor(test *t, void *user) {
  static const int64_t shape[] = {16, 16};
  const struct host_tensors *self = user;
  tn_tensor *tensor = NULL;
  const tn_status status = self->context->api->create_host_tensor(self->context, self->type, 2,
                                                                  shape, &tensor, &t->error);
  if (status != TN_OK) return status;
  suite_fill(tensor, t->seed, 0);
  tn_tensor_release(tensor);
  return TN_OK;
}

TN_CHECK(life_leak_export, LIFE, 15, TEST_SLOW | TEST_NEEDS_IMPORT,
         "repeating export leaves no thread, descriptor or memory") {
  struct scene scene = {.model = test_compile(t, "carrier")};
  NEED(scene.model);
  test_expect_no_growth(t, round_export, &scene);
}

static void grow_by_blob(test *t, tn_status (*round)(test *t, void *user)) {
  struct scene scene = {.model = NULL};
  if (!blob_make(t, "carrier", &scene.blob)) return;
  test_expect_no_growth(t, round, &scene);
  blob_clear(&scene.blob);
}

TN_CHECK(life_leak_import, LIFE, 15, TEST_SLOW | TEST_NEEDS_IMPORT,
         "importing and destroying leaves no thread, descriptor or memory") {
  grow_by_blob(t, round_import);
}

TN_CHECK(life_leak_damaged_import, LIFE, 15, TEST_SLOW | TEST_NEEDS_IMPORT,
         "repeating imports that fail leaves no thread, descriptor or memory") {
  grow_by_blob(t, round_damaged);
}

TN_CHECK(life_leak_profile, LIFE, 15, TEST_SLOW | TEST_NEEDS_PROFILING,
         "repeating profiled inferences leaves no thread, descriptor or memory") {
  static const tn_map_entry counting = {TN_STRING_INIT("PERF_COUNT"), {TN_VALUE_BOOL, 0, {1}}};
  struct scene scene = {.model = test_compile_with(t, "carrier", &counting, 1)};
  scene.request = test_request(t, scene.model);
  NEED(scene.request);
  if (!test_set_inputs(t, scene.request, "carrier", t->seed, 4)) return;
  test_expect_no_growth(t, round_profile, &scene);
}

TN_CHECK(life_leak_runtime_model, LIFE, 15, TEST_SLOW,
         "repeating the question what runs leaves no thread, descriptor or memory") {
  struct scene scene = {.model = test_compile(t, "carrier")};
  NEED(scene.model);
  if (!tn_compiled_model_get_extension(scene.model, TN_STRING(TN_EXTENSION_RUNTIME_MODEL)))
    NOT_APPLICABLE("compiled models of the plugin have no runtime model");
  test_expect_no_growth(t, round_runtime_model, &scene);
}

TN_CHECK(life_leak_state, LIFE, 15, TEST_SLOW | TEST_NEEDS_STATES,
         "opening, reading, setting and resetting variables leaves no thread, descriptor or "
         "memory") {
  struct scene scene = {.model = test_compile(t, "accumulator")};
  scene.request = test_request(t, scene.model);
  NEED(scene.request);
  test_expect_no_growth(t, round_state, &scene);
}

TN_CHECK(life_leak_remote, LIFE, 15, TEST_SLOW | TEST_NEEDS_REMOTE,
         "making contexts and tensors, and copying, leaves no thread, descriptor or memory") {
  struct scene scene = {.host = test_tensor(t, TN_F32, 2, (int64_t[]){16, 16})};
  NEED(remote_api(t) && scene.host);
  suite_fill(scene.host, t->seed, 0);
  test_expect_no_growth(t, round_remote, &scene);
}

TN_CHECK(life_leak_default_context, LIFE, 15, TEST_SLOW | TEST_NEEDS_REMOTE,
         "taking and giving back the default context leaves no thread, descriptor or memory") {
  const tn_remote_api *api = remote_api(t);
  NEED(api);
  test_expect_no_growth(t, round_default_context, (void *)(uintptr_t)api);
}

TN_CHECK(life_leak_refused_context, LIFE, 15, TEST_SLOW | TEST_NEEDS_REMOTE,
         "asking for contexts of a device that is not there leaves no thread, descriptor or "
         "memory") {
  const tn_remote_api *api = remote_api(t);
  NEED(api);
  test_expect_no_growth(t, round_refused_context, (void *)(uintptr_t)api);
}

TN_CHECK_WITH(life_leak_host_tensor, LIFE, 15, TEST_SLOW | TEST_NEEDS_REMOTE,
              "making host tensors of a context leaves no thread, descriptor or memory",
              .revision = 2) {
  const tn_model *carrier = test_model(t, "carrier");
  struct host_tensors tensors = {.context = remote_context(t)};
  NEED(carrier && tensors.context);
  if (carrier->graph->input_count == 0) NOT_APPLICABLE("the carrier has no input");
  tensors.type = carrier->graph->inputs[0]->type;
  if (round_host_tensor(t, &tensors) == TN_UNSUPPORTED)
    NOT_APPLICABLE("contexts of the device make no host tensors of the carrier's type");
  test_expect_no_growth(t, round_host_tensor, &tensors);
}
