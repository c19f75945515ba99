/* Checks of foreign handles: what is wrapped, what is refused, who owns it. Inferences on wrapped
 * memory are in handles_infer.c. */
#define TN_GROUP "handles"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/foreign_handles.h"
#include "engine/growth.h"
#include "engine/remote_objects.h"
#include "engine/together.h"

enum { BYTES = 4096, REASONS = 6 };

static const int64_t shape[] = {4, 8};

/* A tensor of a handle of `type` and `value` that no call would get. */
static tn_status try_wrap(test *t, tn_remote_context *context, const tn_handle *handle) {
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *out = test_poison();
  if (!api) return TN_INTERNAL;
  const tn_status status = api->wrap(context, handle, TN_F32, 2, shape, &out, &t->error);
  EXPECT((status == TN_OK) == (out != test_poison()));
  if (status == TN_OK) tn_tensor_release(out);
  return status;
}

TN_CHECK(handles_are_declared, REMOTE, 12, TEST_NEEDS_REMOTE,
         "a context wraps handles where the device declares it; where it does not the extension is "
         "missing, or refuses with UNSUPPORTED") {
  tn_remote_context *context = remote_context(t);
  NEED(context);
  const tn_handles_api *api = context->api->get_extension(context, TN_STRING(TN_EXTENSION_HANDLES));
  const bool declared = t->capabilities & TN_DEVICE_HAS_HANDLES;
  EXPECT(!declared || api);
  if (declared || !api) return;
  tn_handle handle = tn_handle_init();
  handle.type = TN_STRING("x-nobody.knows/1");
  EXPECT_STATUS(try_wrap(t, context, &handle), TN_UNSUPPORTED);
}

TN_CHECK(handles_table, ABI, 9, TEST_NEEDS_HANDLES,
         "the table of foreign handles has all slots of its first version") {
  tn_remote_context *context = remote_context(t);
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  NEED(api);
  EXPECT(api->size >= TN_HANDLES_API_FIRST_SIZE && api->size % 8 == 0 && api->reserved == 0);
  EXPECT(api->types && api->wrap);
}

/* --- types */

struct seen_types {
  int calls;
  uint64_t count;
  bool texts, once;
  tn_status answer;
  char first[80];
};

static tn_status see_types(void *user, const tn_value *value) {
  struct seen_types *seen = user;
  seen->calls++;
  seen->texts = value->kind == TN_VALUE_LIST;
  if (!seen->texts) return seen->answer;
  seen->count = value->as.list.count;
  seen->once = true;
  const tn_value *items = value->as.list.items;
  for (uint64_t i = 0; i < seen->count; i++) {
    seen->texts = seen->texts && items[i].kind == TN_VALUE_STRING && items[i].as.string.length;
    for (uint64_t k = 0; seen->texts && k < i; k++)
      seen->once = seen->once && !tn_string_equal(items[i].as.string, items[k].as.string);
  }
  if (seen->texts && seen->count)
    snprintf(seen->first, sizeof seen->first, "%.*s", TNI_TEXT(items[0].as.string));
  return seen->answer;
}

TN_CHECK(handles_types, REMOTE, 13, TEST_NEEDS_HANDLES,
         "a context tells the types of handles that it wraps as one list of texts, each once, and "
         "passes a failure of the sink on") {
  tn_remote_context *context = remote_context(t);
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  struct seen_types seen = {0};
  NEED(api);
  EXPECT_OK(api->types(context, see_types, &seen, &t->error));
  EXPECT(seen.calls == 1 && seen.count > 0 && seen.texts && seen.once);
  seen.answer = TN_CANCELLED;
  EXPECT_STATUS(api->types(context, see_types, &seen, &t->error), TN_CANCELLED);
}

TN_CHECK(handles_unknown_types, REMOTE, 9, TEST_NEEDS_HANDLES,
         "a handle of an unknown type is refused with UNSUPPORTED, also of one that begins or ends "
         "like a known type") {
  tn_remote_context *context = remote_context(t);
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  struct seen_types seen = {0};
  NEED(api);
  REQUIRE_OK(api->types(context, see_types, &seen, &t->error));
  char longer[84];
  snprintf(longer, sizeof longer, "%s0", seen.first);
  const tn_string types[] = {TN_STRING("x-nobody.knows/1"), TN_STRING(""), tn_string_from(longer),
                             tn_string_make(seen.first, strlen(seen.first) - 1),
                             tn_string_make(seen.first + 1, strlen(seen.first) - 1)};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    tn_handle handle = tn_handle_init();
    handle.type = types[i];
    handle.byte_count = BYTES;
    EXPECT_STATUS(try_wrap(t, context, &handle), TN_UNSUPPORTED);
  }
}

