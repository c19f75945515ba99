/* Checks of remote contexts: making them, whose they are, how long they live. Inferences on their
 * tensors are in remote_infer.c. */
#define TN_GROUP "remote"
#include <string.h>

#include "engine/observe.h"
#include "engine/remote_objects.h"
#include "engine/together.h"
#include "engine/virtual_device.h"

TN_CHECK(
    remote_is_declared, REMOTE, 10, 0,
    "the extension for remote contexts is there where a device declares it; where it does not it "
    "is missing, or refuses with UNSUPPORTED") {
  const tn_remote_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  const bool declared = t->capabilities & TN_DEVICE_HAS_REMOTE;
  EXPECT(!declared || api);
  if (declared || !api) return;
  tn_remote_context *out = test_poison();
  EXPECT_STATUS(api->create_context(t->plugin, t->device, NULL, &out, &t->error), TN_UNSUPPORTED);
  EXPECT_STATUS(api->default_context(t->plugin, t->device, &out, &t->error), TN_UNSUPPORTED);
  EXPECT(out == test_poison());
}

TN_CHECK(remote_tables, ABI, 9, TEST_NEEDS_REMOTE,
         "the tables of remote contexts have all slots of their first version") {
  const tn_remote_api *api = remote_api(t);
  tn_remote_context *context = remote_context(t);
  NEED(api && context);
  EXPECT(api->size >= TN_REMOTE_API_FIRST_SIZE && api->create_context && api->default_context);
  const tn_remote_context_api *slots = context->api;
  EXPECT(slots->size >= TN_REMOTE_CONTEXT_API_FIRST_SIZE && slots->size % 8 == 0);
  EXPECT(slots->get_extension && slots->retain && slots->release && slots->device);
  EXPECT(slots->properties && slots->create_tensor && slots->create_host_tensor);
  EXPECT(context->maker != NULL && context->host == NULL);
  EXPECT(slots->get_extension(context, TN_STRING("x-nobody.knows/1")) == NULL);
}

TN_CHECK(remote_context_of_the_device, REMOTE, 1, TEST_NEEDS_REMOTE,
         "a context is made for the device, and names it") {
  tn_remote_context *context = remote_context(t), *other = remote_context(t);
  NEED(context && other);
  EXPECT(test_names_device(t, context));
  EXPECT(context != other);
}

TN_CHECK(
    remote_default_context, REMOTE, 11, TEST_NEEDS_REMOTE,
    "the default context is the same object at every call, also after all references were given "
    "back") {
  tn_remote_context *first = remote_default_context(t), *second = remote_default_context(t);
  NEED(first && second);
  EXPECT(first == second);
  EXPECT(test_names_device(t, first));
  tn_remote_context *made = remote_context(t);
  EXPECT(made != first);
}

enum { THREADS = 4, ROUNDS = 200 };

struct asking {
  test *t;
  const tn_remote_api *api;
  tn_remote_context *context;
};

static void ask_for_default(void *argument) {
  struct asking *self = argument;
  self->api->default_context(self->t->plugin, self->t->device, &self->context, NULL);
}

TN_CHECK(remote_default_context_from_threads, REMOTE, 11, TEST_NEEDS_REMOTE,
         "several threads that ask first all get the same default context") {
  struct asking asking[THREADS];
  const tn_remote_api *api = remote_api(t);
  NEED(api);
  for (int i = 0; i < THREADS; i++)
    asking[i] = (struct asking){t, api, NULL};
  together_run(asking, sizeof *asking, THREADS, ask_for_default);
  for (int i = 0; i < THREADS; i++) {
    EXPECT(asking[i].context != NULL && asking[i].context == asking[0].context);
    if (asking[i].context) test_adopt_context(t, asking[i].context);
  }
}

TN_CHECK(remote_unknown_device, DEVICE, 7, TEST_NEEDS_REMOTE,
         "contexts of a device that is not there are refused with NOT_FOUND and its name") {
  const tn_remote_api *api = remote_api(t);
  const tn_string nobody = TN_STRING("no-such-device");
  tn_remote_context *out = test_poison();
  NEED(api);
  EXPECT_STATUS(api->default_context(t->plugin, nobody, &out, &t->error), TN_NOT_FOUND);
  tn_status status = api->create_context(t->plugin, nobody, NULL, &out, &t->error);
  EXPECT(strstr(t->error.message, "no-such-device") != NULL);
  EXPECT_STATUS(status, TN_NOT_FOUND);
  EXPECT(out == test_poison());
}

/* --- options and properties */

