/* What a check makes through the functions of check.h lives in one list and is destroyed in reverse
 * order: children before their parents, since a parent is always made first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "engine/carrier.h"
#include "engine/case_run.h"
#include "engine/setup.h"
#include "graph/tensor.h"
#include "tenon/abi/ext/states.h"

enum object_kind {
  OBJECT_MODEL,
  OBJECT_COMPILED_MODEL,
  OBJECT_REQUEST,
  OBJECT_TENSOR,
  OBJECT_CONTEXT,
  OBJECT_STATE,
  OBJECT_ENGINE,
  OBJECT_OTHER
};

struct object {
  struct object *next;
  enum object_kind kind;
  void *pointer;
  void (*end)(void *pointer); /* of OBJECT_OTHER */
};

struct test_objects {
  struct object *newest;
  record_log *log;
  tni_arena arena;
};

struct test_objects *objects_create(record_log *log) {
  struct test_objects *objects = calloc(1, sizeof *objects);
  if (!objects) return NULL;
  objects->log = log;
  tni_arena_init(&objects->arena, tni_allocator_system());
  return objects;
}

tni_arena *test_arena(test *t) {
  return &t->objects->arena;
}

void *test_alloc(test *t, size_t size) {
  void *memory = tni_arena_alloc(&t->objects->arena, size);
  if (!memory) abort(); /* the suite itself is out of memory */
  return memory;
}

record_log *objects_log(struct test_objects *objects) {
  return objects->log;
}

static void end_object(const struct object *object) {
  void *pointer = object->pointer;
  switch (object->kind) {
    case OBJECT_MODEL:
      tn_model_release(pointer);
      break;
    case OBJECT_COMPILED_MODEL:
      tn_compiled_model_destroy(pointer);
      break;
    case OBJECT_REQUEST:
      tn_infer_request_destroy(pointer);
      break;
    case OBJECT_TENSOR:
      tn_tensor_release(pointer);
      break;
    case OBJECT_CONTEXT:
      tn_remote_context_release(pointer);
      break;
    case OBJECT_STATE:
      ((tn_state *)pointer)->api->destroy(pointer);
      break;
    case OBJECT_ENGINE:
      engine_end(pointer);
      free(pointer);
      break;
    case OBJECT_OTHER:
      object->end(pointer);
      break;
  }
}

static void adopt(test *t, enum object_kind kind, void *pointer) {
  struct object *object = calloc(1, sizeof *object);
  if (!object) abort(); /* the suite itself is out of memory */
  object->kind = kind;
  object->pointer = pointer;
  object->next = t->objects->newest;
  t->objects->newest = object;
}

static void end_now(test *t, void *pointer) {
  for (struct object **link = &t->objects->newest; *link; link = &(*link)->next) {
    struct object *object = *link;
    if (object->pointer != pointer) continue;
    *link = object->next;
    end_object(object);
    free(object);
    return;
  }
}

bool objects_destroy(test *t) {
  const bool has_some = t->objects->newest || t->host;
  /* counted objects may outlive the engine, but the suite's own tensors are counted by its host:
   * all go first */
  while (t->objects->newest)
    end_now(t, t->objects->newest->pointer);
  engine_end(t);
  tni_arena_destroy(&t->objects->arena);
  free(t->objects);
  t->objects = NULL;
  return has_some;
}

void test_adopt_model(test *t, tn_model *model) {
  adopt(t, OBJECT_MODEL, model);
}
void test_adopt_compiled_model(test *t, tn_compiled_model *model) {
  adopt(t, OBJECT_COMPILED_MODEL, model);
}
void test_adopt_request(test *t, tn_infer_request *request) {
  adopt(t, OBJECT_REQUEST, request);
}
void test_adopt_tensor(test *t, tn_tensor *tensor) {
  adopt(t, OBJECT_TENSOR, tensor);
}
void test_adopt_state(test *t, tn_state *state) {
  adopt(t, OBJECT_STATE, state);
}
void test_destroy_state(test *t, tn_state *state) {
  end_now(t, state);
}
void test_adopt_context(test *t, tn_remote_context *context) {
  adopt(t, OBJECT_CONTEXT, context);
}
void test_adopt_other(test *t, void *pointer, void (*end)(void *pointer)) {
  adopt(t, OBJECT_OTHER, pointer);
  t->objects->newest->end = end;
}
void test_end_engine(test *t, test *other) {
  end_now(t, other);
}
void test_destroy_compiled_model(test *t, tn_compiled_model *model) {
  end_now(t, model);
}
void test_destroy_request(test *t, tn_infer_request *request) {
  end_now(t, request);
}
void test_destroy_tensor(test *t, tn_tensor *tensor) {
  end_now(t, tensor);
}

