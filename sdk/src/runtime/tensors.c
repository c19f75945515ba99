#include "runtime/tensors.h"

#include "runtime/check.h"
#include "runtime/core.h"

tn_status tni_tensor_create_zeroed(const tni_environment *environment, uint32_t type, uint32_t rank,
                                   const int64_t *shape, tn_tensor **out, tn_error *error) {
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "create_tensor: out is NULL");
  return tni_tensor_create_zeros(environment, type, rank, shape, out, error);
}

tn_status tn_core_create_tensor(tn_core *core, uint32_t type, uint32_t rank, const int64_t *shape,
                                tn_tensor **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  return tni_tensor_create_zeroed(&core->services->environment, type, rank, shape, out, error);
}

/* --- memory of the application */

typedef struct borrowing {
  tni_services *services;
  void(TN_CALL *release)(void *user, void *data);
  void *user, *data;
} borrowing;

static void end_borrowing(void *owner) {
  borrowing *self = owner;
  tni_services *services = self->services;
  self->release(self->user, self->data);
  tni_free(&services->allocator, self);
  tni_services_release(services);
}

tn_status tn_core_wrap_tensor(tn_core *core, uint32_t type, uint32_t rank, const int64_t *shape,
                              void *data, uint64_t byte_count,
                              void(TN_CALL *release)(void *user, void *data), void *user,
                              tn_tensor **out, tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  if (!out || (!data && byte_count))
    return tni_fail(error, TN_INVALID_ARGUMENT, "tn_core_wrap_tensor: %s is NULL",
                    out ? "data" : "out");
  tni_services *services = core->services;
  tni_keeper keeper = {NULL, NULL};
  borrowing *self = NULL;
  if (release) {
    self = tni_alloc(&services->allocator, sizeof *self);
    if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a tensor");
    *self = (borrowing){services, release, user, data};
    keeper = (tni_keeper){end_borrowing, self};
    tni_services_retain(services);
  }
  const tn_status status = tni_tensor_create_borrowed(&services->environment, type, rank, shape,
                                                      data, byte_count, 0, keeper, out, error);
  if (status != TN_OK && self) {
    tni_free(&services->allocator, self);
    tni_services_release(services);
  }
  return status;
}

/* --- copies */

static int is_device(const tn_tensor *tensor) {
  return (tensor->flags & TN_TENSOR_DEVICE) != 0;
}

static tn_status check_pair(const tn_tensor *source, const tn_tensor *target, tn_error *error) {
  TN_TRY(tni_tensor_check(source, "the source", error));
  TN_TRY(tni_tensor_check(target, "the target", error));
  if (source->type != target->type)
    return tni_fail(error, TN_WRONG_TYPE, "the source is of type %u, the target of type %u",
                    source->type, target->type);
  if (!tni_tensor_same_shape(target, source->rank, source->shape))
    return tni_fail(error, TN_WRONG_SHAPE, "source (rank %u) and target (rank %u) differ in shape",
                    source->rank, target->rank);
  if (target->flags & TN_TENSOR_READ_ONLY)
    return tni_fail(error, TN_READ_ONLY, "the target can only be read");
  return TN_OK;
}

static tn_status find_copy(const tn_tensor *tensor, const tn_copy_api **out, tn_error *error) {
  const void *api = NULL;
  TN_TRY(tni_find_extension(tensor, TN_EXTENSION_COPY, &tni_copy_rule, &api, error));
  *out = api;
  return api ? TN_OK
             : tni_fail(error, TN_UNSUPPORTED,
                        "a tensor of %.*s in device memory has no " TN_EXTENSION_COPY,
                        TNI_TEXT(tensor->maker->name));
}

/* One of them lies on a device, the other one in host memory: dense, as the extension asks. */
static tn_status copy_between(const tni_environment *environment, tn_tensor *source,
                              tn_tensor *target, tn_error *error) {
  const tn_copy_api *api = NULL;
  const int to_device = is_device(target);
  tn_tensor *host = to_device ? source : target, *staging = host;
  TN_TRY(find_copy(to_device ? target : source, &api, error));
  if (!tni_tensor_is_dense(host)) {
    if (to_device)
      TN_TRY(tni_tensor_create_dense(environment, host, &staging, error));
    else
      TN_TRY(tni_tensor_create(environment, host->type, host->rank, host->shape, &staging, error));
  }
  tn_status status =
      to_device ? api->copy_from(target, staging, error) : api->copy_to(source, staging, error);
  if (status == TN_OK && !to_device && staging != host)
    status = tni_tensor_copy(staging, host, error);
  if (staging != host) tn_tensor_release(staging);
  return status;
}

static tn_status copy_through_host(const tni_environment *environment, tn_tensor *source,
                                   tn_tensor *target, tn_error *error) {
  tn_tensor *staging = NULL;
  TN_TRY(
      tni_tensor_create(environment, source->type, source->rank, source->shape, &staging, error));
  tn_status status = copy_between(environment, source, staging, error);
  if (status == TN_OK) status = copy_between(environment, staging, target, error);
  tn_tensor_release(staging);
  return status;
}

tn_status tn_core_copy_tensor(tn_core *core, tn_tensor *source, tn_tensor *target,
                              tn_error *error) {
  TN_TRY(tni_core_check(core, error));
  TN_TRY(check_pair(source, target, error));
  const tni_environment *environment = &core->services->environment;
  if (is_device(source) && is_device(target))
    return copy_through_host(environment, source, target, error);
  if (is_device(source) || is_device(target))
    return copy_between(environment, source, target, error);
  return tni_tensor_copy(source, target, error);
}