static tn_status create_with(test *t, const tn_create_context_options *options,
                             tn_remote_context **out) {
  const tn_remote_api *api = remote_api(t);
  return api ? api->create_context(t->plugin, t->device, options, out, &t->error) : TN_INTERNAL;
}

TN_CHECK(
    remote_context_options, OPTION, 3, TEST_NEEDS_REMOTE,
    "making a context ignores an unknown entry, refuses an unknown critical one with UNSUPPORTED "
    "and an unknown property with NOT_FOUND") {
  tn_option unknown = {TN_SIZE(tn_option), 0, TN_STRING_INIT("x-nobody.knows/1")};
  const tn_option *const entries[] = {&unknown};
  const tn_map_entry properties[] = {{TN_STRING_INIT("NO_SUCH_PROPERTY"), tn_value_of_bool(1)}};
  tn_create_context_options options = tn_create_context_options_init();
  tn_remote_context *made = NULL, *out = test_poison();
  options.entries = entries;
  options.entry_count = 1;
  EXPECT_STATUS(create_with(t, &options, &made), TN_OK);
  if (made) test_adopt_context(t, made);
  unknown.flags = TN_OPTION_CRITICAL;
  EXPECT_STATUS(create_with(t, &options, &out), TN_UNSUPPORTED);
  options.entry_count = 0;
  options.properties = properties;
  options.property_count = 1;
  EXPECT_STATUS(create_with(t, &options, &out), TN_NOT_FOUND);
  EXPECT(out == test_poison());
}

struct seen_map {
  int calls;
  uint32_t kind;
  bool keys_are_unique;
  tn_status answer;
};

static tn_status see_map(void *user, const tn_value *value) {
  struct seen_map *seen = user;
  seen->calls++;
  seen->kind = value->kind;
  seen->keys_are_unique = true;
  for (uint64_t i = 0; value->kind == TN_VALUE_MAP && i < value->as.map.count; i++)
    for (uint64_t k = 0; k < i; k++)
      if (tn_string_equal(value->as.map.entries[i].key, value->as.map.entries[k].key))
        seen->keys_are_unique = false;
  return seen->answer;
}

TN_CHECK(
    remote_properties, REMOTE, 1, TEST_NEEDS_REMOTE,
    "a context gives its properties as one map with each key once, and passes a failure of the "
    "sink on") {
  tn_remote_context *context = remote_context(t);
  struct seen_map seen = {0};
  NEED(context);
  EXPECT_OK(context->api->properties(context, see_map, &seen, &t->error));
  EXPECT(seen.calls == 1 && seen.kind == TN_VALUE_MAP && seen.keys_are_unique);
  seen.answer = TN_CANCELLED;
  EXPECT_STATUS(context->api->properties(context, see_map, &seen, &t->error), TN_CANCELLED);
}

/* --- foreign contexts */

/* Compiling for a context that is not this engine's and device's. */
static void refuse_context(test *t, tn_remote_context *context, tn_status asked) {
  tn_model *model = test_model(t, "carrier");
  tn_compiled_model *out = test_poison();
  NEED(model);
  tn_context_option option = tn_context_option_make(context);
  const tn_option *const entries[] = {&option.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, &options, &out, &t->error), asked);
  EXPECT(out == test_poison());
}

TN_CHECK(remote_context_missing, REMOTE, 4, TEST_NEEDS_REMOTE,
         "an entry for a context that is NULL, or that ends before it, is refused with "
         "INVALID_ARGUMENT") {
  tn_remote_context *context = remote_context(t);
  tn_model *model = test_model(t, "carrier");
  NEED(context && model);
  refuse_context(t, NULL, TN_INVALID_ARGUMENT);
  tn_compiled_model *out = test_poison();
  tn_context_option option = tn_context_option_make(context);
  const tn_option *const entries[] = {&option.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  option.option.size = TN_SIZE(tn_option);
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, &options, &out, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT(out == test_poison());
}

TN_CHECK(remote_context_of_another_engine, REMOTE, 4, TEST_NEEDS_REMOTE,
         "a context of another engine of the same library is refused with INVALID_ARGUMENT") {
  test *other = test_another_engine(t);
  NEED(other);
  tn_remote_context *context = remote_context(other), *theirs = remote_default_context(other);
  NEED(context && theirs);
  refuse_context(t, context, TN_INVALID_ARGUMENT);
  refuse_context(t, theirs, TN_INVALID_ARGUMENT);
}

TN_CHECK(remote_context_of_another_device, REMOTE, 4, TEST_NEEDS_REMOTE,
         "a context of another device of the plugin is refused with INVALID_ARGUMENT") {
  seen_devices devices;
  const tn_remote_api *api = remote_api(t);
  tn_remote_context *context = NULL;
  NEED(api);
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < devices.count && !context; i++) {
    const tn_device *device = devices.items[i];
    if (tn_string_equal(device->id, t->device) || !(device->capabilities & TN_DEVICE_HAS_REMOTE))
      continue;
    REQUIRE_OK(api->create_context(t->plugin, device->id, NULL, &context, &t->error));
  }
  if (!context) NOT_APPLICABLE("the plugin has no second device with remote contexts");
  test_adopt_context(t, context);
  refuse_context(t, context, TN_INVALID_ARGUMENT);
}