tn_model *test_model(test *t, const char *name) {
  char kin[CARRIER_NAME_SIZE];
  const char *resolved = carrier_resolve(t->setup->carrier, name, kin);
  tn_model *model = NULL;
  if (resolved[0] == 0) {
    test_record_not_applicable(t, "query accepts no carrier");
    return NULL;
  }
  if (carrier_build(resolved, tni_environment_system(), &model, &t->error) != TN_OK) {
    char text[400];
    snprintf(text, sizeof text, "the suite could not build the model %.60s: %.300s", name,
             t->error.message);
    record_append(case_log(t), &(record){.kind = RECORD_INFRA}, text, NULL, NULL);
    return NULL;
  }
  adopt(t, OBJECT_MODEL, model);
  return model;
}

/* What every case needs and none is about: the failure names the clause of the object that could
 * not be made. */
static void record_unmade(test *t, uint32_t clause, tn_status status, const char *call) {
  record_append(
      case_log(t),
      &(record){.kind = RECORD_STATUS, .clause = clause, .observed = status, .asked = TN_OK}, call,
      __FILE__, NULL);
  memset(&t->error, 0, sizeof t->error);
}

tn_compiled_model *test_compile_with(test *t, const char *name, const tn_map_entry *properties,
                                     uint64_t count) {
  tn_model *model = test_model(t, name);
  if (!model) return NULL;
  tn_compiled_model *compiled = NULL;
  tn_compile_options options = tn_compile_options_init();
  options.properties = properties;
  options.property_count = count;
  tn_status status =
      tn_plugin_compile(t->plugin, t->device, model, count ? &options : NULL, &compiled, &t->error);
  if (status == TN_UNSUPPORTED && strcmp(name, "carrier") != 0) {
    char text[600];
    snprintf(text, sizeof text, "model %s: %.480s", name, t->error.message);
    record_append(case_log(t), &(record){.kind = RECORD_UNSUPPORTED}, text, NULL, NULL);
    return NULL;
  }
  if (status != TN_OK) {
    test_note(t, "compiling %s: %.400s", name, t->error.message);
    record_unmade(t, TNI_CLAUSE(COMPILE, 1), status, "tn_plugin_compile(plugin, device, model)");
    return NULL;
  }
  adopt(t, OBJECT_COMPILED_MODEL, compiled);
  return compiled;
}

tn_compiled_model *test_compile(test *t, const char *model) {
  return test_compile_with(t, model, NULL, 0);
}

static uint32_t count_of(const test *t, enum object_kind kind) {
  uint32_t count = 0;
  for (const struct object *object = t->objects->newest; object; object = object->next)
    count += object->kind == kind;
  return count;
}

bool test_lacks_requests(test *t, uint32_t count) {
  char text[100];
  if (!t->setup->requests || t->setup->requests >= count) return false;
  snprintf(text, sizeof text, "a model of the device has %u request%s at a time",
           t->setup->requests, t->setup->requests > 1 ? "s" : "");
  test_record_not_applicable(t, text);
  return true;
}

tn_infer_request *test_request(test *t, tn_compiled_model *model) {
  tn_infer_request *request = NULL;
  if (!model) return NULL;
  tn_status status = tn_compiled_model_create_request(model, NULL, &request, &t->error);
  if (setup_is_full(status) && test_lacks_requests(t, count_of(t, OBJECT_REQUEST) + 1)) return NULL;
  if (status != TN_OK) {
    test_note(t, "making a request: %.400s", t->error.message);
    record_unmade(t, TNI_CLAUSE(REQUEST, 1), status, "tn_compiled_model_create_request(model)");
    return NULL;
  }
  adopt(t, OBJECT_REQUEST, request);
  return request;
}

tn_infer_request *test_carrier_request(test *t) {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  return request && test_set_inputs(t, request, "carrier", t->seed, 4) ? request : NULL;
}

tn_tensor *test_tensor(test *t, uint32_t type, uint32_t rank, const int64_t *shape) {
  return test_tensor_at(t, type, rank, shape, 0);
}

