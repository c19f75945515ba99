/* Plugins that the application takes away while virtual devices have used them. */
#include "../support/seen.h"

#include <stdatomic.h>
#include <stdlib.h>

#define MINIMAL_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_minimal.so"

static const char *const mixed[] = {"Relu", "Abs", "Relu", NULL};

/* Blocks of memory that a core and its plugins hold. */
static atomic_long held;

static void *allocate(void *user, uint64_t size, uint64_t alignment) {
  void *memory = NULL;
  (void)user;
  const size_t least = alignment < sizeof(void *) ? sizeof(void *) : (size_t)alignment;
  if (posix_memalign(&memory, least, size ? (size_t)size : 1) != 0) return NULL;
  atomic_fetch_add(&held, 1);
  return memory;
}

static void release(void *user, void *memory) {
  (void)user;
  if (memory) atomic_fetch_sub(&held, 1);
  free(memory);
}

static void load(tn_core *core) {
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
}

static void unload(tn_core *core) {
  tn_error error = {0};
  assert_ok(tn_core_unload_plugin(core, "TEMPLATE", &error));
}

/* A core that has MINIMAL alone, and TEMPLATE in what follows. */
static tn_core *counted_core(void) {
  tn_core_options options = quiet_options();
  tn_core *core = NULL;
  tn_error error = {0};
  options.allocate = allocate;
  options.release = release;
  assert_ok(tn_core_create(&options, &core, &error));
  assert_ok(tn_core_register_plugin(core, MINIMAL_PLUGIN, NULL, NULL, &error));
  return core;
}

static void use(tn_core *core, const char *device) {
  float results[16];
  tn_compiled *compiled = compile(core, mixed, device);
  infer(core, compiled, results);
  cr_assert_eq(results[15], 7);
  tn_compiled_destroy(compiled);
}

static void come_and_go(tn_core *core, const char *device) {
  load(core);
  use(core, device);
  unload(core);
}

static void check_rounds(const char *device) {
  tn_core *core = counted_core();
  come_and_go(core, device);
  const long before = atomic_load(&held);
  for (int i = 0; i < 3; i++) {
    come_and_go(core, device);
    cr_expect_eq(atomic_load(&held), before, "%s, round %d: %ld blocks more", device, i,
                 atomic_load(&held) - before);
  }
  tn_core_destroy(core);
  cr_assert_eq(atomic_load(&held), 0);
}

Test(hetero_unload, a_plugin_that_was_used_ends_when_it_is_taken_away) {
  check_rounds("HETERO:MINIMAL,TEMPLATE");
}

/* One virtual device uses the other, which uses the plugin. */
Test(hetero_unload, a_plugin_ends_behind_two_virtual_devices) {
  tn_core *core = counted_core();
  tn_plugin_options options = tn_plugin_options_init();
  options.name = "OTHER";
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, TENON_BUILD_DIR "/lib/tenon/devices/libtenon_hetero.so",
                                    &options, NULL, &error));
  load(core);
  assert_ok(tn_core_set_property_text(core, "OTHER", "DEVICE_PRIORITIES", "TEMPLATE", &error));
  unload(core);
  come_and_go(core, "HETERO:MINIMAL,OTHER");
  const long before = atomic_load(&held);
  come_and_go(core, "HETERO:MINIMAL,OTHER");
  cr_expect_eq(atomic_load(&held), before, "%ld blocks more", atomic_load(&held) - before);
  tn_core_destroy(core);
  cr_assert_eq(atomic_load(&held), 0);
}

Test(hetero_unload, what_was_made_before_goes_on_and_ends_the_plugin_at_last) {
  tn_core *core = counted_core();
  float results[16];
  come_and_go(core, "HETERO:MINIMAL,TEMPLATE");
  const long before = atomic_load(&held);
  load(core);
  tn_compiled *first = compile(core, mixed, "HETERO:MINIMAL,TEMPLATE");
  tn_compiled *second = compile(core, mixed, "HETERO:TEMPLATE");
  unload(core);
  infer(core, first, results);
  tn_compiled_destroy(first);
  infer(core, second, results);
  cr_assert_eq(results[15], 7);
  cr_assert_gt(atomic_load(&held), before);
  tn_compiled_destroy(second);
  cr_expect_eq(atomic_load(&held), before, "%ld blocks more", atomic_load(&held) - before);
  tn_core_destroy(core);
  cr_assert_eq(atomic_load(&held), 0);
}

/* Its maker is in the application's hands, and no handle tells of the model. */
Test(hetero_unload, a_model_of_a_plugin_that_was_lent_goes_on) {
  tn_core *core = counted_core();
  tn_plugin *hetero = NULL;
  tn_compiled_model *compiled = NULL;
  tn_infer_request *request = NULL;
  tn_error error = {0};
  load(core);
  assert_ok(tn_core_set_property_text(core, "HETERO", "DEVICE_PRIORITIES", "TEMPLATE", &error));
  assert_ok(tn_core_plugin_object(core, "HETERO", &hetero, &error));
  tn_model *model = read_chain(core, 18, mixed);
  assert_ok(tn_plugin_compile(hetero, TN_STRING(""), model, NULL, &compiled, &error));
  tn_model_release(model);
  unload(core);
  assert_ok(tn_compiled_model_create_request(compiled, NULL, &request, &error));
  assert_ok(tn_infer_request_infer(request, &error));
  tn_infer_request_destroy(request);
  tn_compiled_model_destroy(compiled);
  tn_core_destroy(core);
  cr_assert_eq(atomic_load(&held), 0);
}
