#include "engine/remote_objects.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/case_run.h"
#include "engine/virtual_device.h"
#include "graph/tensor.h"

const tn_remote_api *remote_api(test *t) {
  const tn_remote_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  EXPECT(api != NULL);
  return api;
}

static tn_remote_context *adopted(test *t, tn_status status, tn_remote_context *context,
                                  const char *call) {
  if (!test_record_status(t, status, TN_OK, call, __FILE__, __LINE__)) return NULL;
  test_adopt_context(t, context);
  return context;
}

tn_remote_context *remote_context(test *t) {
  tn_remote_context *context = NULL;
  const tn_remote_api *api = remote_api(t);
  if (!api) return NULL;
  tn_status status = api->create_context(t->plugin, t->device, NULL, &context, &t->error);
  return adopted(t, status, context, "create_context(plugin, device, NULL, &context, &t->error)");
}

tn_remote_context *remote_default_context(test *t) {
  tn_remote_context *context = NULL;
  const tn_remote_api *api = remote_api(t);
  if (!api) return NULL;
  tn_status status = api->default_context(t->plugin, t->device, &context, &t->error);
  return adopted(t, status, context, "default_context(plugin, device, &context, &t->error)");
}

/* Of the carrier's types a context has to have tensors. */
static bool is_of_carrier(test *t, uint32_t type) {
  const tn_model *model = test_model(t, "carrier");
  bool found = !model;
  for (uint32_t i = 0; model && i < model->graph->input_count; i++)
    found = found || model->graph->inputs[i]->type == type;
  for (uint32_t i = 0; model && i < model->graph->output_count; i++)
    found = found || model->graph->outputs[i]->type == type;
  return found;
}

bool remote_refuses(test *t, tn_status status, uint32_t type) {
  if (status != TN_UNSUPPORTED || is_of_carrier(t, type)) return false;
  record_append(case_log(t), &(record){.kind = RECORD_UNSUPPORTED}, t->error.message, NULL, NULL);
  return true;
}

tn_tensor *remote_tensor(test *t, tn_remote_context *context, uint32_t type, uint32_t rank,
                         const int64_t *shape) {
  tn_tensor *tensor = NULL;
  if (!context) return NULL;
  tn_status status =
      tn_remote_context_create_tensor(context, type, rank, shape, &tensor, &t->error);
  if (remote_refuses(t, status, type) ||
      !test_record_status(t, status, TN_OK,
                          "create_tensor(context, type, rank, shape, &tensor, &t->error)", __FILE__,
                          __LINE__))
    return NULL;
  test_adopt_tensor(t, tensor);
  return tensor;
}

bool remote_lies_elsewhere(test *t, const char *name, const tn_remote_context *context) {
  tn_model *model = test_model(t, name);
  tn_compiled_model *compiled = NULL;
  if (!model || !test_is_handed_on(t, context->maker)) return false;
  const tn_error error = t->error;
  if (tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, NULL) == TN_OK)
    test_adopt_compiled_model(t, compiled);
  t->error = error;
  return compiled && test_lies_elsewhere(t, compiled->maker, context);
}

tn_compiled_model *remote_compile(test *t, const char *name, tn_remote_context *context) {
  tn_model *model = test_model(t, name);
  tn_compiled_model *compiled = NULL;
  if (!model) return NULL;
  tn_context_option option = tn_context_option_make(context);
  const tn_option *const entries[] = {&option.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, &options, &compiled, &t->error);
  if (status == TN_UNSUPPORTED && strcmp(name, "carrier") != 0) {
    char text[600];
    snprintf(text, sizeof text, "model %s: %.480s", name, t->error.message);
    record_append(case_log(t), &(record){.kind = RECORD_UNSUPPORTED}, text, NULL, NULL);
    return NULL;
  }
  if (status == TN_UNSUPPORTED && remote_lies_elsewhere(t, name, context)) {
    test_record_not_applicable(t, HANDED_ON);
    return NULL;
  }
  if (!test_record_status(t, status, TN_OK,
                          "compile(plugin, device, model, &with_context, &out, &t->error)",
                          __FILE__, __LINE__))
    return NULL;
  test_adopt_compiled_model(t, compiled);
  return compiled;
}

/* --- copies */

static const tn_copy_api *copy_api(tn_tensor *tensor) {
  return tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
}

tn_status remote_copy_from(test *t, tn_tensor *tensor, tn_tensor *source) {
  if (!(tensor->flags & TN_TENSOR_DEVICE)) return tni_tensor_copy(source, tensor, &t->error);
  const tn_copy_api *api = copy_api(tensor);
  return api ? api->copy_from(tensor, source, &t->error)
             : tni_fail(&t->error, TN_UNSUPPORTED, "the tensor has no " TN_EXTENSION_COPY);
}

tn_status remote_copy_to(test *t, tn_tensor *tensor, tn_tensor *target) {
  if (!(tensor->flags & TN_TENSOR_DEVICE)) return tni_tensor_copy(tensor, target, &t->error);
  const tn_copy_api *api = copy_api(tensor);
  return api ? api->copy_to(tensor, target, &t->error)
             : tni_fail(&t->error, TN_UNSUPPORTED, "the tensor has no " TN_EXTENSION_COPY);
}

