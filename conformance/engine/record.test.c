#include "engine/record.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graph/tensor.h"

static record_log *open_log(uint64_t capacity) {
  record_log *log = NULL;
  int file = record_log_create(capacity, &log);
  cr_assert(ge(int, file, 0));
  close(file); /* the mapping stays */
  return log;
}

Test(record, are_read_as_they_were_written) {
  record_log *log = open_log(4096);
  record_append(log, &(record){.kind = RECORD_TRUTH, .observed = 1, .line = 7}, "holds", "a.c",
                NULL);
  record_append(log, &(record){.kind = RECORD_FACT, .data_length = 5}, NULL, NULL, "facts");
  uint64_t offset = 0;
  record_view view;
  cr_assert(record_next(log, &offset, &view));
  cr_assert(eq(u32, view.head->kind, RECORD_TRUTH));
  cr_assert(eq(u32, view.head->text_length, 5));
  cr_assert_arr_eq(view.text, "holds", 5);
  cr_assert_arr_eq(view.file, "a.c", 3);
  cr_assert(record_next(log, &offset, &view));
  cr_assert_arr_eq(view.data, "facts", 5);
  cr_assert(eq(u64, (uint64_t)(uintptr_t)view.data % 8, 0));
  cr_assert(not(record_next(log, &offset, &view)));
  record_log_clear(log, 0);
  offset = 0;
  cr_assert(not(record_next(log, &offset, &view)));
  record_log_close(log);
}

Test(record, that_does_not_fit_is_told_and_leaves_the_others) {
  record_log *log = open_log(256);
  record_append(log, &(record){.kind = RECORD_NOTE}, "fits", NULL, NULL);
  char data[512] = {0};
  record_append(log, &(record){.kind = RECORD_FACT, .data_length = sizeof data}, NULL, NULL, data);
  cr_assert(eq(u32, log->overflowed, 1));
  record_append(log, &(record){.kind = RECORD_FACT, .data_length = UINT64_MAX - 8}, NULL, NULL,
                data);
  uint64_t offset = 0;
  record_view view;
  cr_assert(record_next(log, &offset, &view));
  cr_assert(not(record_next(log, &offset, &view)));
  record_log_clear(log, 0);
  cr_assert(eq(u32, log->overflowed, 0));
  record_log_close(log);
}

Test(record, that_was_reserved_counts_after_commit) {
  record_log *log = open_log(256);
  uint64_t offset = 0;
  record_view view;
  void *room = record_reserve(log, &(record){.kind = RECORD_FACT, .data_length = 8}, "x", NULL);
  cr_assert(ne(ptr, room, NULL));
  cr_assert(not(record_next(log, &offset, &view)));
  record_commit(log);
  cr_assert(record_next(log, &offset, &view));
  record_log_close(log);
}

Test(record, forged_lengths_end_the_reading) {
  static const uint64_t lengths[] = {UINT64_MAX, UINT64_MAX - 7, 4096, 1 << 20};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    record_log *log = open_log(1024);
    record_append(log, &(record){.kind = RECORD_FACT, .data_length = 8}, NULL, NULL, "12345678");
    record *head = (record *)(void *)log->memory;
    head->data_length = lengths[i];
    uint64_t offset = 0;
    record_view view;
    cr_assert(not(record_next(log, &offset, &view)));
    head->data_length = 8;
    head->text_length = UINT32_MAX;
    cr_assert(not(record_next(log, &offset, &view)));
    head->text_length = 0;
    log->used = UINT64_MAX; /* beyond the memory */
    cr_assert(record_next(log, &offset, &view));
    while (record_next(log, &offset, &view)) {
      cr_assert(le(u64, offset, log->capacity));
    }
    record_log_close(log);
  }
}

