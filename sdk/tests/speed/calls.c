/* What one inference of relu on 16 floats costs besides the kernel: set_tensor and infer through
 * the public API (also on an alias of the plugin), through the plugin's own object, and the kernel
 * alone; and what compiling it costs, and making a core that finds the plugin's manifest, for the
 * plugin and for the alias.
 *
 *   calls PLUGIN.so (api | alias | object | kernel | compile | alias-compile | load | alias-load)
 *         COUNT
 *
 * prints nanoseconds for each round; under callgrind the difference of two counts is the number of
 * instructions. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../support/onnx_bytes.h"
#include "tenon/tenon.h"

enum { ELEMENTS = 16 };

typedef struct setup {
  tn_core *core;
  tn_model *model;
  tn_compiled *compiled;
  tn_request *request;
  tn_tensor *input, *output;
  char name[64], manifest[32];
} setup;

static __attribute__((noinline)) void relu(const float *x, float *y) {
  for (int i = 0; i < ELEMENTS; i++)
    y[i] = x[i] > 0 ? x[i] : 0;
}

static tn_core_options quiet_options(void) {
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER;
  return options;
}

/* The name that the plugin gives itself. */
static tn_status find_name(const char *plugin, char *out, size_t size, tn_error *error) {
  const tn_core_options options = quiet_options();
  const char *name = NULL;
  tn_core *core = NULL;
  tn_status status = tn_core_create(&options, &core, error);
  if (!status) status = tn_core_register_plugin(core, plugin, NULL, &name, error);
  if (!status) snprintf(out, size, "%s", name);
  tn_core_destroy(core);
  return status;
}

/* Writes the plugin's manifest, which may give it an alias. */
static tn_status write_manifest(setup *self, const char *plugin, int aliased, tn_error *error) {
  char text[1024], path[512];
  const tn_status status = find_name(plugin, self->name, sizeof self->name, error);
  if (status) return status;
  const int length = snprintf(
      text, sizeof text, "{\"tenon_manifest\": 1, \"name\": \"%s\", \"library\": \"%s\"%s}",
      self->name, realpath(plugin, path), aliased ? ", \"alias\": \"ALIAS\"" : "");
  strcpy(self->manifest, "/tmp/tenon-speed-XXXXXX");
  const int file = mkstemp(self->manifest);
  const int written = file >= 0 && write(file, text, (size_t)length) == length;
  if (file >= 0) close(file);
  if (aliased) strcpy(self->name, "ALIAS");
  return written ? TN_OK : TN_IO;
}

/* A core that knows the manifest and has opened nothing. */
static tn_status load(const setup *self, tn_core **out, tn_error *error) {
  const tn_core_options options = quiet_options();
  const tn_status status = tn_core_create(&options, out, error);
  return status ? status : tn_core_register_manifest(*out, self->manifest, NULL, error);
}

static tn_status prepare(setup *self, const char *plugin, int aliased, tn_error *error) {
  static const char *const operators[] = {"Relu", NULL};
  const onnx_bytes bytes = onnx_chain(18, operators);
  const int64_t shape[] = {ELEMENTS};
  tn_status status = write_manifest(self, plugin, aliased, error);
  if (!status) status = load(self, &self->core, error);
  if (!status)
    status = tn_core_read_model_memory(self->core, bytes.data, bytes.size, &self->model, error);
  if (!status)
    status = tn_core_compile(self->core, self->model, self->name, NULL, &self->compiled, error);
  if (!status) status = tn_compiled_create_request(self->compiled, &self->request, error);
  if (!status) status = tn_core_create_tensor(self->core, TN_F32, 1, shape, &self->input, error);
  if (!status) status = tn_core_create_tensor(self->core, TN_F32, 1, shape, &self->output, error);
  if (!status) status = tn_request_set_tensor(self->request, 1, self->output, error);
  return status;
}

static void finish(setup *self) {
  tn_request_destroy(self->request);
  tn_compiled_destroy(self->compiled);
  if (self->input) tn_tensor_release(self->input);
  if (self->output) tn_tensor_release(self->output);
  if (self->model) tn_model_release(self->model);
  tn_core_destroy(self->core);
  if (*self->manifest) unlink(self->manifest);
}

static tn_status through_api(const setup *self, long count, tn_error *error) {
  for (long i = 0; i < count; i++) {
    tn_status status = tn_request_set_tensor(self->request, 0, self->input, error);
    if (!status) status = tn_request_infer(self->request, error);
    if (status) return status;
  }
  return TN_OK;
}

static tn_status through_object(const setup *self, long count, tn_error *error) {
  tn_infer_request *object = tn_request_object(self->request);
  for (long i = 0; i < count; i++) {
    tn_status status = tn_infer_request_set_tensor(object, 0, self->input, error);
    if (!status) status = tn_infer_request_infer(object, error);
    if (status) return status;
  }
  return TN_OK;
}

static tn_status kernel_alone(const setup *self, long count, tn_error *error) {
  void (*volatile kernel)(const float *, float *) = relu;
  (void)error;
  for (long i = 0; i < count; i++)
    kernel(self->input->data, self->output->data);
  return TN_OK;
}

static tn_status compile_anew(const setup *self, long count, tn_error *error) {
  for (long i = 0; i < count; i++) {
    tn_compiled *compiled = NULL;
    tn_status status = tn_core_compile(self->core, self->model, self->name, NULL, &compiled, error);
    if (status) return status;
    tn_compiled_destroy(compiled);
  }
  return TN_OK;
}

static tn_status load_anew(const setup *self, long count, tn_error *error) {
  for (long i = 0; i < count; i++) {
    tn_core *core = NULL;
    const tn_status status = load(self, &core, error);
    tn_core_destroy(core);
    if (status) return status;
  }
  return TN_OK;
}

static const struct mode {
  const char *name;
  int aliased;
  tn_status (*run)(const setup *self, long count, tn_error *error);
} modes[] = {{"api", 0, through_api},       {"alias", 1, through_api},
             {"object", 0, through_object}, {"kernel", 0, kernel_alone},
             {"compile", 0, compile_anew},  {"alias-compile", 1, compile_anew},
             {"load", 0, load_anew},        {"alias-load", 1, load_anew}};

static const struct mode *find_mode(const char *name) {
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (strcmp(modes[i].name, name) == 0) return &modes[i];
  return NULL;
}

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static tn_status measure(const setup *self, const struct mode *mode, long count, tn_error *error) {
  const double begin = now_ns();
  const tn_status status = mode->run(self, count, error);
  printf("%.2f\n", (now_ns() - begin) / (double)count);
  return status;
}

int main(int argc, char **argv) {
  const struct mode *mode = argc == 4 ? find_mode(argv[2]) : NULL;
  if (!mode) return 2;
  setup self = {0};
  tn_error error = {0};
  tn_status status = prepare(&self, argv[1], mode->aliased, &error);
  if (!status) status = through_api(&self, 1, &error); /* what is done once is done */
  if (!status) status = measure(&self, mode, atol(argv[3]), &error);
  if (status) fprintf(stderr, "%s\n", error.message);
  finish(&self);
  return status ? 1 : 0;
}
