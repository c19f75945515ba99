/* Checks of models that come from a blob. What is wrong with a blob is tried in import_damage.c. */
#define TN_GROUP "import"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/value.h"
#include "engine/blob.h"
#include "engine/declared.h"
#include "engine/together.h"
#include "graph/shape_text.h"
#include "ops/types.h"
#include "tenon/abi/ext/profiling.h"

/* Exports, imports, and compares what the imported model computes. */
static void go_round(test *t, const char *name, int64_t size, bool in_memory) {
  blob whole;
  if (!blob_make(t, name, &whole)) return;
  tn_compiled_model *model = blob_import_whole(t, &whole, in_memory);
  if (model) blob_expect_outputs(t, model, name, t->seed, size);
  blob_clear(&whole);
}

TN_CHECK(import_computes_the_carrier, IMPORT, 2, TEST_NEEDS_IMPORT,
         "the imported carrier gives the outputs of the reference") {
  go_round(t, "carrier", 4, true);
}

TN_CHECK(import_by_reading, IMPORT, 2, TEST_NEEDS_IMPORT,
         "a blob that is only read through read_at imports as well") {
  go_round(t, "carrier", 4, false);
}

TN_CHECK(import_network, IMPORT, 2, TEST_NEEDS_IMPORT,
         "an imported network with constants gives the outputs of the reference") {
  go_round(t, "network_f32", 1, true);
}

TN_CHECK(import_crossed_ports, IMPORT, 2, TEST_NEEDS_IMPORT,
         "an imported model keeps the order of its inputs and outputs") {
  go_round(t, "two_inputs_two_outputs", 1, false);
}

TN_CHECK(import_fused, IMPORT, 2, TEST_NEEDS_IMPORT,
         "an imported model of operators that devices like to fuse gives right outputs") {
  go_round(t, "multiply_add", 1, true);
}

TN_CHECK(import_constant_output, IMPORT, 2, TEST_NEEDS_IMPORT,
         "an imported model whose output is a constant gives it") {
  go_round(t, "constant_output", 1, false);
}

TN_CHECK(import_dynamic, IMPORT, 2, TEST_NEEDS_IMPORT | TEST_NEEDS_DYNAMIC,
         "an imported model takes the sizes that the compiled one took") {
  blob whole;
  if (!blob_make(t, "concat_dynamic", &whole)) return;
  tn_compiled_model *model = blob_import_whole(t, &whole, true);
  static const int64_t sizes[] = {3, 16, 0, 1};
  for (size_t i = 0; model && i < sizeof sizes / sizeof *sizes; i++)
    blob_expect_outputs(t, model, "concat_dynamic", t->seed + i, sizes[i]);
  blob_clear(&whole);
}

TN_CHECK(import_captured_values, IMPORT, 2, TEST_NEEDS_IMPORT,
         "an imported model with graphs within a node gives right outputs, whichever graph runs") {
  blob whole;
  if (!blob_make(t, "branches", &whole)) return;
  tn_compiled_model *compiled = test_compile(t, "branches");
  test_about(t, TNI_CLAUSE(MODEL, 7));
  for (uint64_t i = 0; compiled && i < 6; i++)
    blob_expect_outputs(t, compiled, "branches", t->seed + i, 4);
  test_about(t, 0);
  tn_compiled_model *model = blob_import_whole(t, &whole, true);
  for (uint64_t i = 0; model && i < 6; i++)
    blob_expect_outputs(t, model, "branches", t->seed + i, 4);
  blob_clear(&whole);
}

TN_CHECK(import_keeps_nothing_of_the_source, IMPORT, 2, TEST_NEEDS_IMPORT,
         "a model does not need the memory that it was imported from") {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  blob_source source = blob_source_make(whole.bytes, whole.size, true);
  tn_compiled_model *model = NULL;
  EXPECT_OK(blob_import(t, &source, NULL, &model));
  if (model) test_adopt_compiled_model(t, model);
  EXPECT(source.outside == 0);
  memset(whole.bytes, 0x5a, (size_t)whole.size); /* it was valid for the call only */
  blob_clear(&whole);
  if (model) blob_expect_outputs(t, model, "carrier", t->seed, 4);
}

/* --- the model that comes out */

static bool same_port(const tn_value_info *a, const tn_value_info *b) {
  if (!tn_string_equal(a->name, b->name) || a->type != b->type || a->rank != b->rank) return false;
  if ((a->flags & TN_VALUE_HAS_RANK) != (b->flags & TN_VALUE_HAS_RANK)) return false;
  for (uint32_t i = 0; i < a->rank; i++)
    if (a->dimensions[i].min != b->dimensions[i].min ||
        a->dimensions[i].max != b->dimensions[i].max)
      return false;
  return true;
}

