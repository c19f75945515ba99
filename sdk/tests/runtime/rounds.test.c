/* What is repeated leaves nothing behind. */
#include "../support/runtime.h"

#include <malloc.h>

/* The C library counts blocks that a thread keeps for its next allocation as used, so the number
 * moves by some; a leak of one block a round is four times the slack. */
enum { WARM_UP = 100, ROUNDS = 1000, SLACK = 4096 };

static void one_round(const char *device) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, device);
  tn_error error = {0};
  tn_request *request = NULL;
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* Bytes of the heap in use; 0 where a sanitizer has taken malloc over, which then looks for leaks.
 */
static size_t heap_in_use(void) {
  return mallinfo2().uordblks;
}

Test(rounds, load_compile_infer_destroy_does_not_grow_the_heap) {
  static const char *const devices[] = {"FULL", "BARE", "FORWARD"};
  size_t before = 0;
  for (int round = 0; round < WARM_UP + ROUNDS; round++) {
    if (round == WARM_UP) before = heap_in_use();
    one_round(devices[round % 3]);
  }
  const size_t after = heap_in_use();
  cr_assert_leq(after, before + SLACK, "from %zu to %zu bytes", before, after);
}
