#include "kit/container.h"

#include "base/fault_allocator.h"

#include <criterion/criterion.h>
#include <string.h>

static const tni_kit_identity mine = {TN_STRING_INIT("MINE"), TN_STRING_INIT("1.2.3"),
                                      TN_STRING_INIT("a-1")};

struct blob {
  unsigned char *bytes;
  size_t size;
  size_t fail_after; /* writing fails once that many bytes have come */
};

static unsigned char room[1 << 16];

static tn_status write_bytes(const tn_target *target, const void *data, uint64_t count,
                             tn_error *error) {
  struct blob *blob = target->user;
  if (blob->size + count > blob->fail_after) return tni_fail(error, TN_IO, "the disk is full");
  memcpy(blob->bytes + blob->size, data, (size_t)count);
  blob->size += (size_t)count;
  return TN_OK;
}

static tn_status write_blob(const tni_kit_identity *identity, const tni_allocator *allocator,
                            struct blob *blob, tn_error *error) {
  tn_target target = tn_target_init();
  target.write = write_bytes;
  target.user = blob;
  tn_kit_container_writer writer;
  unsigned char numbers[300];
  for (size_t i = 0; i < sizeof numbers; i++)
    numbers[i] = (unsigned char)(i * 7);
  tni_kit_writer_init(&writer, allocator);
  tni_text_append_chars(&writer.settings, "COLOUR=red\n");
  tn_status status = tn_kit_container_add(&writer, "numbers", numbers, sizeof numbers, error);
  if (status == TN_OK) status = tn_kit_container_add(&writer, "empty", NULL, 0, error);
  if (status == TN_OK) status = tn_kit_container_add(&writer, "text", "hello", 5, error);
  if (status == TN_OK) status = tni_kit_writer_finish(&writer, identity, &target, error);
  tni_kit_writer_destroy(&writer);
  return status;
}

static struct blob make_blob(const tni_kit_identity *identity) {
  struct blob blob = {room, 0, sizeof room};
  cr_assert_eq(write_blob(identity, tni_allocator_system(), &blob, NULL), TN_OK);
  return blob;
}

static tn_status read_bytes(const tn_source *source, uint64_t offset, void *buffer, uint64_t count,
                            tn_error *error) {
  (void)error;
  cr_assert_leq(offset + count, source->byte_count);
  memcpy(buffer, (const unsigned char *)source->user + offset, (size_t)count);
  return TN_OK;
}

static tn_status try_open(const unsigned char *bytes, size_t size, int mapped, int *equal,
                          tn_error *error) {
  static _Alignas(64) unsigned char aligned[1 << 16];
  memcpy(aligned, bytes, size);
  tn_source source = tn_source_init();
  source.byte_count = size;
  source.data = mapped ? aligned : NULL;
  source.read_at = read_bytes;
  source.user = aligned;
  tn_kit_container container;
  tn_status status =
      tni_kit_container_open(&container, &mine, &source, tni_allocator_system(), error);
  tn_bytes text = {NULL, 0}, numbers = {NULL, 0}, empty = {NULL, 1};
  if (status == TN_OK) status = tn_kit_container_find(&container, "text", &text, error);
  if (status == TN_OK) status = tn_kit_container_find(&container, "numbers", &numbers, error);
  if (status == TN_OK) status = tn_kit_container_find(&container, "empty", &empty, error);
  *equal = status == TN_OK && text.size == 5 && memcmp(text.data, "hello", 5) == 0 &&
           numbers.size == 300 && empty.size == 0 &&
           tn_string_equal(container.head.settings, TN_STRING("COLOUR=red\n"));
  tni_kit_container_close(&container);
  return status;
}

Test(kit_container, gives_back_what_was_written) {
  const struct blob blob = make_blob(&mine);
  int equal;
  cr_assert_eq(try_open(blob.bytes, blob.size, 1, &equal, NULL), TN_OK);
  cr_assert(equal);
  cr_assert_eq(try_open(blob.bytes, blob.size, 0, &equal, NULL), TN_OK);
  cr_assert(equal);
  tni_kit_head head;
  cr_assert_eq(
      tni_kit_head_read(&mine, blob.bytes, 4096 < blob.size ? 4096 : blob.size, &head, NULL),
      TN_OK);
}

Test(kit_container, the_same_sections_give_the_same_bytes) {
  static unsigned char first[1 << 16];
  const struct blob one = make_blob(&mine);
  memcpy(first, one.bytes, one.size);
  memset(room, 0xAA, sizeof room);
  const struct blob two = make_blob(&mine);
  cr_assert_eq(one.size, two.size);
  cr_assert_eq(memcmp(first, two.bytes, one.size), 0);
}

Test(kit_container, every_cut_is_malformed) {
  const struct blob blob = make_blob(&mine);
  for (size_t size = 0; size < blob.size; size++) {
    int equal;
    for (int mapped = 0; mapped < 2; mapped++)
      cr_assert_eq(try_open(blob.bytes, size, mapped, &equal, NULL), TN_MALFORMED, "size %zu",
                   size);
  }
}

Test(kit_container, every_flipped_bit_is_noticed_or_harmless) {
  const struct blob blob = make_blob(&mine);
  for (size_t bit = 0; bit < blob.size * 8; bit++) {
    int equal;
    blob.bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
    const tn_status status = try_open(blob.bytes, blob.size, 1, &equal, NULL);
    cr_assert(status == TN_MALFORMED || status == TN_RECOMPILE || (status == TN_OK && equal),
              "bit %zu: status %d", bit, status);
    blob.bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
  }
}

Test(kit_container, says_what_does_not_fit) {
  tni_kit_identity other = mine;
  tn_error error;
  int equal;
  other.version = TN_STRING("1.3.0");
  struct blob blob = make_blob(&other);
  cr_assert_eq(try_open(blob.bytes, blob.size, 1, &equal, &error), TN_RECOMPILE);
  cr_assert(strstr(error.message, "1.3.0") && strstr(error.message, "1.2.3"));
  other = mine;
  other.architecture = TN_STRING("b-2");
  blob = make_blob(&other);
  cr_assert_eq(try_open(blob.bytes, blob.size, 1, &equal, &error), TN_RECOMPILE);
  cr_assert(strstr(error.message, "b-2") && strstr(error.message, "a-1"));
  other = mine;
  other.plugin = TN_STRING("OTHER");
  blob = make_blob(&other);
  cr_assert_eq(try_open(blob.bytes, blob.size, 1, &equal, &error), TN_MALFORMED);
  cr_assert(strstr(error.message, "OTHER"));
  other.plugin =
      TN_STRING("A name that is much longer than any plugin's name may be, at all times");
  struct blob none = {room, 0, sizeof room};
  cr_assert_eq(write_blob(&other, tni_allocator_system(), &none, &error), TN_OUT_OF_RANGE);
}

Test(kit_container, a_full_disk_ends_the_writing) {
  const struct blob whole = make_blob(&mine);
  for (size_t limit = 0; limit < whole.size; limit += 64) {
    struct blob blob = {room, 0, limit};
    tn_error error;
    cr_assert_eq(write_blob(&mine, tni_allocator_system(), &blob, &error), TN_IO);
    cr_assert_str_eq(error.message, "the disk is full");
  }
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  (void)user;
  struct blob blob = {room, 0, sizeof room};
  return write_blob(&mine, allocator, &blob, NULL);
}

Test(kit_container, writing_survives_each_failed_allocation) {
  cr_assert_gt(tni_fault_sweep(attempt, NULL), 3);
}