/* --- a context that nobody else made */

static const void *no_extension(tn_remote_context *context, tn_string id) {
  (void)context, (void)id;
  return NULL;
}
static void count_reference(tn_remote_context *context) {
  (void)context;
}
static tn_string no_device(tn_remote_context *context) {
  (void)context;
  return TN_STRING("0");
}
static tn_status no_properties(tn_remote_context *context, tn_value_sink sink, void *user,
                               tn_error *error) {
  (void)context, (void)sink, (void)user, (void)error;
  return TN_UNSUPPORTED;
}
static tn_status no_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                           const int64_t *shape, const tn_map_entry *properties, uint64_t count,
                           tn_tensor **out, tn_error *error) {
  (void)context, (void)type, (void)rank, (void)shape, (void)properties, (void)count, (void)out;
  (void)error;
  return TN_UNSUPPORTED;
}
static tn_status no_host_tensor(tn_remote_context *context, uint32_t type, uint32_t rank,
                                const int64_t *shape, tn_tensor **out, tn_error *error) {
  (void)context, (void)type, (void)rank, (void)shape, (void)out, (void)error;
  return TN_UNSUPPORTED;
}

TN_CHECK(remote_context_of_the_suite, REMOTE, 4, 0,
         "a context that another library made is refused: with INVALID_ARGUMENT, or, as a critical "
         "entry that is not known, with UNSUPPORTED where contexts are not declared") {
  static const tn_remote_context_api api = {.size = TN_SIZE(tn_remote_context_api),
                                            .get_extension = no_extension,
                                            .retain = count_reference,
                                            .release = count_reference,
                                            .device = no_device,
                                            .properties = no_properties,
                                            .create_tensor = no_tensor,
                                            .create_host_tensor = no_host_tensor};
  tn_remote_context foreign = {.api = &api, .maker = t->host->table.maker};
  const bool declared = t->capabilities & TN_DEVICE_HAS_REMOTE;
  refuse_context(t, &foreign, declared ? TN_INVALID_ARGUMENT : TN_UNSUPPORTED);
}

TN_CHECK(remote_maker, LIFE, 1, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
         "contexts and both kinds of tensors name the maker record of their engine") {
  tn_remote_context *context = remote_context(t), *shared = remote_default_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 1, (int64_t[]){4}), *host = NULL;
  NEED(context && shared && tensor);
  const tn_status status =
      context->api->create_host_tensor(context, TN_F32, 1, (int64_t[]){4}, &host, &t->error);
  if (remote_refuses(t, status, TN_F32)) return;
  REQUIRE_OK(status);
  test_adopt_tensor(t, host);
  EXPECT(context->maker == t->plugin->maker && shared->maker == t->plugin->maker);
  EXPECT(tensor->maker == t->plugin->maker);
  EXPECT(host->maker == t->plugin->maker || host->maker == t->host->table.maker);
}

/* --- lifetimes */

TN_CHECK(remote_tensor_keeps_its_context, REMOTE, 6, TEST_NEEDS_REMOTE,
         "a tensor works after its context was released by everybody else") {
  const tn_remote_api *api = remote_api(t);
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL;
  NEED(api);
  REQUIRE_OK(api->create_context(t->plugin, t->device, NULL, &context, &t->error));
  tn_status status =
      tn_remote_context_create_tensor(context, TN_F32, 2, (int64_t[]){4, 8}, &tensor, &t->error);
  tn_remote_context_release(context);
  if (remote_refuses(t, status, TN_F32)) return;
  REQUIRE_OK(status);
  test_adopt_tensor(t, tensor);
  EXPECT(tensor->context == context);
  EXPECT(test_names_device(t, tensor->context));
  remote_round_trip(t, tensor, 3);
}