/* A worker's log, and the supervisor's hold on the same memory. */
static void open_both(record_log **worker, record_log **supervisor) {
  int file = record_log_create(1024, supervisor);
  cr_assert(ge(int, file, 0));
  *worker = record_log_open(file);
  cr_assert(ne(ptr, *worker, NULL));
  close(file);
  record_log_clear(*worker, 77);
  record_append(*worker, &(record){.kind = RECORD_STATUS, .observed = 5}, "first", NULL, NULL);
  record_append(*worker, &(record){.kind = RECORD_END}, NULL, NULL, NULL);
}

Test(record, are_taken_with_their_seal_and_key) {
  record_log *worker, *supervisor;
  open_both(&worker, &supervisor);
  record_seal seal = record_log_seal(worker);
  cr_assert(not(record_log_take(supervisor, 78, &seal)));
  cr_assert(record_log_take(supervisor, 77, &seal));
  record *head = (record *)(void *)worker->memory;
  head->observed = 0; /* too late: the supervisor has a copy */
  uint64_t offset = 0;
  record_view view;
  cr_assert(record_next(supervisor, &offset, &view));
  cr_assert(eq(i32, view.head->observed, 5));
  cr_assert(record_next(supervisor, &offset, &view));
  cr_assert(not(record_next(supervisor, &offset, &view)));
  record_log_close(worker);
  record_log_close(supervisor);
}

Test(record, changed_added_or_missing_do_not_fit_the_seal) {
  record_log *worker, *supervisor;
  open_both(&worker, &supervisor);
  const record_seal honest = record_log_seal(worker);
  record *head = (record *)(void *)worker->memory;
  head->observed = 0;
  cr_assert(not(record_log_take(supervisor, 77, &honest)));
  head->observed = 5;
  cr_assert(record_log_take(supervisor, 77, &honest));
  record_seal other = honest;
  other.used -= sizeof(record);
  cr_assert(not(record_log_take(supervisor, 77, &other)));
  other.used = honest.used + sizeof(record);
  cr_assert(not(record_log_take(supervisor, 77, &other)));
  other.used = 4096;
  cr_assert(not(record_log_take(supervisor, 77, &other)));
  record_log_close(worker);
  record_log_close(supervisor);
}

/* --- tensors --- */

static tn_tensor *load(record_log *log, const void *data, uint64_t length) {
  record_log_clear(log, 0);
  record_append(log, &(record){.kind = RECORD_OUTPUT, .data_length = length}, NULL, NULL, data);
  uint64_t offset = 0, at = 0;
  record_view view;
  cr_assert(record_next(log, &offset, &view));
  return record_tensor_load(&view, &at);
}

Test(record, tensors_come_back_equal) {
  record_log *log = open_log(65536);
  static const uint32_t types[] = {TN_F32, TN_U8, TN_I64, TN_F16, TN_I4};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    tn_tensor *tensor = NULL;
    cr_assert(eq(
        int,
        tni_tensor_create(tni_environment_system(), types[i], 2, (int64_t[]){3, 5}, &tensor, NULL),
        TN_OK));
    memset(tensor->data, 0x35, (size_t)tn_dense_bytes(types[i], 15));
    char stored[512];
    cr_assert(le(u64, record_tensor_bytes(tensor), sizeof stored));
    record_tensor_store(tensor, stored);
    tn_tensor *back = load(log, stored, record_tensor_bytes(tensor));
    cr_assert(ne(ptr, back, NULL));
    cr_assert(eq(u32, back->type, types[i]));
    cr_assert(eq(i64, back->shape[1], 5));
    cr_assert_arr_eq(back->data, tensor->data, (size_t)tn_dense_bytes(types[i], 15));
    tn_tensor_release(tensor);
    tn_tensor_release(back);
  }
  record_log_close(log);
}