/* "x float[1..64,8]" */
static const char *printed(test *t, const tn_value_info *port) {
  char shape[200] = " of any rank";
  if (port->flags & TN_VALUE_HAS_RANK)
    tni_dimensions_text(port->rank, port->dimensions, shape, sizeof shape);
  const size_t size = (size_t)port->name.length + sizeof shape + 40;
  char *text = test_alloc(t, size);
  snprintf(text, size, "%.*s %s%s", TNI_TEXT(port->name), tni_type_name(port->type), shape);
  return text;
}

static void expect_same_port(test *t, const char *model, const tn_value_info *compiled,
                             const tn_value_info *imported) {
  EXPECT_THAT(same_port(compiled, imported), "the port %s of %s is imported as it was; it is %s",
              printed(t, compiled), model, printed(t, imported));
}

/* Dimension `at` of the ports, counted through all of them; NULL behind the last. */
static const tn_dimension *dimension_at(const tn_port_list *ports, uint32_t at) {
  for (uint32_t i = 0; i < ports->input_count + ports->output_count; i++) {
    const tn_value_info *info =
        i < ports->input_count ? ports->inputs[i] : ports->outputs[i - ports->input_count];
    if (at < info->rank) return &info->dimensions[at];
    at -= info->rank;
  }
  return NULL;
}

/* Sizes that are equal in the one are equal in the other, by the same names. */
static void expect_same_symbols(test *t, const tn_port_list *a, const tn_port_list *b) {
  const tn_dimension *first, *second;
  for (uint32_t i = 0; (first = dimension_at(a, i)) && (second = dimension_at(b, i)); i++) {
    if (first->min == first->max) continue;
    EXPECT_THAT(!first->symbol == !second->symbol &&
                    (!first->symbol || tn_string_equal(first->symbol->name, second->symbol->name)),
                "size %u of the ports has the same name, or none, after import", i);
    for (uint32_t k = 0; k < i; k++) {
      const tn_dimension *of_a = dimension_at(a, k), *of_b = dimension_at(b, k);
      if (of_a->min == of_a->max || !first->symbol || !of_a->symbol) continue;
      EXPECT_THAT((of_a->symbol == first->symbol) == (of_b->symbol == second->symbol),
                  "sizes %u and %u are told to be equal before and after import, or neither", k, i);
    }
  }
}

static void compare_ports(test *t, const char *name) {
  blob whole = {0};
  tn_compiled_model *compiled = test_compile(t, name);
  NEED(compiled);
  REQUIRE_OK(blob_export(t, compiled, &whole));
  tn_compiled_model *imported = blob_import_whole(t, &whole, false);
  blob_clear(&whole);
  NEED(imported);
  const tn_port_list *a = tn_compiled_model_ports(compiled), *b = tn_compiled_model_ports(imported);
  REQUIRE(a->input_count == b->input_count && a->output_count == b->output_count);
  for (uint32_t i = 0; i < a->input_count; i++)
    expect_same_port(t, name, a->inputs[i], b->inputs[i]);
  for (uint32_t i = 0; i < a->output_count; i++)
    expect_same_port(t, name, a->outputs[i], b->outputs[i]);
  expect_same_symbols(t, a, b);
}

TN_CHECK(import_ports, IMPORT, 2, TEST_NEEDS_IMPORT,
         "ports of an imported model have the names, types and shapes of the compiled one's") {
  compare_ports(t, "two_inputs_two_outputs");
}

TN_CHECK(import_ports_dynamic, IMPORT, 2, TEST_NEEDS_IMPORT | TEST_NEEDS_DYNAMIC,
         "ports of an imported model have the bounds of the compiled one's") {
  compare_ports(t, "relu_dynamic");
}

TN_CHECK(import_ports_named, IMPORT, 2, TEST_NEEDS_IMPORT | TEST_NEEDS_DYNAMIC,
         "sizes of an imported model's ports have the names that they had, and are equal to the "
         "same others") {
  compare_ports(t, "named_sizes");
}

TN_CHECK(import_outlives_its_engine, IMPORT, 2, TEST_NEEDS_IMPORT,
         "a blob imports in another engine after the one that wrote it has ended") {
  blob whole;
  test *writer = test_another_engine(t);
  NEED(writer);
  if (!blob_make(writer, "network_f32", &whole)) return;
  tn_plugin_destroy(writer->plugin, TN_DESTROY_NORMAL);
  writer->plugin = NULL;
  EXPECT(atomic_load(&writer->host->ended) == 1);
  tn_compiled_model *model = blob_import_whole(t, &whole, true);
  if (model) blob_expect_outputs(t, model, "network_f32", t->seed, 1);
  blob_clear(&whole);
}

