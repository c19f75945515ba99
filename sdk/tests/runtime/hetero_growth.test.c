/* How the time of compiling through HETERO grows with the number of parts. */
#define ONNX_BYTES_CAPACITY 131072

#include "../support/seen.h"

#include <time.h>

#define MINIMAL_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_minimal.so"

/* ThreadSanitizer makes each part many times as long. */
#if defined(__SANITIZE_THREAD__)
enum { FEW = 60 };
#else
enum { FEW = 250 };
#endif
enum { TIMES = 8, MANY = TIMES * FEW, MOST = 20 };

/* Processor time of a compile, the least of several; nodes go to two devices in turn. */
static double time_of(tn_core *core, uint32_t nodes) {
  const char *chain[MANY + 1] = {NULL};
  char parts[16];
  for (uint32_t i = 0; i < nodes; i++)
    chain[i] = i % 2 ? "Abs" : "Relu";
  tn_model *model = read_chain(core, 18, chain);
  double least = 1e9;
  for (int round = 0; round < 3; round++) {
    tn_compiled *compiled = NULL;
    tn_error error = {0};
    const clock_t begun = clock();
    assert_ok(tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE", NULL, &compiled, &error));
    const double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    snprintf(parts, sizeof parts, "%u", nodes);
    cr_assert_str_eq(told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"), parts);
    tn_compiled_destroy(compiled);
    if (seconds < least) least = seconds;
  }
  tn_model_release(model);
  return least;
}

/* n log n would be 11 times as much; what the machine does beside may double it. */
Test(hetero_growth, a_part_of_many_costs_as_much_as_a_part_of_few) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, MINIMAL_PLUGIN, NULL, NULL, &error));
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  const double few = time_of(core, FEW), many = time_of(core, MANY);
  cr_assert_lt(many, MOST * few, "%d parts: %.3g s, %d times as many: %.3g times as long", FEW, few,
               TIMES, many / few);
  tn_core_destroy(core);
}
