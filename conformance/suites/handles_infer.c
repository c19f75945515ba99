/* Checks of inferences on wrapped memory: it is used where it lies. What the suite changes through
 * the handle, after the tensor was set and before the inference, has to be what the device reads.
 */
#define TN_GROUP "handles"
#include <string.h>

#include "engine/foreign_handles.h"
#include "engine/remote_objects.h"

enum { MOST_PORTS = 8 };

/* A request of a model whose inputs, or first output, are wrapped memory. */
struct scene {
  tn_remote_context *context;
  const tn_handle_provider *provider;
  const char *name;
  tn_model *model;
  tn_infer_request *request;
  foreign_memory *inputs[MOST_PORTS];
};

static foreign_memory *set_port(test *t, struct scene *scene, uint32_t port,
                                const tn_value_info *info) {
  int64_t shape[TN_MAX_RANK];
  suite_shape(info, 4, shape);
  tn_tensor *host = test_tensor(t, info->type, info->rank, shape);
  foreign_memory *memory =
      host ? foreign_create(t, scene->context, scene->provider, host->capacity_bytes) : NULL;
  tn_tensor *tensor =
      memory ? foreign_wrap(t, scene->context, memory, info->type, info->rank, shape) : NULL;
  if (!tensor || !test_record_status(
                     t, tn_infer_request_set_tensor(scene->request, port, tensor, &t->error), TN_OK,
                     "set_tensor(request, port, tensor, &t->error)", __FILE__, __LINE__))
    return NULL;
  return memory;
}

static bool begin(test *t, struct scene *scene, tn_remote_context *context,
                  const tn_handle_provider *provider, const char *name) {
  *scene = (struct scene){.context = context, .provider = provider, .name = name};
  scene->model = test_model(t, name);
  scene->request = test_request(t, remote_compile(t, name, context));
  return scene->model && scene->request && scene->model->graph->input_count <= MOST_PORTS;
}

static bool wrap_inputs(test *t, struct scene *scene) {
  const tn_graph *graph = scene->model->graph;
  for (uint32_t i = 0; i < graph->input_count; i++) {
    scene->inputs[i] = set_port(t, scene, i, graph->inputs[i]);
    if (!scene->inputs[i]) return false;
  }
  return true;
}

/* Changes all inputs through their handles. */
static bool write_inputs(test *t, const struct scene *scene, uint64_t seed) {
  const tn_graph *graph = scene->model->graph;
  for (uint32_t i = 0; i < graph->input_count; i++) {
    int64_t shape[TN_MAX_RANK];
    suite_shape(graph->inputs[i], 4, shape);
    tn_tensor *host = test_tensor(t, graph->inputs[i]->type, graph->inputs[i]->rank, shape);
    if (!host) return false;
    suite_fill(host, seed, i);
    if (!foreign_write(t, scene->inputs[i], host)) return false;
  }
  return true;
}

static void change_before_infer(test *t, tn_remote_context *context,
                                const tn_handle_provider *provider) {
  struct scene scene;
  if (!begin(t, &scene, context, provider, "carrier") || !wrap_inputs(t, &scene)) return;
  for (uint64_t seed = 30; seed < 33; seed++) { /* set once, changed before each inference */
    if (!write_inputs(t, &scene, seed)) return;
    REQUIRE_OK(tn_infer_request_infer(scene.request, &t->error));
    test_expect_outputs(t, scene.request, "carrier", seed, 4);
  }
}

TN_CHECK(handles_changed_before_infer, REMOTE, 7, TEST_NEEDS_HANDLES,
         "what is written through the handles after set_tensor is what infer reads, time after "
         "time") {
  foreign_for_each(t, remote_context(t), change_before_infer);
}

static void change_before_start(test *t, tn_remote_context *context,
                                const tn_handle_provider *provider) {
  struct scene scene;
  if (!begin(t, &scene, context, provider, "carrier") || !wrap_inputs(t, &scene)) return;
  for (uint64_t seed = 40; seed < 43; seed++) {
    if (!write_inputs(t, &scene, seed)) return;
    REQUIRE_OK(tn_infer_request_start(scene.request, NULL, &t->error));
    REQUIRE_OK(tn_infer_request_wait(scene.request, -1, &t->error));
    test_expect_outputs(t, scene.request, "carrier", seed, 4);
  }
}