TN_CHECK(import_exports_again, EXPORT, 4, TEST_NEEDS_IMPORT,
         "an imported model can be exported, and what comes of it imports") {
  blob first, second = {0};
  if (!blob_make(t, "network_f32", &first)) return;
  tn_compiled_model *model = blob_import_whole(t, &first, true);
  if (model) EXPECT_OK(blob_export(t, model, &second));
  tn_compiled_model *again = second.size ? blob_import_whole(t, &second, true) : NULL;
  if (again) blob_expect_outputs(t, again, "network_f32", t->seed, 1);
  blob_clear(&first);
  blob_clear(&second);
}

TN_CHECK(import_twice, IMPORT, 2, TEST_NEEDS_IMPORT,
         "a blob imported twice gives two models that live and end apart") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  tn_compiled_model *first = blob_import_whole(t, &whole, true),
                    *second = blob_import_whole(t, &whole, false);
  blob_clear(&whole);
  NEED(first && second);
  EXPECT(first != second);
  blob_expect_outputs(t, first, "network_f32", 31, 1);
  blob_expect_outputs(t, second, "network_f32", 32, 1);
}

/* --- a new process */

static void import_from_file(test *t, int file) {
  off_t size = lseek(file, 0, SEEK_END);
  REQUIRE(size > 0);
  void *bytes = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, file, 0);
  REQUIRE(bytes != MAP_FAILED);
  tn_compiled_model *model = NULL;
  blob_source source = blob_source_make(bytes, (uint64_t)size, true);
  EXPECT_OK(blob_import(t, &source, NULL, &model));
  if (model) test_adopt_compiled_model(t, model);
  munmap(bytes, (size_t)size);
  if (model) blob_expect_outputs(t, model, "network_f32", t->seed, 1);
}

TN_CHECK(import_in_new_process, IMPORT, 4, TEST_NEEDS_IMPORT | TEST_SLOW,
         "a blob imports in a process that has not seen its model, from memory that can only be "
         "read") {
  blob whole;
  if (t->handed >= 0) {
    import_from_file(t, t->handed);
    return;
  }
  if (!blob_make(t, "network_f32", &whole)) return;
  int file = memfd_create("tenon-blob", MFD_CLOEXEC);
  bool written = file >= 0 && write(file, whole.bytes, (size_t)whole.size) == (ssize_t)whole.size;
  blob_clear(&whole);
  if (written)
    test_in_new_process(t, file);
  else
    test_record_inconclusive(t, "the suite could not write the blob");
  if (file >= 0) close(file);
}

/* --- options */

static tn_status ignore_profile(void *user, const tn_profile_entry *const *entries,
                                uint64_t count) {
  (void)entries;
  *(uint64_t *)user = count;
  return TN_OK;
}

TN_CHECK(import_with_properties, PROPERTY, 10, TEST_NEEDS_IMPORT | TEST_NEEDS_PROFILING,
         "properties given to import hold for the imported model: PERF_COUNT turns profiles on") {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  const tn_map_entry properties[] = {{TN_STRING_INIT("PERF_COUNT"), tn_value_of_bool(1)}};
  tn_import_options options = tn_compile_options_init();
  options.properties = properties;
  options.property_count = 1;
  blob_source source = blob_source_make(whole.bytes, whole.size, true);
  tn_compiled_model *model = NULL;
  EXPECT_OK(blob_import(t, &source, &options, &model));
  blob_clear(&whole);
  NEED(model);
  test_adopt_compiled_model(t, model);
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  const tn_profiling_api *api =
      request->api->get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  REQUIRE(api != NULL);
  uint64_t count = 0;
  EXPECT_OK(api->get(request, ignore_profile, &count, &t->error));
  EXPECT(count > 0);
}

