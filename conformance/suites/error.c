/* Checks of failing: the record, out-parameters, and that the object goes on working. */
#define TN_GROUP "error"
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/failing_calls.h"
#include "engine/ignore.h"
#include "engine/observe.h"
#include "engine/virtual_device.h"

enum { POISON = 0x6b };

/* Whether a call fails at all is judged by the clause that it breaks. */
#define SUCCEEDS "the call succeeds; a case of its own clause tells"

TN_CHECK_WITH(error_statuses, ERROR, 1, 0, "a failing call gives a code of a failure range",
              .name_at = failing_call_at) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const failing_call *call = failing_call_of(t);
  tn_error error;
  tn_status status = call->run(&scene, &error);
  if (status == TN_OK) NOT_APPLICABLE(SUCCEEDS);
  const bool known = status >= TN_INVALID_ARGUMENT && tn_status_range(status) < TN_INTERNAL;
  EXPECT_THAT(known, "%s gives a code of a range from 100 to 699; it gave %d", call->name, status);
}

TN_CHECK(error_success, ERROR, 1, 0, "calls that make something give it when they succeed") {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  tn_compiled_model *model = test_poison();
  tn_infer_request *request = test_poison();
  tn_tensor *tensor = test_poison();
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, scene.carrier, NULL, &model, &t->error));
  REQUIRE(model != NULL && model != test_poison());
  test_adopt_compiled_model(t, model);
  REQUIRE_OK(tn_compiled_model_create_request(model, NULL, &request, &t->error));
  REQUIRE(request != NULL && request != test_poison());
  test_adopt_request(t, request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &tensor, &t->error));
  EXPECT(tensor != NULL && tensor != test_poison());
}

/* Calls that allocate. Where memory is out, C++ throws: what is thrown must not leave the plugin.
 */
static const char *const allocating[] = {"create", "query", "compile", "create_request", NULL};

static tn_status allocate(test *t, const char *call, tn_error *error) {
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = NULL;
  tn_infer_request *request = NULL;
  tn_status status = TN_INTERNAL;
  if (!carrier) return status;
  if (strcmp(call, "query") == 0)
    return t->plugin->api->query(t->plugin, t->device, carrier, NULL, ignore_answers, NULL, error);
  status = tn_plugin_compile(t->plugin, t->device, carrier, NULL, &model, error);
  if (status == TN_OK && strcmp(call, "create_request") == 0)
    status = tn_compiled_model_create_request(model, NULL, &request, error);
  if (request) tn_infer_request_destroy(request);
  if (model) tn_compiled_model_destroy(model);
  return status;
}

static tn_status create(test *t, long fail_at, tn_error *error) {
  suite_host host;
  tn_plugin *plugin = NULL;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  atomic_store(&host.fail_at[SUITE_FAULT_ALLOCATE], fail_at);
  tn_status status = suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                              t->setup->property_count, &plugin, error);
  if (status == TN_OK) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  suite_host_clear(&host);
  return status;
}

TN_CHECK_WITH(error_comes_back, ERROR, 8, 0,
              "a call whose allocation fails comes back to its caller with a status",
              .names = allocating) {
  atomic_long *calls = &t->host->calls[SUITE_FAULT_ALLOCATE];
  uint32_t begun = 0, back = 0;
  for (long n = 1; n <= 24; n++) {
    tn_error error;
    memset(&error, 0, sizeof error);
    begun++;
    tn_status status;
    if (strcmp(t->parameter, "create") == 0) {
      status = create(t, n, &error);
    } else {
      atomic_store(&t->host->fail_at[SUITE_FAULT_ALLOCATE], atomic_load(calls) + n);
      status = allocate(t, t->parameter, &error);
      atomic_store(&t->host->fail_at[SUITE_FAULT_ALLOCATE], 0);
    }
    back++;
    EXPECT_THAT(status == TN_OK || tn_status_range(status) == TN_BACKEND_MISSING,
                "%s without memory succeeds or gives a code of 400 to 499; it gave %d",
                t->parameter, status);
  }
  EXPECT(begun == back);
}

