#include "graph/tensor.h"
#include "kit/test_host.h"
#include "tenon/kit.h"

#include <criterion/criterion.h>
#include <string.h>

/* A plugin that doubles floats, as far as its ports are concerned. */

static tn_status check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                            tn_error *error) {
  (void)call, (void)node, (void)reason, (void)error;
  return TN_OK;
}

static tn_status run(tn_kit_request *request, tn_error *error) {
  tn_tensor *from, *to;
  TN_KIT_TRY(tn_kit_request_input(request, 0, &from, error));
  TN_KIT_TRY(tn_kit_request_output(request, 0, from->rank, from->shape, &to, error));
  const float *x = from->data;
  float *y = to->data;
  for (uint64_t i = 0; i < tn_tensor_element_count(from); i++)
    y[i] = 2 * x[i];
  return TN_OK;
}

static const tn_plugin_info info = {TN_SIZE(tn_plugin_info),
                                    0,
                                    TN_STRING_INIT("DOUBLE"),
                                    TN_STRING_INIT("1"),
                                    TN_STRING_INIT("t"),
                                    NULL,
                                    0};
static const tn_device device = {.size = TN_SIZE(tn_device),
                                 .capabilities = TN_DEVICE_HAS_DYNAMIC,
                                 .id = TN_STRING_INIT("0"),
                                 .name = TN_STRING_INIT("d")};
static const tn_device *const only = &device;
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, &only};
static const tn_kit_property_table no_properties = {NULL, 0};
static const tn_kit_stage stages[] = {{"run", run}};
static const tn_kit_plugin plugin_table = {.info = &info,
                                           .devices = &devices,
                                           .properties = &no_properties,
                                           .check_node = check_node,
                                           .stages = stages,
                                           .stage_count = 1};

struct fixture {
  test_host host;
  tn_plugin *plugin;
  tn_compiled_model *compiled;
  tn_infer_request *request;
};

/* A request over floats of shape [min..max, 4]. */
static void set_up(struct fixture *self, int64_t min, int64_t max) {
  test_host_init(&self->host, NULL);
  const tn_create_options options = test_host_options(&self->host);
  cr_assert_eq(tn_kit_create(&plugin_table, &options, &self->plugin, NULL), TN_OK);
  tn_model *model = test_model_chain(NULL, "Relu", 14, 1, min, max);
  cr_assert_eq(tn_plugin_compile(self->plugin, TN_STRING(""), model, NULL, &self->compiled, NULL),
               TN_OK);
  tn_model_release(model);
  cr_assert_eq(tn_compiled_model_create_request(self->compiled, NULL, &self->request, NULL), TN_OK);
}

static void tear_down(struct fixture *self) {
  tn_infer_request_destroy(self->request);
  tn_compiled_model_destroy(self->compiled);
  tn_plugin_destroy(self->plugin, TN_DESTROY_NORMAL);
  cr_assert_eq(atomic_load(&self->host.ended), 1);
}

