/* Checks of blobs that are not what an export wrote: cut, changed, foreign, unreadable. */
#define TN_GROUP "import"
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "engine/blob.h"
#include "engine/guarded.h"

/* Refuses a blob, or says what came instead. What a damaged blob may give: MALFORMED, RECOMPILE. */
static bool is_refusal(tn_status status) {
  return status == TN_MALFORMED || status == TN_RECOMPILE;
}

/* --- cuts */

TN_CHECK(import_cut_at_powers, IMPORT, 5, TEST_NEEDS_IMPORT,
         "a blob cut at 0, 1, every power of two and one byte before its end is refused with "
         "MALFORMED, and nothing is read behind the cut") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  blob_expect_cut_refused(t, &whole, 0, true);
  for (uint64_t size = 1; size < whole.size; size *= 2) {
    blob_expect_cut_refused(t, &whole, size, true);
    blob_expect_cut_refused(t, &whole, size, false);
  }
  blob_expect_cut_refused(t, &whole, whole.size - 1, false);
  blob_clear(&whole);
}

TN_CHECK(import_cut_at_writes, IMPORT, 5, TEST_NEEDS_IMPORT,
         "a blob cut where one of its writes ended is refused with MALFORMED") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  EXPECT(whole.write_count > 0);
  for (uint64_t i = 0; i < whole.write_count; i++)
    if (whole.ends[i] < whole.size) blob_expect_cut_refused(t, &whole, whole.ends[i], i % 2 == 0);
  blob_clear(&whole);
}

TN_CHECK(import_cut_anywhere, IMPORT, 5, TEST_NEEDS_IMPORT,
         "a blob cut at drawn places is refused with MALFORMED") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  for (int i = 0; i < 64; i++)
    blob_expect_cut_refused(t, &whole, test_random(t) % whole.size, false);
  blob_clear(&whole);
}

/* --- changes */

/* Imports what was changed: it is refused, or the model computes as if nothing had happened. */
static void import_changed(test *t, const void *bytes, uint64_t size, const char *what,
                           uint64_t place) {
  tn_compiled_model *out = test_poison();
  blob_source source = blob_source_make(bytes, size, place % 2 == 0);
  tn_status status = blob_import(t, &source, NULL, &out);
  test_about(t, TNI_CLAUSE(IMPORT, 5)); /* as behind a cut */
  EXPECT(source.outside == 0);
  test_about(t, 0);
  if (status == TN_OK) {
    test_note(t, "%s at byte %llu was not noticed", what, (unsigned long long)place);
    test_adopt_compiled_model(t, out);
    blob_expect_outputs(t, out, "network_f32", t->seed, 1);
    test_destroy_compiled_model(t, out);
    return;
  }
  if (!is_refusal(status))
    test_note(t, "%s at byte %llu: status %d", what, (unsigned long long)place, status);
  /* no memory for what is as short as that: a length in it was believed */
  const uint32_t about = test_about(t, status == TN_OUT_OF_MEMORY ? TNI_CLAUSE(IMPORT, 9) : 0);
  EXPECT(is_refusal(status));
  test_about(t, TNI_CLAUSE(IMPORT, 8));
  EXPECT(out == test_poison());
  test_about(t, about);
  EXPECT_FAILURE(status);
}

static void flip(test *t, blob *whole, uint64_t bit) {
  whole->bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
  import_changed(t, whole->bytes, whole->size, "a flipped bit", bit / 8);
  whole->bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

TN_CHECK(import_flipped_bits, IMPORT, 1, TEST_NEEDS_IMPORT | TEST_SLOW,
         "a blob with one bit flipped, at 200 drawn places, is refused or gives equal outputs") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  for (int i = 0; i < 200; i++)
    flip(t, &whole, test_random(t) % (whole.size * 8));
  blob_clear(&whole);
}

TN_CHECK(import_flipped_head, IMPORT, 1, TEST_NEEDS_IMPORT | TEST_SLOW,
         "a blob with one bit flipped in each of its first 256 and last 64 bytes is refused or "
         "gives equal outputs") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  uint64_t head = whole.size < 256 ? whole.size : 256, tail = whole.size < 64 ? whole.size : 64;
  for (uint64_t i = 0; i < head; i++)
    flip(t, &whole, i * 8 + test_random(t) % 8);
  for (uint64_t i = whole.size - tail; i < whole.size; i++)
    flip(t, &whole, i * 8 + test_random(t) % 8);
  blob_clear(&whole);
}

