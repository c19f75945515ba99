/* Checks of devices that are lost and come back, for plugins that can be asked for it
 * ("tn.fault/1"). Nothing here is required: a plugin without the extension is not judged by it. */
#define TN_GROUP "fault"
#include <string.h>

#include "engine/foreign_handles.h"
#include "engine/growth.h"
#include "engine/long_model.h"
#include "engine/observe.h"
#include "engine/remote_objects.h"
#include "engine/watch.h"

#define NO_FAULTS "the plugin has no " TN_EXTENSION_FAULT

static const tn_fault_api *fault_api(const test *t) {
  const tn_fault_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_FAULT));
  return api && api->size >= TN_FAULT_API_FIRST_SIZE ? api : NULL;
}

static tn_status lose(test *t) {
  return fault_api(t)->lose(t->plugin, t->device, &t->error);
}

static tn_status restore(test *t) {
  return fault_api(t)->restore(t->plugin, t->device, &t->error);
}

TN_CHECK(fault_table, ABI, 9, 0, "the table of faults has all slots of its first version") {
  const tn_fault_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_FAULT));
  if (!api) NOT_APPLICABLE(NO_FAULTS);
  EXPECT(api->size >= TN_FAULT_API_FIRST_SIZE && api->size % 8 == 0 && api->reserved == 0);
  EXPECT(api->lose && api->restore);
}

TN_CHECK(fault_lost_before_infer, DEVICE, 10, 0,
         "on a device that is lost infer ends with DEVICE_LOST, also when it is asked again") {
  tn_infer_request *request = test_carrier_request(t);
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  REQUIRE_OK(lose(t));
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_DEVICE_LOST);
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_DEVICE_LOST);
}

TN_CHECK(fault_lost_before_start, DEVICE, 10, 0,
         "on a device that is lost start, or the wait for it, ends with DEVICE_LOST") {
  tn_infer_request *request = test_carrier_request(t);
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(request);
  REQUIRE_OK(lose(t));
  tn_status status = tn_infer_request_start(request, NULL, &t->error);
  if (status == TN_OK) status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_STATUS(status, TN_DEVICE_LOST);
}

struct seen_end {
  atomic_int calls;
  tn_status status;
};

static void see_end(void *user, tn_infer_request *request, tn_status status,
                    const tn_error *error) {
  struct seen_end *seen = user;
  (void)request;
  seen->status = error && error->status == status ? status : TN_INTERNAL;
  atomic_fetch_add(&seen->calls, 1);
}

TN_CHECK(fault_lost_in_flight, DEVICE, 10, 0,
         "a generation that is in flight when its device is lost ends with DEVICE_LOST, for those "
         "who wait and in its callback, which is called once") {
  struct seen_end seen = {.status = TN_OK};
  tn_infer_request *request = test_carrier_request(t);
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(request);
  REQUIRE_OK(tn_infer_request_set_callback(request, see_end, &seen, &t->error));
  if (!test_start_held_in_executors(t, request)) NOT_APPLICABLE(OWN_THREADS);
  EXPECT_OK(lose(t));
  suite_host_let_go(t->host);
  EXPECT_STATUS(tn_infer_request_wait(request, -1, &t->error), TN_DEVICE_LOST);
  EXPECT(atomic_load(&seen.calls) == 1 && seen.status == TN_DEVICE_LOST);
}

/* Starts an inference that is seen to run; false when none was, which is told. */
static bool start_long(test *t, long_model *model) {
  bool enlarged;
  while (long_model_try(t, model, &enlarged)) {
    const tn_status status = tn_infer_request_start(model->request, NULL, &t->error);
    if (!test_record_status(t, status, TN_OK, "start(request, NULL, &t->error)", __FILE__,
                            __LINE__))
      return false;
    watch_sleep(model->took / 10);
    if (tn_infer_request_wait(model->request, 0, NULL) == TN_TIMEOUT) return true;
  }
  if (!long_model_too_short(t, model))
    test_record_inconclusive(t, "no inference was seen in flight");
  return false;
}

TN_CHECK_WITH(fault_lost_while_it_runs, DEVICE, 10, TEST_SLOW,
              "an inference that runs when its device is lost ends at once or soon, with "
              "DEVICE_LOST or with right outputs",
              .revision = 2) {
  long_model model;
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  if (!long_model_begin(t, LONG_TIME, NULL, 0, &model)) return;
  tn_tensor *before = long_model_set_output(t, &model);
  NEED(before);
  REQUIRE_OK(tn_infer_request_infer(model.request, &t->error));
  tn_tensor *after = long_model_set_output(t, &model);
  if (!after || !start_long(t, &model)) return;
  EXPECT_OK(lose(t));
  const tn_status status = tn_infer_request_wait(model.request, -1, &t->error);
  EXPECT_OK_OR(status, TN_DEVICE_LOST);
  if (status == TN_OK) test_expect_equal(t, before, after, "outputs before and after the loss");
}

