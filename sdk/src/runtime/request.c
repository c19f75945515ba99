#include "runtime/check.h"
#include "runtime/compiled.h"

/* --- failures, apart from the calls that every inference makes */

tn_status tni_request_refuse(const tn_request *request, tn_error *error) {
  return request ? tni_fail_not_alive(error)
                 : tni_fail(error, TN_INVALID_ARGUMENT, "the request is NULL");
}

tn_status tni_request_fail(const tn_request *request, tn_status status, tn_error *error) {
  return tni_engine_fail(request->compiled->engine, status, error);
}

static inline tn_status pass(const tn_request *request, tn_status status, tn_error *error) {
  return __builtin_expect(status == TN_OK, 1) ? TN_OK : tni_request_fail(request, status, error);
}

/* --- life */

static void free_request(tn_request *request) {
  tn_compiled *compiled = request->compiled;
  tni_request_close_states(request);
  if (request->object) request->object->api->destroy(request->object);
  tni_free(&compiled->core->services->allocator, request->opened);
  tni_free(&compiled->core->services->allocator, request);
  tni_compiled_unuse(compiled);
}

static tn_status create_object(tn_request *request, tn_error *error) {
  tn_compiled_model *model = request->compiled->object;
  tn_infer_request *object = NULL;
  TN_TRY(model->api->create_request(model, NULL, &object, error));
  TN_TRY(tni_check_object(&tni_infer_request_rule, object, error));
  request->object = object;
  return tni_request_find_states(request, error);
}

tn_status tn_compiled_create_request(tn_compiled *compiled, tn_request **out, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "create_request: out is NULL");
  tn_request *request = tni_alloc(&compiled->core->services->allocator, sizeof *request);
  if (!request) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a request");
  atomic_fetch_add_explicit(&compiled->users, 1, memory_order_relaxed);
  request->alive = compiled->alive;
  request->compiled = compiled;
  const tn_status status = create_object(request, error);
  if (status != TN_OK) {
    tni_request_fail(request, status, error);
    free_request(request);
    return status;
  }
  *out = request;
  return TN_OK;
}

/* Handles of states go before the request does, and not while an inference is in flight. */
static void finish(tn_request *request) {
  atomic_store(&request->closing, 1);
  if (request->opened_count == 0) return;
  request->object->api->cancel(request->object, NULL);
  request->object->api->wait(request->object, -1, NULL);
}

void tn_request_destroy(tn_request *request) {
  if (!request || !tni_is_alive(&request->alive)) return;
  finish(request);
  free_request(request);
}

tn_infer_request *tn_request_object(tn_request *request) {
  return tni_request_check(request, NULL) == TN_OK ? request->object : NULL;
}

/* --- tensors */

static tn_status check_tensor(const tn_request *request, tn_tensor *tensor, const void **checked,
                              tn_error *error) {
  const tn_status status = tni_check_object(&tni_tensor_rule, tensor, error);
  if (status != TN_OK) return tni_request_fail(request, status, error);
  *checked = tensor->api;
  return TN_OK;
}

tn_status tn_request_set_tensor(tn_request *request, uint32_t port, tn_tensor *tensor,
                                tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  if (tensor && tensor->api != request->checked_set)
    TN_TRY(check_tensor(request, tensor, &request->checked_set, error));
  tn_infer_request *object = request->object;
  return pass(request, object->api->set_tensor(object, port, tensor, error), error);
}

tn_status tn_request_get_tensor(tn_request *request, uint32_t port, tn_tensor **out,
                                tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  tn_infer_request *object = request->object;
  tn_tensor *tensor = NULL;
  TN_TRY(pass(request, object->api->get_tensor(object, port, &tensor, error), error));
  if (!tensor || tensor->api != request->checked_got)
    TN_TRY(check_tensor(request, tensor, &request->checked_got, error));
  *out = tensor;
  return TN_OK;
}

/* --- inference */

tn_status tn_request_infer(tn_request *request, tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  tn_infer_request *object = request->object;
  return pass(request, object->api->infer(object, error), error);
}

tn_status tn_request_start(tn_request *request, tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  if (atomic_load_explicit(&request->closing, memory_order_relaxed))
    return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(ASYNC, 12),
                           "the request is being destroyed");
  tn_infer_request *object = request->object;
  return pass(request, object->api->start(object, NULL, error), error);
}

tn_status tn_request_wait(tn_request *request, int64_t timeout_ns, tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  tn_infer_request *object = request->object;
  return pass(request, object->api->wait(object, timeout_ns, error), error);
}

tn_status tn_request_cancel(tn_request *request, tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  tn_infer_request *object = request->object;
  return pass(request, object->api->cancel(object, error), error);
}

static void call_back(void *user, tn_infer_request *object, tn_status status,
                      const tn_error *error) {
  tn_request *request = user;
  (void)object;
  if (!error) {
    request->callback(request->callback_user, request, status, NULL);
    return;
  }
  tn_error named = *error;
  tni_request_fail(request, status, &named);
  request->callback(request->callback_user, request, status, &named);
}

tn_status tn_request_set_callback(tn_request *request, tn_request_callback callback, void *user,
                                  tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  tn_infer_request *object = request->object;
  TN_TRY(pass(request,
              object->api->set_callback(object, callback ? call_back : NULL, request, error),
              error));
  request->callback = callback;
  request->callback_user = user;
  return TN_OK;
}

/* --- profiling */

typedef struct profile_relay {
  const tn_compiled *compiled;
  tn_profile_sink sink;
  void *user;
  tn_error *error;
} profile_relay;

static tn_status relay_profile(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  const profile_relay *self = user;
  for (uint64_t i = 0; i < count; i++)
    if (!entries || !entries[i] || entries[i]->size < TN_PROFILE_ENTRY_FIRST_SIZE ||
        entries[i]->size % 8)
      return tni_fail_clause(self->error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                             "entry %llu of the profile is NULL, or its size is no multiple of 8 "
                             "from %u on",
                             (unsigned long long)i, TN_PROFILE_ENTRY_FIRST_SIZE);
  if (!self->compiled->engine->is_alias) return self->sink(self->user, entries, count);
  tni_arena arena;
  tni_arena_init(&arena, &self->compiled->core->services->allocator);
  tn_status status =
      tni_alias_names_profile(&self->compiled->names, &arena, entries, count, &entries);
  status = status == TN_OK ? self->sink(self->user, entries, count)
                           : tni_fail(self->error, status, "no memory for names of devices");
  tni_arena_destroy(&arena);
  return status;
}

static tn_status profile(tn_request *request, tn_profile_sink sink, void *user, tn_error *error) {
  const void *found = NULL;
  TN_TRY(tni_find_extension(request->object, TN_EXTENSION_PROFILING, &tni_profiling_rule, &found,
                            error));
  const tn_profiling_api *api = found;
  if (!api) return tni_fail(error, TN_UNSUPPORTED, "the request has no " TN_EXTENSION_PROFILING);
  profile_relay relay = {request->compiled, sink, user, error};
  return api->get(request->object, relay_profile, &relay, error);
}

tn_status tn_request_profile(tn_request *request, tn_profile_sink sink, void *user,
                             tn_error *error) {
  TN_TRY(tni_request_check(request, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  return pass(request, profile(request, sink, user, error), error);
}