static const float numbers[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static tn_tensor *get(struct fixture *self, uint32_t port) {
  tn_tensor *tensor = NULL;
  cr_assert_eq(tn_infer_request_get_tensor(self->request, port, &tensor, NULL), TN_OK);
  return tensor;
}

/* Sets a tensor and gives the test's reference back. */
static tn_status give(struct fixture *self, uint32_t port, tn_tensor *tensor) {
  const tn_status status = tn_infer_request_set_tensor(self->request, port, tensor, NULL);
  tn_tensor_release(tensor);
  return status;
}

/* A tensor of somebody's memory, which cannot be resized; counts its release in `*released`. */
static void count_release(void *owner) {
  ++*(int *)owner;
}

static tn_tensor *borrow(uint32_t type, uint32_t rank, const int64_t *shape, void *data,
                         uint64_t bytes, int *released) {
  tn_tensor *tensor;
  const tni_keeper keeper = {count_release, released};
  cr_assert_eq(tni_tensor_create_borrowed(tni_environment_system(), type, rank, shape, data, bytes,
                                          0, keeper, &tensor, NULL),
               TN_OK);
  return tensor;
}

Test(kit_ports, own_tensors_are_aligned_and_stay) {
  struct fixture self;
  set_up(&self, 2, 2);
  for (uint32_t port = 0; port < 2; port++) {
    tn_tensor *own = get(&self, port);
    cr_assert_eq(own->rank, 2);
    cr_assert(own->shape[0] == 2 && own->shape[1] == 4);
    cr_assert_eq((uintptr_t)own->data % TN_TENSOR_ALIGNMENT, 0);
    cr_assert_eq(get(&self, port), own);
    int released = 0;
    float memory[8];
    tn_tensor *given = borrow(TN_F32, 2, own->shape, memory, sizeof memory, &released);
    cr_assert_eq(give(&self, port, given), TN_OK);
    cr_assert_eq(get(&self, port), given);
    cr_assert_eq(released, 0);
    cr_assert_eq(tn_infer_request_set_tensor(self.request, port, NULL, NULL), TN_OK);
    cr_assert_eq(released, 1);
    cr_assert_eq(get(&self, port), own);
  }
  tn_tensor *none = NULL;
  cr_assert_eq(tn_infer_request_get_tensor(self.request, 2, &none, NULL), TN_OUT_OF_RANGE);
  cr_assert_eq(tn_infer_request_set_tensor(self.request, 2, NULL, NULL), TN_OUT_OF_RANGE);
  tear_down(&self);
}

Test(kit_ports, dynamic_ones_get_their_shape_late) {
  static const int64_t shapes[][2] = {{3, 4}, {1, 4}, {4, 4}};
  struct fixture self;
  set_up(&self, 1, 4);
  cr_assert(get(&self, 0)->flags & TN_TENSOR_UNSHAPED);
  tn_tensor *output = get(&self, 1);
  cr_assert(output->flags & TN_TENSOR_UNSHAPED);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_WRONG_SHAPE);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    cr_assert_eq(give(&self, 0, test_tensor(2, shapes[i], numbers)), TN_OK);
    cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
    cr_assert_eq(get(&self, 1), output);
    cr_assert_eq(output->flags, 0);
    cr_assert_eq(output->shape[0], shapes[i][0]);
    for (int64_t k = 0; k < shapes[i][0] * 4; k++)
      cr_assert_float_eq(((const float *)output->data)[k], 2 * numbers[k], 0);
  }
  const int64_t beyond[] = {5, 4};
  cr_assert_eq(tn_infer_request_set_tensor(self.request, 0, output, NULL), TN_OK);
  cr_assert_eq(output->api->resize(output, 2, beyond, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_WRONG_SHAPE);
  cr_assert_eq(tn_infer_request_start(self.request, NULL, NULL), TN_WRONG_SHAPE);
  tear_down(&self);
}

/* As devices made of others set it where one part writes and another one reads. */
Test(kit_ports, an_output_takes_a_tensor_without_a_shape) {
  static const int64_t shape[] = {3, 4};
  struct fixture self;
  tn_tensor *tensor = NULL;
  set_up(&self, 1, 4);
  cr_assert_eq(tni_tensor_create_unshaped(tni_environment_system(), TN_F32, &tensor, NULL), TN_OK);
  cr_assert_eq(tn_infer_request_set_tensor(self.request, 1, tensor, NULL), TN_OK);
  cr_assert_eq(give(&self, 0, test_tensor(2, shape, numbers)), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
  cr_assert_eq(get(&self, 1), tensor);
  cr_assert_eq(tensor->shape[0], 3);
  cr_assert_float_eq(((const float *)tensor->data)[11], 2 * numbers[11], 0);
  tn_tensor_release(tensor);
  tear_down(&self);
}

Test(kit_ports, refuses_what_does_not_fit_and_takes_no_reference) {
  static float memory[16];
  static const int64_t right[] = {2, 4}, wrong[] = {3, 4}, flat[] = {8};
  static const int64_t negative[] = {-4, 1};
  struct fixture self;
  const struct {
    uint32_t type, rank;
    const int64_t *shape, *strides;
    uint32_t flags;
    uint64_t capacity;
    tn_status status;
  } cases[] = {
      {TN_I32, 2, right, NULL, 0, 64, TN_WRONG_TYPE},
      {TN_F32, 2, wrong, NULL, 0, 64, TN_WRONG_SHAPE},
      {TN_F32, 1, flat, NULL, 0, 64, TN_WRONG_SHAPE},
      {99, 2, right, NULL, 0, 64, TN_UNSUPPORTED},
      {TN_F32, 2, right, NULL, 1u << 20, 64, TN_INVALID_ARGUMENT},
      {TN_F32, 2, right, NULL, TN_TENSOR_DEVICE, 64, TN_UNSUPPORTED},
      {TN_F32, 2, right, NULL, 0, 31, TN_INVALID_ARGUMENT},
      {TN_F32, 2, right, negative, 0, 64, TN_INVALID_ARGUMENT},
      {TN_F32, 0, NULL, NULL, TN_TENSOR_UNSHAPED, 0, TN_WRONG_SHAPE},
  };
  set_up(&self, 2, 2);
  tn_tensor *before = get(&self, 0);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int released = 0;
    tn_tensor *tensor = borrow(TN_F32, 2, right, memory, sizeof memory, &released);
    tensor->type = cases[i].type;
    tensor->rank = cases[i].rank;
    tensor->shape = cases[i].shape;
    tensor->strides = cases[i].strides;
    tensor->flags = cases[i].flags;
    tensor->capacity_bytes = cases[i].capacity;
    tn_error error;
    memset(&error, 0, sizeof error);
    const tn_status status = tn_infer_request_set_tensor(self.request, 0, tensor, &error);
    cr_assert_eq(status, cases[i].status, "case %zu: %d %s", i, status, error.message);
    cr_assert(error.message[0]);
    tn_tensor_release(tensor);
    cr_assert_eq(released, 1, "case %zu", i);
  }
  cr_assert_eq(get(&self, 0), before);
  tear_down(&self);
}