TN_CHECK_WITH(import_with_other_setting, PROPERTY, 10, TEST_NEEDS_IMPORT,
              "a property given to import holds for the imported model, or is refused with "
              "RECOMPILE where the blob was compiled with another value",
              .found = find_compile_settings) {
  const tn_property *property = declared_of_plugin_find(t);
  blob whole;
  seen_value seen;
  REQUIRE(property != NULL);
  property_place place = {.name = "model", .level = TN_LEVEL_MODEL};
  place.model = test_compile(t, "carrier");
  NEED(place.model);
  REQUIRE_OK(see_property(t, &place, property->name, &seen, &t->error));
  const tn_map_entry same = {property->name, seen.value};
  tn_map_entry other = {property->name, seen.value};
  if (!declared_other_value(property, &seen.value, &other.value))
    NOT_APPLICABLE("the property has no second value");
  if (!blob_make(t, "carrier", &whole)) return;
  const blob_source source = blob_source_make(whole.bytes, whole.size, true);
  for (int i = 0; i < 2; i++) {
    tn_import_options options = tn_compile_options_init();
    options.properties = i ? &other : &same;
    options.property_count = 1;
    tn_compiled_model *model = NULL;
    const tn_status status = blob_import(t, &source, &options, &model);
    EXPECT_OK_OR(status, i ? TN_RECOMPILE : TN_OK);
    if (!model) continue;
    test_adopt_compiled_model(t, model);
    place.model = model;
    EXPECT_OK(see_property(t, &place, property->name, &seen, &t->error));
    if (!(property->flags & (TN_PROPERTY_RESOLVED | TN_PROPERTY_VOLATILE)))
      EXPECT_THAT(tni_value_equal(&seen.value, &options.properties->value),
                  "%.*s of the imported model is what import was given", TNI_TEXT(property->name));
  }
  blob_clear(&whole);
}

/* Imports a sound blob with options that must be refused. */
static void import_refused(test *t, tn_string device, const tn_import_options *options,
                           tn_status status, const char *names) {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  const tn_import_api *api = blob_import_api(t);
  blob_source source = blob_source_make(whole.bytes, whole.size, true);
  source.base.user = &source;
  tn_compiled_model *out = test_poison();
  tn_status came =
      api ? api->import_model(t->plugin, device, &source.base, options, &out, &t->error)
          : TN_INTERNAL;
  EXPECT(strstr(t->error.message, names) != NULL);
  EXPECT_STATUS(came, status);
  test_about(t, TNI_CLAUSE(IMPORT, 8));
  EXPECT(came == TN_OK || out == test_poison());
  test_about(t, 0);
  if (came == TN_OK) tn_compiled_model_destroy(out);
  uint64_t head = whole.size < TN_IMPORT_HEAD_SIZE ? whole.size : TN_IMPORT_HEAD_SIZE;
  if (api)
    EXPECT_STATUS(api->check(t->plugin, device, whole.bytes, head, options, &t->error), status);
  blob_clear(&whole);
}

TN_CHECK(
    import_unknown_device, DEVICE, 7, TEST_NEEDS_IMPORT,
    "import and check for a device that is not there are refused with NOT_FOUND and its name") {
  import_refused(t, TN_STRING("no-such-device"), NULL, TN_NOT_FOUND, "no-such-device");
}

TN_CHECK(import_unknown_property, PROPERTY, 8, TEST_NEEDS_IMPORT,
         "import and check with a property that is not declared are refused with NOT_FOUND and its "
         "name") {
  const tn_map_entry properties[] = {{TN_STRING_INIT("NO_SUCH_PROPERTY"), tn_value_of_bool(1)}};
  tn_import_options options = tn_compile_options_init();
  options.properties = properties;
  options.property_count = 1;
  import_refused(t, t->device, &options, TN_NOT_FOUND, "NO_SUCH_PROPERTY");
}

TN_CHECK(
    import_unknown_critical_entry, OPTION, 3, TEST_NEEDS_IMPORT,
    "import and check with an unknown critical entry are refused with UNSUPPORTED and its id") {
  const tn_option unknown = {TN_SIZE(tn_option), TN_OPTION_CRITICAL,
                             TN_STRING_INIT("x-nobody.knows/1")};
  const tn_option *const entries[] = {&unknown};
  tn_import_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  import_refused(t, t->device, &options, TN_UNSUPPORTED, "x-nobody.knows/1");
}

TN_CHECK(import_unknown_entry, OPTION, 2, TEST_NEEDS_IMPORT,
         "import ignores an unknown entry that is not critical") {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  const tn_option unknown = {TN_SIZE(tn_option), 0, TN_STRING_INIT("x-nobody.knows/1")};
  const tn_option *const entries[] = {&unknown};
  tn_import_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  blob_source source = blob_source_make(whole.bytes, whole.size, true);
  tn_compiled_model *model = NULL;
  EXPECT_OK(blob_import(t, &source, &options, &model));
  if (model) test_adopt_compiled_model(t, model);
  blob_clear(&whole);
}