TN_CHECK(fault_compile_while_lost, DEVICE, 10, 0,
         "compiling for a device that is lost fails with DEVICE_LOST or NOT_FOUND, and leaves *out "
         "untouched") {
  tn_model *model = test_model(t, "carrier");
  tn_compiled_model *out = test_poison();
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(model);
  REQUIRE_OK(lose(t));
  const tn_status status = tn_plugin_compile(t->plugin, t->device, model, NULL, &out, &t->error);
  EXPECT_THAT(status == TN_DEVICE_LOST || status == TN_NOT_FOUND, "compile gave %s",
              tni_status_name(status));
  EXPECT(out == test_poison());
}

TN_CHECK(fault_memory_is_lost, DEVICE, 10, TEST_NEEDS_REMOTE,
         "copies of a tensor in the memory of a device that is lost end with DEVICE_LOST") {
  const int64_t shape[] = {4, 8};
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, shape),
            *host = test_tensor(t, TN_F32, 2, shape);
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(tensor && host);
  if (!(tensor->flags & TN_TENSOR_DEVICE))
    NOT_APPLICABLE("tensors of the context lie in host memory");
  suite_fill(host, t->seed, 0);
  REQUIRE_OK(lose(t));
  EXPECT_STATUS(remote_copy_from(t, tensor, host), TN_DEVICE_LOST);
  EXPECT_STATUS(remote_copy_to(t, tensor, host), TN_DEVICE_LOST);
}

TN_CHECK(fault_memory_while_lost, DEVICE, 10, TEST_NEEDS_REMOTE,
         "while a device is lost no tensor is made or grown in its memory: both end with "
         "DEVICE_LOST, and work in a context made when it is back") {
  const int64_t shape[] = {4, 8};
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, shape), *out = test_poison();
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(tensor);
  if (!(tensor->flags & TN_TENSOR_DEVICE))
    NOT_APPLICABLE("tensors of the context lie in host memory");
  REQUIRE_OK(lose(t));
  EXPECT_STATUS(tn_remote_context_create_tensor(context, TN_F32, 2, shape, &out, &t->error),
                TN_DEVICE_LOST);
  EXPECT(out == test_poison());
  if (tensor->api->resize)
    EXPECT_STATUS(tensor->api->resize(tensor, 2, (int64_t[]){400, 800}, &t->error), TN_DEVICE_LOST);
  REQUIRE_OK(restore(t));
  tn_tensor *made = remote_tensor(t, remote_context(t), TN_F32, 2, shape);
  NEED(made);
  remote_round_trip(t, made, 1);
}

static void wrap_while_lost(test *t, tn_remote_context *context,
                            const tn_handle_provider *provider) {
  const int64_t shape[] = {4, 8};
  foreign_memory *memory = foreign_create(t, context, provider, 4096);
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *out = test_poison();
  NEED(memory && api);
  tn_handle handle = memory->handle;
  REQUIRE_OK(lose(t));
  EXPECT_STATUS(api->wrap(context, &handle, TN_F32, 2, shape, &out, &t->error), TN_DEVICE_LOST);
  handle.flags = TN_HANDLE_TAKE;
  EXPECT_STATUS(api->wrap(context, &handle, TN_F32, 2, shape, &out, &t->error), TN_DEVICE_LOST);
  EXPECT(out == test_poison() && foreign_is_alive(memory));
  REQUIRE_OK(restore(t));
}

TN_CHECK(fault_handles_while_lost, DEVICE, 10, TEST_NEEDS_HANDLES,
         "while a device is lost no handle is wrapped or taken: it ends with DEVICE_LOST") {
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  foreign_for_each(t, remote_context(t), wrap_while_lost);
}

static const char *const models_without_work[] = {"no_nodes", "constant_output", "chain_f32", NULL};

TN_CHECK_WITH(fault_lost_with, DEVICE, 10, 0,
              "on a device that is lost requests of a model of little or no work end with "
              "DEVICE_LOST, and others of it that were made then cannot work either",
              .names = models_without_work) {
  if (test_lacks_requests(t, 2)) return;
  tn_compiled_model *model = test_compile(t, t->parameter);
  tn_infer_request *request = test_request(t, model), *late = NULL;
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  if (!request || !test_set_inputs(t, request, t->parameter, t->seed, 4)) return;
  REQUIRE_OK(lose(t));
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_DEVICE_LOST);
  tn_status status = tn_infer_request_start(request, NULL, &t->error);
  if (status == TN_OK) status = tn_infer_request_wait(request, -1, &t->error);
  EXPECT_STATUS(status, TN_DEVICE_LOST);
  status = tn_compiled_model_create_request(model, NULL, &late, &t->error);
  EXPECT_OK_OR(status, TN_DEVICE_LOST);
  if (status != TN_OK) return;
  test_adopt_request(t, late);
  EXPECT_STATUS(tn_infer_request_infer(late, &t->error), TN_DEVICE_LOST);
}