TN_CHECK(import_zeroed_block, IMPORT, 1, TEST_NEEDS_IMPORT,
         "a blob with a block of 512 zeros, as a disk loses them, is refused or gives equal "
         "outputs") {
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  for (uint64_t at = 0; at < whole.size; at += 512) {
    unsigned char kept[512];
    uint64_t size = whole.size - at < sizeof kept ? whole.size - at : sizeof kept;
    memcpy(kept, whole.bytes + at, (size_t)size);
    memset(whole.bytes + at, 0, (size_t)size);
    import_changed(t, whole.bytes, whole.size, "a zeroed block", at);
    memcpy(whole.bytes + at, kept, (size_t)size);
  }
  blob_clear(&whole);
}

TN_CHECK(import_appended, IMPORT, 1, TEST_NEEDS_IMPORT,
         "a blob with bytes appended is refused or gives equal outputs") {
  static const uint64_t more[] = {1, 7, 64, 4096};
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    unsigned char *longer = test_alloc(t, (size_t)(whole.size + more[i] + 64));
    longer += (64 - (uintptr_t)longer % 64) % 64;
    memcpy(longer, whole.bytes, (size_t)whole.size);
    memset(longer + whole.size, 0xee, (size_t)more[i]);
    import_changed(t, longer, whole.size + more[i], "bytes appended", i);
  }
  blob_clear(&whole);
}

/* --- lengths */

static uint64_t address_space(void) {
  unsigned long long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%llu", &pages) != 1) pages = 0;
  if (file) fclose(file);
  return pages * 4096;
}

/* Lets the process grow by `more` bytes from here on. Returns false when that cannot be had. */
static bool limit_growth(uint64_t more, struct rlimit *before) {
  uint64_t now = address_space();
  if (now == 0 || getrlimit(RLIMIT_AS, before) != 0) return false;
  struct rlimit limit = {.rlim_cur = now + more, .rlim_max = before->rlim_max};
  return limit.rlim_cur < before->rlim_max && setrlimit(RLIMIT_AS, &limit) == 0;
}

static void forge(test *t, blob *whole, uint64_t place, uint64_t width, uint64_t number) {
  uint64_t kept = 0;
  memcpy(&kept, whole->bytes + place, (size_t)width);
  if (memcmp(&kept, &number, (size_t)width) == 0) return; /* nothing would be forged */
  memcpy(whole->bytes + place, &number, (size_t)width);
  import_changed(t, whole->bytes, whole->size, "a forged length", place);
  memcpy(whole->bytes + place, &kept, (size_t)width);
}

TN_CHECK(import_forged_lengths, IMPORT, 9, TEST_NEEDS_IMPORT | TEST_SLOW,
         "large numbers in place of any word of the first 512 bytes give MALFORMED or RECOMPILE, "
         "not memory for them: the process may grow by 512 MiB in all") {
  static const uint64_t numbers[] = {UINT64_MAX, INT64_MAX, UINT64_C(0x10000000100),
                                     UINT64_C(0x7fffffff7fffffff)};
  blob whole;
  struct rlimit before;
  if (!blob_make(t, "network_f32", &whole)) return;
  if (!limit_growth(UINT64_C(512) << 20, &before)) {
    blob_clear(&whole);
    NOT_APPLICABLE("the address space of the process cannot be limited here");
  }
  for (uint64_t at = 0; at + 8 <= whole.size && at < 512; at += 4)
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
      forge(t, &whole, at, at % 8 ? 4 : 8, numbers[i]);
  setrlimit(RLIMIT_AS, &before);
  blob_clear(&whole);
}

/* --- what is no blob */

static void refuse_foreign(test *t, const void *bytes, uint64_t size) {
  const tn_import_api *api = blob_import_api(t);
  tn_compiled_model *out = test_poison();
  blob_source source = blob_source_make(bytes, size, true);
  NEED(api);
  EXPECT_STATUS(blob_import(t, &source, NULL, &out), TN_MALFORMED);
  EXPECT(out == test_poison());
  uint64_t head = size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE;
  EXPECT_STATUS(api->check(t->plugin, t->device, bytes, head, NULL, &t->error), TN_MALFORMED);
}