TN_CHECK(import_source_sizes, ABI, 12, TEST_NEEDS_IMPORT,
         "a source below its first version's size is refused, a larger one accepted, an unknown "
         "flag refused") {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  tn_compiled_model *model = NULL, *out = test_poison();
  blob_source source = blob_source_make(whole.bytes, whole.size, true);
  struct {
    tn_source base;
    uint64_t tail[6];
  } grown;
  const tn_import_api *api = blob_import_api(t);
  NEED(api);
  memset(&grown, 0xff, sizeof grown);
  grown.base = source.base;
  grown.base.user = &source;
  grown.base.size = TN_SIZE(grown);
  EXPECT_STATUS(api->import_model(t->plugin, t->device, &grown.base, NULL, &model, &t->error),
                TN_OK);
  if (model) test_adopt_compiled_model(t, model);
  grown.base.size = TN_SOURCE_FIRST_SIZE - 8;
  EXPECT_STATUS(api->import_model(t->plugin, t->device, &grown.base, NULL, &out, &t->error),
                TN_INVALID_ARGUMENT);
  grown.base.size = TN_SOURCE_FIRST_SIZE;
  grown.base.flags = 1u << 31;
  EXPECT_STATUS(api->import_model(t->plugin, t->device, &grown.base, NULL, &out, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT(out == test_poison());
  blob_clear(&whole);
}

/* --- progress */

struct progress {
  int calls, cancel_at; /* the call (from 1) that cancels; 0: none */
  double last;
  bool fell, outside, returned, late;
};

static uint32_t report(void *user, double done) {
  struct progress *self = user;
  self->calls++;
  self->fell = self->fell || done < self->last;
  self->outside = self->outside || !(done >= 0 && done <= 1); /* or is no number */
  self->late = self->late || self->returned;
  self->last = done;
  return self->calls == self->cancel_at;
}

static tn_status import_watched(test *t, const blob *whole, struct progress *progress,
                                tn_compiled_model **out) {
  tn_progress_option option = tn_progress_option_make(report, progress);
  const tn_option *const entries[] = {&option.option};
  tn_import_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  blob_source source = blob_source_make(whole->bytes, whole->size, true);
  tn_status status = blob_import(t, &source, &options, out);
  progress->returned = true;
  return status;
}

TN_CHECK(import_cancelled_by_progress, COMPILE, 11, TEST_NEEDS_IMPORT,
         "progress of import never falls, lies within 0 and 1, and a nonzero answer at any call "
         "ends it with CANCELLED and no model") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  struct progress all = {0};
  tn_compiled_model *model = NULL;
  EXPECT_OK(import_watched(t, &whole, &all, &model));
  if (model) test_adopt_compiled_model(t, model);
  EXPECT(!all.fell && !all.outside);
  for (int call = 1; call <= all.calls; call++) {
    struct progress some = {.cancel_at = call};
    tn_compiled_model *out = test_poison();
    EXPECT_STATUS(import_watched(t, &whole, &some, &out), TN_CANCELLED);
    EXPECT(out == test_poison() && some.calls == call);
  }
  EXPECT(!all.late);
  blob_clear(&whole);
}

/* --- threads */

enum { THREADS = 4, ROUNDS = 4 };

struct importing {
  test *t;
  const blob *whole;
  const tn_import_api *api;
  tn_compiled_model *models[ROUNDS];
  int failures;
};

static void import_often(void *argument) {
  struct importing *self = argument;
  for (int i = 0; i < ROUNDS; i++) {
    blob_source source = blob_source_make(self->whole->bytes, self->whole->size, i % 2 == 0);
    source.base.user = &source;
    self->failures += self->api->import_model(self->t->plugin, self->t->device, &source.base, NULL,
                                              &self->models[i], NULL) != TN_OK;
  }
}

TN_CHECK(import_from_threads, THREAD, 1, TEST_NEEDS_IMPORT,
         "one blob imported from several threads at once gives each right models") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  const tn_import_api *api = blob_import_api(t);
  struct importing threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    threads[i] = (struct importing){.t = t, .whole = &whole, .api = api};
  together_run(threads, sizeof *threads, THREADS, import_often);
  blob_clear(&whole);
  for (int i = 0; i < THREADS; i++) {
    EXPECT(threads[i].failures == 0);
    for (int k = 0; k < ROUNDS; k++)
      if (threads[i].models[k]) test_adopt_compiled_model(t, threads[i].models[k]);
    if (threads[i].models[0])
      blob_expect_outputs(t, threads[i].models[0], "network_f32", t->seed + (uint64_t)i, 1);
  }
}