Test(kit_ports, strides_and_odd_addresses_are_served) {
  const int64_t shape[] = {2, 4}, strides[] = {8, 2};
  _Alignas(64) unsigned char bytes[sizeof numbers + 1];
  float sparse[16], result[16];
  struct fixture self;
  set_up(&self, 2, 2);
  for (int i = 0; i < 16; i++) {
    sparse[i] = (float)i;
    result[i] = -1;
  }
  int released = 0;
  tn_tensor *input = borrow(TN_F32, 2, shape, sparse, sizeof sparse, &released);
  tn_tensor *output = borrow(TN_F32, 2, shape, result, sizeof result, &released);
  input->strides = strides;
  output->strides = strides;
  cr_assert_eq(give(&self, 0, input), TN_OK);
  cr_assert_eq(give(&self, 1, output), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
  for (int i = 0; i < 16; i++) /* gaps stay */
    cr_assert_float_eq(result[i], i % 2 ? -1 : 2 * (float)i, 0, "element %d: %f", i, result[i]);
  memcpy(bytes + 1, numbers, sizeof numbers);
  tn_tensor *odd = borrow(TN_F32, 2, shape, bytes + 1, sizeof numbers, &released);
  cr_assert(odd->flags & TN_TENSOR_UNALIGNED);
  cr_assert_eq(give(&self, 0, odd), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
  cr_assert_float_eq(result[2], 4, 0);
  tear_down(&self);
  cr_assert_eq(released, 3);
}

Test(kit_ports, an_output_too_small_tells_the_shape_needed) {
  static float memory[16];
  const int64_t small[] = {1, 4}, large[] = {3, 4};
  struct fixture self;
  int released = 0;
  set_up(&self, 1, 4);
  cr_assert_eq(give(&self, 0, test_tensor(2, large, numbers)), TN_OK);
  cr_assert_eq(give(&self, 1, borrow(TN_F32, 2, small, memory, sizeof memory, &released)), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_TOO_SMALL);
  cr_assert_eq(get(&self, 1)->rank, 2);
  cr_assert_eq(get(&self, 1)->shape[0], 3);
  cr_assert_eq(give(&self, 1, borrow(TN_F32, 2, large, memory, sizeof memory, &released)), TN_OK);
  cr_assert_eq(released, 1);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
  cr_assert_float_eq(memory[11], 24, 0);
  tn_tensor *cramped = borrow(TN_F32, 2, large, memory, sizeof memory, &released);
  cramped->capacity_bytes = 47;
  cr_assert_eq(give(&self, 1, cramped), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_TOO_SMALL);
  tn_tensor *constant = borrow(TN_F32, 2, large, memory, sizeof memory, &released);
  constant->flags |= TN_TENSOR_READ_ONLY;
  cr_assert_eq(give(&self, 1, constant), TN_INVALID_ARGUMENT);
  tear_down(&self);
}

Test(kit_ports, nothing_is_a_size_too) {
  const int64_t nothing[] = {0, 4};
  struct fixture self;
  int released = 0;
  set_up(&self, 0, 4);
  cr_assert_eq(give(&self, 0, borrow(TN_F32, 2, nothing, NULL, 0, &released)), TN_OK);
  cr_assert_eq(tn_infer_request_infer(self.request, NULL), TN_OK);
  cr_assert_eq(get(&self, 1)->shape[0], 0);
  tear_down(&self);
}
