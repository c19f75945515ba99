/* Checks of calls on contexts, batches and lists during which a function of the host fails; those
 * on models are in host_faults.c. Each request of a call for memory, a tensor or an executor is
 * refused once. A call that asks for nothing in a clean run is not judged; one that asked then and
 * never when it was to be refused has shown nothing. */
#define TN_GROUP "faults"
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/ignore.h"

/* An engine of its own for one attempt, and what the calls work on. */
struct scene {
  test *t; /* of the engine */
  tn_compiled_model *model;
  tn_infer_request *request;
  tn_remote_context *context;
  tn_tensor *tensor, *items[64];
  uint32_t item_count;
};

/* A call. `prepare` makes what it needs, without faults; what `run` makes is taken down after it.
 */
struct operation {
  const char *name;
  uint64_t capability; /* which the device has to declare; 0: none */
  const char *model;   /* compiled before; NULL: none */
  tn_status (*prepare)(struct scene *scene, tn_error *error);
  tn_status (*run)(struct scene *scene, tn_error *error);
};

static void take_down_made(struct scene *scene) {
  if (scene->tensor) tn_tensor_release(scene->tensor);
  if (scene->context) tn_remote_context_release(scene->context);
  scene->tensor = NULL;
  scene->context = NULL;
}

static void take_down(struct scene *scene) {
  take_down_made(scene);
  if (scene->request) tn_infer_request_destroy(scene->request);
  if (scene->model) tn_compiled_model_destroy(scene->model);
  for (uint32_t i = 0; i < scene->item_count; i++)
    tn_tensor_release(scene->items[i]);
}

/* --- the calls */

static tn_status enumerate(struct scene *scene, tn_error *error) {
  tn_plugin *plugin = scene->t->plugin;
  return plugin->api->devices(plugin, ignore_devices, NULL, error);
}

static tn_status declare(struct scene *scene, tn_error *error) {
  tn_plugin *plugin = scene->t->plugin;
  return plugin->api->properties(plugin, ignore_properties, NULL, error);
}

