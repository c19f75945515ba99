/* What HETERO adds to an inference that it splits: a chain of Relu and Abs in turn, run by two
 * plugins of which each takes one of them, against the same requests run one after the other by
 * hand.
 *
 *   parts RELU_PLUGIN.so OTHER_PLUGIN.so LENGTH COUNT
 *
 * prints nanoseconds of an inference through HETERO, by hand, and the difference for each part. */
#include <stdlib.h>
#include <time.h>

#include "../support/onnx_bytes.h"
#include "tenon/tenon.h"

enum { MOST = 256, ELEMENTS = 16 };

typedef struct setup {
  tn_core *core;
  const char *names[2];
  tn_compiled *whole, *alone[2];
  tn_request *split, *parts[MOST];
  tn_tensor *input, *between[MOST];
  int length;
} setup;

static tn_status compile(const setup *self, const char *const *operators, const char *device,
                         tn_compiled **out, tn_error *error) {
  const onnx_bytes bytes = onnx_chain(18, operators);
  tn_model *model = NULL;
  tn_status status = tn_core_read_model_memory(self->core, bytes.data, bytes.size, &model, error);
  if (!status) status = tn_core_compile(self->core, model, device, NULL, out, error);
  if (model) tn_model_release(model);
  return status;
}

static tn_status compile_all(setup *self, tn_error *error) {
  static const char *const singles[2][2] = {{"Relu", NULL}, {"Abs", NULL}};
  const char *chain[MOST + 1] = {0};
  char device[256];
  for (int i = 0; i < self->length; i++)
    chain[i] = singles[i % 2][0];
  snprintf(device, sizeof device, "HETERO:%s,%s", self->names[0], self->names[1]);
  tn_status status = compile(self, chain, device, &self->whole, error);
  for (int i = 0; !status && i < 2; i++)
    status = compile(self, singles[i], self->names[i], &self->alone[i], error);
  return status;
}

/* By hand one tensor serves two requests as well. */
static tn_status make_requests(setup *self, tn_error *error) {
  const int64_t shape[] = {ELEMENTS};
  tn_status status = tn_core_create_tensor(self->core, TN_F32, 1, shape, &self->input, error);
  if (!status) status = tn_compiled_create_request(self->whole, &self->split, error);
  if (!status) status = tn_request_set_tensor(self->split, 0, self->input, error);
  for (int i = 0; !status && i < self->length; i++) {
    status = tn_compiled_create_request(self->alone[i % 2], &self->parts[i], error);
    if (!status)
      status = tn_core_create_tensor(self->core, TN_F32, 1, shape, &self->between[i], error);
    if (!status)
      status =
          tn_request_set_tensor(self->parts[i], 0, i ? self->between[i - 1] : self->input, error);
    if (!status) status = tn_request_set_tensor(self->parts[i], 1, self->between[i], error);
  }
  return status;
}

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static tn_status run_split(const setup *self, tn_error *error) {
  return tn_infer_request_infer(tn_request_object(self->split), error);
}

static tn_status run_by_hand(const setup *self, tn_error *error) {
  tn_status status = TN_OK;
  for (int i = 0; !status && i < self->length; i++)
    status = tn_infer_request_infer(tn_request_object(self->parts[i]), error);
  return status;
}

static tn_status measure(const setup *self, tn_status (*run)(const setup *self, tn_error *error),
                         long count, double *out, tn_error *error) {
  tn_status status = run(self, error);
  const double begin = now_ns();
  for (long i = 0; !status && i < count; i++)
    status = run(self, error);
  *out = (now_ns() - begin) / (double)count;
  return status;
}

static void finish(setup *self) {
  for (int i = 0; i < self->length; i++) {
    tn_request_destroy(self->parts[i]);
    if (self->between[i]) tn_tensor_release(self->between[i]);
  }
  tn_request_destroy(self->split);
  if (self->input) tn_tensor_release(self->input);
  for (int i = 0; i < 2; i++)
    tn_compiled_destroy(self->alone[i]);
  tn_compiled_destroy(self->whole);
  tn_core_destroy(self->core);
}

int main(int argc, char **argv) {
  setup self = {.length = argc == 5 ? atoi(argv[3]) : 0};
  tn_error error = {0};
  double split = 0, by_hand = 0;
  if (self.length < 1 || self.length > MOST) return 2;
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER;
  tn_status status = tn_core_create(&options, &self.core, &error);
  for (int i = 0; !status && i < 2; i++)
    status = tn_core_register_plugin(self.core, argv[1 + i], NULL, &self.names[i], &error);
  if (!status) status = compile_all(&self, &error);
  if (!status) status = make_requests(&self, &error);
  if (!status) status = measure(&self, run_split, atol(argv[4]), &split, &error);
  if (!status) status = measure(&self, run_by_hand, atol(argv[4]), &by_hand, &error);
  if (status)
    fprintf(stderr, "%s\n", error.message);
  else
    printf("split %.0f, by hand %.0f, %.1f more for each of %d parts\n", split, by_hand,
           (split - by_hand) / self.length, self.length);
  finish(&self);
  return status ? 1 : 0;
}
