#include "engine/child_infer.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/child.h"

/* More than a busy machine needs; the cases that wait so long are slow ones. */
enum { CHILD_SECONDS = 30 };

static child_inference *shared; /* of the case that runs; a forked child finds it here */
static void (*preparation)(test *t);

static void keep_failure(tn_status status, const tn_error *error) {
  shared->status = status;
  snprintf(shared->message, sizeof shared->message, "%.390s", error->message);
}

static tn_status infer(test *engine, tn_tensor **out, tn_error *error) {
  tn_compiled_model *model = NULL;
  tn_infer_request *request = NULL;
  tn_status status = tn_plugin_compile(engine->plugin, engine->device,
                                       test_model(engine, "carrier"), NULL, &model, error);
  if (status == TN_OK) status = tn_compiled_model_create_request(model, NULL, &request, error);
  if (status == TN_OK && !test_set_inputs(engine, request, "carrier", engine->seed, 4))
    return TN_INTERNAL;
  if (status == TN_OK) status = tn_infer_request_start(request, NULL, error);
  if (status == TN_OK) status = tn_infer_request_wait(request, -1, error);
  if (status == TN_OK) status = tn_infer_request_infer(request, error);
  const uint32_t port = status == TN_OK ? tn_compiled_model_ports(model)->input_count : 0;
  return status == TN_OK ? tn_infer_request_get_tensor(request, port, out, error) : status;
}

/* The host is static: threads of its executors may still read it while the process ends. */
static int live(test *t, int say) {
  static suite_host host;
  tn_tensor *output = NULL;
  tn_error error = {0};
  (void)say;
  preparation(t);
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  test engine = *t;
  engine.host = &host;
  engine.device = tn_string_from(t->setup->device);
  tn_status status = suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                              t->setup->property_count, &engine.plugin, &error);
  if (status == TN_OK) status = infer(&engine, &output, &error);
  keep_failure(status, &error);
  if (status == TN_OK) {
    shared->size = tn_dense_bytes(output->type, tn_tensor_element_count(output));
    if (output->strides || shared->size > sizeof shared->bytes) return 1;
    memcpy(shared->bytes, output->data, (size_t)shared->size);
  }
  shared->finished = 1;
  return 0; /* what was made goes with the process */
}

child_inference *child_infer(test *t, void (*prepare)(test *t)) {
  child_end end;
  char how[80];
  void *memory =
      mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  shared = memory;
  preparation = prepare;
  const bool ran = child_run(t, CHILD_SECONDS, live, &end);
  EXPECT_THAT(ran && end.exited && end.code == 0 && shared->finished,
              "the process goes on to its end; it ended with %s",
              child_describe(&end, how, sizeof how));
  if (ran && shared->finished) return shared;
  child_infer_end(memory);
  return NULL;
}

void child_expect_output(test *t, const void *bytes, uint64_t size) {
  const tn_model *model = test_model(t, "carrier");
  int64_t shape[TN_MAX_RANK];
  NEED(model);
  const tn_value_info *info = model->graph->outputs[0];
  suite_shape(info, 4, shape);
  tn_tensor *output = test_tensor(t, info->type, info->rank, shape);
  NEED(output);
  REQUIRE(output->capacity_bytes == size);
  memcpy(output->data, bytes, (size_t)size);
  test_expect_output(t, output, "carrier", 0, t->seed, 4);
}

void child_infer_expect(test *t, const child_inference *self) {
  test *engine = test_another_engine(t);
  if (engine) child_expect_output(engine, self->bytes, self->size);
}

void child_infer_end(child_inference *self) {
  munmap(self, sizeof *self);
  shared = NULL;
}
