/* Checks of what a compiled model writes. */
#define TN_GROUP "export"
#include <string.h>

#include "engine/blob.h"
#include "engine/together.h"
#include "engine/virtual_device.h"

static tn_status write_nothing(const tn_target *target, const void *data, uint64_t byte_count,
                               tn_error *error) {
  (void)target, (void)data, (void)byte_count, (void)error;
  return TN_OK;
}

static bool same_bytes(const blob *a, const blob *b) {
  return a->size == b->size && a->size > 0 && memcmp(a->bytes, b->bytes, (size_t)a->size) == 0;
}

TN_CHECK(export_is_declared, EXPORT, 5, 0,
         "the extensions for export and import are there where the device declares them; where it "
         "does not they are missing, or refuse with UNSUPPORTED") {
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  const tn_import_api *import = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_IMPORT));
  const tn_export_api *export =
      tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_EXPORT));
  const bool declared = t->capabilities & TN_DEVICE_HAS_IMPORT;
  EXPECT(!declared || (import && export));
  if (declared) return;
  blob whole = {0};
  if (export && !test_is_handed_on(t, model->maker))
    EXPECT_STATUS(blob_export(t, model, &whole), TN_UNSUPPORTED);
  blob_clear(&whole);
  if (!import) return;
  static const char bytes[64] = "no blob";
  blob_source source = blob_source_make(bytes, sizeof bytes, true);
  tn_compiled_model *out = test_poison();
  EXPECT_STATUS(blob_import(t, &source, NULL, &out), TN_UNSUPPORTED);
  EXPECT(out == test_poison());
}

TN_CHECK(export_tables, ABI, 9, TEST_NEEDS_IMPORT,
         "the tables for export and import have all slots of their first version") {
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  const tn_import_api *import = blob_import_api(t);
  const tn_export_api *export = blob_export_api(t, model);
  REQUIRE(import && export);
  EXPECT(import->size >= TN_IMPORT_API_FIRST_SIZE && import->check && import->import_model);
  EXPECT(export->size >= TN_EXPORT_API_FIRST_SIZE && export->export_model);
}

static void write_something(test *t, const char *name) {
  blob whole;
  if (!blob_make(t, name, &whole)) return;
  EXPECT(whole.size > 0 && whole.write_count > 0);
  blob_clear(&whole);
}

TN_CHECK(export_writes, EXPORT, 1, TEST_NEEDS_IMPORT, "the carrier is written as a blob") {
  write_something(t, "carrier");
}

TN_CHECK(export_writes_constants, EXPORT, 1, TEST_NEEDS_IMPORT,
         "a model with constants is written as a blob") {
  write_something(t, "network_f32");
}

TN_CHECK(export_writes_no_nodes, EXPORT, 1, TEST_NEEDS_IMPORT,
         "a model without nodes that compiles is written as a blob") {
  write_something(t, "no_nodes");
}

TN_CHECK(export_same_bytes, EXPORT, 2, TEST_NEEDS_IMPORT,
         "one compiled model gives the same bytes each time, before and after an inference") {
  blob first = {0}, second = {0}, third = {0};
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
  EXPECT_OK(blob_export(t, model, &first));
  EXPECT_OK(blob_export(t, model, &second));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_OK(blob_export(t, model, &third));
  EXPECT(same_bytes(&first, &second));
  EXPECT(same_bytes(&first, &third));
  blob_clear(&first);
  blob_clear(&second);
  blob_clear(&third);
}

TN_CHECK(export_same_bytes_of_each_compile, EXPORT, 2, TEST_NEEDS_IMPORT,
         "the same model with the same properties gives the same bytes when it is compiled again, "
         "by this engine and by another") {
  blob first, second = {0}, third = {0};
  if (!blob_make(t, "network_f32", &first)) return;
  if (blob_make(t, "network_f32", &second)) EXPECT(same_bytes(&first, &second));
  test *other = test_another_engine(t);
  if (other && blob_make(other, "network_f32", &third)) EXPECT(same_bytes(&first, &third));
  blob_clear(&first);
  blob_clear(&second);
  blob_clear(&third);
}

TN_CHECK(export_tells_models_apart, EXPORT, 1, TEST_NEEDS_IMPORT,
         "models that compute something else give other bytes") {
  blob first, second = {0};
  if (!blob_make(t, "chain", &first)) return;
  if (blob_make(t, "multiply_add", &second)) EXPECT(!same_bytes(&first, &second));
  blob_clear(&first);
  blob_clear(&second);
}