/* --- handles that are none */

TN_CHECK(handles_zero, REMOTE, 9, TEST_NEEDS_HANDLES,
         "a handle of value 0 is refused with INVALID_ARGUMENT, whatever its type") {
  tn_remote_context *context = remote_context(t);
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  struct seen_types seen = {0};
  NEED(api);
  REQUIRE_OK(api->types(context, see_types, &seen, &t->error));
  tn_handle handle = tn_handle_init();
  handle.type = tn_string_from(seen.first);
  handle.byte_count = BYTES;
  EXPECT_STATUS(try_wrap(t, context, &handle), TN_INVALID_ARGUMENT);
}

static void refuse_invalid(test *t, tn_remote_context *context,
                           const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  NEED(memory);
  for (int i = 0; i < REASONS; i++) { /* a provider may know that many */
    tn_handle handle = tn_handle_init();
    provider->invalid(memory->self, &handle);
    EXPECT_STATUS(try_wrap(t, context, &handle), TN_INVALID_ARGUMENT);
    handle.flags = TN_HANDLE_TAKE;
    EXPECT_STATUS(try_wrap(t, context, &handle), TN_INVALID_ARGUMENT);
  }
}

TN_CHECK(handles_invalid, REMOTE, 9, TEST_NEEDS_HANDLES,
         "handles that their provider calls invalid, for one reason after the other, are refused "
         "with INVALID_ARGUMENT") {
  foreign_for_each(t, remote_context(t), refuse_invalid);
}

static void refuse_extents(test *t, tn_remote_context *context,
                           const tn_handle_provider *provider) {
  static const struct {
    uint64_t offset, byte_count;
    tn_status status;
  } rows[] = {{BYTES, 0, TN_TOO_SMALL},
              {BYTES - 64, 0, TN_TOO_SMALL},
              {0, 64, TN_TOO_SMALL},
              {BYTES, BYTES, TN_TOO_SMALL},
              {UINT64_MAX - 63, 0, TN_TOO_SMALL},
              {UINT64_MAX - 63, BYTES, TN_TOO_SMALL}};
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  NEED(memory);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tn_handle handle = memory->handle;
    handle.offset = rows[i].offset;
    if (rows[i].byte_count) handle.byte_count = rows[i].byte_count;
    EXPECT_THAT(try_wrap(t, context, &handle) == rows[i].status,
                "a tensor of 128 bytes at %llu of %d bytes, told to be %llu, is refused with "
                "TOO_SMALL; it gave %s",
                (unsigned long long)rows[i].offset, BYTES, (unsigned long long)handle.byte_count,
                tni_status_name(t->error.status));
  }
}

TN_CHECK(handles_too_small, REMOTE, 9, TEST_NEEDS_HANDLES,
         "memory that ends before the tensor does is refused with TOO_SMALL, whatever offset and "
         "size are") {
  foreign_for_each(t, remote_context(t), refuse_extents);
}

/* A tensor without elements takes no byte, so no memory ends before it does. */
static void empty_at_the_end(test *t, tn_remote_context *context,
                             const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  NEED(memory && api);
  tn_handle handle = memory->handle;
  handle.offset = handle.byte_count = BYTES;
  tn_tensor *out = NULL;
  const tn_status status =
      api->wrap(context, &handle, TN_F32, 2, (int64_t[]){0, 8}, &out, &t->error);
  EXPECT_OK_OR(status, TN_UNSUPPORTED); /* of an offset that the device cannot use */
  if (out) tn_tensor_release(out);
  test_about(t, TNI_CLAUSE(REMOTE, 8));
  EXPECT(foreign_is_alive(memory));
  test_about(t, 0);
  handle.offset = BYTES - 128;
  REQUIRE_OK(api->wrap(context, &handle, TN_F32, 2, shape, &out, &t->error));
  test_adopt_tensor(t, out);
  remote_round_trip(t, out, 10);
}

