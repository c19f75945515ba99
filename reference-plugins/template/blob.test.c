#include "base/crc32.h"
#include "tenon/kit/error.h"
#include "test_engine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const float numbers[8] = {-4, -3, -2, -1, 0, 1, 2, 3};
static const tn_value none = {TN_VALUE_NONE, 0, {0}};

struct blob {
  unsigned char *bytes;
  size_t size;
};

static tn_status write_bytes(const tn_target *target, const void *data, uint64_t count,
                             tn_error *error) {
  struct blob *blob = target->user;
  (void)error;
  unsigned char *grown = realloc(blob->bytes, blob->size + (size_t)count);
  if (!grown) return TN_OUT_OF_MEMORY;
  memcpy(grown + blob->size, data, (size_t)count);
  blob->bytes = grown;
  blob->size += (size_t)count;
  return TN_OK;
}

static struct blob export_blob(tn_compiled_model *compiled) {
  struct blob blob = {NULL, 0};
  const tn_export_api *api =
      tn_compiled_model_get_extension(compiled, TN_STRING(TN_EXTENSION_EXPORT));
  tn_target target = tn_target_init();
  target.write = write_bytes;
  target.user = &blob;
  tn_error error;
  memset(&error, 0, sizeof error);
  cr_assert_eq(api->export_model(compiled, NULL, &target, &error), TN_OK, "%s", error.message);
  return blob;
}

static tn_status read_bytes(const tn_source *source, uint64_t offset, void *buffer, uint64_t count,
                            tn_error *error) {
  const struct blob *blob = source->user;
  if (offset + count > blob->size) return tn_kit_fail(error, TN_IO, "beyond the end");
  memcpy(buffer, blob->bytes + offset, (size_t)count);
  return TN_OK;
}

static tn_status import_blob(const test_engine *engine, struct blob *blob,
                             const tn_import_options *options, tn_compiled_model **out,
                             tn_error *error) {
  const tn_import_api *api =
      tn_plugin_get_extension(engine->plugin, TN_STRING(TN_EXTENSION_IMPORT));
  tn_source source = tn_source_init();
  source.byte_count = blob->size;
  source.read_at = read_bytes;
  source.user = blob;
  const uint64_t head = blob->size < TN_IMPORT_HEAD_SIZE ? blob->size : TN_IMPORT_HEAD_SIZE;
  const tn_status checked =
      api->check(engine->plugin, TN_STRING("1"), blob->bytes, head, options, NULL);
  const tn_status status =
      api->import_model(engine->plugin, TN_STRING("1"), &source, options, out, error);
  cr_assert(checked == TN_OK || checked == status);
  return status;
}

static void expect_equal_ports(tn_compiled_model *a, tn_compiled_model *b) {
  const tn_port_list *one = tn_compiled_model_ports(a), *two = tn_compiled_model_ports(b);
  cr_assert_eq(one->input_count, two->input_count);
  cr_assert_eq(one->output_count, two->output_count);
  for (uint32_t i = 0; i < one->input_count + one->output_count; i++) {
    const tn_value_info *x =
        i < one->input_count ? one->inputs[i] : one->outputs[i - one->input_count];
    const tn_value_info *y =
        i < two->input_count ? two->inputs[i] : two->outputs[i - two->input_count];
    cr_assert(tn_string_equal(x->name, y->name));
    cr_assert_eq(x->type, y->type);
    cr_assert_eq(x->rank, y->rank);
    for (uint32_t d = 0; d < x->rank; d++) {
      cr_assert_eq(x->dimensions[d].min, y->dimensions[d].min);
      cr_assert_eq(x->dimensions[d].max, y->dimensions[d].max);
      cr_assert_eq(x->dimensions[d].symbol == NULL, y->dimensions[d].symbol == NULL);
      if (x->dimensions[d].symbol)
        cr_assert(tn_string_equal(x->dimensions[d].symbol->name, y->dimensions[d].symbol->name));
    }
  }
}

static void infer_compiled(tn_compiled_model *compiled, float *out) {
  tn_infer_request *request;
  cr_assert_eq(tn_compiled_model_create_request(compiled, NULL, &request, NULL), TN_OK);
  test_infer(request, numbers, out);
  tn_infer_request_destroy(request);
}

static void round_trip(tn_model *model) {
  test_engine engine, fresh;
  tn_compiled_model *compiled, *imported = NULL;
  float before[8], after[8];
  tn_error error;
  memset(&error, 0, sizeof error);
  test_engine_must_open(&engine);
  test_engine_must_open(&fresh);
  cr_assert_eq(test_compile(&engine, model, NULL, none, &compiled, NULL), TN_OK);
  struct blob blob = export_blob(compiled), again = export_blob(compiled);
  cr_assert_eq(blob.size, again.size);
  cr_assert_eq(memcmp(blob.bytes, again.bytes, blob.size), 0);
  cr_assert_eq(import_blob(&fresh, &blob, NULL, &imported, &error), TN_OK, "%s", error.message);
  expect_equal_ports(compiled, imported);
  infer_compiled(compiled, before);
  infer_compiled(imported, after);
  cr_assert_eq(memcmp(before, after, sizeof before), 0);
  struct blob third = export_blob(imported);
  cr_assert_eq(third.size, blob.size);
  cr_assert_eq(memcmp(third.bytes, blob.bytes, blob.size), 0);
  free(blob.bytes);
  free(again.bytes);
  free(third.bytes);
  tn_compiled_model_destroy(compiled);
  tn_compiled_model_destroy(imported);
  test_engine_close(&engine);
  test_engine_close(&fresh);
  tn_model_release(model);
}

