/* Checks of the carrier's blob: cut at each place that matters, changed in each part, read and
 * written with failures one by one. */
#define TN_GROUP "import"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/blob.h"

enum { MOST = 64, PARTS = 32, FLIPS = 8 };

static void add(test_parameters *found, const char *format, unsigned long long number) {
  char name[TEST_PARAMETER_SIZE];
  snprintf(name, sizeof name, format, number);
  test_add_parameter(found, tn_string_from(name));
}

/* 0, 1, powers of two, ends of writes, one byte before the end; each place once. */
static void places(test *t, test_parameters *found) {
  blob whole = {0};
  tn_compiled_model *model = test_compile(t, "carrier");
  if (!model || blob_export(t, model, &whole) != TN_OK || whole.size == 0) return;
  add(found, "%llu", 0);
  for (uint64_t size = 1; size < whole.size; size *= 2)
    add(found, "%llu", size);
  for (uint64_t i = 0; i < whole.write_count && i < MOST; i++)
    if (whole.ends[i] < whole.size) add(found, "end_of_write_%llu", i + 1);
  add(found, "last_byte", 0);
  blob_clear(&whole);
}

/* Where t->parameter says; the whole size when the blob has no such place any more. */
static uint64_t place_of(test *t, const blob *whole) {
  static const char write[] = "end_of_write_";
  if (strcmp(t->parameter, "last_byte") == 0) return whole->size - 1;
  if (strncmp(t->parameter, write, sizeof write - 1) != 0) return strtoull(t->parameter, NULL, 10);
  uint64_t number = strtoull(t->parameter + sizeof write - 1, NULL, 10);
  return number && number <= whole->write_count ? whole->ends[number - 1] : whole->size;
}

TN_CHECK_WITH(
    import_cut_at, IMPORT, 5, TEST_NEEDS_IMPORT,
    "the carrier's blob, cut there, is refused with MALFORMED, and nothing is read behind "
    "the cut",
    .found = places) {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  const uint64_t size = place_of(t, &whole);
  if (size < whole.size) {
    blob_expect_cut_refused(t, &whole, size, true);
    blob_expect_cut_refused(t, &whole, size, false);
  } else {
    test_record_not_applicable(t, "the blob has no such place");
  }
  blob_clear(&whole);
}

/* --- changes */

static const char *part_name(uint32_t index) {
  static char names[PARTS][16];
  if (index >= PARTS) return NULL;
  snprintf(names[index], sizeof names[index], "%u_of_%d", index + 1, PARTS);
  return names[index];
}

/* A changed blob is refused, or the model computes as if nothing had happened. */
static void import_flipped(test *t, blob *whole, uint64_t bit) {
  tn_compiled_model *out = test_poison();
  whole->bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
  blob_source source = blob_source_make(whole->bytes, whole->size, bit % 2 == 0);
  tn_status status = blob_import(t, &source, NULL, &out);
  whole->bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
  EXPECT(source.outside == 0);
  if (status == TN_OK) {
    test_adopt_compiled_model(t, out);
    blob_expect_outputs(t, out, "carrier", t->seed, 4);
    test_destroy_compiled_model(t, out);
    return;
  }
  EXPECT_THAT(status == TN_MALFORMED || status == TN_RECOMPILE,
              "bit %llu flipped gives MALFORMED, RECOMPILE or equal outputs; it gave %s",
              (unsigned long long)bit, tni_status_name(status));
  EXPECT_FAILURE(status);
  EXPECT(out == test_poison());
}

TN_CHECK_WITH(import_flipped_in_part, IMPORT, 1, TEST_NEEDS_IMPORT,
              "the carrier's blob with one of eight drawn bits of that part flipped is refused or "
              "gives equal outputs",
              .name_at = part_name) {
  blob whole;
  if (!blob_make(t, "carrier", &whole)) return;
  const uint64_t bits = whole.size * 8, begin = bits * t->parameter_index / PARTS,
                 end = bits * (t->parameter_index + 1) / PARTS;
  const uint64_t seed = t->seed;
  for (int i = 0; i < FLIPS && end > begin; i++) {
    uint64_t bit = begin + test_random(t) % (end - begin), drawn = t->seed;
    t->seed = seed; /* of the inputs */
    import_flipped(t, &whole, bit);
    t->seed = drawn;
  }
  blob_clear(&whole);
}

/* --- reads that fail */

static void reads(test *t, test_parameters *found) {
  blob whole = {0};
  tn_compiled_model *model = test_compile(t, "carrier"), *imported = NULL;
  if (!model || blob_export(t, model, &whole) != TN_OK) return;
  blob_source source = blob_source_make(whole.bytes, whole.size, false);
  if (blob_import(t, &source, NULL, &imported) == TN_OK) {
    for (uint64_t i = 1; i <= source.reads && i <= MOST; i++)
      add(found, "%llu", i);
    tn_compiled_model_destroy(imported);
  }
  blob_clear(&whole);
}

TN_CHECK_WITH(
    import_read_fails, IMPORT, 7, TEST_NEEDS_IMPORT,
    "when that read fails import fails with its status, clause and message, reads no more "
    "and makes no model",
    .found = reads) {
  blob whole;
  tn_compiled_model *out = test_poison();
  if (!blob_make(t, "carrier", &whole)) return;
  blob_source source = blob_source_make(whole.bytes, whole.size, false);
  source.fail_at = strtoull(t->parameter, NULL, 10);
  source.fail_status = TN_IO;
  tn_status status = blob_import(t, &source, NULL, &out);
  EXPECT(t->error.vendor_code == BLOB_VENDOR_CODE);
  EXPECT(strstr(t->error.message, BLOB_MESSAGE) != NULL);
  EXPECT_STATUS(status, TN_IO);
  EXPECT(out == test_poison() && source.reads == source.fail_at);
  if (status == TN_OK) tn_compiled_model_destroy(out);
  blob_clear(&whole);
}

static const char *const longer[] = {"1", "64", "4096", "1048576", NULL};

TN_CHECK_WITH(import_shorter_than_stated, IMPORT, 7, TEST_NEEDS_IMPORT,
              "a source that states so many bytes more than it has is refused with what its reads "
              "say, or with MALFORMED or RECOMPILE",
              .names = longer) {
  blob whole;
  tn_compiled_model *out = test_poison();
  if (!blob_make(t, "carrier", &whole)) return;
  blob_source source = blob_source_make(whole.bytes, whole.size, false);
  source.base.byte_count += strtoull(t->parameter, NULL, 10);
  tn_status status = blob_import(t, &source, NULL, &out);
  if (status == TN_OK) { /* it read no more than it needed */
    test_adopt_compiled_model(t, out);
    EXPECT(source.outside == 0);
    blob_expect_outputs(t, out, "carrier", t->seed, 4);
  } else {
    EXPECT(out == test_poison());
    EXPECT_FAILURE(status);
  }
  blob_clear(&whole);
}
