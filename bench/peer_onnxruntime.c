/* ONNX Runtime through its C API, without its headers: the function table is append-only, so a
 * slot's number is as stable as the API. Link with the shared library of the `onnxruntime` wheel.
 */
#include "peer.h"

typedef const void *const *api_table;
struct api_base {
  api_table (*get_api)(uint32_t version);
  const char *(*version)(void);
};
extern const struct api_base *OrtGetApiBase(void);

enum slot {
  ERROR_MESSAGE = 2,
  CREATE_ENV = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_OPTIONS = 10,
  INTRA_THREADS = 24,
  INTER_THREADS = 25,
  INPUT_COUNT = 30,
  OUTPUT_COUNT = 31,
  INPUT_TYPE = 33,
  INPUT_NAME = 36,
  OUTPUT_NAME = 37,
  CREATE_TENSOR = 48,
  TENSOR_DATA = 51,
  TO_TENSOR_INFO = 55,
  ELEMENT_TYPE = 60,
  RANK = 61,
  DIMS = 62,
  ELEMENT_COUNT = 64,
  VALUE_INFO = 65,
  ALLOCATOR = 78,
};

static api_table api;
#define CALL(slot, types, ...) check(((void *(*)types)api[slot])(__VA_ARGS__), #slot)

static void check(void *status, const char *what) {
  if (!status) return;
  fprintf(stderr, "onnxruntime: %s: %s\n", what,
          ((const char *(*)(void *))api[ERROR_MESSAGE])(status));
  exit(1);
}

struct run {
  void *session, *inputs[MAX_PORTS], *outputs[MAX_PORTS];
  char *input_names[MAX_PORTS], *output_names[MAX_PORTS];
  size_t input_count, output_count;
};

/* From the second call on, the outputs of the first are written again in place. */
static void infer(void *context) {
  struct run *r = context;
  CALL(RUN, (void *, void *, char **, void **, size_t, char **, size_t, void **), r->session, NULL,
       r->input_names, r->inputs, r->input_count, r->output_names, r->output_count, r->outputs);
}

static size_t element_count(void *value, uint32_t *type) {
  void *info;
  size_t count;
  CALL(VALUE_INFO, (void *, void **), value, &info);
  CALL(ELEMENT_COUNT, (void *, size_t *), info, &count);
  CALL(ELEMENT_TYPE, (void *, uint32_t *), info, type);
  return count;
}

static struct sums sums(void *context) {
  struct run *r = context;
  struct sums total = {0};
  for (size_t i = 0; i < r->output_count; i++) {
    uint32_t type;
    size_t count = element_count(r->outputs[i], &type);
    float *data;
    CALL(TENSOR_DATA, (void *, float **), r->outputs[i], &data);
    if (type == 1) add_to_sums(&total, data, count);
  }
  return total;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int threads = atoi(argv[2]);
  double start = start_us();
  struct probe probe = {0};
  api = OrtGetApiBase()->get_api(20);
  void *env, *options, *allocator;
  CALL(CREATE_ENV, (int, const char *, void **), 3, "bench", &env);
  CALL(CREATE_OPTIONS, (void **), &options);
  CALL(INTRA_THREADS, (void *, int), options, threads);
  CALL(INTER_THREADS, (void *, int), options, 1);
  struct run r = {0};
  CALL(CREATE_SESSION, (void *, const char *, void *, void **), env, argv[1], options, &r.session);
  double create = now_us() - start;
  CALL(ALLOCATOR, (void **), &allocator);
  CALL(INPUT_COUNT, (void *, size_t *), r.session, &r.input_count);
  CALL(OUTPUT_COUNT, (void *, size_t *), r.session, &r.output_count);
  for (size_t i = 0; i < r.input_count; i++) {
    void *type_info;
    const void *info;
    size_t rank;
    uint32_t type;
    int64_t dims[MAX_RANK];
    CALL(INPUT_NAME, (void *, size_t, void *, char **), r.session, i, allocator, &r.input_names[i]);
    CALL(INPUT_TYPE, (void *, size_t, void **), r.session, i, &type_info);
    CALL(TO_TENSOR_INFO, (void *, const void **), type_info, &info);
    CALL(ELEMENT_TYPE, (const void *, uint32_t *), info, &type);
    CALL(RANK, (const void *, size_t *), info, &rank);
    CALL(DIMS, (const void *, int64_t *, size_t), info, dims, rank);
    int given = shape_from_args(argc, argv, i, dims);
    if (given >= 0) rank = (size_t)given;
    CALL(CREATE_TENSOR, (void *, const int64_t *, size_t, uint32_t, void **), allocator, dims, rank,
         type, &r.inputs[i]);
    size_t count = element_count(r.inputs[i], &type);
    void *data;
    CALL(TENSOR_DATA, (void *, void **), r.inputs[i], &data);
    if (type == 1)
      fill_f32(data, count);
    else
      memset(data, 0, count * (type == 7 || type == 11 ? 8 : type == 6 ? 4 : 1));
    if (i == 0)
      probe = (struct probe){data, type == 1   ? FLOAT
                                   : type == 6 ? INT32
                                   : type == 7 ? INT64
                                               : NONE};
  }
  for (size_t i = 0; i < r.output_count; i++)
    CALL(OUTPUT_NAME, (void *, size_t, void *, char **), r.session, i, allocator,
         &r.output_names[i]);
  char peer[64];
  snprintf(peer, sizeof peer, "onnxruntime %s", OrtGetApiBase()->version());
  measure_and_print(peer, argv[1], threads, argv[3], create, infer, &r, probe, sums);
  return 0;
}