/* Engine and host of a second engine end only with the last counted object. */
static void outlive(test *t, test *other, tn_tensor *tensor, tn_remote_context *context) {
  tn_plugin_destroy(other->plugin, TN_DESTROY_NORMAL);
  other->plugin = NULL;
  EXPECT(atomic_load(&other->host->ended) == 0);
  if (context) {
    EXPECT(test_names_device(t, context));
    tn_remote_context_release(context);
  }
  if (tensor) {
    EXPECT(atomic_load(&other->host->ended) == 0);
    remote_round_trip(t, tensor, 4);
    tn_tensor_release(tensor);
  }
  EXPECT(atomic_load(&other->host->ended) == 1);
  EXPECT(atomic_load(&other->host->blocks) == 0);
  EXPECT(atomic_load(&other->host->calls_after_end) == 0);
}

TN_CHECK(
    remote_context_outlives_the_plugin, LIFE, 7, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
    "a context works until its last release after the plugin was destroyed; only then the engine "
    "calls end") {
  test *other = test_another_engine(t);
  tn_remote_context *context = NULL;
  NEED(other);
  const tn_remote_api *api = remote_api(other);
  NEED(api);
  REQUIRE_OK(api->create_context(other->plugin, t->device, NULL, &context, &t->error));
  outlive(t, other, NULL, context);
}

TN_CHECK(remote_default_context_outlives_the_plugin, LIFE, 7, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
         "the default context works until its last release after the plugin was destroyed") {
  test *other = test_another_engine(t);
  tn_remote_context *context = NULL;
  NEED(other);
  const tn_remote_api *api = remote_api(other);
  NEED(api);
  REQUIRE_OK(api->default_context(other->plugin, t->device, &context, &t->error));
  outlive(t, other, NULL, context);
}

TN_CHECK(
    remote_tensor_outlives_the_plugin, LIFE, 7, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
    "a device tensor is copied to and from after its plugin was destroyed; only its last release "
    "ends the engine") {
  test *other = test_another_engine(t);
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL;
  NEED(other);
  const tn_remote_api *api = remote_api(other);
  NEED(api);
  REQUIRE_OK(api->create_context(other->plugin, t->device, NULL, &context, &t->error));
  tn_status status =
      tn_remote_context_create_tensor(context, TN_F32, 2, (int64_t[]){4, 8}, &tensor, &t->error);
  if (!remote_refuses(t, status, TN_F32)) EXPECT_STATUS(status, TN_OK);
  outlive(t, other, tensor, context);
}

TN_CHECK(remote_model_keeps_its_context, REMOTE, 6, TEST_NEEDS_REMOTE,
         "a compiled model works after the context that it was compiled for was released") {
  const tn_remote_api *api = remote_api(t);
  tn_remote_context *context = NULL;
  NEED(api);
  REQUIRE_OK(api->create_context(t->plugin, t->device, NULL, &context, &t->error));
  tn_compiled_model *model = remote_compile(t, "carrier", context);
  tn_remote_context_release(context);
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

struct counting {
  tn_remote_context *context;
  tn_tensor *tensor;
};

static void count_often(void *argument) {
  struct counting *self = argument;
  for (int i = 0; i < ROUNDS; i++) {
    tn_remote_context_retain(self->context);
    tn_tensor_retain(self->tensor);
    tn_remote_context_release(self->context);
    tn_tensor_release(self->tensor);
  }
}

TN_CHECK(
    remote_references_from_threads, THREAD, 1, TEST_NEEDS_REMOTE,
    "references of a context and a tensor taken and given back in several threads stay balanced") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 8});
  NEED(tensor);
  struct counting counting[THREADS];
  for (int i = 0; i < THREADS; i++)
    counting[i] = (struct counting){context, tensor};
  together_run(counting, sizeof *counting, THREADS, count_often);
  remote_round_trip(t, tensor, 5);
}

TN_CHECK(remote_null_arguments, ERROR, 11, TEST_NEEDS_REMOTE,
         "NULL for out, a shape or a sink is refused with INVALID_ARGUMENT, NULL for the error "
         "accepted") {
  const tn_remote_api *api = remote_api(t);
  tn_remote_context *context = remote_context(t), *out = test_poison();
  tn_tensor *tensor = test_poison();
  NEED(api && context);
  EXPECT_STATUS(api->create_context(t->plugin, t->device, NULL, NULL, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->default_context(t->plugin, t->device, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->create_context(t->plugin, TN_STRING("nobody"), NULL, &out, NULL),
                TN_NOT_FOUND);
  EXPECT_STATUS(tn_remote_context_create_tensor(context, TN_F32, 2, NULL, &tensor, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(tn_remote_context_create_tensor(context, TN_F32, 0, NULL, NULL, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(context->api->properties(context, NULL, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT(out == test_poison() && tensor == test_poison());
}