TN_CHECK(handles_changed_before_start, REMOTE, 7, TEST_NEEDS_HANDLES,
         "what is written through the handles between set_tensor and start is what the inference "
         "reads") {
  foreign_for_each(t, remote_context(t), change_before_start);
}

static void read_output(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  struct scene scene;
  if (!begin(t, &scene, context, provider, "carrier")) return;
  const tn_graph *graph = scene.model->graph;
  const tn_value_info *info = graph->outputs[0];
  int64_t shape[TN_MAX_RANK];
  suite_shape(info, 4, shape);
  foreign_memory *memory = set_port(t, &scene, graph->input_count, info);
  tn_tensor *host = test_tensor(t, info->type, info->rank, shape);
  NEED(memory && host);
  for (uint64_t seed = 50; seed < 53; seed++) {
    if (!test_set_inputs(t, scene.request, "carrier", seed, 4)) return;
    REQUIRE_OK(tn_infer_request_infer(scene.request, &t->error));
    if (!foreign_read(t, memory, host)) return;
    test_expect_output(t, host, "carrier", 0, seed, 4);
  }
}

TN_CHECK(handles_output_in_place, REMOTE, 7, TEST_NEEDS_HANDLES,
         "an output in wrapped memory is read through its handle as soon as the inference has "
         "ended") {
  foreign_for_each(t, remote_context(t), read_output);
}

/* --- one memory, several tensors */

static void share_memory(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  const int64_t shape[] = {4, 8};
  const foreign_memory *memory = foreign_create(t, context, provider, 4096);
  NEED(memory);
  tn_tensor *first = foreign_wrap(t, context, memory, TN_F32, 2, shape),
            *second = foreign_wrap(t, context, memory, TN_F32, 2, shape),
            *sent = test_tensor(t, TN_F32, 2, shape), *came = test_tensor(t, TN_F32, 2, shape);
  NEED(first && second && sent && came);
  suite_fill(sent, t->seed, 0);
  REQUIRE_OK(remote_copy_from(t, first, sent));
  REQUIRE_OK(remote_copy_to(t, second, came));
  EXPECT_THAT(memcmp(sent->data, came->data, 128) == 0,
              "what is copied into one tensor of a handle is read from another one");
  memset(came->data, 0, 128);
  if (!foreign_read(t, memory, came)) return;
  EXPECT_THAT(memcmp(sent->data, came->data, 128) == 0, "and through the handle");
  suite_fill(sent, t->seed + 1, 0);
  if (!foreign_write(t, memory, sent)) return;
  REQUIRE_OK(remote_copy_to(t, first, came));
  EXPECT_THAT(memcmp(sent->data, came->data, 128) == 0,
              "what is written through the handle is copied out of its tensor");
}

TN_CHECK(handles_share_memory, REMOTE, 7, TEST_NEEDS_HANDLES,
         "tensors of one handle and the handle itself are the same memory") {
  foreign_for_each(t, remote_context(t), share_memory);
}

enum { WHOLE = 4096, FROM = 1024, LENGTH = 128 };

static void use_part(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  const int64_t shape[] = {4, 8}, all[] = {WHOLE};
  foreign_memory *memory = foreign_create(t, context, provider, WHOLE);
  tn_tensor *before = test_tensor(t, TN_U8, 1, all), *after = test_tensor(t, TN_U8, 1, all),
            *sent = test_tensor(t, TN_F32, 2, shape), *tensor = NULL;
  const tn_handles_api *api = foreign_api(t, context);
  NEED(memory && api && before && after && sent);
  suite_fill(before, t->seed, 0);
  suite_fill(sent, t->seed, 1);
  if (!foreign_write(t, memory, before)) return;
  tn_handle handle = memory->handle;
  handle.offset = FROM;
  const tn_status status = api->wrap(context, &handle, TN_F32, 2, shape, &tensor, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED); /* an offset that the device cannot use */
  if (status != TN_OK) return;
  test_adopt_tensor(t, tensor);
  REQUIRE_OK(remote_copy_from(t, tensor, sent));
  if (!foreign_read(t, memory, after)) return;
  const char *was = before->data, *is = after->data;
  EXPECT_THAT(memcmp(is + FROM, sent->data, LENGTH) == 0, "the tensor begins at its offset");
  EXPECT_THAT(memcmp(is, was, FROM) == 0 &&
                  memcmp(is + FROM + LENGTH, was + FROM + LENGTH, WHOLE - FROM - LENGTH) == 0,
              "the memory around the tensor stays as it was");
}