TN_CHECK(handles_up_to_the_end, REMOTE, 9, TEST_NEEDS_HANDLES,
         "a tensor may lie in the last bytes of the memory, and one without elements behind them") {
  foreign_for_each(t, remote_context(t), empty_at_the_end);
}

static void exact_extents(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  static const struct {
    uint64_t bytes, offset, told;
  } rows[] = {{BYTES, BYTES - 128, 0}, {BYTES, BYTES - 128, BYTES},
              {128, 0, 128},           {128, 0, 0},
              {BYTES, 64, 64 + 128},   {BYTES, 0, 128},
              {2 * BYTES, BYTES, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const foreign_memory *memory = foreign_create(t, context, provider, rows[i].bytes);
    const tn_handles_api *api = foreign_api(t, context);
    tn_tensor *tensor = NULL;
    NEED(memory && api);
    tn_handle handle = memory->handle;
    handle.offset = rows[i].offset;
    handle.byte_count = rows[i].told;
    const tn_status status = api->wrap(context, &handle, TN_F32, 2, shape, &tensor, &t->error);
    EXPECT_THAT(status == TN_OK || (status == TN_UNSUPPORTED && handle.offset),
                "128 bytes at %llu of %llu fit; it gave %s", (unsigned long long)handle.offset,
                (unsigned long long)rows[i].bytes, tni_status_name(status));
    if (status != TN_OK) continue;
    test_adopt_tensor(t, tensor);
    EXPECT(tensor->capacity_bytes >= 128 && tensor->context == context);
    remote_round_trip(t, tensor, i);
  }
}

TN_CHECK(handles_that_just_fit, REMOTE, 7, TEST_NEEDS_HANDLES,
         "a tensor that ends where its memory ends, or where it is told to, is wrapped and keeps "
         "its bytes") {
  foreign_for_each(t, remote_context(t), exact_extents);
}

static void odd_offsets(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  static const uint64_t offsets[] = {1, 2, 4, 8, 32, 63, 65, 1000};
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  NEED(memory && api);
  for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
    tn_handle handle = memory->handle;
    tn_tensor *tensor = test_poison();
    handle.offset = offsets[i];
    const tn_status status = api->wrap(context, &handle, TN_F32, 2, shape, &tensor, &t->error);
    EXPECT_OK_OR(status, TN_UNSUPPORTED);
    EXPECT((status == TN_OK) == (tensor != test_poison()));
    if (status != TN_OK) continue;
    test_adopt_tensor(t, tensor);
    remote_round_trip(t, tensor, i);
  }
  tn_tensor *scalar = NULL;
  REQUIRE_OK(api->wrap(context, &memory->handle, TN_F32, 0, NULL, &scalar, &t->error));
  test_adopt_tensor(t, scalar);
  EXPECT(scalar->rank == 0);
  remote_round_trip(t, scalar, 1);
}

TN_CHECK(handles_odd_offsets, REMOTE, 9, TEST_NEEDS_HANDLES,
         "an offset that the device cannot use is refused with UNSUPPORTED, any other works; a "
         "tensor of rank 0 needs no shape") {
  foreign_for_each(t, remote_context(t), odd_offsets);
}

static void refuse_shapes(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  static const struct {
    uint32_t type, rank;
    int64_t shape[3];
    tn_status status, other;
  } rows[] = {{TN_F32, 2, {2, -1}, TN_INVALID_ARGUMENT, TN_INVALID_ARGUMENT},
              {TN_F32, 17, {1}, TN_INVALID_ARGUMENT, TN_INVALID_ARGUMENT},
              {TN_F32, 3, {INT64_MAX, INT64_MAX, INT64_MAX}, TN_INVALID_ARGUMENT, TN_TOO_SMALL},
              {9999, 1, {4}, TN_UNSUPPORTED, TN_UNSUPPORTED},
              {TN_STRING_ELEMENT, 1, {4}, TN_UNSUPPORTED, TN_UNSUPPORTED}};
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *out = test_poison();
  NEED(memory && api);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t extents[17] = {0};
    memcpy(extents, rows[i].shape, sizeof rows[i].shape);
    const tn_status status =
        api->wrap(context, &memory->handle, rows[i].type, rows[i].rank, extents, &out, &t->error);
    EXPECT_THAT(status == rows[i].status || status == rows[i].other,
                "hostile shape or type %zu is refused with %s; it gave %s", i,
                tni_status_name(rows[i].status), tni_status_name(status));
  }
  EXPECT(out == test_poison());
  foreign_round_trip(t, memory, 6);
}