TN_CHECK(fault_other_devices_go_on, DEVICE, 10, 0,
         "inferences on other devices go on when one is lost") {
  seen_devices devices;
  const tn_string device = t->device;
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < devices.count; i++)
    if (!tn_string_equal(devices.items[i]->id, device)) t->device = devices.items[i]->id;
  if (tn_string_equal(t->device, device)) NOT_APPLICABLE("the plugin has one device");
  tn_infer_request *request = test_carrier_request(t);
  t->device = device;
  NEED(request);
  REQUIRE_OK(lose(t));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* --- back again */

TN_CHECK(fault_back_again, DEVICE, 11, 0,
         "when a lost device is back, enumeration gives it under a greater generation, and a model "
         "compiled anew gives right results") {
  seen_devices before, after;
  bool found = false;
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  REQUIRE_OK(see_devices(t, t->plugin, &before, &t->error));
  REQUIRE_OK(lose(t));
  REQUIRE_OK(restore(t));
  REQUIRE_OK(see_devices(t, t->plugin, &after, &t->error));
  for (uint32_t i = 0; i < after.count; i++)
    found = found || tn_string_equal(after.items[i]->id, t->device);
  EXPECT_THAT(found && after.generation > before.generation,
              "generation %llu is greater than %llu before", (unsigned long long)after.generation,
              (unsigned long long)before.generation);
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(fault_old_requests_after_return, DEVICE, 10, 0,
         "a request from before its device was lost ends with DEVICE_LOST when the device is back, "
         "and is destroyed as any other") {
  tn_infer_request *request = test_carrier_request(t);
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(request);
  REQUIRE_OK(lose(t));
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_DEVICE_LOST);
  REQUIRE_OK(restore(t));
  EXPECT_STATUS(tn_infer_request_infer(request, &t->error), TN_DEVICE_LOST);
}

static tn_status lose_and_return(test *t, void *user) {
  tn_model *model = user;
  tn_compiled_model *compiled = NULL;
  tn_infer_request *request = NULL;
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error);
  if (status == TN_OK)
    status = tn_compiled_model_create_request(compiled, NULL, &request, &t->error);
  if (status == TN_OK) status = lose(t);
  if (request && tn_infer_request_infer(request, NULL) != TN_DEVICE_LOST) status = TN_INTERNAL;
  if (request) tn_infer_request_destroy(request);
  if (compiled) tn_compiled_model_destroy(compiled);
  return status == TN_OK ? restore(t) : status;
}

TN_CHECK(fault_again_and_again, DEVICE, 11, TEST_SLOW,
         "a device may be lost and come back again and again; nothing is left behind each time") {
  tn_model *model = test_model(t, "carrier");
  if (!fault_api(t)) NOT_APPLICABLE(NO_FAULTS);
  NEED(model);
  test_expect_no_growth(t, lose_and_return, model);
}

TN_CHECK(fault_words_that_change_nothing, DEVICE, 11, 0,
         "a device that is there may be restored, a lost one lost once more; unknown devices are "
         "refused with NOT_FOUND") {
  const tn_fault_api *api = fault_api(t);
  seen_devices before, after;
  if (!api) NOT_APPLICABLE(NO_FAULTS);
  REQUIRE_OK(see_devices(t, t->plugin, &before, &t->error));
  EXPECT_STATUS(api->lose(t->plugin, TN_STRING("no-such-device"), &t->error), TN_NOT_FOUND);
  EXPECT_STATUS(api->restore(t->plugin, TN_STRING("no-such-device"), &t->error), TN_NOT_FOUND);
  EXPECT_OK(restore(t));
  REQUIRE_OK(see_devices(t, t->plugin, &after, &t->error));
  EXPECT(after.generation == before.generation);
  tn_model *model = test_model(t, "carrier");
  tn_compiled_model *out = test_poison();
  NEED(model);
  EXPECT_OK(lose(t));
  EXPECT_OK(lose(t));
  EXPECT_FAILURE(tn_plugin_compile(t->plugin, t->device, model, NULL, &out, &t->error));
  EXPECT(out == test_poison());
  EXPECT_OK(restore(t));
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
}
