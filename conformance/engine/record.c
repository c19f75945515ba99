#include "engine/record.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_KEPT = 1 << 20 /* bytes of a copy that stay for the next case */ };

static record_log *map(int descriptor, uint64_t capacity) {
  record_log *log = calloc(1, sizeof *log);
  void *memory =
      log ? mmap(NULL, (size_t)capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
          : MAP_FAILED;
  if (memory == MAP_FAILED) {
    free(log);
    return NULL;
  }
  log->memory = memory;
  log->capacity = capacity;
  return log;
}

int record_log_create(uint64_t capacity, record_log **out) {
  int descriptor = memfd_create("tenon-records", 0);
  if (descriptor < 0) return -1;
  record_log *log = ftruncate(descriptor, (off_t)capacity) == 0 ? map(descriptor, capacity) : NULL;
  if (log) {
    *out = log;
    return descriptor;
  }
  close(descriptor);
  return -1;
}

record_log *record_log_open(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || status.st_size <= 0) return NULL;
  return map(descriptor, (uint64_t)status.st_size);
}

void record_log_close(record_log *log) {
  if (!log) return;
  munmap(log->memory, (size_t)log->capacity);
  free(log->copy);
  free(log);
}

/* Bytes from where the records of the case begin. */
static uint64_t room_of(const record_log *log) {
  return log->capacity - log->begin;
}

void record_log_follow(record_log *log, uint64_t key) {
  log->begin += log->used;
  log->used = 0;
  log->seal = key;
  log->overflowed = 0;
}

void record_log_clear(record_log *log, uint64_t key) {
  log->begin = 0;
  log->used = 0;
  log->seal = key;
  log->overflowed = 0;
  if (log->room > MOST_KEPT) {
    free(log->copy);
    log->copy = NULL;
    log->room = 0;
  }
}

/* --- seals */

/* `count` is a multiple of 8. */
static uint64_t add_to_seal(uint64_t seal, const char *bytes, uint64_t count) {
  for (uint64_t i = 0; i < count; i += sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, bytes + i, sizeof word);
    seal = (seal ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    seal ^= seal >> 32;
  }
  return seal;
}

record_seal record_log_seal(const record_log *log) {
  return (record_seal){
      .begin = log->begin, .used = log->used, .seal = log->seal, .overflowed = log->overflowed};
}

record_seal *record_log_share(const record_log *log) {
  record_seal *shared =
      mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return NULL;
  *shared = record_log_seal(log);
  return shared;
}

void record_log_tell(record_log *log, record_seal *shared) {
  log->parent = shared;
}

void record_log_go_on(record_log *log, record_seal *shared) {
  if (shared->begin == log->begin && shared->used >= log->used && shared->used <= room_of(log)) {
    log->used = shared->used;
    log->seal = shared->seal;
    log->overflowed = shared->overflowed;
  }
  munmap(shared, sizeof *shared);
}

/* The copy is made first, so that what was verified is what is read. */
int record_log_take(record_log *log, uint64_t key, const record_seal *seal) {
  if (seal->begin > log->capacity || seal->begin % 8 != 0) return 0;
  if (seal->used > log->capacity - seal->begin || seal->used % 8 != 0) return 0;
  if (!log->copy || seal->used > log->room) {
    char *copy = realloc(log->copy, (size_t)seal->used + 1);
    if (!copy) return 0;
    log->copy = copy;
    log->room = seal->used;
  }
  memcpy(log->copy, log->memory + seal->begin, (size_t)seal->used);
  log->begin = seal->begin;
  log->used = seal->used;
  log->seal = add_to_seal(key, log->copy, seal->used);
  log->overflowed = seal->overflowed;
  return log->seal == seal->seal;
}

/* --- records */

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
  const uint64_t used = log->used;
  record whole = *head;
  whole.text_length = length_of(text);
  whole.file_length = length_of(file);
  if (whole.data_length > log->capacity || record_bytes(&whole) > room_of(log) - used) {
    log->overflowed = 1;
    return NULL;
  }
  char *at = log->memory + log->begin + used;
  memcpy(at, &whole, sizeof whole);
  at += sizeof whole;
  if (text) memcpy(at, text, whole.text_length);
  at += padded(whole.text_length);
  if (file) memcpy(at, file, whole.file_length);
  return at + padded(whole.file_length);
}

void record_commit(record_log *log) {
  record head;
  const char *at = log->memory + log->begin + log->used;
  memcpy(&head, at, sizeof head);
  const uint64_t bytes = record_bytes(&head);
  if (bytes > room_of(log) - log->used) return; /* somebody else wrote there */
  log->seal = add_to_seal(log->seal, at, bytes);
  log->used += bytes;
  if (log->parent) *log->parent = record_log_seal(log);
}

void record_append(record_log *log, const record *head, const char *text, const char *file,
                   const void *data) {
  void *room = record_reserve(log, head, text, file);
  if (!room) return;
  if (head->data_length) memcpy(room, data, (size_t)head->data_length);
  record_commit(log);
}

int record_next(const record_log *log, uint64_t *offset, record_view *out) {
  const uint64_t most = log->copy ? log->room : room_of(log);
  const uint64_t used = log->used < most ? log->used : most;
  if (*offset > used || used - *offset < sizeof(record)) return 0;
  const char *at = (log->copy ? log->copy : log->memory + log->begin) + *offset;
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