TN_CHECK(handles_offset, REMOTE, 7, TEST_NEEDS_HANDLES,
         "a tensor at an offset is that part of the memory, and no other is touched") {
  foreign_for_each(t, remote_context(t), use_part);
}

/* --- with others */

static void mix(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  struct scene scene;
  const char *name = "two_inputs_f32";
  if (!begin(t, &scene, context, provider, name)) return;
  for (uint64_t seed = 60; seed < 64; seed++) { /* wrapped, host, wrapped, host */
    if (!test_set_inputs(t, scene.request, name, seed, 1)) return;
    if (seed % 2 == 0) {
      const tn_value_info *info = scene.model->graph->inputs[1];
      int64_t shape[TN_MAX_RANK];
      suite_shape(info, 1, shape);
      tn_tensor *host = test_tensor(t, info->type, info->rank, shape);
      foreign_memory *memory = set_port(t, &scene, 1, info);
      NEED(memory && host);
      suite_fill(host, seed, 1);
      if (!foreign_write(t, memory, host)) return;
    }
    REQUIRE_OK(tn_infer_request_infer(scene.request, &t->error));
    test_expect_outputs(t, scene.request, name, seed, 1);
  }
}

TN_CHECK(handles_mixed, REMOTE, 5, TEST_NEEDS_HANDLES,
         "wrapped and host memory are mixed in one request, and swapped between runs") {
  foreign_for_each(t, remote_context(t), mix);
}

static void keep_taken(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  const tn_handles_api *api = foreign_api(t, context);
  tn_infer_request *request = test_request(t, remote_compile(t, "chain_f32", context));
  tn_tensor *host = test_tensor(t, TN_F32, 2, (int64_t[]){4, 8}), *tensor = NULL;
  foreign_memory *memory = foreign_create(t, context, provider, 128);
  NEED(api && request && host && memory);
  suite_fill(host, t->seed, 0);
  if (!foreign_write(t, memory, host)) return;
  tn_handle handle = memory->handle;
  handle.flags = TN_HANDLE_TAKE;
  REQUIRE_OK(api->wrap(context, &handle, TN_F32, 2, host->shape, &tensor, &t->error));
  memory->taken = true;
  EXPECT_OK(tn_infer_request_set_tensor(request, 0, tensor, &t->error));
  tn_tensor_release(tensor);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "chain_f32", t->seed, 1);
  EXPECT(foreign_is_alive(memory));
  test_destroy_request(t, request);
  EXPECT(!foreign_is_alive(memory));
}

TN_CHECK(handles_kept_by_the_request, REMOTE, 8, TEST_NEEDS_HANDLES,
         "a request keeps a tensor that owns its handle, and gives the handle back with it") {
  foreign_for_each(t, remote_context(t), keep_taken);
}

/* --- bytes through the host */

static void count_bytes(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  struct scene scene;
  if (!begin(t, &scene, context, provider, "carrier") || !wrap_inputs(t, &scene)) return;
  if (!write_inputs(t, &scene, t->seed)) return;
  REQUIRE_OK(tn_infer_request_infer(scene.request, &t->error)); /* makes what is made once */
  unsigned long long wrapped = 0, before = atomic_load(&t->host->bytes_lent);
  for (uint32_t i = 0; i < scene.model->graph->input_count; i++)
    wrapped += scene.inputs[i]->handle.byte_count;
  REQUIRE_OK(tn_infer_request_infer(scene.request, &t->error));
  test_note(t,
            "an inference on %llu bytes of wrapped inputs asked the host for %llu bytes: what is "
            "copied through the host needs as many as it copies",
            wrapped, atomic_load(&t->host->bytes_lent) - before);
  test_expect_outputs(t, scene.request, "carrier", t->seed, 4);
}

TN_CHECK(
    handles_count_host_bytes, REMOTE, 7, TEST_NEEDS_HANDLES,
    "an inference on wrapped inputs gives the results of the reference; the bytes that it asks "
    "of the host meanwhile are reported") {
  foreign_for_each(t, remote_context(t), count_bytes);
}