static const tn_remote_api *remote_of(const struct scene *scene) {
  return tn_plugin_get_extension(scene->t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
}

static tn_status create_context(struct scene *scene, tn_error *error) {
  const tn_remote_api *api = remote_of(scene);
  return api ? api->create_context(scene->t->plugin, scene->t->device, NULL, &scene->context, error)
             : TN_UNSUPPORTED;
}

static tn_status default_context(struct scene *scene, tn_error *error) {
  const tn_remote_api *api = remote_of(scene);
  return api ? api->default_context(scene->t->plugin, scene->t->device, &scene->context, error)
             : TN_UNSUPPORTED;
}

/* With a context of its own, so that all that it makes can be taken down. */
static tn_status create_tensor(struct scene *scene, tn_error *error) {
  const tn_status status = create_context(scene, error);
  if (status != TN_OK) return status;
  return tn_remote_context_create_tensor(scene->context, TN_F32, 2, (int64_t[]){4, 8},
                                         &scene->tensor, error);
}

static tn_status create_host_tensor(struct scene *scene, tn_error *error) {
  const tn_status status = create_context(scene, error);
  if (status != TN_OK) return status;
  return scene->context->api->create_host_tensor(scene->context, TN_F32, 2, (int64_t[]){4, 8},
                                                 &scene->tensor, error);
}

static tn_status make_request(struct scene *scene, tn_error *error) {
  return tn_compiled_model_create_request(scene->model, NULL, &scene->request, error);
}

static tn_status get_tensors(struct scene *scene, tn_error *error) {
  const tn_port_list *ports = tn_compiled_model_ports(scene->model);
  tn_status status = TN_OK;
  for (uint32_t i = 0; status == TN_OK && i < ports->input_count + ports->output_count; i++) {
    tn_tensor *tensor;
    status = tn_infer_request_get_tensor(scene->request, i, &tensor, error);
  }
  return status;
}

static tn_status request_and_items(struct scene *scene, tn_error *error) {
  tn_status status = make_request(scene, error);
  while (status == TN_OK && scene->item_count < 4) {
    status = suite_host_create_tensor(scene->t->host, TN_F32, 2, (int64_t[]){1, 8},
                                      TN_TENSOR_ALIGNMENT, &scene->items[scene->item_count], error);
    if (status == TN_OK) scene->item_count++;
  }
  return status;
}

static tn_status infer_on_batch(struct scene *scene, tn_error *error) {
  const tn_batch_api *api =
      tn_infer_request_get_extension(scene->request, TN_STRING(TN_EXTENSION_BATCH));
  if (!api) return TN_UNSUPPORTED;
  const tn_status status = api->set_tensors(scene->request, 0, scene->items, 4, error);
  if (status != TN_OK) return status;
  for (uint32_t i = 0; i < 4; i++) { /* what was taken is there */
    tn_tensor *item = NULL;
    if (api->get_tensor(scene->request, 0, i, &item, error) != TN_OK || item != scene->items[i])
      return TN_INTERNAL;
  }
  return tn_infer_request_infer(scene->request, error);
}

static const struct operation operations[] = {
    {"devices", 0, NULL, NULL, enumerate},
    {"properties", 0, NULL, NULL, declare},
    {"get_tensor", 0, "carrier", make_request, get_tensors},
    {"create_context", TN_DEVICE_HAS_REMOTE, NULL, NULL, create_context},
    {"default_context", TN_DEVICE_HAS_REMOTE, NULL, NULL, default_context},
    {"device_tensor", TN_DEVICE_HAS_REMOTE, NULL, NULL, create_tensor},
    {"host_tensor", TN_DEVICE_HAS_REMOTE, NULL, NULL, create_host_tensor},
    {"batch", TN_DEVICE_HAS_BATCHES, "chain_f32", request_and_items, infer_on_batch},
};

enum { OPERATION_COUNT = sizeof operations / sizeof *operations };

static const char *operation_name(uint32_t index) {
  return index < OPERATION_COUNT ? operations[index].name : NULL;
}

/* --- attempts */

struct attempt {
  const struct operation *operation;
  enum suite_fault fault;
  long number; /* of the request that is refused, from 1; 0: none is */
  tn_status ready, status, again;
  long asked, refused; /* requests during the call */
  tn_error error;
};

static tn_status make_ready(struct scene *scene, const struct operation *operation,
                            tn_error *error) {
  tn_status status = TN_OK;
  if (operation->model)
    status = tn_plugin_compile(scene->t->plugin, scene->t->device,
                               test_model(scene->t, operation->model), NULL, &scene->model, error);
  return status == TN_OK && operation->prepare ? operation->prepare(scene, error) : status;
}

static bool attempt_once(test *t, struct attempt *self) {
  struct scene scene = {.t = test_another_engine(t)};
  if (!scene.t) return false;
  suite_host *host = scene.t->host;
  self->ready = make_ready(&scene, self->operation, &self->error);
  if (self->ready == TN_OK) {
    const long before = atomic_load(&host->calls[self->fault]);
    if (self->number) atomic_store(&host->fail_at[self->fault], before + self->number);
    memset(&self->error, 0, sizeof self->error);
    self->status = self->operation->run(&scene, &self->error);
    atomic_store(&host->fail_at[self->fault], 0);
    self->asked = atomic_load(&host->calls[self->fault]) - before;
    self->refused = atomic_load(&host->failed[self->fault]);
    take_down_made(&scene);
    self->again = self->status == TN_OK ? TN_OK : self->operation->run(&scene, NULL);
  }
  take_down(&scene);
  test_end_engine(t, scene.t); /* which looks for what was not given back */
  return true;
}

static void expect_survival(test *t, const struct attempt *self) {
  const char *name = self->operation->name;
  EXPECT_THAT(self->status == TN_OK || self->status == TN_OUT_OF_MEMORY,
              "%s gives OUT_OF_MEMORY or succeeds when request %ld is refused; it gave %s: %.200s",
              name, self->number, tni_status_name(self->status), self->error.message);
  EXPECT_THAT(
      self->status == TN_OK || (self->error.status == self->status && self->error.message[0]),
      "%s fills the record when request %ld is refused", name, self->number);
  EXPECT_THAT(self->again == TN_OK, "%s works again after request %ld was refused; it gave %s",
              name, self->number, tni_status_name(self->again));
}

static void refuse_each(test *t, enum suite_fault fault) {
  enum { MOST = 2000 };
  const struct operation *operation = &operations[t->parameter_index];
  if (operation->capability && !(t->setup->capabilities & operation->capability))
    NOT_APPLICABLE("the device does not declare what the call is for");
  struct attempt clean = {.operation = operation, .fault = fault};
  if (!attempt_once(t, &clean)) return;
  if (clean.ready == TN_UNSUPPORTED || clean.status == TN_UNSUPPORTED)
    NOT_APPLICABLE("the plugin does not support the call, or the model that it needs");
  EXPECT_STATUS(clean.ready, TN_OK);
  EXPECT_STATUS(clean.status, TN_OK);
  if (clean.ready != TN_OK || clean.status != TN_OK) return;
  if (!clean.asked) NOT_APPLICABLE("in a clean run the call asks the host for none");
  long refused = 0;
  for (long number = 1; number <= MOST; number++) {
    struct attempt attempt = {.operation = operation, .fault = fault, .number = number};
    if (!attempt_once(t, &attempt)) return;
    if (!attempt.refused) break;
    refused++;
    expect_survival(t, &attempt);
  }
  if (!refused) VACUOUS("the call asked the host in a clean run, and never when it was refused");
  test_note(t, "%s: %ld requests in a clean run, %ld refused", operation->name, clean.asked,
            refused);
}

TN_CHECK_WITH(faults_allocation, ERROR, 10, TEST_NO_ENGINE | TEST_SLOW,
              "the call survives the refusal of each of its allocations, and works afterwards",
              .name_at = operation_name) {
  refuse_each(t, SUITE_FAULT_ALLOCATE);
}

TN_CHECK_WITH(faults_tensor, HOST, 3, TEST_NO_ENGINE | TEST_SLOW,
              "the call survives the refusal of each tensor that it asks of the host, and works "
              "afterwards",
              .name_at = operation_name) {
  refuse_each(t, SUITE_FAULT_CREATE_TENSOR);
}

TN_CHECK_WITH(faults_executor, HOST, 3, TEST_NO_ENGINE | TEST_SLOW,
              "the call survives the refusal of each executor that it asks of the host, and works "
              "afterwards",
              .name_at = operation_name) {
  refuse_each(t, SUITE_FAULT_CREATE_EXECUTOR);
}
