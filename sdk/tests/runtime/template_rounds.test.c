/* test-labels: slow */
/* Ten thousand lives of TEMPLATE through the public API leave nothing behind. */
#include "../support/runtime.h"

#include <malloc.h>

#define TEMPLATE_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_template.so"

/* ThreadSanitizer watches for races, which show in the first rounds; it makes each ten times as
 * long. */
#if defined(__SANITIZE_THREAD__)
enum { WARM_UP = 100, ROUNDS = 1000 };
#else
enum { WARM_UP = 100, ROUNDS = 10000 };
#endif

#if defined(__SANITIZE_ADDRESS__)
size_t __sanitizer_get_current_allocated_bytes(void);

static size_t heap_in_use(void) {
  return __sanitizer_get_current_allocated_bytes();
}
/* What waits in the sanitizer's own lists is no longer in use: exact. */
static const size_t slack = 0;
#else
static size_t heap_in_use(void) {
  return mallinfo2().uordblks;
}
/* The C library counts blocks that a thread keeps for its next allocation as used. */
static const size_t slack = 4096;
#endif

static void one_round(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  tn_request *request = NULL;
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  tn_compiled *compiled = compile_relu(core, "TEMPLATE");
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(template_rounds, the_heap_does_not_grow) {
  size_t before = 0;
  for (int round = 0; round < ROUNDS; round++) {
    if (round == WARM_UP) before = heap_in_use();
    one_round();
  }
  const size_t after = heap_in_use();
  cr_assert_leq(after, before + slack, "from %zu to %zu bytes", before, after);
}