TN_CHECK(
    handles_hostile_shapes, TENSOR, 1, TEST_NEEDS_HANDLES,
    "shapes that no tensor can have, and types that no memory holds, are refused and leave the "
    "handle alone") {
  foreign_for_each(t, remote_context(t), refuse_shapes);
}

static void grown_struct(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  NEED(memory);
  struct {
    tn_handle handle;
    uint64_t tail[4];
  } grown = {memory->handle, {1, 2, 3, 4}};
  grown.handle.size = sizeof grown;
  EXPECT_STATUS(try_wrap(t, context, &grown.handle), TN_OK);
  tn_handle small = memory->handle;
  small.size = 8;
  EXPECT_STATUS(try_wrap(t, context, &small), TN_INVALID_ARGUMENT);
}

TN_CHECK(handles_grown_struct, ABI, 12, TEST_NEEDS_HANDLES,
         "a larger tn_handle is accepted and its tail ignored; a smaller one is refused with "
         "INVALID_ARGUMENT") {
  foreign_for_each(t, remote_context(t), grown_struct);
}

static void unknown_parts(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_map_entry property = {TN_STRING_INIT("NO_SUCH_PROPERTY"), tn_value_of_bool(1)};
  NEED(memory);
  tn_handle handle = memory->handle;
  handle.flags = 1u << 31;
  EXPECT_STATUS(try_wrap(t, context, &handle), TN_INVALID_ARGUMENT);
  handle.flags = 0;
  handle.properties = &property;
  handle.property_count = 1;
  EXPECT_STATUS(try_wrap(t, context, &handle), TN_NOT_FOUND);
  handle.properties = NULL;
  EXPECT_STATUS(try_wrap(t, context, &handle), TN_INVALID_ARGUMENT);
  handle.property_count = 0;
  handle.type.data = NULL;
  EXPECT_STATUS(try_wrap(t, context, &handle), TN_INVALID_ARGUMENT);
}

TN_CHECK(handles_unknown_flags, ABI, 6, TEST_NEEDS_HANDLES,
         "an unknown flag of a handle is refused with INVALID_ARGUMENT, an unknown property with "
         "NOT_FOUND") {
  foreign_for_each(t, remote_context(t), unknown_parts);
}

