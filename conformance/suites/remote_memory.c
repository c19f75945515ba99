/* Checks of what contexts promise of the memory of their tensors: that there is no more of it than
 * the device has, that it comes back, and that tensors change their shape. */
#define TN_GROUP "remote"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/growth.h"
#include "engine/observe.h"
#include "engine/remote_objects.h"

/* --- shapes without an address */

TN_CHECK(remote_scalars, REMOTE, 2, TEST_NEEDS_REMOTE,
         "a tensor of rank 0 is made without a shape, by both kinds of contexts' tensors, and "
         "holds one element") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *host = NULL, *tensor = remote_tensor(t, context, TN_F32, 0, NULL);
  NEED(tensor);
  EXPECT(tensor->rank == 0 && tensor->capacity_bytes >= 4);
  remote_round_trip(t, tensor, 1);
  REQUIRE_OK(context->api->create_host_tensor(context, TN_F32, 0, NULL, &host, &t->error));
  test_adopt_tensor(t, host);
  EXPECT(host->rank == 0 && host->capacity_bytes >= 4 && host->data);
}

TN_CHECK(remote_null_of_tensors, ERROR, 11, TEST_NEEDS_REMOTE,
         "NULL for the shape, the properties or out of a tensor is refused with INVALID_ARGUMENT, "
         "for each of them alone") {
  const int64_t shape[] = {4, 8};
  tn_remote_context *context = remote_context(t);
  tn_tensor *out = test_poison();
  NEED(context);
  const tn_remote_context_api *api = context->api;
  EXPECT_STATUS(api->create_tensor(context, TN_F32, 2, NULL, NULL, 0, &out, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->create_tensor(context, TN_F32, 2, shape, NULL, 1, &out, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->create_tensor(context, TN_F32, 2, shape, NULL, 0, NULL, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->create_host_tensor(context, TN_F32, 2, NULL, &out, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->create_host_tensor(context, TN_F32, 2, shape, NULL, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT(out == test_poison());
}

TN_CHECK(remote_texts, TENSOR, 14, TEST_NEEDS_REMOTE,
         "a tensor of texts in device memory is refused with UNSUPPORTED, or keeps its texts") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *out = test_poison();
  NEED(context);
  const tn_status status = tn_remote_context_create_tensor(context, TN_STRING_ELEMENT, 1,
                                                           (int64_t[]){3}, &out, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  EXPECT((status == TN_OK) == (out != test_poison()));
  if (status == TN_OK) tn_tensor_release(out);
}

/* --- how much there is */

/* More than any machine has, in a shape that can be counted. */
static const int64_t too_much[] = {INT64_C(1) << 24, INT64_C(1) << 24};

TN_CHECK(remote_more_than_there_is, REMOTE, 14, TEST_NEEDS_REMOTE,
         "a tensor that no device has the memory for is refused with OUT_OF_DEVICE_MEMORY or "
         "OUT_OF_MEMORY, time after time, and smaller ones are made as before") {
  tn_remote_context *context = remote_context(t);
  tn_tensor *out = test_poison();
  NEED(context);
  for (int i = 0; i < 3; i++) {
    const tn_status status =
        tn_remote_context_create_tensor(context, TN_F32, 2, too_much, &out, &t->error);
    EXPECT_THAT(status == TN_OUT_OF_DEVICE_MEMORY || status == TN_OUT_OF_MEMORY,
                "2^50 bytes are refused with OUT_OF_DEVICE_MEMORY; it gave %s",
                tni_status_name(status));
    EXPECT(out == test_poison() && t->error.status == status);
  }
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, (int64_t[]){4, 8});
  NEED(tensor);
  remote_round_trip(t, tensor, 2);
}

static uint64_t memory_of_device(test *t) {
  seen_devices devices;
  if (see_devices(t, t->plugin, &devices, &t->error) != TN_OK) return 0;
  for (uint32_t i = 0; i < devices.count; i++)
    if (tn_string_equal(devices.items[i]->id, t->device)) return devices.items[i]->memory_bytes;
  return 0;
}

/* A tensor of that many bytes, or NULL when the device has no room for it. */
static tn_tensor *tensor_of_bytes(test *t, tn_remote_context *context, int64_t bytes) {
  tn_tensor *tensor = NULL;
  const tn_status status =
      tn_remote_context_create_tensor(context, TN_U8, 1, &bytes, &tensor, &t->error);
  EXPECT_THAT(status == TN_OK || status == TN_OUT_OF_DEVICE_MEMORY || status == TN_OUT_OF_MEMORY,
              "%lld bytes are made, or refused with OUT_OF_DEVICE_MEMORY; it gave %s",
              (long long)bytes, tni_status_name(status));
  return tensor;
}

TN_CHECK(remote_more_than_the_device_has, REMOTE, 14, TEST_NEEDS_REMOTE,
         "a tensor larger than the memory that the device tells, and a second one of more than its "
         "half, are refused") {
  const uint64_t memory = memory_of_device(t);
  tn_remote_context *context = remote_context(t);
  NEED(context);
  if (!memory || memory > (uint64_t)1 << 44)
    NOT_APPLICABLE("the device tells of no memory of its own, or of more than can be asked for");
  tn_tensor *whole = tensor_of_bytes(t, context, (int64_t)memory + 1);
  EXPECT_THAT(!whole, "a byte more than the %llu that the device tells is refused",
              (unsigned long long)memory);
  if (whole) tn_tensor_release(whole);
  tn_tensor *first = tensor_of_bytes(t, context, (int64_t)(memory / 2) + 1);
  if (!first) return; /* others use it */
  tn_tensor *second = tensor_of_bytes(t, context, (int64_t)(memory / 2) + 1);
  EXPECT_THAT(!second, "half of the memory twice is refused");
  if (second) tn_tensor_release(second);
  tn_tensor_release(first);
}

enum { LARGEST = 1 << 30, TIMES = 64 };

/* Bytes of which the device has room for a few, when nobody else is using it. */
static int64_t an_eighth(uint64_t memory) {
  return (int64_t)(memory / 8 < LARGEST ? memory / 8 : LARGEST);
}

TN_CHECK(remote_memory_comes_back, REMOTE, 15, TEST_NEEDS_REMOTE | TEST_SLOW,
         "tensors are made and released until they have taken several times what the device has") {
  const uint64_t memory = memory_of_device(t);
  tn_remote_context *context = remote_context(t);
  NEED(context);
  if (!memory) NOT_APPLICABLE("the device tells of no memory of its own");
  const int64_t bytes = an_eighth(memory);
  for (int i = 0; i < TIMES; i++) {
    tn_tensor *tensor = NULL;
    const tn_status status =
        tn_remote_context_create_tensor(context, TN_U8, 1, &bytes, &tensor, &t->error);
    if (i == 0 && status == TN_OUT_OF_DEVICE_MEMORY)
      NOT_APPLICABLE("an eighth of the device's memory is not free");
    EXPECT_THAT(status == TN_OK,
                "tensor %d of %lld bytes, all before it released, is made; it gave %s", i,
                (long long)bytes, tni_status_name(status));
    if (status != TN_OK) return;
    tn_tensor_release(tensor);
  }
}

/* --- other shapes */

/* A tensor that can be resized, or NULL after recording that it is none. */
static tn_tensor *resizable(test *t, uint32_t rank, const int64_t *shape) {
  tn_tensor *tensor = remote_tensor(t, remote_context(t), TN_F32, rank, shape);
  if (!tensor || tensor->api->resize) return tensor;
  test_record_not_applicable(t, "tensors of the context cannot be resized");
  return NULL;
}

static bool has_shape(const tn_tensor *tensor, uint32_t rank, const int64_t *shape) {
  for (uint32_t i = 0; tensor->rank == rank && i < rank; i++)
    if (tensor->shape[i] != shape[i]) return false;
  return tensor->rank == rank;
}

TN_CHECK(remote_resize, TENSOR, 12, TEST_NEEDS_REMOTE,
         "a device tensor takes each shape that it is given, smaller and larger, with room for it, "
         "and keeps the bytes copied into it then") {
  static const struct {
    uint32_t rank;
    int64_t shape[4];
  } rows[] = {{2, {4, 9}},     {1, {7}},          {3, {2, 3, 5}}, {0, {0}},     {2, {4, 8}},
              {2, {300, 200}}, {4, {1, 2, 3, 4}}, {2, {0, 3}},    {1, {60000}}, {1, {60001}}};
  tn_tensor *tensor = resizable(t, 2, (int64_t[]){4, 8});
  NEED(tensor);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    REQUIRE_OK(tensor->api->resize(tensor, rows[i].rank, rows[i].shape, &t->error));
    EXPECT(has_shape(tensor, rows[i].rank, rows[i].shape) && tensor->type == TN_F32);
    EXPECT(tensor->capacity_bytes >= tn_dense_bytes(TN_F32, tn_tensor_element_count(tensor)));
    remote_round_trip(t, tensor, i);
  }
}

TN_CHECK(remote_resize_refused, TENSOR, 12, TEST_NEEDS_REMOTE,
         "a device tensor that cannot get a shape keeps its own, and its bytes") {
  static const struct {
    uint32_t rank;
    int64_t shape[TN_MAX_RANK + 1];
  } rows[] = {{1, {-1}},
              {2, {4, INT64_MIN}},
              {2, {INT64_C(1) << 32, INT64_C(1) << 32}},
              {TN_MAX_RANK + 1, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}};
  const int64_t shape[] = {4, 8};
  tn_tensor *tensor = resizable(t, 2, shape), *sent = test_tensor(t, TN_F32, 2, shape),
            *came = test_tensor(t, TN_F32, 2, shape);
  NEED(tensor && sent && came);
  suite_fill(sent, t->seed, 0);
  REQUIRE_OK(remote_copy_from(t, tensor, sent));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    EXPECT_STATUS(tensor->api->resize(tensor, rows[i].rank, rows[i].shape, &t->error),
                  TN_INVALID_ARGUMENT);
  EXPECT_STATUS(tensor->api->resize(tensor, 1, NULL, &t->error), TN_INVALID_ARGUMENT);
  const tn_status status = tensor->api->resize(tensor, 2, too_much, &t->error);
  EXPECT_THAT(status == TN_OUT_OF_DEVICE_MEMORY || status == TN_OUT_OF_MEMORY,
              "2^50 bytes are refused with OUT_OF_DEVICE_MEMORY; it gave %s",
              tni_status_name(status));
  EXPECT(has_shape(tensor, 2, shape));
  REQUIRE_OK(remote_copy_to(t, tensor, came));
  EXPECT(memcmp(sent->data, came->data, (size_t)sent->capacity_bytes) == 0);
  EXPECT_OK(tensor->api->resize(tensor, 0, NULL, &t->error));
  EXPECT(tensor->rank == 0);
}

/* Whether two tensors are distinct as far as their addresses tell. */
static void expect_apart(test *t, const tn_tensor *a, const tn_tensor *b) {
  EXPECT_THAT(a->data != b->data, "two tensors that live at the same time lie at two addresses");
}

TN_CHECK(remote_resized_is_elsewhere, REMOTE, 2, TEST_NEEDS_REMOTE,
         "a tensor that was given more memory and one that is made then are apart: filling one "
         "leaves the other as it was") {
  const int64_t small[] = {4, 8}, large[] = {400, 800};
  tn_tensor *grown = resizable(t, 2, small), *sent = test_tensor(t, TN_F32, 2, large),
            *came = test_tensor(t, TN_F32, 2, large);
  NEED(grown && sent && came);
  REQUIRE_OK(grown->api->resize(grown, 2, large, &t->error));
  tn_tensor *made = remote_tensor(t, grown->context, TN_F32, 2, small);
  NEED(made);
  expect_apart(t, grown, made);
  suite_fill(sent, t->seed, 0);
  REQUIRE_OK(remote_copy_from(t, grown, sent));
  remote_round_trip(t, made, 3);
  REQUIRE_OK(remote_copy_to(t, grown, came));
  EXPECT(memcmp(sent->data, came->data, (size_t)sent->capacity_bytes) == 0);
}

static tn_status grow_and_shrink(test *t, void *user) {
  static const int64_t sizes[] = {5, 100000, 3, 200000};
  tn_remote_context *context = user;
  tn_tensor *tensor = NULL;
  tn_status status =
      tn_remote_context_create_tensor(context, TN_F32, 1, &sizes[0], &tensor, &t->error);
  for (int i = 1; status == TN_OK && i < 4; i++)
    status = tensor->api->resize(tensor, 1, &sizes[i], &t->error);
  if (tensor) tn_tensor_release(tensor);
  return status;
}

TN_CHECK(remote_resize_leak, LIFE, 15, TEST_NEEDS_REMOTE | TEST_SLOW,
         "repeating to make, resize and release a device tensor leaves no thread, descriptor or "
         "memory") {
  tn_tensor *tensor = resizable(t, 1, (int64_t[]){5});
  NEED(tensor);
  test_expect_no_growth(t, grow_and_shrink, tensor->context);
}

/* --- descriptors */

TN_CHECK(remote_without_standard_input, HOST, 12, TEST_NEEDS_REMOTE,
         "device memory works in a process whose descriptor 0 is free, as that of a service is") {
  const int64_t shape[] = {4, 8};
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = NULL, *sent = test_tensor(t, TN_F32, 2, shape),
            *came = test_tensor(t, TN_F32, 2, shape);
  NEED(context && sent && came);
  suite_fill(sent, t->seed, 0);
  const int kept = remote_free_input();
  if (kept < 0) NOT_APPLICABLE("there is no standard input to be closed");
  tn_status status = tn_remote_context_create_tensor(context, TN_F32, 2, shape, &tensor, &t->error);
  EXPECT_STATUS(status, TN_OK);
  if (status == TN_OK) {
    EXPECT_OK(remote_copy_from(t, tensor, sent));
    EXPECT_OK(remote_copy_to(t, tensor, came));
    tn_tensor_release(tensor);
  }
  EXPECT_THAT(fcntl(STDIN_FILENO, F_GETFD) < 0, "the descriptor is free again afterwards");
  remote_restore_input(kept);
  EXPECT(memcmp(sent->data, came->data, (size_t)sent->capacity_bytes) == 0);
}

/* --- copies that are none */

TN_CHECK(remote_copy_of_others, ABI, 10, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
         "the copy functions of a device tensor given a tensor of another maker, and NULL for the "
         "host's, answer INVALID_ARGUMENT") {
  const int64_t shape[] = {4, 8};
  tn_tensor *tensor = remote_tensor(t, remote_context(t), TN_F32, 2, shape),
            *host = test_tensor(t, TN_F32, 2, shape);
  far_tensor *far = far_tensor_create(t, TN_F32, 2, shape, true);
  NEED(tensor && host && far);
  const tn_copy_api *api = tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
  if (!api) NOT_APPLICABLE("tensors of the context are host memory as well");
  suite_fill(host, t->seed, 0);
  EXPECT_STATUS(api->copy_from(&far->base, host, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->copy_to(&far->base, host, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->copy_from(tensor, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->copy_to(tensor, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT(atomic_load(&far->copies_from) == 0 && atomic_load(&far->copies_to) == 0);
}

TN_CHECK(remote_copy_of_host_tensors, ABI, 10, TEST_NEEDS_REMOTE | TEST_NOT_VIRTUAL,
         "the copy functions of a device tensor given a host tensor of the same context copy it or "
         "answer INVALID_ARGUMENT") {
  const int64_t shape[] = {4, 8};
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = remote_tensor(t, context, TN_F32, 2, shape), *own = NULL,
            *sent = test_tensor(t, TN_F32, 2, shape);
  NEED(tensor && sent);
  const tn_copy_api *api = tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
  if (!api) NOT_APPLICABLE("tensors of the context are host memory as well");
  REQUIRE_OK(context->api->create_host_tensor(context, TN_F32, 2, shape, &own, &t->error));
  test_adopt_tensor(t, own);
  suite_fill(sent, t->seed, 0);
  suite_fill(own, t->seed + 1, 0);
  const tn_status status = api->copy_from(own, sent, &t->error);
  EXPECT_OK_OR(status, TN_INVALID_ARGUMENT);
  EXPECT(status != TN_OK || memcmp(own->data, sent->data, (size_t)sent->capacity_bytes) == 0);
  EXPECT_OK_OR(api->copy_to(own, sent, &t->error), TN_INVALID_ARGUMENT);
}

TN_CHECK(remote_copy_of_malformed, TENSOR, 10, TEST_NEEDS_REMOTE,
         "a copy with a host tensor that no tensor can be is refused with INVALID_ARGUMENT") {
  const int64_t shape[] = {4, 8};
  tn_tensor *tensor = remote_tensor(t, remote_context(t), TN_F32, 2, shape),
            *host = test_tensor(t, TN_F32, 2, shape);
  NEED(tensor && host);
  const tn_copy_api *api = tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
  if (!api) NOT_APPLICABLE("tensors of the context are host memory as well");
  const tn_tensor before = *host;
  for (int i = 0; i < 5; i++) {
    if (i == 0) host->flags = 1u << 31;
    if (i == 1) host->shape = NULL;
    if (i == 2) host->size = 8;
    if (i == 3) host->data = NULL;
    if (i == 4) host->capacity_bytes = 127;
    const tn_status from = api->copy_from(tensor, host, &t->error),
                    to = api->copy_to(tensor, host, &t->error);
    *host = before;
    EXPECT_THAT(from != TN_OK && to != TN_OK,
                "malformed tensor %d is refused; copying from it gave %s, to it %s", i,
                tni_status_name(from), tni_status_name(to));
  }
}