tn_tensor *test_tensor_at(test *t, uint32_t type, uint32_t rank, const int64_t *shape,
                          uint32_t offset) {
  tn_tensor *tensor = NULL;
  tn_status status = suite_host_create_tensor(
      t->host, type, rank, shape, offset ? offset : TN_TENSOR_ALIGNMENT, &tensor, &t->error);
  if (status != TN_OK) {
    test_note(t, "making a tensor: %.400s", t->error.message);
    return NULL;
  }
  adopt(t, OBJECT_TENSOR, tensor);
  return tensor;
}

/* The callback of a generation that no executor holds: the generation is in flight as long as this
 * runs. */
static void stay_while_held(void *user, tn_infer_request *request, tn_status status,
                            const tn_error *error) {
  suite_host *host = user;
  (void)request, (void)status, (void)error;
  atomic_fetch_add(&host->staying, 1);
  suite_host_stay(host);
  atomic_fetch_sub(&host->staying, 1);
}

static bool start(test *t, tn_infer_request *request) {
  tn_status status = tn_infer_request_start(request, NULL, &t->error);
  return test_record_status(t, status, TN_OK, "start(request, NULL, &t->error)", __FILE__,
                            __LINE__);
}

enum { LOOKS = 20, MOST_LOOKS = 60000 /* of a millisecond: for devices that take long */ };

/* Whether an executor keeps a task of a generation that is in flight. One that computes for long on
 * threads of the plugin's own is in flight as well, but ends by itself. */
static bool is_kept(test *t, tn_infer_request *request) {
  for (int i = 0; i < LOOKS; i++) {
    if (tn_infer_request_wait(request, 20000000, NULL) != TN_TIMEOUT) return false;
    if (atomic_load(&t->host->held) > 0) return true;
  }
  return false;
}

bool test_start_held_in_executors(test *t, tn_infer_request *request) {
  atomic_store(&t->host->hold, true);
  if (start(t, request) && is_kept(t, request)) return true;
  suite_host_let_go(t->host);
  tn_infer_request_wait(request, -1, NULL);
  t->host->own_threads = true;
  return false;
}

bool test_see_callback(tn_infer_request *request, const atomic_int *begun) {
  int over = 0;
  for (int i = 0; i < MOST_LOOKS && over < LOOKS && atomic_load(begun) == 0; i++) {
    if (tn_infer_request_wait(request, 1000000, NULL) == TN_TIMEOUT) continue;
    nanosleep(&(struct timespec){0, 1000000}, NULL);
    over++;
  }
  return atomic_load(begun) > 0;
}

bool test_start_held(test *t, tn_infer_request *request) {
  if (!t->host->own_threads && test_start_held_in_executors(t, request)) return true;
  tn_status status = tn_infer_request_set_callback(request, stay_while_held, t->host, &t->error);
  if (!test_record_status(t, status, TN_OK, "set_callback(request, callback, user, &t->error)",
                          __FILE__, __LINE__))
    return false;
  atomic_store(&t->host->hold, true);
  if (start(t, request) && test_see_callback(request, &t->host->staying)) return true;
  suite_host_let_go(t->host);
  tn_infer_request_wait(request, -1, NULL);
  return false;
}

test *test_another_engine(test *t) {
  test *other = calloc(1, sizeof *other);
  if (!other) return NULL;
  *other = (test){
      .setup = t->setup, .check = t->check, .seed = t->seed, .objects = t->objects, .handed = -1};
  if (!engine_start(other)) {
    engine_end(other);
    free(other);
    return NULL;
  }
  adopt(t, OBJECT_ENGINE, other);
  return other;
}

/* --- inputs and outputs */

bool test_set_inputs(test *t, tn_infer_request *request, const char *name, uint64_t seed,
                     int64_t size) {
  tn_model *model = test_model(t, name);
  if (!model) return false;
  for (uint32_t i = 0; i < model->graph->input_count; i++) {
    const tn_value_info *port = model->graph->inputs[i];
    int64_t shape[TN_MAX_RANK];
    suite_shape(port, size, shape);
    tn_tensor *tensor = test_tensor(t, port->type, port->rank, shape);
    if (!tensor) return false;
    suite_fill(tensor, seed, i);
    if (!test_record_status(t, tn_infer_request_set_tensor(request, i, tensor, &t->error), TN_OK,
                            "set_tensor(request, input, tensor, &t->error)", __FILE__, __LINE__))
      return false;
  }
  return true;
}

