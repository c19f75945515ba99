/* Speed of one model, measured as bench/peer.h measures the peers: same inputs, sampling, clock and
 * line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tool.h"

enum { MAX_SAMPLES = 4096 };

/* What is set only where the device declares it. */
struct hints {
  tn_map_entry entries[4];
  uint64_t count;
  json_t *ignored;
};

struct measurement {
  double create_us, first_us, median_us, min_us, sum, abs_sum;
  int samples;
};

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

/* When the program was started: as whoever starts it says, else now. */
static double start_us(void) {
  const char *stamp = getenv("BENCH_START_NS");
  return stamp ? strtod(stamp, NULL) * 1e-3 : now_us();
}

/* A hint's value; a string is that of the command line, which outlives the call. */
struct hint_value {
  const char *text;
  tn_value value;
};

static tn_status keep_value(void *user, const tn_value *value) {
  struct hint_value *self = user;
  if (value->kind == TN_VALUE_STRING)
    self->value = tn_value_of_string(tn_string_from(self->text));
  else if (value->kind == TN_VALUE_INT64)
    self->value = *value;
  else
    return TN_WRONG_TYPE;
  return TN_OK;
}

/* Adds a hint when the device has the property, else notes that it was not set. Returns a failure
 * when it has the property and refuses the value. */
static tn_status add_hint(tool *self, struct hints *hints, const char *name, const char *text) {
  struct hint_value hint = {.text = text};
  if (!text) return TN_OK;
  tn_status status =
      tn_core_parse_property(self->core, self->device, name, text, keep_value, &hint, &self->error);
  if (status == TN_OK)
    hints->entries[hints->count++] = (tn_map_entry){tn_string_from(name), hint.value};
  else if (status == TN_NOT_FOUND)
    json_array_append_new(hints->ignored, json_string(name));
  else
    return status;
  return TN_OK;
}

/* Element 0 of input 0, when it is a number that can be stepped. */
static void touch(const tn_tensor *tensor, unsigned value) {
  if (tensor->flags & TN_TENSOR_DEVICE || tn_tensor_element_count(tensor) == 0) return;
  if (tensor->type == TN_F32) *(float *)tensor->data = (float)value * .25f;
  if (tensor->type == TN_I32) *(int32_t *)tensor->data = (int32_t)value;
  if (tensor->type == TN_I64) *(int64_t *)tensor->data = (int64_t)value;
}

static int compare_double(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static tn_status infer(tool *self, tn_request *request, const tn_tensor *input, unsigned value) {
  if (input) touch(input, value);
  return tn_request_infer(request, &self->error);
}

/* Samples of at least 200 us for about three seconds. */
static tn_status sample(tool *self, tn_request *request, const tn_tensor *input,
                        struct measurement *out) {
  static double samples[MAX_SAMPLES];
  double start = now_us();
  TN_TRY(infer(self, request, input, 0));
  out->first_us = now_us() - start;
  for (int i = 0; i < 3; i++)
    TN_TRY(infer(self, request, input, 0));
  start = now_us();
  TN_TRY(infer(self, request, input, 0));
  double once = now_us() - start, begin = now_us();
  long batch = once < 200 ? (long)(200 / (once + .01)) + 1 : 1;
  while (out->samples < MAX_SAMPLES && (now_us() - begin < 3e6 || out->samples < 5)) {
    start = now_us();
    for (long i = 0; i < batch; i++)
      TN_TRY(infer(self, request, input, (unsigned)i & 3));
    samples[out->samples++] = (now_us() - start) / (double)batch;
  }
  qsort(samples, (size_t)out->samples, sizeof *samples, compare_double);
  out->median_us = samples[out->samples / 2];
  out->min_us = samples[0];
  return infer(self, request, input, 0);
}

/* Sum of all f32 outputs, and of their absolute values. */
static tn_status add_sums(tool *self, tn_request *request, const tn_port_list *ports,
                          struct measurement *out) {
  for (uint32_t i = 0; i < ports->output_count; i++) {
    tn_tensor *tensor = NULL;
    TN_TRY(tn_request_get_tensor(request, ports->input_count + i, &tensor, &self->error));
    uint64_t count = tensor->type == TN_F32 ? tn_tensor_element_count(tensor) : 0;
    const float *data = tensor->data;
    for (uint64_t j = 0; j < count; j++) {
      out->sum += (double)data[j];
      out->abs_sum += data[j] < 0 ? -(double)data[j] : (double)data[j];
    }
  }
  return TN_OK;
}

static tn_status measure(tool *self, tn_compiled *compiled, tn_request *request,
                         struct measurement *out) {
  const tn_port_list *ports = tn_compiled_ports(compiled);
  tn_tensor *input = NULL;
  if (ports->input_count) TN_TRY(tn_request_get_tensor(request, 0, &input, &self->error));
  TN_TRY(sample(self, request, input, out));
  return add_sums(self, request, ports, out);
}

static int print(const tool *self, const struct measurement *m, json_t *ignored) {
  char peer[64];
  struct rusage usage;
  const char *name = strrchr(self->argument, '/');
  snprintf(peer, sizeof peer, "tenon %s", tn_library_version());
  getrusage(RUSAGE_SELF, &usage);
  if (!self->json) {
    tool_print(
        stdout,
        "median %.3f us, fastest %.3f us, %d samples; created in %.2f ms, first inference %.3f "
        "ms\n",
        m->median_us, m->min_us, m->samples, m->create_us / 1e3, m->first_us / 1e3);
    json_decref(ignored);
    return TOOL_DONE;
  }
  return tool_print_json(json_pack(
      "{s:s, s:s, s:i, s:s, s:f, s:f, s:f, s:f, s:i, s:f, s:f, s:f, s:o}", "peer", peer, "model",
      name ? name + 1 : self->argument, "threads", self->threads ? atoi(self->threads) : 1, "mode",
      self->precision ? self->precision : "default", "create_ms", m->create_us / 1e3, "first_ms",
      m->first_us / 1e3, "median_us", m->median_us, "min_us", m->min_us, "samples", m->samples,
      "peak_rss_mb", (double)usage.ru_maxrss / 1024, "checksum", m->sum, "abs_sum", m->abs_sum,
      "ignored", ignored));
}

static tn_status add_hints(tool *self, struct hints *hints) {
  TN_TRY(add_hint(self, hints, "INFERENCE_NUM_THREADS", self->threads));
  return add_hint(self, hints, "INFERENCE_PRECISION_HINT", self->precision);
}

static bool run(tool *self, const struct hints *hints, double start, struct measurement *out) {
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  bool done = false;
  if (!tool_load(self, hints->entries, hints->count, &compiled)) return false;
  if (tn_compiled_create_request(compiled, &request, &self->error) != TN_OK) {
    tool_fail(self, self->argument);
  } else if (tool_set_inputs(self, compiled, request)) {
    out->create_us = now_us() - start;
    done = measure(self, compiled, request, out) == TN_OK;
    if (!done) tool_fail(self, self->argument);
  }
  if (request) tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  return done;
}

int tool_benchmark(tool *self) {
  struct measurement result = {.samples = 0};
  struct hints hints = {.ignored = json_array()};
  const double start = start_us(); /* opening the plugin belongs to it */
  const bool hinted = add_hints(self, &hints) == TN_OK;
  if (!hinted) tool_fail(self, self->device);
  if (hinted && run(self, &hints, start, &result)) return print(self, &result, hints.ignored);
  json_decref(hints.ignored);
  return TOOL_FAILED;
}