TN_CHECK_WITH(error_record_is_filled, ERROR, 2, 0,
              "the failing call gives its status and fills the record with status and message",
              .name_at = failing_call_at) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const failing_call *call = failing_call_of(t);
  tn_error error;
  memset(&error, POISON, sizeof error); /* what is not written stands out */
  tn_status status = call->run(&scene, &error);
  if (status == TN_OK) NOT_APPLICABLE(SUCCEEDS);
  EXPECT_THAT(status == call->status, "%s gives %s; it gave %s", call->name,
              tni_status_name(call->status), tni_status_name(status));
  EXPECT_THAT(error.status == status, "%s puts its status %d into the record; there is %d",
              call->name, status, error.status);
  EXPECT_THAT(!error.clause_area || tni_clause_area_name(error.clause_area),
              "%s cites a clause of a known area; it cites area %u", call->name, error.clause_area);
  EXPECT_THAT(error.vendor_code != (int64_t)0x6b6b6b6b6b6b6b6b,
              "%s sets the vendor code of the record", call->name);
}

TN_CHECK_WITH(error_message, ERROR, 4, 0,
              "the message is UTF-8, is not empty and ends with a zero in its field",
              .name_at = failing_call_at) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const failing_call *call = failing_call_of(t);
  tn_error error;
  memset(&error, POISON, sizeof error);
  if (call->run(&scene, &error) == TN_OK) NOT_APPLICABLE(SUCCEEDS);
  const char *end = memchr(error.message, 0, sizeof error.message);
  EXPECT_THAT(end != NULL, "the message of %s ends within its field", call->name);
  EXPECT_THAT(end > error.message, "the message of %s is not empty", call->name);
  EXPECT_THAT(end && is_utf8(tn_string_from(error.message)), "the message of %s is UTF-8",
              call->name);
}

TN_CHECK(error_message_of_long_names, ERROR, 4, 0,
         "a message about a name that is longer than its field is cut at a character") {
  enum { LENGTH = 1500 };
  char name[LENGTH];
  for (int shift = 0; shift < 4; shift++) {
    tn_error error;
    memset(name, 'x', sizeof name);
    for (int i = shift; i + 4 <= LENGTH; i += 4) /* characters of four bytes */
      memcpy(name + i, "\xf0\x9f\x94\xa7", 4);
    int length = LENGTH - (LENGTH - shift) % 4;
    memset(&error, POISON, sizeof error);
    property_place place = {"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
    seen_value value;
    tn_status status =
        see_property(t, &place, tn_string_make(name, (uint64_t)length), &value, &error);
    EXPECT_STATUS(status, TN_NOT_FOUND);
    EXPECT(memchr(error.message, 0, sizeof error.message) != NULL);
    error.message[sizeof error.message - 1] = 0;
    EXPECT_THAT(is_utf8(tn_string_from(error.message)),
                "a message with a name of %d bytes is UTF-8 to its end", length);
  }
}

TN_CHECK_WITH(error_record_is_optional, ERROR, 3, 0,
              "the failing call takes NULL for the record and gives the same status",
              .name_at = failing_call_at) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const failing_call *call = failing_call_of(t);
  tn_status status = call->run(&scene, NULL);
  if (status == TN_OK) NOT_APPLICABLE(SUCCEEDS);
  EXPECT_THAT(status == call->status, "%s without a record gives %s; it gave %s", call->name,
              tni_status_name(call->status), tni_status_name(status));
}

TN_CHECK_WITH(error_out_is_untouched, ERROR, 5, 0,
              "the failing call leaves its out-parameter as it was",
              .name_at = failing_call_with_out_at) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const failing_call *call = failing_call_of(t);
  tn_status status = call->run(&scene, &t->error);
  if (status == TN_OK) NOT_APPLICABLE(SUCCEEDS);
  EXPECT_THAT(scene.out == test_poison(), "%s leaves *out untouched", call->name);
}