/* A dense host copy of what a plugin gave; NULL after recording why there is none. */
static tn_tensor *take_dense(test *t, tn_tensor *tensor, const char *what) {
  tn_tensor *dense = NULL;
  tn_error error;
  tn_status status = tni_tensor_check(tensor, what, &error);
  if (status == TN_OK)
    status = tni_tensor_create_dense(tni_environment_system(), tensor, &dense, &error);
  if (status == TN_OK) return dense;
  const bool unwritten = tensor->flags & TN_TENSOR_UNSHAPED; /* nothing was put into it */
  record_append(case_log(t),
                &(record){.kind = RECORD_STATUS,
                          .clause = unwritten ? t->about : TNI_CLAUSE(TENSOR, 3),
                          .observed = status,
                          .asked = TN_OK},
                error.message, __FILE__, NULL);
  return NULL;
}

/* Hands a tensor over with what it is to be compared with. */
static void expect(test *t, tn_tensor *tensor, const char *model, const record_reference *what) {
  tn_tensor *dense = take_dense(t, tensor, "an output");
  if (!dense) return;
  record_reference reference = *what;
  char kin[CARRIER_NAME_SIZE];
  const char *name = carrier_resolve(t->setup->carrier, model, kin);
  memcpy(reference.model, name, strnlen(name, sizeof reference.model - 1));
  char *room =
      record_reserve(case_log(t),
                     &(record){.kind = RECORD_OUTPUT,
                               .clause = t->about,
                               .data_length = sizeof reference + record_tensor_bytes(dense)},
                     name, __FILE__);
  if (room) {
    memcpy(room, &reference, sizeof reference);
    record_tensor_store(dense, room + sizeof reference);
    record_commit(case_log(t));
  }
  tn_tensor_release(dense);
}

void test_expect_output(test *t, tn_tensor *tensor, const char *model, uint32_t output,
                        uint64_t seed, int64_t size) {
  expect(t, tensor, model,
         &(record_reference){.seed = seed, .size = size, .output = output, .steps = 1});
}

void test_expect_output_after(test *t, tn_tensor *tensor, const char *model, uint32_t output,
                              uint64_t seed, uint32_t steps) {
  expect(t, tensor, model,
         &(record_reference){.seed = seed, .size = 1, .output = output, .steps = steps});
}

void test_expect_variable(test *t, tn_tensor *tensor, const char *model, uint32_t variable,
                          uint64_t seed, uint32_t steps) {
  expect(t, tensor, model,
         &(record_reference){
             .seed = seed, .size = 1, .output = variable | RECORD_VARIABLE, .steps = steps});
}

void test_expect_outputs(test *t, tn_infer_request *request, const char *name, uint64_t seed,
                         int64_t size) {
  tn_model *model = test_model(t, name);
  if (!model) return;
  for (uint32_t i = 0; i < model->graph->output_count; i++) {
    tn_tensor *tensor = NULL;
    tn_status status =
        tn_infer_request_get_tensor(request, model->graph->input_count + i, &tensor, &t->error);
    if (test_record_status(t, status, TN_OK, "get_tensor(request, output, &tensor, &t->error)",
                           __FILE__, __LINE__))
      test_expect_output(t, tensor, name, i, seed, size);
  }
}

static void expect_pair(test *t, tn_tensor *a, tn_tensor *b, const char *what, int32_t same) {
  tn_tensor *first = take_dense(t, a, what), *second = first ? take_dense(t, b, what) : NULL;
  if (second) {
    char *room = record_reserve(
        case_log(t),
        &(record){.kind = RECORD_EQUAL,
                  .clause = t->about,
                  .asked = same,
                  .data_length = record_tensor_bytes(first) + record_tensor_bytes(second)},
        what, __FILE__);
    if (room) {
      record_tensor_store(first, room);
      record_tensor_store(second, room + record_tensor_bytes(first));
      record_commit(case_log(t));
    }
    tn_tensor_release(second);
  }
  if (first) tn_tensor_release(first);
}

void test_expect_equal(test *t, tn_tensor *a, tn_tensor *b, const char *what) {
  expect_pair(t, a, b, what, true);
}

void test_expect_close(test *t, tn_tensor *a, tn_tensor *b, const char *what) {
  expect_pair(t, a, b, what, false);
}
