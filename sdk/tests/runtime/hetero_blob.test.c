/* Blobs of models that HETERO has split. */
#include "../support/usual.h"

/* --- blobs */

static tn_compiled *compile_with_seed(tn_core *core, const char *const *chain, int64_t seed) {
  const tn_map_entry property = {TN_STRING("SUPPORT_SEED"), tn_value_of_int64(seed)};
  tn_model *model = read_chain(core, 18, chain);
  tn_compile_options options = tn_compile_options_init();
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  options.properties = &property;
  options.property_count = 1;
  assert_ok(tn_core_compile(core, model, "HETERO:RANDOM,TEMPLATE", &options, &compiled, &error));
  tn_model_release(model);
  return compiled;
}

static tn_status import_again(void *user, const tn_value *value) {
  tn_compiled *read = NULL;
  tn_error error = {0};
  assert_ok(tn_core_import_memory(user, "HETERO:RANDOM,TEMPLATE", value->as.bytes.data,
                                  value->as.bytes.size, NULL, &read, &error));
  float got[16], expected[16];
  tn_compiled *alone = compile(user, mixed, "TEMPLATE");
  infer(user, read, got);
  infer(user, alone, expected);
  cr_assert_arr_eq(got, expected, sizeof got);
  cr_assert_gt(atoi(told(read, "HETERO_NUMBER_OF_SUBGRAPHS")), 64);
  tn_compiled_destroy(alone);
  tn_compiled_destroy(read);
  return TN_OK;
}

static tn_status import_otherwise(void *user, const tn_value *value) {
  const tn_map_entry mode = {TN_STRING("EXECUTION_MODE_HINT"),
                             tn_value_of_string(TN_STRING("ACCURACY"))};
  tn_import_options options = tn_compile_options_init();
  tn_compiled *read = NULL;
  tn_error error = {0};
  options.properties = &mode;
  options.property_count = 1;
  assert_fails(tn_core_import_memory(user, "HETERO:TEMPLATE,RANDOM", value->as.bytes.data,
                                     value->as.bytes.size, &options, &read, &error),
               TN_RECOMPILE, "EXECUTION_MODE_HINT");
  cr_assert_null(read);
  return TN_OK;
}

/* Whoever made a blob judges it, not who comes behind. */
Test(hetero_blob, the_maker_of_a_blob_says_that_it_is_to_be_compiled_anew) {
  static const char *const libraries[] = {RANDOM_PLUGIN, TEMPLATE_PLUGIN, NULL};
  tn_core *core = core_with(libraries);
  tn_compiled *whole = compile(core, mixed, "HETERO:TEMPLATE,RANDOM");
  tn_error error = {0};
  assert_ok(tn_compiled_export_memory(whole, NULL, import_otherwise, core, &error));
  tn_compiled_destroy(whole);
  tn_core_destroy(core);
}

/* More parts than a container has sections. */
Test(hetero_blob, a_model_of_many_parts_is_written_and_read) {
  enum { LENGTH = 400 };
  static const char *const libraries[] = {RANDOM_PLUGIN, TEMPLATE_PLUGIN, NULL};
  const char *chain[LENGTH + 1] = {"Relu", "Neg", "Abs"};
  for (int i = 3; i < LENGTH; i++)
    chain[i] = "Relu";
  tn_core *core = core_with(libraries);
  tn_compiled *compiled = compile_with_seed(core, chain, 2);
  tn_error error = {0};
  assert_ok(tn_compiled_export_memory(compiled, NULL, import_again, core, &error));
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

struct copy {
  tn_core *core;
  char devices[512], refusals[512];
  int depth;
};

static tn_status read_copy(void *user, const tn_value *value) {
  struct copy *self = user;
  tn_compiled *read = NULL;
  tn_error error = {0};
  assert_ok(tn_core_import_memory(self->core, "HETERO:RANDOM,TEMPLATE", value->as.bytes.data,
                                  value->as.bytes.size, NULL, &read, &error));
  cr_assert_str_eq(told(read, "HETERO_NODE_DEVICES"), self->devices);
  cr_assert_str_eq(told(read, "HETERO_REFUSALS"), self->refusals);
  if (self->depth++ == 0) assert_ok(tn_compiled_export_memory(read, NULL, read_copy, self, &error));
  tn_compiled_destroy(read);
  return TN_OK;
}

/* Also from a copy of a copy. */
Test(hetero_blob, what_was_read_tells_of_the_nodes_as_before) {
  static const char *const libraries[] = {RANDOM_PLUGIN, TEMPLATE_PLUGIN, NULL};
  struct copy copy = {.core = core_with(libraries)};
  tn_compiled *compiled = compile_with_seed(copy.core, mixed, 2);
  tn_error error = {0};
  snprintf(copy.devices, sizeof copy.devices, "%s", told(compiled, "HETERO_NODE_DEVICES"));
  snprintf(copy.refusals, sizeof copy.refusals, "%s", told(compiled, "HETERO_REFUSALS"));
  cr_assert(strstr(copy.devices, "RANDOM") && strstr(copy.devices, "n1=TEMPLATE"), "%s",
            copy.devices);
  cr_assert(strstr(copy.refusals, "n1=RANDOM"), "%s", copy.refusals);
  assert_ok(tn_compiled_export_memory(compiled, NULL, read_copy, &copy, &error));
  cr_assert_eq(copy.depth, 2);
  tn_compiled_destroy(compiled);
  tn_core_destroy(copy.core);
}