Test(template_blob, imported_models_are_as_the_exported_ones) {
  round_trip(test_model_product_and_sum(NULL));
  round_trip(test_model_with_variable(NULL));
  round_trip(test_model_chain(NULL, "Relu", 14, 3, 1, 64));
}

Test(template_blob, properties_that_do_not_fit_ask_for_a_compile) {
  test_engine engine;
  tn_compiled_model *compiled, *imported = NULL;
  tn_error error;
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);
  cr_assert_eq(
      test_compile(&engine, model, "DISABLE_TRANSFORMATIONS", tn_value_of_bool(1), &compiled, NULL),
      TN_OK);
  tn_model_release(model);
  struct blob blob = export_blob(compiled);
  const tn_map_entry entry = {TN_STRING_INIT("DISABLE_TRANSFORMATIONS"), tn_value_of_bool(0)};
  tn_import_options options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  cr_assert_eq(import_blob(&engine, &blob, &options, &imported, &error), TN_RECOMPILE);
  cr_assert(strstr(error.message, "DISABLE_TRANSFORMATIONS"));
  cr_assert_null(imported);
  free(blob.bytes);
  tn_compiled_model_destroy(compiled);
  test_engine_close(&engine);
}

/* Writes another text of the same length into the blob's head, under a right checksum. */
static void forge(struct blob *blob, const char *text, const char *other) {
  enum { AT_SIZE = 12, AT_CHECKSUM = 292 };
  const size_t length = strlen(text);
  uint32_t size, checksum = 0;
  size_t at = 0;
  memcpy(&size, blob->bytes + AT_SIZE, sizeof size);
  while (at + length <= size && memcmp(blob->bytes + at, text, length) != 0)
    at++;
  cr_assert_leq(at + length, size, "the head does not hold %s", text);
  memcpy(blob->bytes + at, other, length);
  memcpy(blob->bytes + AT_CHECKSUM, &checksum, sizeof checksum);
  checksum = tni_crc32(0, blob->bytes, size);
  memcpy(blob->bytes + AT_CHECKSUM, &checksum, sizeof checksum);
}

Test(template_blob, values_that_a_property_cannot_have_are_refused) {
  static const char *const forged[][2] = {
      {"EXECUTION_MODE_HINT=PERFORMANCE", "EXECUTION_MODE_HINT=PERFORMANCE"}, /* it may have this */
      {"EXECUTION_MODE_HINT=PERFORMANCE", "EXECUTION_MODE_HINT=WHATEVER_IT"},
      {"DISABLE_TRANSFORMATIONS=0", "DISABLE_TRANSFORMATIONS=7"},
      {"DISABLE_TRANSFORMATIONS=0", "DISABLE_TRANSFORMATIONS= "}};
  test_engine engine;
  tn_compiled_model *compiled, *imported = NULL;
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);
  cr_assert_eq(test_compile(&engine, model, NULL, none, &compiled, NULL), TN_OK);
  tn_model_release(model);
  for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
    struct blob blob = export_blob(compiled);
    tn_error error = {0};
    forge(&blob, forged[i][0], forged[i][1]);
    const tn_status status = import_blob(&engine, &blob, NULL, &imported, &error);
    cr_assert_eq(status, i == 0 ? TN_OK : TN_MALFORMED, "%s: status %d: %s", forged[i][1], status,
                 error.message);
    free(blob.bytes);
  }
  tn_compiled_model_destroy(imported);
  tn_compiled_model_destroy(compiled);
  test_engine_close(&engine);
}

Test(template_blob, damage_is_never_a_wrong_model) {
  test_engine engine;
  tn_compiled_model *compiled, *imported = NULL;
  test_engine_must_open(&engine);
  tn_model *model = test_model_product_and_sum(NULL);
  cr_assert_eq(test_compile(&engine, model, NULL, none, &compiled, NULL), TN_OK);
  tn_model_release(model);
  struct blob blob = export_blob(compiled);
  for (size_t size = 0; size < blob.size; size = size ? 2 * size : 1) {
    struct blob cut = {blob.bytes, size};
    cr_assert_eq(import_blob(&engine, &cut, NULL, &imported, NULL), TN_MALFORMED);
  }
  for (size_t at = 0; at < blob.size; at += 5) {
    blob.bytes[at] ^= 0x10;
    const tn_status status = import_blob(&engine, &blob, NULL, &imported, NULL);
    cr_assert(status == TN_MALFORMED || status == TN_RECOMPILE, "byte %zu: status %d", at, status);
    blob.bytes[at] ^= 0x10;
  }
  cr_assert_null(imported);
  free(blob.bytes);
  tn_compiled_model_destroy(compiled);
  test_engine_close(&engine);
}
