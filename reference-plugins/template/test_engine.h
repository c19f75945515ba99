/** @file
 *  For TEMPLATE's tests: an engine of the built library, and what is made with it.
 */
#ifndef TEMPLATE_TEST_ENGINE_H
#define TEMPLATE_TEST_ENGINE_H

#include "kit/test_host.h"

/** An engine with its host. */
typedef struct test_engine {
  test_host host;
  tn_plugin *plugin;
} test_engine;

/** Makes an engine of the library.
 *  @param allocator NULL: the system's */
tn_status test_engine_open(test_engine *engine, const tni_allocator *allocator, tn_error *error);

/** Makes an engine; a failure fails the test. */
void test_engine_must_open(test_engine *engine);

/** Destroys it and checks that it has ended and that no executor is left. */
void test_engine_close(test_engine *engine);

/** Compiles for device "0" with up to one property (NULL: none). */
tn_status test_compile(const test_engine *engine, tn_model *model, const char *name, tn_value value,
                       tn_compiled_model **out, tn_error *error);

/** Infers once with these floats of shape [2, 4] and gives the eight results. */
void test_infer(tn_infer_request *request, const float *in, float *out);

#endif
