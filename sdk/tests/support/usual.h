/** @file
 *  Plugins of which none runs everything, for tests of HETERO.
 */
#ifndef TENON_TESTS_USUAL_H
#define TENON_TESTS_USUAL_H

#include "seen.h"

#define MINIMAL_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_minimal.so"
#define LATE_PLUGIN    TENON_MOCK_DIR "/libmock_late.so"
#define RANDOM_PLUGIN  TENON_BUILD_DIR "/tests/models/librandom_support.so"

/* Relu is MINIMAL's, the others are TEMPLATE's alone. */
static const char *const mixed[] = {"Relu", "Neg", "Abs", "Relu", NULL};

static inline tn_core *core_with(const char *const *libraries) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  for (; *libraries; libraries++)
    assert_ok(tn_core_register_plugin(core, *libraries, NULL, NULL, &error));
  return core;
}

static inline tn_core *usual_core(void) {
  static const char *const libraries[] = {MINIMAL_PLUGIN, TEMPLATE_PLUGIN, LATE_PLUGIN, NULL};
  return core_with(libraries);
}

#endif
