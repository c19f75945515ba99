#include "base/environment.h"

#include <criterion/criterion.h>
#include "base/fault_allocator.h"

struct engine {
  int objects;
  void *forgotten;
};

static void hold(void *user) {
  ((struct engine *)user)->objects++;
}
static void drop(void *user) {
  ((struct engine *)user)->objects--;
}
static void forget(void *user, void *record) {
  ((struct engine *)user)->forgotten = record;
}

Test(environment, objects_hold_their_engine_and_are_forgotten) {
  struct engine engine = {0, NULL};
  tni_fault_allocator fault;
  tni_fault_allocator_init(&fault, 1);
  const tn_maker maker = {TN_SIZE(tn_maker), 0, &engine, TN_STRING_INIT("test")};
  const tni_environment environment = {&fault.allocator, &maker, forget, hold, drop, &engine};
  tn_object *object = tni_object_alloc(&environment, sizeof *object);
  cr_assert_eq(object->maker, &maker);
  cr_assert_eq(engine.objects, 1);
  cr_assert_null(tni_object_alloc(&environment, sizeof *object));
  cr_assert_eq(engine.objects, 1, "what was not made is not held");
  object->host = &fault;
  tni_object_free(&environment, object);
  cr_assert_eq(engine.forgotten, &fault);
  cr_assert_eq(engine.objects, 0);
  cr_assert_eq(fault.live, 0);
  tni_object_free(&environment, NULL);
}

Test(environment, the_systems_own_has_a_name) {
  cr_assert(tn_string_equal(tni_environment_system()->maker->name, TN_STRING("tenon")));
}