/* Whether a call succeeded and left the record alone. */
static void expect_untouched(test *t, tn_status status, tn_error *error, const char *what) {
  tn_error poison;
  memset(&poison, POISON, sizeof poison);
  EXPECT_THAT(status == TN_OK, "%s succeeds; it gave %s", what, tni_status_name(status));
  EXPECT_THAT(status != TN_OK || memcmp(error, &poison, sizeof poison) == 0,
              "%s succeeds and leaves the record untouched", what);
  memset(error, POISON, sizeof *error);
}

TN_CHECK(error_record_stays_on_success, ERROR, 2, 0,
         "every succeeding call leaves the record untouched") {
  failing_scene scene;
  tn_error e;
  REQUIRE(failing_scene_create(t, &scene));
  tn_infer_request *request = scene.request, *second = NULL;
  tn_compiled_model *model = NULL;
  tn_tensor *tensor = NULL;
  memset(&e, POISON, sizeof e);
  const tn_plugin_api *api = t->plugin->api;
  expect_untouched(t, api->devices(t->plugin, ignore_devices, NULL, &e), &e, "devices");
  expect_untouched(t, api->properties(t->plugin, ignore_properties, NULL, &e), &e, "properties");
  expect_untouched(t,
                   api->query(t->plugin, t->device, scene.carrier, NULL, ignore_answers, NULL, &e),
                   &e, "query");
  expect_untouched(t, api->compile(t->plugin, t->device, scene.carrier, NULL, &model, &e), &e,
                   "compile");
  REQUIRE(model != NULL);
  test_adopt_compiled_model(t, model);
  expect_untouched(t, tn_compiled_model_create_request(model, NULL, &second, &e), &e,
                   "create_request");
  REQUIRE(second != NULL);
  test_adopt_request(t, second);
  expect_untouched(t, tn_infer_request_get_tensor(request, 0, &tensor, &e), &e, "get_tensor");
  expect_untouched(t, tn_infer_request_set_tensor(request, 0, tensor, &e), &e, "set_tensor");
  expect_untouched(t, tn_infer_request_infer(request, &e), &e, "infer");
  expect_untouched(t, tn_infer_request_set_callback(request, NULL, NULL, &e), &e, "set_callback");
  expect_untouched(t, tn_infer_request_start(request, NULL, &e), &e, "start");
  expect_untouched(t, tn_infer_request_wait(request, -1, &e), &e, "wait");
  expect_untouched(t, tn_infer_request_cancel(request, &e), &e, "cancel");
}

TN_CHECK_WITH(error_object_goes_on, ERROR, 7, 0,
              "after the failing call the engine, the model and the request work as before",
              .name_at = failing_call_at) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const failing_call *call = failing_call_of(t);
  uint64_t seed = test_random(t);
  if (call->run(&scene, &t->error) == TN_OK) NOT_APPLICABLE(SUCCEEDS);
  REQUIRE(test_set_inputs(t, scene.request, "carrier", seed, 4));
  EXPECT_OK(tn_infer_request_infer(scene.request, &t->error));
  test_expect_outputs(t, scene.request, "carrier", seed, 4);
  tn_infer_request *second = test_carrier_request(t);
  NEED(second);
  EXPECT_OK(tn_infer_request_infer(second, &t->error));
}

/* --- NULL in place of what must be there ------------------------------------------------------ */

static void expect_refusal(test *t, tn_status status, const char *what) {
  EXPECT_THAT(status == TN_INVALID_ARGUMENT, "%s gives INVALID_ARGUMENT; it gave %s", what,
              tni_status_name(status));
}

