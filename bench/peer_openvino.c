/* OpenVINO through its C API; headers and libraries come with the `openvino` wheel. With
 * OV_CACHE_DIR set, compiled models are cached there. */
#include "peer.h"

#include <openvino/c/openvino.h>

#define CALL(expression) check(expression, #expression)

static void check(ov_status_e status, const char *what) {
  if (status == OK) return;
  fprintf(stderr, "openvino: %s: %s: %s\n", what, ov_get_error_info(status), ov_get_last_err_msg());
  exit(1);
}

struct run {
  ov_infer_request_t *request;
  size_t output_count;
};

static void infer(void *context) {
  CALL(ov_infer_request_infer(((struct run *)context)->request));
}

static struct sums sums(void *context) {
  struct run *r = context;
  struct sums total = {0};
  for (size_t i = 0; i < r->output_count; i++) {
    ov_tensor_t *tensor;
    ov_element_type_e type;
    size_t count;
    float *data;
    CALL(ov_infer_request_get_output_tensor_by_index(r->request, i, &tensor));
    CALL(ov_tensor_get_element_type(tensor, &type));
    CALL(ov_tensor_get_size(tensor, &count));
    CALL(ov_tensor_data(tensor, (void **)&data));
    if (type == F32) add_to_sums(&total, data, count);
  }
  return total;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  double start = start_us();
  struct probe probe = {0};
  ov_core_t *core;
  ov_compiled_model_t *compiled;
  struct run r = {0};
  CALL(ov_core_create(&core));
  CALL(ov_core_set_property(core, "CPU", "INFERENCE_NUM_THREADS", argv[2]));
  CALL(ov_core_set_property(core, "CPU", "PERFORMANCE_HINT", "LATENCY"));
  if (!strcmp(argv[3], "f32"))
    CALL(ov_core_set_property(core, "CPU", "INFERENCE_PRECISION_HINT", "f32"));
  if (getenv("OV_CACHE_DIR"))
    CALL(ov_core_set_property(core, "CPU", "CACHE_DIR", getenv("OV_CACHE_DIR")));
  CALL(ov_core_compile_model_from_file(core, argv[1], "CPU", 0, &compiled));
  CALL(ov_compiled_model_create_infer_request(compiled, &r.request));
  double create = now_us() - start;
  size_t inputs;
  CALL(ov_compiled_model_inputs_size(compiled, &inputs));
  CALL(ov_compiled_model_outputs_size(compiled, &r.output_count));
  for (size_t i = 0; i < inputs; i++) {
    int64_t dims[MAX_RANK];
    ov_output_const_port_t *port;
    ov_element_type_e type;
    ov_shape_t shape = {0};
    ov_tensor_t *tensor;
    size_t bytes, count;
    void *data;
    CALL(ov_compiled_model_input_by_index(compiled, i, &port));
    CALL(ov_port_get_element_type(port, &type));
    int rank = shape_from_args(argc, argv, i, dims);
    if (rank >= 0)
      CALL(ov_shape_create(rank, dims, &shape));
    else
      CALL(ov_const_port_get_shape(port, &shape));
    CALL(ov_tensor_create(type, shape, &tensor));
    CALL(ov_tensor_get_byte_size(tensor, &bytes));
    CALL(ov_tensor_get_size(tensor, &count));
    CALL(ov_tensor_data(tensor, &data));
    if (type == F32)
      fill_f32(data, count);
    else
      memset(data, 0, bytes);
    if (i == 0)
      probe = (struct probe){data, type == F32   ? FLOAT
                                   : type == I32 ? INT32
                                   : type == I64 ? INT64
                                                 : NONE};
    CALL(ov_infer_request_set_input_tensor_by_index(r.request, i, tensor));
  }
  ov_version_t version;
  CALL(ov_get_openvino_version(&version));
  char peer[96];
  snprintf(peer, sizeof peer, "openvino %.24s", version.buildNumber);
  measure_and_print(peer, argv[1], atoi(argv[2]), argv[3], create, infer, &r, probe, sums);
  return 0;
}
