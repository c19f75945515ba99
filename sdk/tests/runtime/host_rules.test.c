/* test-labels: threads */
/* What the runtime may do with a plugin's objects: seen by the objects themselves, whose tables the
 * tests replace. */
#include "../support/runtime.h"

#include <pthread.h>
#include <stdatomic.h>

/* --- serial slots */

static const tn_infer_request_api *below;
static atomic_int inside, overlaps, calls; /* of slots that are for one thread at a time */

static void enter(void) {
  atomic_fetch_add(&calls, 1);
  if (atomic_fetch_add(&inside, 1) > 0) atomic_fetch_add(&overlaps, 1);
}

static tn_status leave(tn_status status) {
  atomic_fetch_sub(&inside, 1);
  return status;
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  enter();
  return leave(below->set_tensor(request, port, tensor, error));
}

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  enter();
  return leave(below->get_tensor(request, port, out, error));
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  enter();
  return leave(below->infer(request, error));
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  enter();
  return leave(below->start(request, options, error));
}

static void destroy(tn_infer_request *request) {
  enter();
  below->destroy(request);
  leave(TN_OK);
}

static tn_infer_request_api spying;

static void spy(tn_request *request) {
  tn_infer_request *object = tn_request_object(request);
  below = object->api;
  spying = *below;
  spying.set_tensor = set_tensor;
  spying.get_tensor = get_tensor;
  spying.infer = infer;
  spying.start = start;
  spying.destroy = destroy;
  object->api = &spying;
}

typedef struct bystander {
  tn_request *request;
  atomic_bool stop;
} bystander;

/* What any thread may do at any time. */
static void *look_on(void *user) {
  bystander *self = user;
  tn_error error = {0};
  while (!atomic_load(&self->stop)) {
    tn_request_wait(self->request, 100000, &error);
    tn_request_cancel(self->request, &error);
  }
  return NULL;
}

/* checks TN_THREAD_006 */
Test(host_rules, serial_slots_are_called_one_at_a_time) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, "BARE");
  tn_request *request = NULL;
  tn_tensor *input = make_input(core), *output = NULL;
  tn_error error = {0};
  pthread_t thread;
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  spy(request);
  bystander self = {.request = request};
  cr_assert_eq(pthread_create(&thread, NULL, look_on, &self), 0);
  for (int i = 0; i < 200; i++) {
    assert_ok(tn_request_set_tensor(request, 0, input, &error));
    assert_ok(tn_request_start(request, &error));
    tn_status status = tn_request_wait(request, -1, &error);
    cr_assert(status == TN_OK || status == TN_CANCELLED);
    assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  }
  atomic_store(&self.stop, true);
  pthread_join(thread, NULL);
  tn_tensor_release(input);
  tn_request_destroy(request);
  cr_assert_geq(atomic_load(&calls), 601, "the spy was passed by: %d", atomic_load(&calls));
  cr_assert_eq(atomic_load(&overlaps), 0);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* --- tables */

/* A tensor of the application's own. */
static const void *no_extension(tn_tensor *tensor, tn_string id) {
  (void)tensor, (void)id;
  return NULL;
}
static void keep(tn_tensor *tensor) {
  (void)tensor;
}
static const tn_tensor_api own_api = {
    .size = TN_SIZE(tn_tensor_api), .get_extension = no_extension, .retain = keep, .release = keep};
static const tn_maker own_maker = {TN_SIZE(tn_maker), 0, &own_maker,
                                   TN_STRING_INIT("an application")};

/* checks TN_LAYER_007 and TN_LAYER_012 */
Test(host_rules, tables_of_objects_are_left_alone) {
  static float numbers[16];
  static const int64_t shape[] = {16};
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, "BARE");
  tn_request *first = NULL, *second = NULL;
  tn_tensor *got = NULL;
  tn_error error = {0};
  tn_tensor mine = {.api = &own_api,
                    .maker = &own_maker,
                    .size = TN_SIZE(tn_tensor),
                    .type = TN_F32,
                    .rank = 1,
                    .shape = shape,
                    .data = numbers,
                    .capacity_bytes = sizeof numbers};
  assert_ok(tn_compiled_create_request(compiled, &first, &error));
  assert_ok(tn_compiled_create_request(compiled, &second, &error));
  tn_infer_request *object = tn_request_object(first);
  const tn_infer_request_api *api = object->api;
  cr_assert_eq(api, tn_request_object(second)->api, "without layers the plugin's own table");
  cr_assert_null(object->host);
  assert_ok(tn_request_set_tensor(first, 0, &mine, &error));
  assert_ok(tn_request_get_tensor(first, 0, &got, &error));
  cr_assert_eq(got, &mine);
  assert_ok(tn_request_infer(first, &error));
  assert_ok(tn_request_start(first, &error));
  assert_ok(tn_request_wait(first, -1, &error));
  cr_assert_eq(object->api, api);
  cr_assert_null(object->host);
  cr_assert_eq(mine.api, &own_api);
  cr_assert_null(mine.host);
  assert_ok(tn_request_set_tensor(first, 0, NULL, &error));
  tn_request_destroy(first);
  tn_request_destroy(second);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