TN_CHECK(import_random_bytes, IMPORT, 1, TEST_NEEDS_IMPORT,
         "random bytes of several lengths are refused with MALFORMED by import and check") {
  static const uint64_t sizes[] = {1, 8, 64, 4096, 20000};
  uint64_t *bytes = test_alloc(t, 20000 + 64);
  bytes += (64 - (uintptr_t)bytes % 64) / 8 % 8;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (size_t k = 0; k < 2500; k++)
      bytes[k] = test_random(t);
    refuse_foreign(t, bytes, sizes[i]);
  }
}

TN_CHECK(import_other_formats, IMPORT, 1, TEST_NEEDS_IMPORT,
         "zeros, text, a library's head and an ONNX model's beginning are refused with MALFORMED") {
  static const char *const heads[] = {"", "{\"tenon\": 1}\n", "\177ELF\2\1\1",
                                      "\010\013\022\004tnsr"};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    char *bytes = test_alloc(t, 8192 + 64);
    bytes += (64 - (uintptr_t)bytes % 64) % 64;
    memcpy(bytes, heads[i], strlen(heads[i]));
    refuse_foreign(t, bytes, 8192);
  }
}

/* --- check */

/* Judges a head that ends where nothing can be read. */
static tn_status check_head(test *t, const void *bytes, uint64_t size) {
  const tn_import_api *api = blob_import_api(t);
  guarded head;
  if (!api || !guarded_create(&head, bytes, (size_t)size)) return TN_INTERNAL;
  tn_status status = api->check(t->plugin, t->device, head.data, size, NULL, &t->error);
  guarded_destroy(&head);
  return status;
}

static uint64_t head_size(const blob *whole) {
  return whole->size < TN_IMPORT_HEAD_SIZE ? whole->size : TN_IMPORT_HEAD_SIZE;
}

TN_CHECK(import_check_accepts, IMPORT, 3, TEST_NEEDS_IMPORT,
         "check accepts by its first 4096 bytes each blob that imports") {
  static const char *const models[] = {"carrier", "network_f32", "no_nodes", "constant_output"};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    blob whole = {0};
    tn_model *model = test_model(t, models[i]);
    tn_compiled_model *compiled = NULL;
    if (!model || tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, NULL) != TN_OK)
      continue; /* other cases say so */
    test_adopt_compiled_model(t, compiled);
    EXPECT_OK(blob_export(t, compiled, &whole));
    if (whole.size) {
      EXPECT_STATUS(check_head(t, whole.bytes, head_size(&whole)), TN_OK);
      blob_import_whole(t, &whole, false);
    }
    blob_clear(&whole);
  }
}

TN_CHECK(
    import_check_short_head, IMPORT, 3, TEST_NEEDS_IMPORT,
    "check refuses an empty head with MALFORMED, and judges short ones without reading further") {
  static const uint64_t sizes[] = {1, 4, 16, 63, 64, 512};
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  EXPECT_STATUS(check_head(t, whole.bytes, 0), TN_MALFORMED);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    if (sizes[i] >= whole.size) continue;
    tn_status status = check_head(t, whole.bytes, sizes[i]);
    EXPECT(status == TN_OK || is_refusal(status));
    memset(&t->error, 0, sizeof t->error);
  }
  blob_clear(&whole);
}

TN_CHECK(
    import_check_agrees, IMPORT, 3, TEST_NEEDS_IMPORT | TEST_SLOW,
    "a blob that check refuses for a bit flipped in its head is refused by import as well, and "
    "some such bit is noticed by check") {
  blob whole;
  int noticed = 0;
  if (!blob_make(t, "network_f32", &whole)) return;
  for (int i = 0; i < 128; i++) {
    uint64_t bit = test_random(t) % (head_size(&whole) < 256 ? head_size(&whole) * 8 : 2048);
    whole.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    tn_status judged = check_head(t, whole.bytes, head_size(&whole));
    EXPECT(judged == TN_OK || is_refusal(judged));
    memset(&t->error, 0, sizeof t->error);
    tn_compiled_model *out = test_poison();
    blob_source source = blob_source_make(whole.bytes, whole.size, false);
    tn_status status = blob_import(t, &source, NULL, &out);
    if (judged != TN_OK) EXPECT(status != TN_OK);
    if (status == TN_OK) tn_compiled_model_destroy(out);
    memset(&t->error, 0, sizeof t->error);
    noticed += judged != TN_OK;
    whole.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
  }
  EXPECT(noticed > 0);
  blob_clear(&whole);
}

