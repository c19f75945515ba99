#include "engine/record.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int record_log_create(uint64_t capacity, record_log **out) {
  int descriptor = memfd_create("tenon-records", 0);
  if (descriptor < 0) return -1;
  if (ftruncate(descriptor, (off_t)(sizeof(record_log) + capacity)) == 0) {
    record_log *log = record_log_open(descriptor);
    if (log) {
      log->capacity = capacity;
      *out = log;
      return descriptor;
    }
  }
  close(descriptor);
  return -1;
}

record_log *record_log_open(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || status.st_size < (off_t)sizeof(record_log)) return NULL;
  void *memory =
      mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void record_log_close(record_log *log) {
  if (log) munmap(log, sizeof *log + log->capacity);
}

void record_log_clear(record_log *log) {
  atomic_store(&log->used, 0);
  atomic_store(&log->overflowed, 0);
}

static uint64_t padded(uint64_t length) {
  return (length + 7) & ~UINT64_C(7);
}

static uint64_t record_bytes(const record *head) {
  return sizeof *head + padded(head->text_length) + padded(head->file_length) +
         padded(head->data_length);
}

static uint32_t length_of(const char *text) {
  size_t length = text ? strlen(text) : 0;
  return (uint32_t)(length > 4096 ? 4096 : length);
}

void *record_reserve(record_log *log, const record *head, const char *text, const char *file) {
  uint64_t used = atomic_load(&log->used);
  record whole = *head;
  whole.text_length = length_of(text);
  whole.file_length = length_of(file);
  if (whole.data_length > log->capacity || record_bytes(&whole) > log->capacity - used) {
    atomic_store(&log->overflowed, 1);
    return NULL;
  }
  char *at = (char *)(log + 1) + used;
  memcpy(at, &whole, sizeof whole);
  at += sizeof whole;
  if (text) memcpy(at, text, whole.text_length);
  at += padded(whole.text_length);
  if (file) memcpy(at, file, whole.file_length);
  return at + padded(whole.file_length);
}

void record_commit(record_log *log) {
  uint64_t used = atomic_load(&log->used);
  record head;
  memcpy(&head, (char *)(log + 1) + used, sizeof head);
  atomic_store(&log->used, used + record_bytes(&head));
}

void record_append(record_log *log, const record *head, const char *text, const char *file,
                   const void *data) {
  void *room = record_reserve(log, head, text, file);
  if (!room) return;
  if (head->data_length) memcpy(room, data, (size_t)head->data_length);
  record_commit(log);
}

int record_next(const record_log *log, uint64_t *offset, record_view *out) {
  uint64_t used = atomic_load(&((record_log *)(uintptr_t)log)->used);
  if (used > log->capacity) used = log->capacity;
  if (*offset > used || used - *offset < sizeof(record)) return 0;
  const char *at = (const char *)(log + 1) + *offset;
  const record *head = (const record *)at;
  uint64_t rest = used - *offset;
  if (head->data_length > rest || record_bytes(head) > rest) return 0;
  out->head = head;
  out->text = at + sizeof *head;
  out->file = out->text + padded(head->text_length);
  out->data = out->file + padded(head->file_length);
  *offset += record_bytes(head);
  return 1;
}