TN_CHECK(export_leaves_the_model, EXPORT, 4, TEST_NEEDS_IMPORT,
         "a model that was exported still computes the outputs of the reference") {
  blob whole = {0};
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
  EXPECT_OK(blob_export(t, model, &whole));
  blob_clear(&whole);
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

TN_CHECK(export_in_flight, EXPORT, 4, TEST_NEEDS_IMPORT,
         "a model is exported while an inference of it is in flight, with the same bytes") {
  blob before = {0}, during = {0};
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  if (!test_set_inputs(t, request, "carrier", t->seed, 4)) return;
  REQUIRE_OK(blob_export(t, model, &before));
  const bool held = test_start_held(t, request);
  EXPECT_OK(blob_export(t, model, &during));
  EXPECT(same_bytes(&before, &during));
  suite_host_let_go(t->host);
  if (held) EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  blob_clear(&before);
  blob_clear(&during);
}

/* --- a target that fails */

/* The n-th write fails; what comes back must be what the target said. */
static void fail_write(test *t, tn_compiled_model *model, uint64_t write, tn_status status) {
  blob part = {.fail_at = write, .fail_status = status};
  const tn_export_api *api = blob_export_api(t, model);
  if (!api) return;
  tn_status came = blob_export(t, model, &part);
  const uint32_t about = test_about(t, TNI_CLAUSE(EXPORT, 3));
  EXPECT(part.after_fail == 0);
  test_about(t, TNI_CLAUSE(ERROR, 6));
  EXPECT(t->error.vendor_code == BLOB_VENDOR_CODE);
  EXPECT(t->error.clause_area == TN_AREA_EXPORT && t->error.clause_number == 3);
  EXPECT(strstr(t->error.message, BLOB_MESSAGE) != NULL);
  test_about(t, about);
  EXPECT_STATUS(came, status);
  memset(&t->error, 0, sizeof t->error);
  blob_clear(&part);
}

TN_CHECK(export_failed_write, EXPORT, 3, TEST_NEEDS_IMPORT,
         "a write that fails ends the export with its status, clause and vendor code, whichever "
         "write it is, and nothing is written behind it") {
  enum { MOST = 64 };
  blob whole = {0};
  tn_compiled_model *model = test_compile(t, "network_f32");
  NEED(model);
  REQUIRE_OK(blob_export(t, model, &whole));
  const uint64_t writes = whole.write_count;
  for (uint64_t i = 1; i <= writes; i += writes > MOST ? writes / MOST : 1)
    fail_write(t, model, i, TN_IO);
  blob again = {0};
  EXPECT_OK(blob_export(t, model, &again));
  EXPECT(same_bytes(&whole, &again));
  blob_clear(&whole);
  blob_clear(&again);
}

TN_CHECK(export_failed_write_status, ERROR, 6, TEST_NEEDS_IMPORT,
         "export passes a status on as it came, also one that nobody knows") {
  static const tn_status statuses[] = {TN_CANCELLED, TN_OUT_OF_MEMORY, TN_INTERNAL, 477};
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
    fail_write(t, model, 1, statuses[i]);
}

TN_CHECK(export_without_error_record, ERROR, 3, TEST_NEEDS_IMPORT,
         "export and import accept NULL for the error record, also when they fail") {
  tn_compiled_model *model = test_compile(t, "carrier"), *out = NULL;
  NEED(model);
  const tn_export_api *export = blob_export_api(t, model);
  const tn_import_api *import = blob_import_api(t);
  NEED(export && import);
  tn_target target = tn_target_init(); /* without its function */
  EXPECT(export->export_model(model, NULL, &target, NULL) != TN_OK);
  target.write = write_nothing;
  EXPECT_OK(export->export_model(model, NULL, &target, NULL));
  blob_source source = blob_source_make("", 0, true);
  source.base.user = &source;
  test_about(t, TNI_CLAUSE(IMPORT, 1));
  EXPECT(import->import_model(t->plugin, t->device, &source.base, NULL, &out, NULL) != TN_OK);
  test_about(t, TNI_CLAUSE(IMPORT, 3));
  EXPECT(import->check(t->plugin, t->device, "", 0, NULL, NULL) != TN_OK);
}

/* --- arguments */

TN_CHECK(export_target_sizes, ABI, 12, TEST_NEEDS_IMPORT,
         "a target below its first version's size is refused, a larger one accepted, an unknown "
         "flag refused") {
  tn_compiled_model *model = test_compile(t, "carrier");
  const tn_export_api *api = blob_export_api(t, model);
  NEED(api);
  struct {
    tn_target base;
    uint64_t tail[6];
  } grown;
  memset(&grown, 0xff, sizeof grown);
  grown.base = tn_target_init();
  grown.base.write = write_nothing;
  grown.base.size = TN_SIZE(grown);
  EXPECT_STATUS(api->export_model(model, NULL, &grown.base, &t->error), TN_OK);
  grown.base.size = TN_TARGET_FIRST_SIZE - 8;
  EXPECT_STATUS(api->export_model(model, NULL, &grown.base, &t->error), TN_INVALID_ARGUMENT);
  grown.base.size = TN_TARGET_FIRST_SIZE;
  grown.base.flags = 1u << 31;
  EXPECT_STATUS(api->export_model(model, NULL, &grown.base, &t->error), TN_INVALID_ARGUMENT);
}

TN_CHECK(export_options, OPTION, 3, TEST_NEEDS_IMPORT,
         "export ignores an unknown entry and refuses an unknown critical one with UNSUPPORTED and "
         "its id") {
  tn_compiled_model *model = test_compile(t, "carrier");
  const tn_export_api *api = blob_export_api(t, model);
  NEED(api);
  tn_target target = tn_target_init();
  target.write = write_nothing;
  tn_option unknown = {TN_SIZE(tn_option), 0, TN_STRING_INIT("x-nobody.knows/1")};
  const tn_option *const entries[] = {&unknown};
  tn_export_options options = tn_export_options_init();
  options.entries = entries;
  options.entry_count = 1;
  EXPECT_STATUS(api->export_model(model, &options, &target, &t->error), TN_OK);
  unknown.flags = TN_OPTION_CRITICAL;
  tn_status status = api->export_model(model, &options, &target, &t->error);
  EXPECT(strstr(t->error.message, "x-nobody.knows/1") != NULL);
  EXPECT_STATUS(status, TN_UNSUPPORTED);
}

TN_CHECK(export_null_arguments, ERROR, 11, TEST_NEEDS_IMPORT,
         "export without a target, and import without a source or out, are refused with "
         "INVALID_ARGUMENT") {
  tn_compiled_model *model = test_compile(t, "carrier"), *out = test_poison();
  const tn_export_api *export = blob_export_api(t, model);
  const tn_import_api *import = blob_import_api(t);
  NEED(export && import);
  blob_source source = blob_source_make("", 0, true);
  source.base.user = &source;
  EXPECT_STATUS(export->export_model(model, NULL, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(import->import_model(t->plugin, t->device, NULL, NULL, &out, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT(out == test_poison());
  EXPECT_STATUS(import->import_model(t->plugin, t->device, &source.base, NULL, NULL, &t->error),
                TN_INVALID_ARGUMENT);
  EXPECT_STATUS(import->check(t->plugin, t->device, NULL, 64, NULL, &t->error),
                TN_INVALID_ARGUMENT);
}

/* --- threads */

enum { THREADS = 4, ROUNDS = 8 };

static tn_status append(const tn_target *target, const void *data, uint64_t byte_count,
                        tn_error *error) {
  (void)error;
  uint64_t *sum = target->user;
  for (uint64_t i = 0; i < byte_count; i++)
    *sum = (*sum ^ ((const unsigned char *)data)[i]) * UINT64_C(1099511628211);
  return TN_OK;
}

struct export_thread {
  const tn_export_api *api;
  tn_compiled_model *model;
  uint64_t sums[ROUNDS];
  int failures;
};

static void export_often(void *argument) {
  struct export_thread *self = argument;
  for (int i = 0; i < ROUNDS; i++) {
    self->sums[i] = 1;
    tn_target target = tn_target_init();
    target.write = append;
    target.user = &self->sums[i];
    self->failures += self->api->export_model(self->model, NULL, &target, NULL) != TN_OK;
  }
}

TN_CHECK(export_from_threads, THREAD, 1, TEST_NEEDS_IMPORT,
         "one model exported from several threads at once gives the same bytes to all") {
  tn_compiled_model *model = test_compile(t, "network_f32");
  const tn_export_api *api = blob_export_api(t, model);
  NEED(api);
  struct export_thread threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    threads[i] = (struct export_thread){.api = api, .model = model};
  together_run(threads, sizeof *threads, THREADS, export_often);
  for (int i = 0; i < THREADS; i++) {
    EXPECT(threads[i].failures == 0);
    for (int k = 0; k < ROUNDS; k++)
      EXPECT(threads[i].sums[k] == threads[0].sums[0] && threads[i].sums[k] != 1);
  }
}