/* --- a source that fails */

static void fail_read(test *t, const blob *whole, uint64_t read, tn_status status) {
  tn_compiled_model *out = test_poison();
  blob_source source = blob_source_make(whole->bytes, whole->size, false);
  source.fail_at = read;
  source.fail_status = status;
  tn_status came = blob_import(t, &source, NULL, &out);
  EXPECT(t->error.vendor_code == BLOB_VENDOR_CODE);
  EXPECT(strstr(t->error.message, BLOB_MESSAGE) != NULL);
  EXPECT_STATUS(came, status);
  EXPECT(out == test_poison());
  EXPECT(source.reads == read);
  if (came == TN_OK) tn_compiled_model_destroy(out);
}

TN_CHECK(import_failed_read, IMPORT, 7, TEST_NEEDS_IMPORT,
         "a read that fails ends import with its status and vendor code, whichever read it is; "
         "nothing is read behind it and no model made") {
  enum { MOST = 64 };
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  tn_compiled_model *model = NULL;
  blob_source source = blob_source_make(whole.bytes, whole.size, false);
  EXPECT_OK(blob_import(t, &source, NULL, &model));
  if (model) test_adopt_compiled_model(t, model);
  EXPECT(source.reads > 0);
  for (uint64_t i = 1; i <= source.reads; i += source.reads > MOST ? source.reads / MOST : 1)
    fail_read(t, &whole, i, TN_IO);
  fail_read(t, &whole, 1, 477); /* which nobody knows */
  blob_clear(&whole);
}

TN_CHECK(import_failed_leaves_out, IMPORT, 8, TEST_NEEDS_IMPORT,
         "a failed import leaves *out untouched and the engine able to import the sound blob") {
  static const char nothing[64] = "nothing";
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  for (int i = 0; i < 3; i++) {
    tn_compiled_model *out = test_poison();
    blob_source source = blob_source_make(nothing, sizeof nothing, true);
    EXPECT_STATUS(blob_import(t, &source, NULL, &out), TN_MALFORMED);
    EXPECT(out == test_poison());
  }
  tn_compiled_model *model = blob_import_whole(t, &whole, true);
  if (model) blob_expect_outputs(t, model, "network_f32", t->seed, 1);
  blob_clear(&whole);
}

/* Fails the n-th allocation of the host during import, for each n. */
TN_CHECK(import_failed_allocation, ERROR, 10, TEST_NEEDS_IMPORT,
         "an allocation of the host that fails during import ends it with OUT_OF_MEMORY and no "
         "model, or has no effect") {
  enum { MOST = 200 };
  blob whole;
  if (!blob_make(t, "network_f32", &whole)) return;
  atomic_long *calls = &t->host->calls[SUITE_FAULT_ALLOCATE];
  long failed = 0;
  for (long n = 1; n <= MOST; n++) {
    tn_compiled_model *out = test_poison();
    blob_source source = blob_source_make(whole.bytes, whole.size, true);
    const long at = atomic_load(calls) + n;
    atomic_store(&t->host->fail_at[SUITE_FAULT_ALLOCATE], at);
    tn_status status = blob_import(t, &source, NULL, &out);
    atomic_store(&t->host->fail_at[SUITE_FAULT_ALLOCATE], 0);
    EXPECT_OK_OR(status, TN_OUT_OF_MEMORY);
    if (status == TN_OK) tn_compiled_model_destroy(out);
    if (status != TN_OK) EXPECT(out == test_poison());
    if (atomic_load(calls) < at) break; /* import makes fewer calls */
    failed++;
  }
  blob_clear(&whole);
  if (failed == 0) NOT_APPLICABLE("import takes no memory from the host");
}