/* Reads each property that a place has, without a sink. */
static void expect_no_reading(test *t, property_place place) {
  seen_properties declared;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  for (uint32_t i = 0; i < declared.count; i++) {
    const tn_string name = declared.items[i]->name;
    if (!(declared.items[i]->levels & place.level)) continue;
    const tn_status status =
        place.model
            ? tn_compiled_model_get_property(place.model, name, NULL, NULL, &t->error)
            : t->plugin->api->get_property(t->plugin, place.device, name, NULL, NULL, &t->error);
    char what[160];
    snprintf(what, sizeof what, "get_property of the %s for %.*s without a sink", place.name,
             TNI_TEXT(name));
    expect_refusal(t, status, what);
  }
}

TN_CHECK_WITH(error_null_of_plugin, ERROR, 11, 0,
              "NULL for a mandatory argument of the plugin's calls gives INVALID_ARGUMENT",
              .revision = 2) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  const tn_plugin_api *api = t->plugin->api;
  tn_compiled_model *model = NULL;
  expect_refusal(t, api->devices(t->plugin, NULL, NULL, &t->error), "devices without a sink");
  expect_refusal(t, api->properties(t->plugin, NULL, NULL, &t->error), "properties without a sink");
  expect_refusal(t, api->query(t->plugin, t->device, NULL, NULL, ignore_answers, NULL, &t->error),
                 "query without a model");
  expect_refusal(t, api->query(t->plugin, t->device, scene.carrier, NULL, NULL, NULL, &t->error),
                 "query without a sink");
  expect_refusal(t, api->compile(t->plugin, t->device, NULL, NULL, &model, &t->error),
                 "compile without a model");
  expect_refusal(t, api->compile(t->plugin, t->device, scene.carrier, NULL, NULL, &t->error),
                 "compile without out");
  expect_refusal(t, api->set_properties(t->plugin, TN_STRING(""), NULL, 1, &t->error),
                 "set_properties without the entry that it counts");
  expect_no_reading(t, (property_place){"plugin", TN_LEVEL_PLUGIN, t->plugin, {"", 0}, NULL});
  expect_no_reading(t, (property_place){"device", TN_LEVEL_DEVICE, t->plugin, t->device, NULL});
  EXPECT(model == NULL);
}

TN_CHECK(error_null_of_creation, ERROR, 11, 0,
         "creation without out gives INVALID_ARGUMENT and takes nothing from the host") {
  suite_host host;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  expect_refusal(t, suite_host_create_engine(&host, t->setup->create, NULL, 0, NULL, &t->error),
                 "creation without out");
  EXPECT(atomic_load(&host.blocks) == 0 && atomic_load(&host.executors) == 0);
  suite_host_clear(&host);
}

TN_CHECK(error_null_options_of_creation, ERROR, 11, TEST_NO_ENGINE,
         "creation without options, or without a way to the host's table, gives INVALID_ARGUMENT") {
  tn_plugin *plugin = test_poison();
  tn_create_options options = tn_create_options_init();
  options.oldest_major = options.newest_major = TN_MAJOR;
  expect_refusal(t, t->setup->create(NULL, &plugin, &t->error), "creation without options");
  expect_refusal(t, t->setup->create(&options, &plugin, &t->error), "creation without host_for");
  EXPECT(plugin == test_poison());
}

TN_CHECK_WITH(error_null_of_model_and_request, ERROR, 11, 0,
              "NULL for a mandatory argument of models and requests gives INVALID_ARGUMENT",
              .revision = 2) {
  failing_scene scene;
  REQUIRE(failing_scene_create(t, &scene));
  expect_refusal(t, tn_compiled_model_create_request(scene.model, NULL, NULL, &t->error),
                 "create_request without out");
  expect_refusal(t, tn_compiled_model_set_properties(scene.model, NULL, 1, &t->error),
                 "set_properties of a model without the entry that it counts");
  expect_refusal(t, tn_infer_request_get_tensor(scene.request, 0, NULL, &t->error),
                 "get_tensor without out");
  if (!test_is_handed_on(t, scene.model->maker)) /* else it need not have what is declared here */
    expect_no_reading(t,
                      (property_place){"model", TN_LEVEL_MODEL, t->plugin, t->device, scene.model});
  EXPECT_OK(tn_infer_request_infer(scene.request, &t->error));
}
