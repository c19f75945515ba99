/* Handles for TEMPLATE: descriptors of memory files, made and reached without the plugin. */
#define _GNU_SOURCE /* memfd_create */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tenon/conformance/handle_provider.h"

enum { BYTES = 4096 };

/* Descriptors are used again: which file one stood for is kept beside it. */
struct file {
  struct file *next;
  int descriptor;
  ino_t inode;
};

struct provider {
  struct file *files; /* newest first */
  unsigned invalid;   /* invalid handles that were given */
  int kept[4];        /* files that are none of those that the device takes */
  int kept_count;
};

static const tn_string type = TN_STRING_INIT("x-template.memory/1");

static tn_status fail(tn_error *error, tn_status status, const char *what) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  snprintf(error->message, sizeof error->message, "%s a memory file failed", what);
  return status;
}

static tn_status TN_CALL open_provider(const tn_map_entry *properties, uint64_t property_count,
                                       void **out, tn_error *error) {
  (void)properties, (void)property_count; /* a file needs no context */
  struct provider *self = calloc(1, sizeof *self);
  if (!self) return fail(error, TN_OUT_OF_MEMORY, "preparing");
  *out = self;
  return TN_OK;
}

static void TN_CALL close_provider(void *provider) {
  struct provider *self = provider;
  while (self->files) {
    struct file *file = self->files;
    self->files = file->next;
    free(file);
  }
  for (int i = 0; i < self->kept_count; i++)
    close(self->kept[i]);
  free(self);
}

static int make_file(uint64_t byte_count, struct stat *about) {
  const int descriptor = memfd_create("template-handle", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor >= 0 && ftruncate(descriptor, (off_t)byte_count) == 0 &&
      fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) == 0 && fstat(descriptor, about) == 0)
    return descriptor;
  if (descriptor >= 0) close(descriptor);
  return -1;
}

static tn_status TN_CALL create(void *provider, uint64_t byte_count, tn_handle *out,
                                tn_error *error) {
  struct provider *self = provider;
  struct stat about;
  struct file *file = malloc(sizeof *file);
  const int descriptor = file ? make_file(byte_count, &about) : -1;
  if (descriptor < 0) {
    free(file);
    return fail(error, TN_OUT_OF_MEMORY, "making");
  }
  *file = (struct file){self->files, descriptor, about.st_ino};
  self->files = file;
  out->type = type;
  out->value = (uint64_t)descriptor;
  out->byte_count = byte_count;
  return TN_OK;
}

static void TN_CALL destroy(void *provider, const tn_handle *handle) {
  (void)provider;
  close((int)handle->value);
}

static tn_status TN_CALL write_file(void *provider, const tn_handle *handle, uint64_t offset,
                                    const void *bytes, uint64_t byte_count, tn_error *error) {
  (void)provider;
  const ssize_t done = pwrite((int)handle->value, bytes, (size_t)byte_count, (off_t)offset);
  return done == (ssize_t)byte_count ? TN_OK : fail(error, TN_IO, "writing");
}

static tn_status TN_CALL read_file(void *provider, const tn_handle *handle, uint64_t offset,
                                   void *bytes, uint64_t byte_count, tn_error *error) {
  (void)provider;
  const ssize_t done = pread((int)handle->value, bytes, (size_t)byte_count, (off_t)offset);
  return done == (ssize_t)byte_count ? TN_OK : fail(error, TN_IO, "reading");
}

static uint32_t TN_CALL is_alive(void *provider, const tn_handle *handle) {
  const struct file *file = ((struct provider *)provider)->files;
  struct stat about;
  while (file && file->descriptor != (int)handle->value)
    file = file->next;
  return file && fstat(file->descriptor, &about) == 0 && about.st_ino == file->inode;
}

/* --- handles that are none */

static uint64_t no_descriptor(void) {
  return UINT64_MAX;
}

static uint64_t beyond_descriptors(void) {
  return (uint64_t)INT32_MAX + 1;
}

static uint64_t closed(void) {
  return INT32_MAX; /* never opened */
}

static uint64_t no_memory_file(void) {
  return (uint64_t)open("/dev/zero", O_RDWR | O_CLOEXEC);
}

static uint64_t shrinkable(void) {
  const int descriptor = memfd_create("template-shrinkable", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return descriptor >= 0 && ftruncate(descriptor, BYTES) == 0 ? (uint64_t)descriptor : UINT64_MAX;
}

static uint64_t read_only(void) {
  struct stat about;
  char path[40];
  const int writable = make_file(BYTES, &about);
  snprintf(path, sizeof path, "/proc/self/fd/%d", writable);
  const int descriptor = writable < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (writable >= 0) close(writable);
  return (uint64_t)descriptor;
}

/* Asked again it gives a handle that is none in another way. */
static void TN_CALL invalid(void *provider, tn_handle *out) {
  static const struct {
    uint64_t (*make)(void);
    int is_open;
  } kinds[] = {{no_descriptor, 0},  {beyond_descriptors, 0}, {closed, 0},
               {no_memory_file, 1}, {shrinkable, 1},         {read_only, 1}};
  struct provider *self = provider;
  const unsigned kind = self->invalid++ % (sizeof kinds / sizeof *kinds);
  const int full = self->kept_count == sizeof self->kept / sizeof *self->kept;
  out->type = type;
  out->value = kinds[kind].is_open && full ? UINT64_MAX : kinds[kind].make();
  out->byte_count = BYTES;
  if (kinds[kind].is_open && !full && (int)out->value >= 0)
    self->kept[self->kept_count++] = (int)out->value;
}

static const tn_handle_provider memory_files = {
    .size = TN_SIZE(tn_handle_provider),
    .type = TN_STRING_INIT("x-template.memory/1"),
    .name = TN_STRING_INIT("memory files of TEMPLATE, 1.0.0"),
    .open = open_provider,
    .close = close_provider,
    .create = create,
    .destroy = destroy,
    .write = write_file,
    .read = read_file,
    .is_alive = is_alive,
    .invalid = invalid,
};

const tn_handle_provider *tn_get_handle_provider(void) {
  return &memory_files;
}
