#include "base/environment.h"

static const tn_maker system_maker = {TN_SIZE(tn_maker), 0, &system_maker, TN_STRING_INIT("tenon")};

static const tni_environment system_environment = {
    .allocator = &tni_system_allocator,
    .maker = &system_maker,
};

const tni_environment *tni_environment_system(void) {
  return &system_environment;
}

void *tni_object_alloc(const tni_environment *environment, uint64_t size) {
  tn_object *object = tni_alloc(environment->allocator, size);
  if (!object) return NULL;
  object->maker = environment->maker;
  if (environment->hold) environment->hold(environment->user);
  return object;
}

void tni_object_free(const tni_environment *environment, void *memory) {
  tn_object *object = memory;
  if (!object) return;
  if (object->host && environment->forget) environment->forget(environment->user, object->host);
  tni_free(environment->allocator, object);
  if (environment->drop) environment->drop(environment->user);
}