Test(record, tensors_of_strings_come_back_equal) {
  record_log *log = open_log(65536);
  tn_tensor *tensor = NULL;
  cr_assert(eq(int,
               tni_tensor_create(tni_environment_system(), TN_STRING_ELEMENT, 1, (int64_t[]){3},
                                 &tensor, NULL),
               TN_OK));
  tensor->api->set_string(tensor, 0, TN_STRING("one"), NULL);
  tensor->api->set_string(tensor, 2, TN_STRING("drei"), NULL);
  char stored[512];
  record_tensor_store(tensor, stored);
  tn_tensor *back = load(log, stored, record_tensor_bytes(tensor));
  cr_assert(ne(ptr, back, NULL));
  const tn_string *strings = back->data;
  cr_assert(tn_string_equal(strings[0], TN_STRING("one")));
  cr_assert(eq(u64, strings[1].length, 0));
  cr_assert(tn_string_equal(strings[2], TN_STRING("drei")));
  uint64_t *first_length = (uint64_t *)(void *)(stored + sizeof(record_tensor));
  *first_length = 1 << 20; /* more than there is */
  cr_assert(eq(ptr, load(log, stored, record_tensor_bytes(tensor)), NULL));
  *first_length = UINT64_MAX - 3;
  cr_assert(eq(ptr, load(log, stored, record_tensor_bytes(tensor)), NULL));
  tn_tensor_release(back);
  tn_tensor_release(tensor);
  record_log_close(log);
}

Test(record, forged_tensors_are_refused) {
  record_log *log = open_log(65536);
  char bytes[sizeof(record_tensor) + 64] = {0};
  const record_tensor sound = {.type = TN_F32, .rank = 2, .shape = {2, 3}, .byte_count = 24};
  record_tensor forged[8];
  for (int i = 0; i < 8; i++)
    forged[i] = sound;
  forged[0].rank = 17;
  forged[1].type = 9999;
  forged[2].byte_count = 25;
  forged[3].byte_count = UINT64_MAX;
  forged[4].shape[0] = -1;
  forged[5].shape[0] = INT64_MAX;
  forged[6].type = TN_STRING_ELEMENT; /* 6 lengths need 48 bytes */
  forged[7].byte_count = 4096;
  memcpy(bytes, &sound, sizeof sound);
  tn_tensor *tensor = load(log, bytes, sizeof bytes);
  cr_assert(ne(ptr, tensor, NULL));
  tn_tensor_release(tensor);
  for (int i = 0; i < 8; i++) {
    memcpy(bytes, &forged[i], sizeof sound);
    cr_assert(eq(ptr, load(log, bytes, sizeof bytes), NULL), "tensor %d", i);
  }
  cr_assert(eq(ptr, load(log, bytes, 8), NULL));
  record_log_close(log);
}

Test(record, what_a_forked_child_records_counts_for_its_parent) {
  record_log *writer = NULL;
  const int descriptor = record_log_create(1 << 16, &writer);
  cr_assert(descriptor >= 0);
  record_log *reader = record_log_open(descriptor);
  record_log_clear(writer, 42);
  record_append(writer, &(record){.kind = RECORD_NOTE}, "before", NULL, NULL);
  record_seal *shared = record_log_share(writer);
  cr_assert(shared != NULL);
  const pid_t child = fork();
  if (child == 0) {
    record_log_tell(writer, shared);
    record_append(writer, &(record){.kind = RECORD_NOTE}, "in the child", NULL, NULL);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  record_log_go_on(writer, shared);
  record_append(writer, &(record){.kind = RECORD_NOTE}, "after", NULL, NULL);
  const record_seal seal = record_log_seal(writer);
  cr_assert(record_log_take(reader, 42, &seal));
  static const char *const texts[] = {"before", "in the child", "after"};
  uint64_t offset = 0;
  record_view view;
  for (size_t i = 0; i < 3; i++) {
    cr_assert(record_next(reader, &offset, &view));
    cr_expect(strlen(texts[i]) == view.head->text_length &&
              memcmp(view.text, texts[i], view.head->text_length) == 0);
  }
  cr_expect(not(record_next(reader, &offset, &view)));
  record_log_close(reader);
  record_log_close(writer);
  close(descriptor);
}