TN_CHECK(handles_null_arguments, ERROR, 11, TEST_NEEDS_HANDLES,
         "NULL for the handle, a shape, out or a sink is refused with INVALID_ARGUMENT") {
  tn_remote_context *context = remote_context(t);
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  tn_tensor *out = test_poison();
  NEED(api);
  tn_handle handle = tn_handle_init();
  handle.type = TN_STRING("x-nobody.knows/1");
  EXPECT_STATUS(api->types(context, NULL, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->wrap(context, NULL, TN_F32, 2, shape, &out, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->wrap(context, &handle, TN_F32, 2, NULL, &out, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->wrap(context, &handle, TN_F32, 2, shape, NULL, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->wrap(context, &handle, TN_F32, 2, shape, &out, NULL), TN_UNSUPPORTED);
  EXPECT(out == test_poison());
}

static tn_string name_of_nobody(tn_remote_context *context) {
  (void)context;
  return TN_STRING("0");
}

TN_CHECK(handles_other_context, ABI, 10, TEST_NEEDS_HANDLES,
         "the functions of foreign handles given a context of another maker answer "
         "INVALID_ARGUMENT") {
  static const tn_maker nobody = {TN_SIZE(tn_maker), 0, &nobody, TN_STRING_INIT("another library")};
  static const tn_remote_context_api table = {.size = TN_SIZE(tn_remote_context_api),
                                              .device = name_of_nobody};
  tn_remote_context other = {.api = &table, .maker = &nobody};
  tn_remote_context *context = remote_context(t);
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  struct seen_types seen = {0};
  tn_tensor *out = test_poison();
  NEED(api);
  tn_handle handle = tn_handle_init();
  EXPECT_STATUS(api->types(&other, see_types, &seen, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->wrap(&other, &handle, TN_F32, 2, shape, &out, &t->error), TN_INVALID_ARGUMENT);
  EXPECT(seen.calls == 0 && out == test_poison());
}

static void wrap_without_input(test *t, tn_remote_context *context,
                               const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  NEED(memory);
  const int kept = remote_free_input();
  if (kept < 0) NOT_APPLICABLE("there is no standard input to be closed");
  const tn_status first = try_wrap(t, context, &memory->handle),
                  second = try_wrap(t, context, &memory->handle);
  EXPECT_THAT(fcntl(STDIN_FILENO, F_GETFD) < 0, "the descriptor is free again afterwards");
  remote_restore_input(kept);
  EXPECT_STATUS(first, TN_OK);
  EXPECT_STATUS(second, TN_OK);
}

/* Descriptors that are open stay so. */
static void wrap_without_descriptors(test *t, tn_remote_context *context,
                                     const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *tensor = test_poison();
  struct rlimit usual, none;
  NEED(memory && api);
  if (getrlimit(RLIMIT_NOFILE, &usual) != 0) NOT_APPLICABLE("descriptors are not limited here");
  none = usual;
  none.rlim_cur = 0;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const tn_status status = /* any refusal is as good */
      api->wrap(context, &memory->handle, TN_F32, 2, shape, &tensor, &t->error);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &usual) == 0);
  EXPECT((status == TN_OK) == (tensor != test_poison()));
  if (status == TN_OK) {
    remote_round_trip(t, tensor, 3);
    tn_tensor_release(tensor);
  }
  EXPECT_STATUS(try_wrap(t, context, &memory->handle), TN_OK);
  foreign_round_trip(t, memory, 1);
}

TN_CHECK(handles_without_descriptors, ERROR, 1, TEST_NEEDS_HANDLES,
         "in a process without a free descriptor a handle is wrapped or refused, and wrapped when "
         "there are descriptors again") {
  foreign_for_each(t, remote_context(t), wrap_without_descriptors);
}

TN_CHECK(handles_without_standard_input, HOST, 12, TEST_NEEDS_HANDLES,
         "handles are wrapped in a process whose descriptor 0 is free, as that of a service is") {
  foreign_for_each(t, remote_context(t), wrap_without_input);
}

/* --- ownership */

static void stays_ours(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  NEED(memory);
  for (uint64_t round = 0; round < 3; round++) {
    EXPECT_STATUS(try_wrap(t, context, &memory->handle), TN_OK);
    EXPECT(foreign_is_alive(memory));
    foreign_round_trip(t, memory, round);
  }
}

TN_CHECK(handles_not_taken, REMOTE, 8, TEST_NEEDS_HANDLES,
         "a handle that was not to be taken can be used after its tensor is gone, and wrapped "
         "again") {
  foreign_for_each(t, remote_context(t), stays_ours);
}

static void is_taken(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *tensor = NULL;
  NEED(memory && api);
  tn_handle handle = memory->handle;
  handle.flags = TN_HANDLE_TAKE;
  REQUIRE_OK(api->wrap(context, &handle, TN_F32, 2, shape, &tensor, &t->error));
  memory->taken = true;
  tn_tensor_retain(tensor);
  tn_tensor_release(tensor);
  EXPECT(foreign_is_alive(memory));
  remote_round_trip(t, tensor, 7);
  tn_tensor_release(tensor);
  EXPECT(!foreign_is_alive(memory));
}

TN_CHECK(handles_taken, REMOTE, 8, TEST_NEEDS_HANDLES,
         "a handle that was to be taken lives as long as its tensor, which gives it back") {
  foreign_for_each(t, remote_context(t), is_taken);
}

static void failure_takes_nothing(test *t, tn_remote_context *context,
                                  const tn_handle_provider *provider) {
  const foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *out = test_poison();
  NEED(memory && api);
  tn_handle handle = memory->handle;
  handle.flags = TN_HANDLE_TAKE;
  handle.offset = BYTES;
  EXPECT_FAILURE(api->wrap(context, &handle, TN_F32, 2, shape, &out, &t->error));
  handle.offset = 0;
  EXPECT_FAILURE(api->wrap(context, &handle, 9999, 2, shape, &out, &t->error));
  handle.flags |= 1u << 31;
  EXPECT_FAILURE(api->wrap(context, &handle, TN_F32, 2, shape, &out, &t->error));
  handle.flags = TN_HANDLE_TAKE;
  handle.type = TN_STRING("x-nobody.knows/1");
  EXPECT_FAILURE(api->wrap(context, &handle, TN_F32, 2, shape, &out, &t->error));
  EXPECT(out == test_poison() && foreign_is_alive(memory));
  foreign_round_trip(t, memory, 8);
}

TN_CHECK(handles_failure_takes_nothing, REMOTE, 9, TEST_NEEDS_HANDLES,
         "a handle that was to be taken is the caller's when wrapping it failed") {
  foreign_for_each(t, remote_context(t), failure_takes_nothing);
}

/* --- lifetimes */

static void outlives_context(test *t, tn_remote_context *unused,
                             const tn_handle_provider *provider) {
  (void)unused;
  const tn_remote_api *remote = remote_api(t);
  tn_remote_context *context = NULL;
  tn_tensor *tensor = NULL;
  NEED(remote);
  REQUIRE_OK(remote->create_context(t->plugin, t->device, NULL, &context, &t->error));
  foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  const tn_handles_api *api = foreign_api(t, context);
  tn_status status = memory && api
                         ? api->wrap(context, &memory->handle, TN_F32, 2, shape, &tensor, &t->error)
                         : TN_INTERNAL;
  tn_remote_context_release(context);
  NEED(memory && api);
  REQUIRE_OK(status);
  test_adopt_tensor(t, tensor);
  EXPECT(tensor->context == context);
  test_about(t, TNI_CLAUSE(REMOTE, 7)); /* with another shape it would lie elsewhere */
  EXPECT(tensor->api->resize == NULL);
  test_about(t, 0);
  remote_round_trip(t, tensor, 9);
}

TN_CHECK(handles_keep_the_context, REMOTE, 6, TEST_NEEDS_HANDLES,
         "a wrapped tensor works after its context was released by everybody else, and cannot be "
         "resized") {
  foreign_for_each(t, remote_context(t), outlives_context);
}

struct wrapping {
  test *t;
  tn_remote_context *context;
  foreign_memory *memory;
  int failures;
};

static tn_status wrap_once(test *t, void *user) {
  const struct wrapping *self = user;
  const tn_handles_api *api =
      self->context->api->get_extension(self->context, TN_STRING(TN_EXTENSION_HANDLES));
  tn_tensor *tensor = NULL;
  const tn_status status =
      api->wrap(self->context, &self->memory->handle, TN_F32, 2, shape, &tensor, &t->error);
  if (status == TN_OK) tn_tensor_release(tensor);
  return status;
}

static void leaves_nothing(test *t, tn_remote_context *context,
                           const tn_handle_provider *provider) {
  struct wrapping self = {t, context, foreign_create(t, context, provider, BYTES), 0};
  NEED(self.memory);
  test_expect_no_growth(t, wrap_once, &self);
}

TN_CHECK(handles_leak, LIFE, 15, TEST_NEEDS_HANDLES | TEST_SLOW,
         "repeating to wrap a handle leaves no thread, descriptor or memory") {
  foreign_for_each(t, remote_context(t), leaves_nothing);
}

enum { THREADS = 4, ROUNDS = 100 };

static void wrap_often(void *user) {
  struct wrapping *self = user;
  const tn_handles_api *api =
      self->context->api->get_extension(self->context, TN_STRING(TN_EXTENSION_HANDLES));
  for (int i = 0; i < ROUNDS; i++) {
    tn_tensor *tensor = NULL;
    if (api->wrap(self->context, &self->memory->handle, TN_F32, 2, shape, &tensor, NULL) != TN_OK)
      self->failures++;
    else
      tn_tensor_release(tensor);
  }
}

static void from_threads(test *t, tn_remote_context *context, const tn_handle_provider *provider) {
  foreign_memory *memory = foreign_create(t, context, provider, BYTES);
  struct wrapping threads[THREADS];
  NEED(memory);
  for (int i = 0; i < THREADS; i++)
    threads[i] = (struct wrapping){t, context, memory, 0};
  together_run(threads, sizeof *threads, THREADS, wrap_often);
  for (int i = 0; i < THREADS; i++)
    EXPECT_THAT(threads[i].failures == 0, "wrapping in a thread never fails");
  EXPECT(foreign_is_alive(memory));
}

TN_CHECK(handles_from_threads, THREAD, 1, TEST_NEEDS_HANDLES,
         "several threads wrap one handle at the same time, and it stays the caller's") {
  foreign_for_each(t, remote_context(t), from_threads);
}