void remote_round_trip(test *t, tn_tensor *tensor, uint64_t seed) {
  tn_tensor *sent = test_tensor(t, tensor->type, tensor->rank, tensor->shape);
  tn_tensor *came = test_tensor(t, tensor->type, tensor->rank, tensor->shape);
  NEED(sent && came);
  suite_fill(sent, seed, 0);
  REQUIRE_OK(remote_copy_from(t, tensor, sent));
  REQUIRE_OK(remote_copy_to(t, tensor, came));
  EXPECT(memcmp(sent->data, came->data, (size_t)sent->capacity_bytes) == 0);
}

bool remote_set_inputs(test *t, tn_infer_request *request, tn_remote_context *context,
                       const char *name, uint64_t seed, int64_t size) {
  tn_model *model = test_model(t, name);
  for (uint32_t i = 0; model && i < model->graph->input_count; i++) {
    const tn_value_info *port = model->graph->inputs[i];
    int64_t shape[TN_MAX_RANK];
    suite_shape(port, size, shape);
    tn_tensor *tensor = remote_tensor(t, context, port->type, port->rank, shape),
              *filled = test_tensor(t, port->type, port->rank, shape);
    if (!tensor || !filled) return false;
    suite_fill(filled, seed, i);
    if (!test_record_status(t, remote_copy_from(t, tensor, filled), TN_OK,
                            "copy_from(tensor, source, &t->error)", __FILE__, __LINE__) ||
        !test_record_status(t, tn_infer_request_set_tensor(request, i, tensor, &t->error), TN_OK,
                            "set_tensor(request, input, tensor, &t->error)", __FILE__, __LINE__))
      return false;
  }
  return model != NULL;
}

void remote_expect_output(test *t, tn_tensor *tensor, const char *model, uint32_t output,
                          uint64_t seed, int64_t size) {
  tn_tensor *host = test_tensor(t, tensor->type, tensor->rank, tensor->shape);
  NEED(host);
  REQUIRE_OK(remote_copy_to(t, tensor, host));
  test_expect_output(t, host, model, output, seed, size);
}

int remote_free_input(void) {
  const int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept >= 0) close(STDIN_FILENO);
  return kept;
}

void remote_restore_input(int kept) {
  dup2(kept, STDIN_FILENO);
  close(kept);
}

/* --- device memory of the suite's own */

static far_tensor *far_of(tn_tensor *tensor) {
  return (far_tensor *)tensor;
}

static tn_status far_from(tn_tensor *tensor, tn_tensor *source, tn_error *error) {
  atomic_fetch_add(&far_of(tensor)->copies_from, 1);
  return tni_tensor_copy(source, far_of(tensor)->bytes, error);
}

static tn_status far_to(tn_tensor *tensor, tn_tensor *target, tn_error *error) {
  atomic_fetch_add(&far_of(tensor)->copies_to, 1);
  return tni_tensor_copy(far_of(tensor)->bytes, target, error);
}

static const void *far_extension(tn_tensor *tensor, tn_string id) {
  static const tn_copy_api api = {
      .size = TN_SIZE(tn_copy_api), .copy_from = far_from, .copy_to = far_to};
  return far_of(tensor)->can_be_copied && tn_string_equal(id, TN_STRING(TN_EXTENSION_COPY)) ? &api
                                                                                            : NULL;
}

static void far_retain(tn_tensor *tensor) {
  atomic_fetch_add(&far_of(tensor)->references, 1);
}

static void far_release(tn_tensor *tensor) {
  atomic_fetch_sub(&far_of(tensor)->references, 1); /* the check frees it */
}

static const tn_maker far_maker = {TN_SIZE(tn_maker), 0, &far_maker,
                                   TN_STRING_INIT("another library")};

far_tensor *far_tensor_create(test *t, uint32_t type, uint32_t rank, const int64_t *shape,
                              bool can_be_copied) {
  static const tn_tensor_api api = {.size = TN_SIZE(tn_tensor_api),
                                    .get_extension = far_extension,
                                    .retain = far_retain,
                                    .release = far_release};
  static void *nowhere; /* pages that end whoever touches them */
  if (!nowhere) nowhere = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  far_tensor *self = test_alloc(t, sizeof *self);
  self->bytes = test_tensor(t, type, rank, shape);
  if (!self->bytes || nowhere == MAP_FAILED) return NULL;
  memcpy(self->shape, shape, rank * sizeof *shape);
  atomic_init(&self->references, 1);
  self->can_be_copied = can_be_copied;
  self->base.api = &api;
  self->base.maker = &far_maker;
  self->base.size = TN_SIZE(tn_tensor);
  self->base.type = type;
  self->base.rank = rank;
  self->base.flags = TN_TENSOR_DEVICE;
  self->base.shape = self->shape;
  self->base.data = nowhere;
  self->base.capacity_bytes = self->bytes->capacity_bytes;
  return self;
}
