/* What both peer programs share: command line, clock, statistics, one line of JSON.
 *
 * usage: PROGRAM MODEL THREADS MODE [INPUT_INDEX=d0,d1,...]...
 * MODE is "f32" or "default". Inputs are filled with one fixed pseudo-random sequence in [-1, 1);
 * integer inputs with zeros. Element 0 of input 0 takes the values 0, 1, 2, 3 (times 1/4 when it is
 * a float) in turn, so that no inference sees the input of the one before; the checksum is that of
 * a last inference with 0 there. Creation is timed from BENCH_START_NS (CLOCK_MONOTONIC, set by who
 * starts the program; else from main) to the moment a request is ready. Times are wall-clock. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { MAX_RANK = 8, MAX_PORTS = 16, MAX_SAMPLES = 4096 };

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

/* Dimensions given on the command line for one input, or -1 when there are none. */
static int shape_from_args(int argc, char **argv, size_t input, int64_t *dims) {
  for (int i = 4; i < argc; i++) {
    char *rest;
    if (strtoul(argv[i], &rest, 10) != input || *rest != '=') continue;
    int rank = 0;
    while (*rest && rank < MAX_RANK)
      dims[rank++] = strtoll(rest + 1, &rest, 10);
    return rank;
  }
  return -1;
}

static void fill_f32(float *data, size_t count) {
  uint32_t state = 1;
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    data[i] = (float)(int32_t)state * 0x1p-31f;
  }
}

static int compare_double(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* When the program was started, in microseconds of now_us(). */
static double start_us(void) {
  const char *stamp = getenv("BENCH_START_NS");
  return stamp ? strtod(stamp, NULL) * 1e-3 : now_us();
}

/* Element 0 of input 0: a float, an integer of 4 or 8 bytes, or nothing that is known. */
struct probe {
  void *data;
  enum { NONE, FLOAT, INT32, INT64 } kind;
};

static void touch(struct probe p, unsigned value) {
  if (p.kind == FLOAT) *(float *)p.data = (float)value * .25f;
  if (p.kind == INT32) *(int32_t *)p.data = (int32_t)value;
  if (p.kind == INT64) *(int64_t *)p.data = (int64_t)value;
}

/* Sum of all f32 outputs, and of their absolute values. */
struct sums {
  double sum, abs_sum;
};

static void add_to_sums(struct sums *s, const float *data, size_t count) {
  for (size_t i = 0; i < count; i++) {
    s->sum += data[i];
    s->abs_sum += data[i] < 0 ? -data[i] : data[i];
  }
}

/* Runs infer(context) for about three seconds in samples of at least 200 us and prints the line. */
static void measure_and_print(const char *peer, const char *model, int threads, const char *mode,
                              double create_us, void (*infer)(void *), void *context,
                              struct probe probe, struct sums (*sums)(void *)) {
  double start = now_us();
  touch(probe, 0);
  infer(context);
  double first = now_us() - start;
  for (int i = 0; i < 3; i++)
    infer(context);
  start = now_us();
  infer(context);
  double once = now_us() - start;
  long batch = once < 200 ? (long)(200 / (once + .01)) + 1 : 1;
  static double samples[MAX_SAMPLES];
  int count = 0;
  double begin = now_us();
  while (count < MAX_SAMPLES && (now_us() - begin < 3e6 || count < 5)) {
    start = now_us();
    for (long i = 0; i < batch; i++) {
      touch(probe, (unsigned)i & 3);
      infer(context);
    }
    samples[count++] = (now_us() - start) / (double)batch;
  }
  touch(probe, 0);
  infer(context);
  struct sums result = sums(context);
  qsort(samples, (size_t)count, sizeof *samples, compare_double);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const char *name = strrchr(model, '/');
  printf(
      "{\"peer\":\"%s\",\"model\":\"%s\",\"threads\":%d,\"mode\":\"%s\",\"create_ms\":%.2f,\"first_"
      "ms\":%.3f,"
      "\"median_us\":%.3f,\"min_us\":%.3f,\"samples\":%d,\"peak_rss_mb\":%.1f,\"checksum\":%.9g,"
      "\"abs_sum\":%.9g}\n",
      peer, name ? name + 1 : model, threads, mode, create_us / 1e3, first / 1e3,
      samples[count / 2], samples[0], count, (double)usage.ru_maxrss / 1024, result.sum,
      result.abs_sum);
}
